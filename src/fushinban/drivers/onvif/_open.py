"""Finds where ONVIF answers, reads the clock before anybody logs in, and learns what all getters need."""

from functools import partial

from fushinban import clock
from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._context import Door, Kept, OnvifContext, keep
from fushinban.drivers.onvif._identity import parse_identity
from fushinban.drivers.onvif._services import ServiceTable, parse_capabilities, parse_services
from fushinban.drivers.onvif._time import parse_time
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, Unreachable
from fushinban.model.device import Target
from fushinban.model.facts import DeviceTime, Identity
from fushinban.transport.faults import Closed
from fushinban.transport.footprint import footprint
from fushinban.transport.session import Session
from fushinban.transport.values import SoapCall

#: Usual homes of ONVIF, in the order in which they are tried when nobody says where it is.
_USUAL = (
    Door(service="http"),
    Door(service="http-8000"),
    Door(service="http-alt"),
    Door(service="onvif-8899"),
    Door(service="https", tls=True),
)
_TOLD = (Door(service="onvif"), Door(service="onvif", tls=True))


async def open_onvif(session: Session) -> OnvifContext:
    """The context of one device. Raises what the doors said where ONVIF answers at none of them.

    A refusal proves that ONVIF is there; an answer that is no SOAP envelope, a page that is not found, and a refusal by
    the web server before it, do not.
    """
    said: list[tuple[Door, DeviceError]] = []
    for door in _doors(session.target):
        try:
            time = await _knock(session, door)
        except (Unreachable, NotSupported, Malformed, Closed) as error:
            said.append((door, error))
            continue
        if time.value is not None and time.value.offset is not None:
            session.learn_offset(time.value.offset)
        table = await keep(partial(_table, session, door))
        # one login goes ahead of all others: the session learns from it which scheme the device wants
        identity = await keep(partial(_identity, session, door))
        return OnvifContext(session=session, door=door, clock=time, table=table, identity=identity)
    return await _without_clock(session, said)


async def _without_clock(session: Session, said: list[tuple[Door, DeviceError]]) -> OnvifContext:
    """A device whose clock alone cannot be read is known by another operation that all have.

    Doors that kept silent are not asked again, but the usual one is: the operation alone may hang.
    """
    spoke = [(d, e) for d, e in said if not isinstance(e, Unreachable)]
    for door, error in spoke or said[:1]:
        identity = await keep(partial(_identity, session, door))
        refused = isinstance(identity.error, Denied) and not isinstance(identity.error, Closed)
        if identity.value is not None or refused:
            table = await keep(partial(_table, session, door))
            return OnvifContext(session=session, door=door, clock=Kept(error=error), table=table, identity=identity)
    # something that spoke, however wrongly, tells more than ports where nobody is
    raise (spoke or said)[0][1]


async def _identity(session: Session, door: Door) -> Identity:
    return parse_identity(await session.soap(_calls.GET_DEVICE_INFORMATION, service=door.service, tls=door.tls))


def _doors(target: Target) -> tuple[Door, ...]:
    return _TOLD if "onvif" in target.ports else _USUAL


async def _knock(session: Session, door: Door) -> Kept[DeviceTime]:
    """The clock, asked without a login as the specification wants, and with one where the device insists."""
    with footprint() as digests:
        before = clock.now()
        try:
            raw = await _ask_time(session, door, login=False)
        except Closed:
            raise
        except Denied as refusal:
            if session.credential is None:
                return Kept(error=refusal, digests=tuple(digests))
            before = clock.now()
            try:
                raw = await _ask_time(session, door, login=True)
            except (Closed, NotSupported):
                raise
            except DeviceError as error:
                return Kept(error=error, digests=tuple(digests))
        middle = before + (clock.now() - before) / 2
    try:
        return Kept(value=parse_time(raw, middle), digests=tuple(digests))
    except Malformed as error:
        # the session vouches for the envelope: ONVIF is here, but its clock cannot be read
        return Kept(error=error, digests=tuple(digests))


async def _ask_time(session: Session, door: Door, *, login: bool) -> bytes:
    return await session.soap(_calls.GET_SYSTEM_DATE_AND_TIME, login=login, service=door.service, tls=door.tls)


async def _table(session: Session, door: Door) -> ServiceTable:
    """GetServices, or GetCapabilities on devices older than that."""

    async def ask(call: SoapCall) -> bytes:
        return await session.soap(call, service=door.service, tls=door.tls)

    try:
        return parse_services(await ask(_calls.GET_SERVICES), session.target.address)
    except (NotSupported, Malformed) as first:
        try:
            return parse_capabilities(await ask(_calls.GET_CAPABILITIES), session.target.address)
        except NotSupported:
            raise first from None
