"""Which logins a site file may name when it comes through the API: the same rule as on the pages."""

from collections.abc import Iterable

from fushinban.api.call import Call
from fushinban.api.problems import Fault, ProblemError
from fushinban.jobs.site_file import CredentialRule
from fushinban.jobs.site_logins import usable
from fushinban.messages import say
from fushinban.model.rights import EVERYTHING, Permission


def check_logins(call: Call, site_id: str, wanted: Iterable[CredentialRule], known: Iterable[CredentialRule]) -> None:
    """Raises ProblemError (invalid) for the first login that `site_logins.usable` does not let the site have."""
    every = call.caller.rights.scope(Permission.CREDENTIAL_EDIT) == EVERYTHING
    _, other = usable(call.vault, site_id, wanted, known, all_logins=every, to_come=True)
    if other:
        detail = say("api.login-refused", name=other[0].secret_ref[:80])
        raise ProblemError("invalid", faults=(Fault(pointer="#/toml", detail=detail),))
