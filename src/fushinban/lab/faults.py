"""The faults that a lab file may declare: what each changes, and which controls of the guide it must make fail.

A fault is a pure change of a declared device, so the servers stay free of fault names. `expects` is the planted truth
(it can be overridden where a fault is used: `expects = [...]`), `also` what may fail as a further result, as soon as a
planned or earlier sheet is there to compare with. A fault without either makes devices difficult, not unsafe, or can
only end in 検証不可.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from fushinban.errors import InputError
from fushinban.lab.plan import (
    CertificateKind,
    DevicePlan,
    LabUser,
    Lockout,
    Misbehaviour,
    Planted,
    Trick,
)
from fushinban.makers import find_maker
from fushinban.messages import say
from fushinban.model.facts.access import Level
from fushinban.model.facts.network import DynamicDnsMode, FilterMode
from fushinban.model.facts.time import ClockSource

Value = str | int | bool | tuple[str, ...]
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of fault. `parameters` holds the defaults; a given value must have the same type."""

    name: str
    change: Callable[[DevicePlan, Values], DevicePlan]
    expects: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    parameters: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultUse:
    """A fault as a lab file declares it for one device; None keeps the table's own `expects`."""

    name: str
    values: Values = field(default_factory=dict)
    expects: tuple[str, ...] | None = None


def with_faults(device: DevicePlan, *uses: FaultUse | str) -> DevicePlan:
    """The device with these faults, in order. Raises InputError for an unknown fault or parameter."""
    for given in uses:
        use = FaultUse(name=given) if isinstance(given, str) else given
        fault = FAULTS.get(use.name)
        if fault is None:
            raise InputError(say("lab.unknown-fault", device=device.id, fault=use.name, known=", ".join(FAULTS)))
        values = {**fault.parameters, **_checked(device, fault, use.values)}
        expects = fault.expects if use.expects is None else use.expects
        truth = Planted(fault=fault.name, expects=expects, also=fault.also)
        device = replace(fault.change(device, values), planted=(*device.planted, truth))
    return device


def _checked(device: DevicePlan, fault: Fault, values: Values) -> Values:
    for key, value in values.items():
        if key not in fault.parameters:
            known = ", ".join(fault.parameters) or "-"
            raise InputError(say("lab.unknown-parameter", device=device.id, fault=fault.name, key=key, known=known))
        if type(value) is not type(usual := fault.parameters[key]) or _is_negative(value) > _is_negative(usual):
            raise InputError(say("lab.parameter-type", device=device.id, fault=fault.name, key=key))
    return values


def _is_negative(value: Value) -> bool:
    """Only a clock can go backwards: a number is below zero only where the usual one is."""
    return isinstance(value, int) and value < 0


def _text(values: Values, key: str) -> str:
    return str(values[key])


def _number(values: Values, key: str) -> int:
    value = values[key]
    assert isinstance(value, int)
    return value


def _names(values: Values, key: str) -> tuple[str, ...]:
    value = values[key]
    assert isinstance(value, tuple)
    return value


def _account(device: DevicePlan) -> LabUser:
    """The account that a password fault changes: the one of the inspection, else the first."""
    user = device.login_user or (device.users[0] if device.users else None)
    if user is None:
        raise InputError(say("lab.no-users", device=device.id))
    return user


def _with_password(device: DevicePlan, password: str, name: str = "") -> DevicePlan:
    old = _account(device)
    new = replace(old, password=password, name=name or old.name)
    users = tuple(new if user is old else user for user in device.users)
    return replace(device, users=users, login=new.name if device.login == old.name else device.login)


def _factory_password(device: DevicePlan, _values: Values) -> DevicePlan:
    maker = find_maker(device.maker)
    login = maker.factory_logins[0] if maker and maker.factory_logins else None
    if login is None:
        raise InputError(say("lab.no-factory-login", device=device.id, maker=device.maker))
    return _with_password(device, login.password, login.username)


def _password(device: DevicePlan, values: Values) -> DevicePlan:
    return _with_password(device, _text(values, "password"), _text(values, "account"))


def _open(service: str) -> Callable[[DevicePlan, Values], DevicePlan]:
    return lambda device, _values: replace(device, services=device.services | {service})


def _set(**changes: object) -> Callable[[DevicePlan, Values], DevicePlan]:
    return lambda device, _values: replace(device, **changes)  # type: ignore[arg-type]  # names are fields, tested


def _anonymous(*operations: str) -> Callable[[DevicePlan, Values], DevicePlan]:
    return lambda device, _values: replace(device, open_operations=device.open_operations | set(operations))


def _anonymous_snapshot(device: DevicePlan, _values: Values) -> DevicePlan:
    opened = device.open_operations | {"GetProfiles", "GetSnapshotUri"}
    return replace(device, snapshot_open=True, open_operations=opened)


def _anonymous_stream(device: DevicePlan, _values: Values) -> DevicePlan:
    opened = device.open_operations | {"GetProfiles", "GetStreamUri"}
    return replace(device, stream_open=True, open_operations=opened)


def _wrong_clock(device: DevicePlan, values: Values) -> DevicePlan:
    return replace(device, clock_offset=float(_number(values, "seconds")))


def _http_only(device: DevicePlan, _values: Values) -> DevicePlan:
    return replace(device, services=device.services - {"https"})


def _dynamic_dns(device: DevicePlan, values: Values) -> DevicePlan:
    return replace(device, dynamic_dns=DynamicDnsMode.CLIENT, dynamic_dns_name=_text(values, "host"))


def _global_address(device: DevicePlan, values: Values) -> DevicePlan:
    v4, v6 = _text(values, "ipv4"), _text(values, "ipv6")
    return replace(
        device,
        extra_ipv4=device.extra_ipv4 + ((v4,) if v4 else ()),
        ipv6=device.ipv6 + ((v6,) if v6 else ()),
    )


def _upnp(device: DevicePlan, _values: Values) -> DevicePlan:
    return replace(device, services=device.services | {"ssdp", "upnp-http"})


def _shared_certificate(device: DevicePlan, values: Values) -> DevicePlan:
    return replace(device, certificate_group=_text(values, "group"))


def _extra_admin(device: DevicePlan, values: Values) -> DevicePlan:
    extra = LabUser(name=_text(values, "account"), password=_text(values, "password"), level=Level.ADMINISTRATOR)
    return replace(device, users=(*device.users, extra))


def _gateway(device: DevicePlan, values: Values) -> DevicePlan:
    return replace(device, gateway=_text(values, "address"))


def _slow(device: DevicePlan, values: Values) -> DevicePlan:
    return replace(device, answer_ms=_number(values, "milliseconds"))


def _lockout(device: DevicePlan, values: Values) -> DevicePlan:
    rule = Lockout(
        attempts=_number(values, "attempts"), window=_number(values, "window"),
        duration=_number(values, "duration"), status=_number(values, "status"),
    )  # fmt: skip
    return replace(device, lockout=rule)


def _foreign_xaddr(device: DevicePlan, values: Values) -> DevicePlan:
    return replace(device, xaddr_host=_text(values, "host"))


def _trick(trick: Trick, **parameters: Value) -> Fault:
    """A fault on the wire; `operations` limits it to these ONVIF operations (empty: every request)."""

    def change(device: DevicePlan, values: Values) -> DevicePlan:
        status, to = values.get("status", 500), values.get("to", "")
        assert isinstance(status, int)
        played = Misbehaviour(
            trick=trick, operations=frozenset(_names(values, "operations")), status=status, to=str(to)
        )
        return replace(device, misbehaviour=played)

    return Fault(name=trick.value, change=change, parameters={"operations": (), **parameters})


_OPEN_POLICY = _set(filter_mode=FilterMode.DENY, ip_filter=())

_TABLE = (
    Fault(
        name="factory-password",
        change=_factory_password,
        expects=("G-2.1-1", "G-2.2-2", "G-3.3-2", "G-3.4-6a", "G-3.4-6b"),
        also=("G-3.4-6c",),
    ),
    Fault(
        name="published-password",
        change=_password,
        expects=("G-2.1-1", "G-2.2-2", "G-3.3-2", "G-3.4-6c"),
        parameters={"account": "root", "password": "xc3511"},
    ),
    Fault(
        name="weak-password",
        change=_password,
        expects=("G-2.1-1", "G-3.3-2", "G-3.4-6c"),
        parameters={"account": "", "password": "camera2020"},
    ),
    Fault(
        name="shared-password",
        change=_password,
        expects=("G-3.4-6c",),
        parameters={"account": "", "password": "Hoshi!Sango#Kagami27"},
    ),
    Fault(name="open-telnet", change=_open("telnet"), expects=("G-2.1-2",), also=("G-3.4-5a",)),
    Fault(name="open-ssh", change=_open("ssh"), expects=("G-2.1-3",), also=("G-3.4-5a",)),
    Fault(name="open-ftp", change=_open("ftp"), expects=("G-2.1-4",), also=("G-3.4-5a",)),
    Fault(name="anonymous-snapshot", change=_anonymous_snapshot, expects=("G-3.1-1", "G-3.2-1")),
    Fault(name="anonymous-stream", change=_anonymous_stream, expects=("G-3.1-1", "G-3.2-1")),
    Fault(name="anonymous-users", change=_anonymous("GetUsers"), expects=("G-3.1-1",)),
    Fault(
        name="anonymous-info",
        change=_anonymous("GetDeviceInformation", "GetScopes", "GetNetworkInterfaces"),
        expects=("G-3.1-1",),
    ),
    Fault(
        name="wrong-clock",
        change=_wrong_clock,
        expects=("G-3.3-3", "G-3.5-5f"),
        parameters={"seconds": -5400},
    ),
    Fault(name="manual-clock", change=_set(clock_source=ClockSource.MANUAL, ntp=()), expects=("G-3.3-3",)),
    Fault(
        name="expired-certificate",
        change=_set(certificate=CertificateKind.EXPIRED),
        expects=("G-3.6-8",),
    ),
    Fault(name="old-tls", change=_set(old_tls=True), expects=("G-3.3-T7",)),
    Fault(
        name="short-rsa-key",
        change=_set(certificate=CertificateKind.SHORT_RSA),
        expects=("G-3.3-T7",),
    ),
    Fault(
        name="shared-certificate",
        change=_shared_certificate,
        parameters={"group": "factory"},
    ),
    Fault(name="http-only", change=_http_only, expects=("G-3.3-T7",)),
    Fault(
        name="dynamic-dns-on",
        change=_dynamic_dns,
        expects=("G-3.4-5d",),
        also=("G-3.5-2g",),
        parameters={"host": "camera.example.com"},
    ),
    # Documentation ranges stand in for global ones: a control must take what is neither private (RFC 1918, RFC 4193),
    # link-local nor loopback as global, and not ask `ipaddress.is_global`, which says no to them.
    Fault(
        name="global-address",
        change=_global_address,
        expects=("G-3.4-4a",),
        parameters={"ipv4": "198.51.100.23/24", "ipv6": ""},
    ),
    Fault(name="upnp-answers", change=_upnp, expects=("G-3.4-5d",), also=("G-3.4-5a",)),
    Fault(name="discovery-on", change=_set(discoverable=True)),
    Fault(name="no-password-rules", change=_set(password_rules=None), expects=("G-3.3-3",)),
    Fault(name="no-ip-filter", change=_OPEN_POLICY, expects=("G-3.4-5b",)),
    Fault(
        name="extra-admin",
        change=_extra_admin,
        expects=("G-3.3-1",),
        also=("G-3.1-1", "G-3.2-7", "G-3.5-2e"),
        parameters={"account": "support", "password": "Ringo?Suzume=Chizu64"},
    ),
    Fault(name="zero-conf", change=_set(zero_configuration=True), expects=("G-3.3-3",)),
    Fault(name="default-hostname", change=_set(hostname="IPCamera"), also=("G-3.2-3", "G-3.5-2f")),
    Fault(
        name="unknown-gateway",
        change=_gateway,
        expects=("G-3.4-4b",),
        also=("G-3.5-2g",),
        parameters={"address": "127.77.0.250"},
    ),
    Fault(name="log-unavailable", change=_set(logs=False)),
    Fault(
        name="foreign-xaddr",
        change=_foreign_xaddr,
        parameters={"host": "192.0.2.99"},
    ),
    Fault(name="slow", change=_slow, parameters={"milliseconds": 400}),
    Fault(
        name="lockout",
        change=_lockout,
        parameters={"attempts": 5, "window": 600, "duration": 0, "status": 401},
    ),
    _trick(Trick.GARBAGE),
    _trick(Trick.NON_UTF8),
    _trick(Trick.TRUNCATED),
    _trick(Trick.ENDLESS_BODY),
    _trick(Trick.HUGE_XML),
    _trick(Trick.DEEP_XML),
    _trick(Trick.ENTITY_BOMB),
    _trick(Trick.REDIRECT, to="http://192.0.2.99/onvif/device_service"),
    _trick(Trick.WRONG_STATUS, status=500),
    _trick(Trick.RESETS),
    _trick(Trick.REFUSES),
)

#: Every fault by its name in a lab file.
FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _TABLE}
