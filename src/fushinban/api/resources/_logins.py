"""Which logins a site file may name when it comes through the API."""

from collections.abc import Iterable

from fushinban.api.call import Call
from fushinban.api.problems import Fault, ProblemError
from fushinban.jobs.site_file import CredentialRule
from fushinban.jobs.site_logins import owned_by
from fushinban.messages import say
from fushinban.model.rights import EVERYTHING, Permission
from fushinban.record.vault import is_internal


def check_logins(call: Call, site_id: str, wanted: Iterable[CredentialRule], known: Iterable[CredentialRule]) -> None:
    """A login that the site did not use before must belong to the site, or the caller must manage all logins.

    Otherwise somebody could have another customer's login sent to devices of their own. Names of environment
    variables are refused: they are the server's. Raises ProblemError (invalid).
    """
    before = {rule.secret_ref for rule in known}
    all_logins = call.caller.rights.scope(Permission.CREDENTIAL_EDIT) == EVERYTHING
    for rule in wanted:
        if rule.secret_ref in before:
            continue
        kind, _, name = rule.secret_ref.partition(":")
        if kind != "vault" or is_internal(name):
            raise _refused(rule.secret_ref)
        if not all_logins and not owned_by(call.vault, rule.secret_ref, site_id):
            raise _refused(rule.secret_ref)


def _refused(reference: str) -> ProblemError:
    detail = say("api.login-refused", name=reference[:80])
    return ProblemError("invalid", faults=(Fault(pointer="#/toml", detail=detail),))
