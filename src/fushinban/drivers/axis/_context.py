"""What all getters of an Axis device share: where it answers, and what is asked only once."""

from dataclasses import dataclass
from functools import partial

from fushinban.drivers._doors import WebDoor, body_of, first_answer
from fushinban.drivers._maker_values import switch
from fushinban.drivers.axis import _calls
from fushinban.drivers.axis._answers import Json, inner, json_object, objects, vapix_data, words
from fushinban.drivers.axis._parameters import Parameters, parse_parameters
from fushinban.drivers.services._once import Once
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported
from fushinban.messages import say
from fushinban.transport.footprint import footprint, note_digests
from fushinban.transport.session import Session
from fushinban.transport.values import HttpAnswer, HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisContext:
    """One device that speaks VAPIX. `ready`: the state of its start, told to everybody by AXIS OS 9.50 and later.

    `parameters`, `apis` (ids of API discovery) and `rest` (`name/v1` of the device-configuration interfaces) are asked
    at the first need, and once. `refused`: why the login was of no use; then nothing more is asked with it.
    """

    session: Session
    door: WebDoor
    ready: Once[Json]
    parameters: Once[Parameters]
    apis: Once[frozenset[str]]
    rest: Once[frozenset[str]]
    refused: DeviceError | None = None

    async def json(self, path: str, method: str) -> bytes:
        """The bytes of one method of a JSON interface."""
        return await self._ask(_calls.ask_json(self.door, path, method))

    async def get(self, path: str) -> bytes:
        """The bytes of a path."""
        return await self._ask(self.door.get(path))

    async def _ask(self, request: HttpRequest) -> bytes:
        if self.refused is not None:
            raise self.refused
        return await _body(self.session, request)

    async def api(self, name: str) -> None:
        """Raise NotSupported where API discovery does not list this interface."""
        if name not in await self.apis.value():
            raise NotSupported(say("axis.not-listed", api=name))

    async def has_rest(self, name: str) -> bool:
        """Whether the device lists this device-configuration interface (`firewall/v1`)."""
        try:
            return name in await self.rest.value()
        except NotSupported:
            return False


async def open_axis(session: Session) -> AxisContext:
    """The context of one device. Raises what it said where it does not speak VAPIX.

    Two questions decide: `systemready` (without a login), and the parameter list, which every firmware has; its login
    goes ahead of all others. Where nobody has set the device up yet, no login is tried.
    """
    with footprint() as digests:
        door, answer = await first_answer(session, _calls.ask_ready, login=False)

    async def first() -> Json:
        note_digests(digests)
        return vapix_data(body_of(answer, _calls.SYSTEM_READY), _calls.SYSTEM_READY)

    modern = is_vapix(answer)
    parameters = Once(partial(_parameters, session, door))
    refused: DeviceError | None = None
    if wants_setup(answer):
        refused = Denied(say("axis.not-set-up"))
        parameters = Once(partial(_refuse, refused))
    try:
        await parameters.value()
    except (NotSupported, Malformed):
        if not modern:
            raise
    except (Denied, Locked) as error:
        refused = error
    apis = Once(partial(_apis, session, door, parameters, modern))
    rest = Once(partial(_rest, session, door, parameters))
    return AxisContext(
        session=session, door=door, ready=Once(first), parameters=parameters, apis=apis, rest=rest, refused=refused
    )


def is_vapix(answer: HttpAnswer) -> bool:
    """Whether this answer to `systemready` is one of VAPIX. Raises what it is where nothing else need be asked.

    False: older than AXIS OS 9.50, or no Axis device at all; the parameter list tells.
    """
    try:
        found = json_object(body_of(answer, _calls.SYSTEM_READY), _calls.SYSTEM_READY)
    except (NotSupported, Denied):
        return False
    if not found.keys() & {"data", "error"}:
        raise Malformed(say("axis.no-data", what=_calls.SYSTEM_READY))
    return True


def wants_setup(answer: HttpAnswer) -> bool:
    """Whether the device says that nobody has set it up yet."""
    try:
        ready = vapix_data(body_of(answer, _calls.SYSTEM_READY), _calls.SYSTEM_READY)
    except (NotSupported, Denied, Malformed):
        return False
    return switch(ready.get("needsetup")) is True


async def _refuse(error: DeviceError) -> Parameters:
    raise error


async def _parameters(session: Session, door: WebDoor) -> Parameters:
    return parse_parameters(await _body(session, door.get(_calls.PARAMETERS)))


async def _apis(session: Session, door: WebDoor, parameters: Once[Parameters], modern: bool) -> frozenset[str]:
    """Ids of API discovery; not asked for on firmware that is older than it (8.50)."""
    known = await parameters.value()
    if not modern and not known.flag("Properties.ApiDiscovery.ApiDiscovery"):
        raise NotSupported(say("axis.not-listed", api="API Discovery"))
    return parse_api_list(await _body(session, _calls.ask_json(door, _calls.API_DISCOVERY, "getApiList")))


def parse_api_list(data: bytes) -> frozenset[str]:
    """Ids of the interfaces in the answer to getApiList."""
    found = vapix_data(data, _calls.API_DISCOVERY)
    return frozenset(filter(None, (words(api.get("id")) for api in objects(found.get("apiList")))))


async def _rest(session: Session, door: WebDoor, parameters: Once[Parameters]) -> frozenset[str]:
    """`name/v1` of every device-configuration interface; asked of AXIS OS 11 and later, which has them."""
    major = (await parameters.value()).get("Properties.Firmware.Version").partition(".")[0]
    if not (major.isdigit() and int(major) >= 11):
        raise NotSupported(say("axis.not-listed", api=_calls.DISCOVER))
    return parse_rest_list(await _body(session, door.get(_calls.DISCOVER)))


def parse_rest_list(data: bytes) -> frozenset[str]:
    """`name/v1` of every interface in the answer to /config/discover."""
    apis = inner(json_object(data, _calls.DISCOVER), "apis")
    return frozenset(f"{name}/{version}" for name in apis for version in inner(apis, name))


async def _body(session: Session, request: HttpRequest) -> bytes:
    answer = await session.http(request)
    return body_of(answer, request.path.partition("?")[0])
