"""Who the device is, by what its agent says of it."""

from datetime import datetime, timedelta

from fushinban import clock
from fushinban.drivers._secrets import has_usual_community
from fushinban.drivers.snmp import _objects
from fushinban.drivers.snmp._context import SnmpContext
from fushinban.drivers.snmp._makers import own_objects
from fushinban.drivers.snmp._values import Objects, dotted
from fushinban.errors import Malformed, NotSupported, Unreachable
from fushinban.makers.hypothesis import weigh
from fushinban.messages import say
from fushinban.model.facts import Hostname, Identity, SnmpSettings, SnmpSystem, Uptime

#: Which of the parts of an Axis description is the hardware id: `; AXIS P1435-LE; Network Camera; 9.80.69; …; 70D; 1;`.
_AXIS_HARDWARE = 5

_MAKER, _MODEL, _FIRMWARE, _SERIAL, _HARDWARE = "maker", "model", "firmware", "serial", "hardware"


async def get_identity(context: SnmpContext) -> Identity:
    """Maker, model, firmware, serial number; the table of parts is asked only where the rest leaves something open."""
    system, own = await context.system.value(), await context.own.value()
    known = _known(system, own, b"")
    if known[_MAKER] and known[_MODEL] and known[_FIRMWARE]:
        return parse_identity(system, own, b"")
    try:
        parts = await context.parts.value()
    except (NotSupported, Malformed, Unreachable):
        # Some agents stumble over tables that they do not have; what is known already still counts.
        parts = b""
    return parse_identity(system, own, parts)


async def get_system(context: SnmpContext) -> SnmpSystem:
    """The agent's own words."""
    return parse_system(await context.system.value())


async def get_hostname(context: SnmpContext) -> Hostname:
    """The name that somebody gave to the device."""
    return parse_hostname(await context.system.value())


async def get_uptime(context: SnmpContext) -> Uptime:
    """How long it runs."""
    return parse_uptime(await context.system.value(), clock.now())


async def get_settings(context: SnmpContext) -> SnmpSettings:
    """What the way in which it answered us says of its settings; the community itself is not kept."""
    await context.system.value()
    access = context.session.snmp_access
    if access is None or access.username:
        return SnmpSettings(v3=True)
    return SnmpSettings(v2c=True, usual_community=has_usual_community(access.secret))


def parse_system(data: bytes) -> SnmpSystem:
    """The system group."""
    objects = Objects.read(data)
    found = SnmpSystem(
        description=objects.text(_objects.DESCRIPTION),
        object_id=dotted(objects.name(_objects.OBJECT_ID)),
        location=objects.text(_objects.LOCATION),
    )
    if not found.description and not found.object_id:
        raise NotSupported(say("snmp.no-system"))
    return found


def parse_identity(data: bytes, own: bytes, parts: bytes) -> Identity:
    """From the system group, the maker's own objects, and the table of parts (the last two may be empty)."""
    known = _known(data, own, parts)
    if not known[_MAKER] and not known[_MODEL]:
        raise NotSupported(say("snmp.no-identity"))
    return Identity(
        maker=known[_MAKER], model=known[_MODEL], firmware=known[_FIRMWARE], serial=known[_SERIAL],
        hardware=known[_HARDWARE],
    )  # fmt: skip


def _known(data: bytes, own: bytes, parts: bytes) -> dict[str, str]:
    """What each source says; of several the most exact one: the maker's own objects, the description, the parts."""
    objects, mine, part = Objects.read(data), Objects.read(own), _chassis(parts)
    description, object_id = objects.text(_objects.DESCRIPTION), objects.name(_objects.OBJECT_ID)
    idea = weigh((("snmp-descr", description), ("snmp-object", dotted(object_id))))
    at = own_objects(object_id)
    maker = idea.maker.name if idea.maker is not None else part[_MAKER]
    hardware = description.split(";")[_AXIS_HARDWARE : _AXIS_HARDWARE + 1] if maker == "Axis" else []
    return {
        _MAKER: maker,
        _MODEL: mine.text(at.model) or idea.model or part[_MODEL],
        _FIRMWARE: mine.text(at.firmware) or idea.firmware or part[_FIRMWARE],
        _SERIAL: mine.text(at.serial) or part[_SERIAL],
        _HARDWARE: "".join(hardware).strip() or part[_HARDWARE],
    }


def _chassis(data: bytes) -> dict[str, str]:
    """The row of the device as a whole: the first chassis, or the first row where none says that it is one."""
    table = Objects.read(data)
    rows = sorted({row for column in _objects.PARTS for row in table.rows(column)})
    whole = [row for row in rows if table.whole((*_objects.PART_CLASS, *row)) == _objects.CHASSIS]
    row = next(iter(whole or rows), ())
    return {
        _MAKER: table.text((*_objects.PART_MAKER, *row)),
        _MODEL: table.text((*_objects.PART_MODEL, *row)),
        _FIRMWARE: table.text((*_objects.PART_SOFTWARE, *row)),
        _SERIAL: table.text((*_objects.PART_SERIAL, *row)),
        _HARDWARE: table.text((*_objects.PART_HARDWARE, *row)),
    }


def parse_hostname(data: bytes) -> Hostname:
    """sysName."""
    name = Objects.read(data).text(_objects.NAME)
    if not name:
        raise NotSupported(say("snmp.no-object", what="sysName"))
    return Hostname(name=name)


def parse_uptime(data: bytes, at: datetime) -> Uptime:
    """The longest of the times that it tells: agents are started anew by themselves, and counters wrap round after 497
    days. `at`: our own UTC at that moment."""
    objects = Objects.read(data)
    hundredths = (objects.whole(_objects.HOST_UPTIME), objects.whole(_objects.AGENT_UPTIME))
    told = [n // 100 for n in hundredths if n is not None]
    told += [n for n in (objects.whole(_objects.ENGINE_TIME),) if n is not None]
    if not told:
        raise NotSupported(say("snmp.no-object", what="sysUpTime"))
    try:
        booted = at - timedelta(seconds=max(told))
    except OverflowError:
        raise Malformed(say("snmp.broken", what="sysUpTime")) from None
    return Uptime(seconds=max(told), booted_at=booted)
