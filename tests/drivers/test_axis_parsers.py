"""The Axis parsers one by one: odd shapes, errors in the place of answers, and secrets that must stay behind."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fake_device import fake_module
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban.drivers.axis import _access, _answers, _context, _identity, _logs, _network, _services, _time
from fushinban.drivers.axis._parameters import Parameters, parse_parameters
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.model.facts import ClockSource, FilterMode, Level, NetworkService
from fushinban.transport.values import HttpAnswer

AT = datetime(2026, 5, 1, tzinfo=UTC)
MODULES = (_identity, _network, _services, _access, _time)


def parameters(*lines: str) -> Parameters:
    return parse_parameters("\n".join(lines).encode())


def data(value: object, **more: object) -> bytes:
    return json.dumps({"apiVersion": "1.0", "data": value, **more}).encode()


def error(code: int, message: str = "said so") -> bytes:
    return json.dumps({"apiVersion": "1.0", "error": {"code": code, "message": message}}).encode()


# The parameter list


def test_a_group_after_an_error_line_lacks_its_root() -> None:
    found = parameters("root.Brand.Brand=AXIS", "# Error: Error -1 getting param in group 'X'", "System.AccessLog=Off")
    assert found.get("Brand.Brand") == "AXIS"
    assert found.flag("system.accesslog") is False


def test_stars_are_no_value() -> None:
    found = parameters("root.System.BoaProtViewer=******", "root.A.B=", "root.C.D=a=b")
    assert found.has("System.BoaProtViewer")
    assert found.get("System.BoaProtViewer") == found.get("A.B") == ""
    assert found.get("C.D") == "a=b"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"# Error: Error -1 getting param in group 'root.Brand'\n", NotSupported),
        (b"", Malformed),
        (b"<!DOCTYPE html><html><head><title>x=1</title></head></html>", Malformed),
        (b"\x00\xff\xfe", Malformed),
        (b"root\n.\n=", Malformed),
    ],
)
def test_what_is_no_list(body: bytes, kind: type[DeviceError]) -> None:
    with pytest.raises(kind):
        parse_parameters(body)


def test_rows_are_in_the_order_of_their_numbers() -> None:
    found = parameters(*(f"root.Network.Interface.I{n}.SystemDevice=eth{n}" for n in (10, 2, 1)))
    assert found.rows("Network.Interface") == tuple(f"Network.Interface.i{n}" for n in (1, 2, 10))
    assert [i.token for i in _network.parse_interfaces(found).interfaces] == ["eth1", "eth2", "eth10"]


# JSON


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (error(2002), Denied),
        (error(4002), Denied),
        (error(2004), NotSupported),
        (error(2003), Malformed),
        (error(1000, "x" * 5000), Malformed),
        (b'{"error": {"code": "1000\\u0000"}}', Malformed),
        (b"[]", Malformed),
        (b'{"data": []}', Malformed),
        (b"{" * 5000, Malformed),
        (b"[" * 200_000, Malformed),
        (b'{"data": ' + b"9" * 5000 + b"}", Malformed),
    ],
)
def test_errors_come_with_status_200(body: bytes, kind: type[DeviceError]) -> None:
    with pytest.raises(kind) as raised:
        _answers.vapix_data(body, "x.cgi")
    assert len(raised.value.text.en) < 600


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (HttpAnswer(200, {}, data({"needsetup": "no"})), True),
        (HttpAnswer(200, {}, error(2003)), True),
        (HttpAnswer(401, {}, b""), False),
        (HttpAnswer(404, {}, b""), False),
    ],
)
def test_whether_it_speaks_vapix(answer: HttpAnswer, said: bool) -> None:
    assert _context.is_vapix(answer) is said


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (HttpAnswer(200, {}, b"<html>"), Malformed),
        (HttpAnswer(200, {}, b'{"hello": 1}'), Malformed),
        (HttpAnswer(503, {}, b""), Unreachable),
        (HttpAnswer(302, {"location": "http://198.51.100.1/"}, b""), Malformed),
        (HttpAnswer(429, {}, b""), Locked),
        (HttpAnswer(200, {}, b"{}", True), Malformed),
    ],
)
def test_what_cannot_be_vapix_at_all(answer: HttpAnswer, kind: type[DeviceError]) -> None:
    with pytest.raises(kind):
        _context.is_vapix(answer)


# Facts


def test_set_up_and_start() -> None:
    ready = {"needsetup": "yes", "uptime": "120", "bootid": "abc"}
    assert not _identity.parse_activation(ready).initialised
    uptime = _identity.parse_uptime(ready, AT)
    assert (uptime.seconds, uptime.boot_id) == (120, "abc")
    assert uptime.booted_at == datetime(2026, 4, 30, 23, 58, tzinfo=UTC)
    assert _identity.parse_uptime({"uptime": "-5", "bootid": "abc"}, AT).seconds is None
    for says_nothing in ({"needsetup": "perhaps"}, {}):
        with pytest.raises(NotSupported):
            _identity.parse_activation(says_nothing)
        with pytest.raises(NotSupported):
            _identity.parse_uptime(says_nothing, AT)


def test_identity_without_a_login_may_be_shorter() -> None:
    whole = {"propertyList": {"Brand": "AXIS", "ProdNbr": "P9999", "Version": "11.1.1", "HardwareID": "9FF"}}
    assert _identity.parse_basic_info(data(whole)).hardware == "9FF"
    assert _identity.parse_basic_info(data({"propertyList": {"ProdShortName": "AXIS P9"}})).firmware == ""
    with pytest.raises(Malformed):
        _identity.parse_basic_info(data({"propertyList": {"Brand": "AXIS"}}))


def test_accounts_have_their_strongest_group() -> None:
    body = b'admin="root,a"\noperator="root,a,b"\nviewer="root,a,b,c"\nptz="b"\ndigusers="root,a,b,c,d"\nnonsense\n'
    accounts = {a.name: a for a in _access.parse_accounts(body).accounts}
    levels = [accounts[n].level for n in "abcd"]
    assert levels == [Level.ADMINISTRATOR, Level.OPERATOR, Level.USER, Level.OTHER]
    assert accounts["b"].group == "operator, viewer, ptz"
    assert accounts["root"].builtin is True
    assert accounts["a"].builtin is None


@pytest.mark.parametrize("body", [b"", b"# Error: no", b"<html>", b'other="x"', b"admin=root"])
def test_what_is_no_list_of_accounts(body: bytes) -> None:
    with pytest.raises((Malformed, NotSupported)):
        _access.parse_accounts(body)


def test_the_old_filter() -> None:
    group = "root.Network.Filter"
    off = parameters(f"{group}.Enabled=no", f"{group}.Input.Policy=allow", f"{group}.Input.AcceptAddresses=192.0.2.1")
    assert _network.parse_address_filter(off).entries == ()
    assert _network.parse_address_filter(off).mode is FilterMode.DENY
    on = parameters(
        f"{group}.Enabled=yes", f"{group}.Input.Policy=allow", f"{group}.Input.AcceptAddresses=192.0.2.1 192.0.2.8/29"
    )
    assert _network.parse_address_filter(on).mode is FilterMode.ALLOW
    assert _network.parse_address_filter(on).entries == ("192.0.2.1", "192.0.2.8/29")
    with pytest.raises(Malformed):
        _network.parse_address_filter(parameters(f"{group}.Enabled=yes", f"{group}.Input.Policy=maybe"))


def firewall(default: object, *rules: dict[str, Any], activated: object = True) -> bytes:
    inside = {"rules": {"activeDefaultPolicy": default, "activeRules": list(rules)}}
    return json.dumps({"status": "success", "data": {"activated": activated, "conf": inside}}).encode()


def test_the_firewall() -> None:
    accept, drop = {"filter": {"policy": "ACCEPT"}}, {"filter": {"policy": "DROP"}}
    rules: tuple[dict[str, Any], ...] = (
        {"ruleType": "FILTER", "ip": "192.0.2.0/24", **accept},
        {"ruleType": "FILTER", "ipRange": {"start": "192.0.2.5", "end": "192.0.2.9"}, "tcpPort": 443, **accept},
        {"ruleType": "FILTER", "mac": "00:1B:63:84:45:E6", "port": {"portType": "TCP", "portNum": 22}, **accept},
        {"ruleType": "FILTER", "portRange": {"portType": "UDP", "start": 161, "end": 162}, **accept},
        {"ruleType": "FILTER", "ip": "198.51.100.7", **drop},
        {"ruleType": "LIMIT", "ip": "198.51.100.8"},
    )
    closed = _network.parse_firewall(firewall("DROP", *rules))
    assert closed.mode is FilterMode.ALLOW
    assert closed.entries == (
        "192.0.2.0/24", "192.0.2.5-192.0.2.9 tcp/443", "00:1B:63:84:45:E6 tcp/22", "* udp/161-162",
    )  # fmt: skip
    opened = _network.parse_firewall(firewall("ACCEPT", *rules))
    assert (opened.mode, opened.entries) == (FilterMode.DENY, ("198.51.100.7",))
    assert _network.parse_firewall(firewall("DROP", *rules, activated=False)).entries == ()
    assert _network.parse_firewall(firewall("DROP", activated="true")).entries == ()
    for wrong in (firewall("REJECT"), firewall("DROP", activated=None), b"{}", b'{"status": "success", "data": 3}'):
        with pytest.raises(Malformed):
            _network.parse_firewall(wrong)
    with pytest.raises(NotSupported):
        _network.parse_firewall(b'{"status": "error", "error": {"code": 1, "message": "no such entity"}}')


def test_services_without_http_for_anybody() -> None:
    groups = [f"root.System.BoaGroupPolicy.{g}=https" for g in ("admin", "operator", "viewer")]
    found = parameters("root.System.BoaPort=80", "root.HTTPS.Enabled=yes", *groups, "root.Network.SSH.Enabled=maybe")
    services = _services.parse_service_settings(found)
    assert [s.enabled for s in services.of(NetworkService.HTTP)] == [False]
    assert not services.of(NetworkService.SSH), "no switch that can be read"
    assert _access.parse_login_rules(found).https_only is True


@pytest.mark.parametrize(
    ("read", "write", "v1", "usual", "writable"),
    [
        ("public", "write", "yes", True, True),
        ("planted", "planted-too", "yes", False, True),
        ("******", "******", "yes", None, False),
        ("public", "write", "no", None, None),
    ],
)
def test_snmp_keeps_no_community(read: str, write: str, v1: str, usual: bool | None, writable: bool | None) -> None:
    found = parameters(
        "root.SNMP.Enabled=yes", f"root.SNMP.V1={v1}", f"root.SNMP.V1ReadCommunity={read}",
        f"root.SNMP.V1WriteCommunity={write}",
    )  # fmt: skip
    settings_ = _services.parse_snmp_settings(found)
    assert (settings_.usual_community, settings_.writable) == (usual, writable)
    assert "planted" not in repr(settings_) + repr(found)


def test_snmp_over_the_newer_interface() -> None:
    inside = {
        "enabled": True, "snmpV1": {"enabled": False}, "snmpV2": {"enabled": True}, "snmpV3": {"enabled": False},
        "snmpV1V2Common": {"readCommunity": "planted", "writeCommunity": "write"},
    }  # fmt: skip
    found = _services.parse_snmp_rest(json.dumps({"status": "success", "data": inside}).encode())
    assert (found.v1, found.v2c, found.v3, found.usual_community) == (False, True, False, True)
    assert "planted" not in repr(found)


def test_time() -> None:
    known = parameters("root.Time.SyncSource=NTP")
    moment = {"dateTime": "2026-05-01T09:00:05+09:00", "timeZone": "Asia/Tokyo", "dstEnabled": False}
    found = _time.parse_time(data(moment), known, AT)
    assert (found.offset, found.source, found.timezone) == (5.0, ClockSource.NTP, "Asia/Tokyo")
    for wrong in ("", "yesterday", "2026-13-01T00:00:00Z", 5):
        with pytest.raises(Malformed):
            _time.parse_time(data({"dateTime": wrong}), known, AT)


@pytest.mark.parametrize(
    ("client", "servers", "from_dhcp"),
    [
        ({"enabled": True, "serversSource": "static", "staticServers": ["a.jp", "", 3]}, ("a.jp",), False),
        ({"enabled": True, "serversSource": "DHCP", "advertisedServers": ["b.jp"]}, ("b.jp",), True),
        (
            {"enabled": True, "NTSEnabled": True, "staticNTSKEServers": ["c.jp"], "staticServers": ["x"]},
            ("c.jp",),
            False,
        ),
        ({"enabled": False, "serversSource": "static", "staticServers": ["a.jp"]}, (), False),
    ],
)
def test_time_servers_in_use(client: dict[str, object], servers: tuple[str, ...], from_dhcp: bool) -> None:
    found = _time.parse_ntp(data({"client": client}))
    assert (found.servers, found.from_dhcp) == (servers, from_dhcp)


def test_a_certificate_that_cannot_be_read_is_marked() -> None:
    rows = [
        {"alias": "good", "certificate": fake_module("axis").CERTIFICATE},
        {"alias": "bad", "certificate": "-----BEGIN"},
        {"certificate": 3},
        7,
    ]
    found = _access.parse_stored_certificates(json.dumps({"status": "success", "data": rows}).encode()).certificates
    assert [(c.id, c.key_type) for c in found] == [("good", "EC"), ("bad", "unreadable"), ("3", "unreadable")]


@pytest.mark.parametrize("body", [b"# Error: no right", b"<html><body>Unauthorized</body></html>"])
def test_a_page_is_no_log(body: bytes) -> None:
    for parse in (_logs.parse_system_log, _logs.parse_access_log):
        with pytest.raises((NotSupported, Malformed)):
            parse(body)
    assert _logs.parse_access_log(b"").lines == 0


# Anything at all

NAMES = sorted(
    {
        "Brand.Brand", "Brand.ProdNbr", "Properties.Firmware.Version", "Network.Interface.I0.SystemDevice",
        "Network.Interface.I0.Active.Active", "Network.Interface.I0.Active.IPAddress", "Network.eth0.MACAddress",
        "Network.Interface.I0.Active.SubnetMask", "Network.Filter.Enabled", "Network.Filter.Input.Policy",
        "Network.Resolver.ObtainFromDHCP", "Network.Resolver.NameServerList", "Network.Routing.DefaultRouter",
        "SNMP.Enabled", "SNMP.V1", "SNMP.V1ReadCommunity", "Time.SyncSource", "Time.NTP.Server", "HTTPS.Port",
        "HTTPS.Enabled", "System.BoaPort", "System.BoaGroupPolicy.admin", "RemoteService.Enabled",
        "System.PreventDoSAttack.ActivatePasswordThrottling", "System.PreventDoSAttack.DoSPageCount",
        "Network.AxisNS.Enabled", "Network.DNSUpdate.Enabled", "Network.UPnP.NATTraversal.Enabled",
        "API.RemoteSyslog1.Enabled", "API.RemoteSyslog1.Server1.Address", "Network.VolatileHostName.HostName",
    }
)  # fmt: skip
VALUES = st.one_of(st.sampled_from(("yes", "no", "on", "0", "80", "99999", "allow", "NTP", "")), st.text(max_size=20))
OF_PARAMETERS = [
    f
    for m in MODULES
    for n, f in vars(m).items()
    if n.startswith("parse_") and list(f.__annotations__)[:-1] == ["parameters"]
]
OF_JSON = [_identity.parse_activation, lambda ready: _identity.parse_uptime(ready, AT)]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES), st.sampled_from(OF_PARAMETERS))
def test_any_parameters_give_a_fact_or_an_error(values: dict[str, str], parse: Any) -> None:
    found = Parameters({name.lower(): value for name, value in values.items()})
    try:
        fact = parse(found)
    except DeviceError:
        return
    assert type(fact).key


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(("needsetup", "uptime", "bootid")), JSON), st.sampled_from(OF_JSON))
def test_any_ready_state_gives_a_fact_or_an_error(ready: dict[str, Any], parse: Any) -> None:
    try:
        fact = parse(ready)
    except DeviceError:
        return
    assert type(fact).key
