"""Which logins a site file may name when it comes through the API: the same rule as on the pages."""

from collections.abc import Iterable

from fushinban.api.call import Call
from fushinban.api.problems import Fault, ProblemError
from fushinban.jobs.site_file import CredentialRule
from fushinban.jobs.site_logins import reflector_usable, usable
from fushinban.jobs.site_reflector import ReflectorRule
from fushinban.messages import say
from fushinban.model.rights import EVERYTHING, Permission


def check_logins(call: Call, site_id: str, wanted: Iterable[CredentialRule], known: Iterable[CredentialRule]) -> None:
    """Raises ProblemError (invalid) for the first login that `site_logins.usable` does not let the site have."""
    every = call.caller.rights.scope(Permission.CREDENTIAL_EDIT) == EVERYTHING
    _, other = usable(call.vault, site_id, wanted, known, all_logins=every, to_come=True)
    if other:
        detail = say("api.login-refused", name=other[0].secret_ref[:80])
        raise ProblemError("invalid", faults=(Fault(pointer="#/toml", detail=detail),))


def check_reflector(call: Call, site_id: str, wanted: ReflectorRule | None, known: ReflectorRule | None) -> None:
    """Raises ProblemError (invalid) for a reflector that `site_logins.reflector_usable` does not let the site have."""
    every = call.caller.rights.scope(Permission.CREDENTIAL_EDIT) == EVERYTHING
    if wanted is not None and not reflector_usable(call.vault, site_id, wanted, known, all_logins=every):
        detail = say("api.login-refused", name=wanted.token_ref[:80])
        raise ProblemError("invalid", faults=(Fault(pointer="#/toml", detail=detail),))
