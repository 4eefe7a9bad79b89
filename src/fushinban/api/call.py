"""One call of the API: who calls, what they may see, and the ways to what is theirs."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest

from fushinban.api.problems import Fault, ProblemError, not_found
from fushinban.api.services import Services
from fushinban.messages import Lang, say
from fushinban.model.audit import Actor, ActorKind
from fushinban.model.rights import EVERYTHING, Permission, Rights, SiteScope
from fushinban.model.site import Site
from fushinban.record.store import Store
from fushinban.record.vault import Vault

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls. `person` is the account's number (0: nobody signed in), `token` the token's (0: a browser session)."""

    person: int
    name: str
    rights: Rights
    address: str
    token: int = 0
    session: str = ""

    @property
    def shown(self) -> str:
        """How acceptances, jobs and answers name who did it."""
        return self.name


NOBODY = Caller(person=0, name="", rights=Rights(), address="")


@dataclass(slots=True, kw_only=True)
class Call:
    """Handed to every operation. `checked` becomes true as soon as the operation asked what the caller may reach."""

    request: HttpRequest
    caller: Caller
    services: Services
    lang: Lang
    now: datetime
    permission: Permission | None = None
    checked: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The store."""
        return self.services.store

    @property
    def vault(self) -> Vault:
        """The vault."""
        return self.services.vault

    def site(self, site_id: str, permission: Permission | None = None) -> Site:
        """A site for which the permission (else the operation's own) holds. Raises ProblemError 404 otherwise."""
        self.require(site_id, permission)
        return self.had(self.store.sites.get(site_id))

    def require(self, site_id: str, permission: Permission | None = None) -> None:
        """The same without loading the site."""
        self.checked = True
        wanted = permission or self.permission
        if wanted is None or not self.caller.rights.may(wanted, site_id, self._customer(site_id, wanted)):
            raise not_found()

    def scope(self, permission: Permission | None = None) -> SiteScope:
        """The sites for which the permission (else the operation's own) holds."""
        self.checked = True
        wanted = permission or self.permission
        return self.caller.rights.scope(wanted) if wanted is not None else SiteScope()

    def own(self) -> int:
        """The number of the person who calls, for what is theirs alone."""
        self.checked = True
        return self.caller.person

    def whole(self, permission: Permission | None = None) -> None:
        """Only for those who have the permission for the whole organisation. Raises ProblemError 403."""
        self.checked = True
        if self.scope(permission) != EVERYTHING:
            raise ProblemError("forbidden", say("api.forbidden"))

    def had(self, thing: T | None) -> T:
        """What was looked for. Raises ProblemError 404 where it is not there."""
        if thing is None:
            raise not_found()
        return thing

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit log."""
        caller = self.caller
        kind, number = (ActorKind.TOKEN, caller.token) if caller.token else (ActorKind.PERSON, caller.person)
        return Actor(kind=kind, id=str(number or ""), name=caller.name, address=caller.address)

    def audit(self, action: str, kind: str, thing: str, **detail: object) -> None:
        """Note what was done; never give a secret."""
        self.store.audit.write(self.actor, action, kind, thing, detail or None)

    def versioned(self, version: int) -> None:
        """Answer with the version of what is shown, as an ETag."""
        self.headers["ETag"] = f'"v{version}"'

    def expected(self) -> int | None:
        """The version that the caller read; None for `*`: whatever is there.

        Raises ProblemError 428 without If-Match, 422 for a mark that is none of ours.
        """
        given = self.request.headers.get("If-Match")
        if given is None:
            raise ProblemError("if-match-required", say("api.if-match"))
        found = re.fullmatch(r'(?:W/)?"v([0-9]{1,9})"', given.strip())
        if given.strip() == "*":
            return None
        if found is None:
            raise ProblemError("invalid", faults=(Fault(pointer="header/If-Match", detail=say("api.bad-if-match")),))
        return int(found[1])

    def _customer(self, site_id: str, permission: Permission) -> int | None:
        if self.caller.rights.scope(permission).everything:
            return None
        return self.store.ownership.of(site_id)


def call_of(request: HttpRequest) -> Call:
    """The call that the gate made for this request."""
    call = getattr(request, "fushinban_call", None)
    if not isinstance(call, Call):
        raise TypeError("a request that did not come through the gate")
    return call
