"""Reads LAB.toml into a plan. Every mistake is one sentence that names the file, the place and the key."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from ipaddress import AddressValueError, IPv4Address, ip_address, ip_interface
from pathlib import Path
from typing import Any

from fushinban.errors import InputError
from fushinban.lab.faults import FaultUse, Value, with_faults
from fushinban.lab.plan import (
    HIGHEST_BASE,
    LOWEST_BASE,
    MAPPED_PORTS,
    TCP_SERVICES,
    UDP_SERVICES,
    Appearance,
    Ask,
    Auth,
    DevicePlan,
    Gateway,
    LabPlan,
    LabUser,
    ProbeHabit,
)
from fushinban.lab.toml_table import Table
from fushinban.messages import say
from fushinban.model.device import DeviceKind
from fushinban.model.facts.access import Level
from fushinban.model.site import SiteKind, TestKind

_USUAL = DevicePlan(id="", address="")
_QOP = ("auth", "auth,auth-int", "")
_PROTOCOLS = ("TCP", "UDP")


def load_plan(path: Path) -> LabPlan:
    """The plan of a lab file. Raises InputError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(say("lab.unreadable", file=path.name, error=str(error))) from error
    return parse_plan(text, path.name, path.parent)


def demonstration_plan(*, base_port: int | None = None) -> LabPlan:
    """The demonstration site that ships with the package; another base port on request (0: a free block)."""
    file = resources.files(__package__) / "demonstration.toml"
    plan = parse_plan(file.read_text(encoding="utf-8"), "demonstration.toml", Path())
    return plan if base_port is None else replace(plan, base_port=base_port)


def parse_plan(text: str, file: str, folder: Path) -> LabPlan:
    """Read a plan from TOML text; `folder` is where the paths of recordings start. Raises InputError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(say("lab.unreadable", file=file, error=str(error))) from error
    top = Table(file, "file", data)
    lab = Table(file, "[lab]", top.raw("lab"))
    devices = tuple(_device(table, folder) for table in top.tables("device", "id", top.raw("defaults")))
    answers, details = top.raw("answers"), top.raw("details")
    top.finish()
    plan = LabPlan(
        id=lab.text("id", "lab"),
        name=lab.text("name"),
        customer=lab.text("customer", "架空の顧客"),
        kind=lab.choice("kind", SiteKind, SiteKind.SHOP),
        base_port=_base_port(lab),
        multicast=lab.flag("multicast", False),
        tests=lab.choices("tests", TestKind, tuple(TestKind)),
        devices=devices,
        answers=answers,
        details=details,
        source=file,
    )
    lab.finish()
    return _whole(plan)


def _base_port(lab: Table) -> int:
    value = lab.number("base_port", 10000)
    if value and not LOWEST_BASE <= value <= HIGHEST_BASE:
        raise InputError(
            say(
                "lab.out-of-range", file=lab.file, where=lab.where, key="base_port",
                low=LOWEST_BASE, high=HIGHEST_BASE,
            )
        )  # fmt: skip
    return value


def _whole(plan: LabPlan) -> LabPlan:
    """Check what only the whole site can show."""
    if not plan.devices:
        raise InputError(say("lab.no-devices", file=plan.source))
    for key in ("id", "address"):
        seen: set[str] = set()
        for device in plan.devices:
            value = str(getattr(device, key))
            if value in seen:
                raise InputError(say("lab.twice", file=plan.source, key=key, value=value))
            seen.add(value)
    _check_asks(plan)
    return plan


def _check_asks(plan: LabPlan) -> None:
    """Only a device of the site can ask its router for a way in."""
    known = {d.id for d in plan.devices}
    for device in plan.devices:
        for ask in device.upnp.asks if device.upnp is not None else ():
            if ask.device not in known:
                table = Table(plan.source, f"[[device]] {device.id}.upnp.asks", {})
                raise table.wrong_choice("device", ask.device, tuple(sorted(known)))


def _device(table: Table, folder: Path) -> DevicePlan:
    users = tuple(_user(row) for row in table.tables("users", "name"))
    recording = table.text("recording", "")
    device = DevicePlan(
        id=table.text("id"),
        address=_loopback(table),
        kind=table.choice("kind", DeviceKind, DeviceKind.CAMERA),
        name=table.text("name", ""),
        note=table.text("note", ""),
        maker=table.text("maker", _USUAL.maker),
        model=table.text("model", _USUAL.model),
        firmware=table.text("firmware", _USUAL.firmware),
        hardware=table.text("hardware", _USUAL.hardware),
        serial=table.text("serial", ""),
        mac=table.text("mac", ""),
        location=table.text("location", ""),
        services=_services(table),
        users=users,
        login=_login(table, users),
        auth=table.choice("auth", Auth, _USUAL.auth),
        qop=_qop(table),
        nonce_life=table.seconds("nonce_life", _USUAL.nonce_life),
        token_window=table.seconds("token_window", _USUAL.token_window),
        answer_ms=table.number("answer_ms", 0),
        recording=str(folder / recording) if recording else "",
        auth_required=table.flag("auth_required", False),
        channels=table.texts("channels"),
        probe=table.choice("probe", ProbeHabit, _USUAL.probe),
        discoverable=table.flag("discoverable", True),
        appearance=_appearance(table.table("appearance")),
        upnp=_gateway(table.table("upnp")) if table.has("upnp") else None,
    )
    device = _network(table, device)
    faults = tuple(_fault(table, item) for item in table.items("faults"))
    table.finish()
    return with_faults(device, *faults)


def _network(table: Table, device: DevicePlan) -> DevicePlan:
    return replace(
        device,
        ntp=table.texts("ntp"),
        dns=_addresses(table, "dns"),
        gateway=_address(table, "gateway"),
        dhcp=table.flag("dhcp", False),
        hostname=table.text("hostname", ""),
        timezone=table.text("timezone", device.timezone),
        ip_filter=_ranges(table, "ip_filter"),
        dot1x=table.flag("dot1x", device.dot1x),
    )


def _gateway(table: Table) -> Gateway:
    usual = Gateway()
    gateway = Gateway(
        enabled=table.flag("enabled", usual.enabled),
        version=_within(table, "version", usual.version, 1, 2),
        external_address=_address(table, "external_address") or usual.external_address,
        asks=tuple(_ask(row) for row in table.tables("asks", "device")),
    )
    table.finish()
    return gateway


def _ask(table: Table) -> Ask:
    protocol, service = table.text("protocol", "TCP"), table.text("service", "http")
    if protocol not in _PROTOCOLS:
        raise table.wrong_choice("protocol", protocol, _PROTOCOLS)
    if service not in MAPPED_PORTS:
        raise table.wrong_choice("service", service, tuple(sorted(MAPPED_PORTS)))
    ask = Ask(
        device=table.text("device"),
        outside_port=_within(table, "outside_port", 0, 1, 65535),
        service=service,
        protocol=protocol,
        name=table.text("name", ""),
        lease=table.number("lease", 0),
    )
    table.finish()
    return ask


def _within(table: Table, key: str, usual: int, low: int, high: int) -> int:
    value = table.number(key, usual)
    if not low <= value <= high:
        raise InputError(say("lab.not-within", file=table.file, where=table.where, key=key, low=low, high=high))
    return value


def _user(table: Table) -> LabUser:
    user = LabUser(
        name=table.text("name"),
        password=table.text("password"),
        level=table.choice("level", Level, Level.ADMINISTRATOR),
    )
    table.finish()
    return user


def _login(table: Table, users: tuple[LabUser, ...]) -> str:
    """The account given to the inspection: the named one, none for an empty name, else the first."""
    login = table.text("login", users[0].name if users else "")
    if login and login not in {user.name for user in users}:
        raise InputError(say("lab.no-such-user", file=table.file, where=table.where, value=login))
    return login


def _loopback(table: Table) -> str:
    text = table.text("address")
    try:
        if IPv4Address(text).is_loopback:
            return text
    except AddressValueError:
        pass
    raise InputError(say("lab.not-loopback", file=table.file, where=table.where, value=text))


def _services(table: Table) -> frozenset[str]:
    known = sorted(TCP_SERVICES | UDP_SERVICES)
    services = table.texts("services", tuple(sorted(_USUAL.services)))
    for service in services:
        if service not in known:
            raise table.wrong_choice("services", service, tuple(known))
    return frozenset(services)


def _qop(table: Table) -> str:
    value = table.text("qop", _USUAL.qop)
    if value not in _QOP:
        raise table.wrong_choice("qop", value, _QOP)
    return value


def _address(table: Table, key: str) -> str:
    value = table.text(key, "")
    if value:
        _check(table, key, value, ip_address)
    return value


def _addresses(table: Table, key: str) -> tuple[str, ...]:
    values = table.texts(key)
    for value in values:
        _check(table, key, value, ip_address)
    return values


def _ranges(table: Table, key: str) -> tuple[str, ...]:
    values = table.texts(key)
    for value in values:
        _check(table, key, value, ip_interface)
    return values


def _check(table: Table, key: str, value: str, read: Callable[[str], object]) -> None:
    try:
        read(value)
    except ValueError as error:
        raise table.wrong_choice(key, value, ("192.0.2.1", "192.0.2.0/24")) from error


def _appearance(table: Table) -> Appearance:
    usual = Appearance()
    look = Appearance(
        server=table.text("server", ""),
        title=table.text("title", ""),
        realm=table.text("realm", ""),
        rtsp=table.text("rtsp", ""),
        telnet=table.text("telnet", ""),
        ssh=table.text("ssh", usual.ssh),
        ftp=table.text("ftp", ""),
    )
    table.finish()
    return look


def _fault(table: Table, item: Any) -> FaultUse:
    """A fault by its name, or as a table with `name`, its parameters and, where wanted, its own `expects`."""
    if isinstance(item, str):
        return FaultUse(name=item)
    if not isinstance(item, dict):
        raise table.wrong_type("faults", list)
    row = Table(table.file, f"{table.where}.faults", item)
    name = row.text("name")
    expects = row.texts("expects") if row.has("expects") else None
    values: dict[str, Value] = {}
    for key, value in item.items():
        if key in ("name", "expects"):
            continue
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            values[key] = tuple(value)
        elif isinstance(value, str | int):
            values[key] = value
        else:
            raise row.wrong_type(key, str)
    return FaultUse(name=name, values=values, expects=expects)
