"""One visit to a RouterOS router over REST: is it one, and then the menus that say what can be reached.

REST takes the login as Basic only, so it goes over TLS only. RouterOS before 7.1 has no REST. Menus of functions that
are switched off, or of kinds of interfaces that the router does not have, are not asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from fushinban import clock
from fushinban.drivers._doors import WEB_DOORS, WebDoor, body_of
from fushinban.drivers._side_by_side import side_by_side
from fushinban.drivers.mikrotik._live import parse_more_menus, parse_resource, parse_state
from fushinban.errors import DeviceError, NotSupported, Unreachable
from fushinban.model.router import RouterState
from fushinban.transport.footprint import footprint, note_digests
from fushinban.transport.session import Session
from fushinban.transport.values import HttpRequest

RESOURCE = "system/resource"
#: What is asked of every router.
MENUS = (
    "system/routerboard", "system/identity", "system/clock", "system/ntp/client", "system/ntp/server",
    "system/scheduler", "system/logging/action", "system/package/update", "user", "user/active", "interface",
    "interface/list", "interface/list/member", "ip/address", "ip/dhcp-client", "ip/route", "ip/settings", "ip/service",
    "ip/dns", "ip/upnp", "ip/nat-pmp", "ip/cloud", "ip/socks", "ip/proxy", "ip/smb", "ip/tftp", "ip/ipsec/peer",
    "ip/firewall/filter", "ip/firewall/nat", "ip/firewall/raw", "ip/firewall/address-list",
    "ip/firewall/connection/tracking", "ipv6/settings", "snmp", "tool/bandwidth-server",
    "tool/netwatch", "ppp/profile",
    "interface/l2tp-server/server", "interface/pptp-server/server", "interface/sstp-server/server",
    "interface/ovpn-server/server",
)  # fmt: skip
#: TLS first: only there can a login be made.
_DOORS = tuple(reversed(WEB_DOORS))
#: Statuses whose bodies say in words what is wrong: no such menu, no permission.
_TOLD = frozenset({400, 404, 500})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the router said, as one document of answers by menu. `at`: our own UTC when its clock was asked.

    `wrong`: why there is no `state`.
    """

    said: bytes
    at: datetime
    state: RouterState | None = None
    wrong: DeviceError | None = None
    digests: list[str] = field(default_factory=list)

    def answers(self) -> bytes:
        """All answers, counted among what the running getter stands on."""
        note_digests(self.digests)
        return self.said

    def router(self) -> RouterState:
        """The state that the answers describe. Raises why they describe none."""
        note_digests(self.digests)
        if self.state is None:
            assert self.wrong is not None, "one of the two is there"
            raise self.wrong
        return self.state


class _Asking:
    """The questions of one visit. `clock_at`: our own UTC in the middle of the question for the router's clock."""

    def __init__(self, session: Session, door: WebDoor) -> None:
        self._session, self._door = session, door
        self.clock_at = clock.now()

    async def menu(self, menu: str) -> bytes:
        """The answer for one menu, or in the router's own words why there is none."""
        before = clock.now()
        answer = await self._session.http(_request(self._door, menu))
        if menu == "system/clock":
            self.clock_at = before + (clock.now() - before) / 2
        if answer.status in _TOLD and answer.body.lstrip().startswith(b"{"):
            return answer.body
        try:
            return body_of(answer, menu)
        except NotSupported:
            return b'{"error":404,"message":"Not Found"}'

    async def menus(self, menus: Iterable[str]) -> dict[str, bytes]:
        """Several menus, two at a time."""
        return await side_by_side(self.menu, menus)


async def visit_mikrotik(session: Session) -> Visit:
    """Ask everything. Raises why that was not possible."""
    with footprint() as digests:
        door, resource = await _knock(session)
        asking = _Asking(session, door)
        # The second one alone: with it the login is known to be good for all, and none of the rest asks for it again.
        said = {RESOURCE: resource, MENUS[0]: await asking.menu(MENUS[0])}
        said |= await asking.menus(MENUS[1:])
        said |= await asking.menus(parse_more_menus(document_of(said)))
    document = document_of(said)
    try:
        return Visit(said=document, at=asking.clock_at, state=parse_state(document), digests=digests)
    except DeviceError as error:
        return Visit(said=document, at=asking.clock_at, wrong=error, digests=digests)


async def _knock(session: Session) -> tuple[WebDoor, bytes]:
    """The port that answers as RouterOS does, and what it says of itself.

    Raises NotSupported where it knows no REST, and what the login meets.
    """
    first: Unreachable | None = None
    for door in _DOORS:
        try:
            answer = await session.http(_request(door, RESOURCE))
        except Unreachable as error:
            first = first or error
            continue
        body = body_of(answer, RESOURCE)
        parse_resource(body)
        return door, body
    assert first is not None
    raise first


def document_of(said: dict[str, bytes]) -> bytes:
    """Answers by menu as one document; what is no JSON stands there as an error."""
    found: dict[str, object] = {}
    for menu, body in said.items():
        try:
            found[menu] = orjson.loads(body)
        except orjson.JSONDecodeError:
            found[menu] = {"error": 0, "message": "no JSON"}
    return orjson.dumps(found)


def _request(door: WebDoor, menu: str) -> HttpRequest:
    return HttpRequest(path=f"/rest/{menu}", service=door.service, tls=door.tls, told=_TOLD)
