"""Which logins a site file may name when it comes through the API."""

from collections.abc import Iterable

from fushinban.api.call import Call
from fushinban.api.problems import Fault, ProblemError
from fushinban.errors import InputError
from fushinban.jobs.site_file import CredentialRule
from fushinban.messages import say
from fushinban.model.rights import EVERYTHING, Permission

_SITE = "site:"


def context_of(site_id: str) -> str:
    """How the vault notes that a login belongs to one site."""
    return f"{_SITE}{site_id}"


def site_of_login(context: str) -> str | None:
    """The site to which a login belongs; None: to the whole organisation."""
    return context.removeprefix(_SITE) if context.startswith(_SITE) else None


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
        if kind != "vault" or name.startswith("webhook."):
            raise _refused(rule.secret_ref)
        if not all_logins and _owner(call, name) != site_id:
            raise _refused(rule.secret_ref)


def _owner(call: Call, name: str) -> str | None:
    try:
        return site_of_login(call.vault.entry(name).context)
    except InputError:
        return None


def _refused(reference: str) -> ProblemError:
    detail = say("api.login-refused", name=reference[:80])
    return ProblemError("invalid", faults=(Fault(pointer="#/toml", detail=detail),))
