"""The Hikvision parsers one by one: three namespaces, refusals, odd shapes, and secrets that must stay behind."""

from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from fake_device import fake_module

from fushinban.drivers.hikvision import _access, _channels, _context, _identity, _logs, _network, _services, _time
from fushinban.drivers.hikvision._read import content
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.model.facts import ClockSource, FilterMode, Level, NetworkService
from fushinban.transport.values import HttpAnswer

AT = datetime(2026, 5, 1, tzinfo=UTC)
NAMESPACES = tuple(f"http://www.{name}/ver20/XMLSchema" for name in ("hikvision.com", "isapi.org", "std-cgi.com"))


@pytest.fixture
def fake() -> ModuleType:
    return fake_module("hikvision")


def status(sub: str, code: int = 4) -> bytes:
    inside = f"<statusCode>{code}</statusCode><statusString>x</statusString><subStatusCode>{sub}</subStatusCode>"
    return f"<ResponseStatus>{inside}</ResponseStatus>".encode()


@pytest.mark.parametrize("namespace", [*NAMESPACES, ""])
def test_namespaces_do_not_matter(fake: ModuleType, namespace: str) -> None:
    body = fake.xml(
        "<UserList><User><id>1</id><userName>admin</userName><userLevel>Administrator</userLevel></User></UserList>",
        namespace,
    )
    account = _access.parse_accounts(body.encode()).accounts[0]
    assert (account.name, account.level, account.builtin) == ("admin", Level.ADMINISTRATOR, True)


# Refusals


@pytest.mark.parametrize(
    ("http", "body", "kind"),
    [
        (403, status("notSupport"), NotSupported),
        (404, status("notSupport"), NotSupported),
        (403, status("methodNotAllowed"), NotSupported),
        (403, status("", 4), NotSupported),
        (403, status("lowPrivilege"), Denied),
        (403, status("notActivated"), Denied),
        (403, status("userLocked"), Locked),
        (401, b"<userCheck><lockStatus>lock</lockStatus><unlockTime>1800</unlockTime></userCheck>", Locked),
        (403, b"", Denied),
        (403, b"ResponseStatus <", Denied),
        (400, status("badParameters", 6), Malformed),
        (400, b"", NotSupported),
        (500, status("deviceBusy", 2), Unreachable),
        (500, status("deviceError", 3), Malformed),
        (500, b"", Malformed),
        (503, b"", Unreachable),
        (423, b"", Locked),
        (302, b"", Malformed),
    ],
)
def test_a_refusal_says_in_its_body_what_it_means(http: int, body: bytes, kind: type[DeviceError]) -> None:
    with pytest.raises(kind):
        content(HttpAnswer(http, {}, body), "x")


def test_a_refusal_may_come_with_status_200() -> None:
    with pytest.raises(NotSupported):
        _access.parse_accounts(status("notSupport"))
    with pytest.raises(Malformed):
        _access.parse_accounts(status("ok", 1))
    with pytest.raises(Malformed):
        _services.parse_switch(b"<html><enabled>true</enabled></html>", NetworkService.SSH, "SSH")


def test_entities_are_not_resolved() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "boom">]><UserList><User><userName>&b;</userName></User></UserList>'
    with pytest.raises(Malformed):
        _access.parse_accounts(bomb)


# Set-up state


@pytest.mark.parametrize(
    ("body", "initialised"),
    [
        (b"<ActivateStatus><Activated>true</Activated></ActivateStatus>", True),
        (b"<Activated>false</Activated>", False),
        (b"<x><activated>flase</activated></x>", False),
    ],
)
def test_set_up_state(body: bytes, initialised: bool) -> None:
    assert _context.parse_activation(HttpAnswer(200, {}, body)).initialised is initialised


@pytest.mark.parametrize("body", [b"", b"<html/>", b"<a><Activated>perhaps</Activated></a>", b'{"Activated": true}'])
def test_any_other_shape_of_the_set_up_state_is_no_answer(body: bytes) -> None:
    with pytest.raises(Malformed):
        _context.parse_activation(HttpAnswer(200, {}, body))


# Secrets


def test_no_code_leaves_the_parser_of_the_cloud(fake: ModuleType) -> None:
    (service,) = _services.parse_cloud(fake.ANSWERS["System/Network/EZVIZ"].encode(), "EZVIZ")
    assert (service.enabled, service.registered) == (True, True)
    assert fake.CODE not in repr(service)
    damaged = f"<EZVIZ><verificationCode>{fake.CODE}</verificationCode></EZVIZ>".encode()
    with pytest.raises(Malformed) as raised:
        _services.parse_cloud(damaged, "EZVIZ")
    assert fake.CODE not in str(raised.value) + raised.value.text.ja


@pytest.mark.parametrize(
    ("path", "secret", "parse"),
    [
        ("Security/users", "USER_PASSWORD", _access.parse_accounts),
        ("System/Network/Ehome", "EHOME_KEY", lambda data: _services.parse_cloud(data, "EHome")),
        ("System/Network/SNMP", "COMMUNITY", _services.parse_snmp_settings),
        ("System/Network/DDNS", "DDNS_PASSWORD", _network.parse_dynamic_dns),
        ("System/Network/ftp", "FTP_PASSWORD", lambda d: _services.parse_sender(d, NetworkService.OTHER, "FTP")),
        ("ContentMgmt/InputProxy/channels", "PROXY_PASSWORD", _channels.parse_channels),
        ("System/capabilities", "SALT", _context.parse_capabilities),
    ],
)
def test_no_secret_leaves_its_parser(fake: ModuleType, path: str, secret: str, parse: object) -> None:
    data = fake.ANSWERS[path].encode()
    assert getattr(fake, secret).encode() in data
    assert callable(parse)
    assert getattr(fake, secret) not in repr(parse(data))


# Facts


@pytest.mark.parametrize(
    ("body", "enabled", "registered"),
    [
        ("<EZVIZ><enabled>false</enabled><bindStatus>unbind</bindStatus></EZVIZ>", False, False),
        (
            "<EZVIZ><enabled>true</enabled><registerStatus>false</registerStatus><bindStatus>bind</bindStatus></EZVIZ>",
            True,
            True,
        ),
        ("<SIPServerList><SIPServer><enabled>true</enabled></SIPServer><SIPServer/></SIPServerList>", True, None),
    ],
)
def test_clouds(body: str, enabled: bool, registered: bool | None) -> None:
    (service,) = _services.parse_cloud(body.encode(), "x")
    assert (service.enabled, service.registered) == (enabled, registered)


@pytest.mark.parametrize(
    ("local", "zone", "offset", "shown"),
    [
        ("2026-05-01T09:00:05", "CST-9:00:00", 5.0, None),
        ("2026-05-01T09:00:05+09:00", "whatever", 5.0, None),
        ("2026-04-30T19:00:00", "EST+5:00:00", 0.0, None),
        ("2026-05-01T09:00:05", "CST-9:00:00DST01:00:00,M4.1.0/02:00:00,M10.5.0/02:00:00", None, "2026-05-01T09:00:05"),
        ("2026-05-01T09:00:05", "", None, "2026-05-01T09:00:05"),
    ],
)
def test_time(local: str, zone: str, offset: float | None, shown: str | None) -> None:
    body = f"<Time><timeMode>NTP</timeMode><localTime>{local}</localTime><timeZone>{zone}</timeZone></Time>"
    found = _time.parse_time(body.encode(), AT)
    assert (found.offset, found.local, found.source) == (offset, shown, ClockSource.NTP)
    assert found.daylight is ("DST" in zone)


@pytest.mark.parametrize("local", ["", "yesterday", "0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_a_time_that_cannot_be(local: str) -> None:
    body = f"<Time><localTime>{local}</localTime><timeZone>CST-9:00:00</timeZone></Time>".encode()
    try:
        assert _time.parse_time(body, AT).utc is not None
    except Malformed:
        assert local[:4] in ("", "yest", "0001", "9999")


def test_the_filter_by_its_modes() -> None:
    entries = "".join(
        f"<IPFilterAddress><AddressMask><ipAddress>{a}</ipAddress></AddressMask></IPFilterAddress>"
        for a in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "0.0.0.0")
    )
    span = (
        "<IPFilterAddress><AddressRange><startIPAddress>192.0.2.5</startIPAddress>"
        "<endIPAddress>192.0.2.9</endIPAddress></AddressRange></IPFilterAddress>"
    )

    def of(enabled: str, mode: str) -> bytes:
        return (
            f"<IPFilter><enabled>{enabled}</enabled><permissionType>{mode}</permissionType>"
            f"<IPFilterAddressList>{entries}{span}</IPFilterAddressList></IPFilter>"
        ).encode()

    found = _network.parse_address_filter(of("true", "allow"))
    assert found.mode is FilterMode.ALLOW
    assert found.entries == ("192.0.2.1", "192.0.2.2", "192.0.2.5-192.0.2.9")
    assert _network.parse_address_filter(of("true", "deny")).mode is FilterMode.DENY
    off = _network.parse_address_filter(of("false", "allow"))
    assert (off.mode, off.entries) == (FilterMode.DENY, ())
    for wrong in (of("true", "perhaps"), of("", "deny")):
        with pytest.raises(Malformed):
            _network.parse_address_filter(wrong)


@pytest.mark.parametrize(
    ("body", "enabled"),
    [
        ("<UPnP><enabled>false</enabled><ports><enabled>true</enabled></ports></UPnP>", False),
        ("<UPnP><enabled>true</enabled><ports><enabled>false</enabled></ports></UPnP>", False),
        ("<UPnP><enabled>true</enabled></UPnP>", True),
    ],
)
def test_upnp(body: str, enabled: bool) -> None:
    assert _network.parse_upnp_client(body.encode()).enabled is enabled


def test_ports_that_upnp_opens() -> None:
    body = (
        "<ports><portList><port><id>1</id><enabled>true</enabled><internalPort>http</internalPort>"
        "<externalPort>8080</externalPort></port><port><id>2</id><internalPort>554</internalPort>"
        "<externalPort>10554</externalPort><protocol>rtsp</protocol></port></portList></ports>"
    )
    found = _network.parse_mappings(body.encode())
    assert [(m.name, m.inside_port, m.outside_port, m.enabled) for m in found] == [
        ("http", 0, 8080, True), ("rtsp", 554, 10554, None),
    ]  # fmt: skip


def test_interfaces_of_both_families() -> None:
    body = (
        b"<NetworkInterface><id>1</id><IPAddress><ipVersion>v4</ipVersion><addressingType>dynamic</addressingType>"
        b"<ipAddress>192.0.2.7</ipAddress><subnetMask>255.255.255.128</subnetMask><DefaultGateway>"
        b"<ipAddress>192.0.2.1</ipAddress><ipv6Address>::</ipv6Address></DefaultGateway><PrimaryDNS>"
        b"<ipAddress>192.0.2.53</ipAddress></PrimaryDNS><DNSEnable>true</DNSEnable><Ipv6Mode>"
        b"<ipV6AddressingType>ra</ipV6AddressingType><ipv6AddressList><v6Address><address>2001:db8::7</address>"
        b"<bitMask>64</bitMask></v6Address></ipv6AddressList></Ipv6Mode></IPAddress><Link>"
        b"<MACAddress>44-47-cc-00-00-01</MACAddress><MTU>1500</MTU></Link></NetworkInterface>"
    )
    (interface,) = _network.parse_interfaces(body).interfaces
    assert (interface.ipv4, interface.ipv6) == (("192.0.2.7/25",), ("2001:db8::7/64",))
    assert (interface.mac, interface.dhcp, interface.dhcpv6) == ("44:47:CC:00:00:01", True, "ra")
    assert (interface.ipv4_enabled, interface.ipv6_enabled) == (True, False)
    assert _network.parse_gateway(body).ipv4 == ("192.0.2.1",)
    assert _network.parse_gateway(body).ipv6 == ()
    assert (_network.parse_dns(body).servers, _network.parse_dns(body).from_dhcp) == (("192.0.2.53",), True)


@pytest.mark.parametrize(
    ("inside", "v1", "v2c", "v3", "usual", "writable"),
    [
        ("<SNMPv1c><notificationEnabled>true</notificationEnabled></SNMPv1c>", True, None, None, None, None),
        (
            "<SNMPv2c><enabled>true</enabled><readCommunity>public</readCommunity></SNMPv2c>",
            None,
            True,
            None,
            True,
            None,
        ),
        (
            "<SNMPv2c><enabled>false</enabled><readCommunity>public</readCommunity></SNMPv2c>",
            None,
            False,
            None,
            None,
            None,
        ),
        ("<SNMPAdvanced><enabled>true</enabled></SNMPAdvanced>", None, None, True, None, None),
        ("<SNMPv2><enabled>true</enabled><writeCommunity>x9</writeCommunity></SNMPv2>", None, True, None, False, True),
    ],
)
def test_snmp(  # noqa: PLR0917 - a row of the table
    inside: str, v1: bool | None, v2c: bool | None, v3: bool | None, usual: bool | None, writable: bool | None
) -> None:
    found = _services.parse_snmp_settings(f"<SNMP>{inside}</SNMP>".encode())
    assert (found.v1, found.v2c, found.v3, found.usual_community, found.writable) == (v1, v2c, v3, usual, writable)


def test_a_shape_that_is_not_known_is_no_answer() -> None:
    for parse in (
        _services.parse_snmp_settings, _services.parse_remote_log, _access.parse_login_lock, _network.parse_upnp_client,
        _network.parse_dynamic_dns, _identity.parse_identity, _channels.parse_status,
    ):  # fmt: skip
        with pytest.raises(Malformed):
            parse(b"<SomethingElse><enabled>true</enabled></SomethingElse>")
    with pytest.raises(Malformed):
        _services.parse_snmp_settings(b"<SNMP><other>1</other></SNMP>")


def test_pages_of_the_log(fake: ModuleType) -> None:
    assert _logs.parse_log_page(fake.log_page(3, "MORE").encode()) == (3, True)
    assert _logs.parse_log_page(fake.log_page(0, "NO MATCHES").encode()) == (0, False)
    for wrong in (fake.log_page(2, "OK").replace("<numOfMatches>2", "<numOfMatches>7"), fake.log_page(2, "")):
        with pytest.raises(Malformed):
            _logs.parse_log_page(wrong.encode())


def test_a_document_is_no_configuration(fake: ModuleType) -> None:
    with pytest.raises(NotSupported):
        _logs.parse_configuration(status("notSupport"))
    for wrong, kind in ((b"<html/>", Malformed), (b"", NotSupported), (b"<", Malformed)):
        with pytest.raises(kind):
            _logs.parse_configuration(wrong)
    assert _logs.parse_configuration(b"\x00\x01").size == 2


def test_start_and_accounts() -> None:
    body = b"<DeviceStatus><deviceUpTime>60</deviceUpTime></DeviceStatus>"
    found = _identity.parse_uptime(body, AT)
    assert (found.seconds, found.boot_id, found.booted_at) == (60, "", AT - timedelta(seconds=60))
    with pytest.raises(Malformed):
        _identity.parse_uptime(b"<DeviceStatus><deviceUpTime>-1</deviceUpTime></DeviceStatus>", AT)
    with pytest.raises(Malformed):
        _access.parse_accounts(b"<UserList/>")


def test_sessions_by_whatever_name() -> None:
    body = (
        "<UserList><User><userName>a</userName><clientAddress><ipAddress>192.0.2.1</ipAddress></clientAddress></User>"
        "<User><name>b</name><ipAddress>192.0.2.2</ipAddress><loginType>web</loginType></User></UserList>"
    )
    found = _access.parse_sessions(body.encode()).sessions
    assert [(s.user, s.address, s.kind) for s in found] == [("a", "192.0.2.1", ""), ("b", "192.0.2.2", "web")]
    assert _access.parse_sessions(b"<OnlineUserList/>").sessions == ()


def test_a_lock_in_minutes() -> None:
    body = (
        b"<IllegalLoginLock><enabled>true</enabled><maxIllegalLoginTimes>5</maxIllegalLoginTimes>"
        b"<maxIllegalLoginLockTime>30</maxIllegalLoginLockTime></IllegalLoginLock>"
    )
    found = _access.parse_login_lock(body)
    assert (found.enabled, found.attempts, found.seconds) == (True, 5, 1800)
    bare = _access.parse_login_lock(b"<IllegalLoginLock><enabled>false</enabled></IllegalLoginLock>")
    assert (bare.enabled, bare.attempts, bare.seconds) == (False, 0, 0)


def test_a_certificate_in_pem_whatever_is_around_it() -> None:
    pem = fake_module("axis").CERTIFICATE
    found = _access.parse_stored_certificate(f"<X><cert>\n{pem}</cert></X>".encode()).certificates[0]
    assert found.key_type == "EC"
    with pytest.raises(NotSupported):
        _access.parse_stored_certificate(b"<X/>")
    with pytest.raises(Malformed):
        _access.parse_stored_certificate(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")


def test_channels_that_count_from_one_twice(fake: ModuleType) -> None:
    analog = _channels.parse_analog(
        b"<L><VideoInputChannel><id>1</id></VideoInputChannel></L>".replace(b"L>", b"VideoInputChannelList>")
    )
    digital = _channels.parse_channels(fake.ANSWERS["ContentMgmt/InputProxy/channels"].encode())
    both = _channels.joined(analog, digital).channels
    assert [(c.number, c.protocol) for c in both] == [(1, "analog"), (2, "ONVIF")]
    assert _channels.with_status(digital, {1: False})[0].online is False
    assert _channels.with_status(digital, {})[0].online is None
