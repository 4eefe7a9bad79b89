"""Parsers of the ONVIF driver on answers made by us after the schema; the quirks in them are those of real devices."""

from datetime import UTC, datetime, timedelta

import pytest
from onvif_fakes import soap

from fushinban.drivers.onvif import (
    _access,
    _identity,
    _network,
    _time,
)
from fushinban.errors import Malformed
from fushinban.model.facts import ClockSource, DynamicDnsMode, FilterMode, Level


def test_identity_needs_a_maker_or_a_model() -> None:
    full = soap(
        "<d:GetDeviceInformationResponse><d:Manufacturer> Sample </d:Manufacturer><d:Model>M-1</d:Model>"
        "<d:FirmwareVersion>1.2</d:FirmwareVersion></d:GetDeviceInformationResponse>"
    )
    found = _identity.parse_identity(full)
    assert (found.maker, found.model, found.firmware, found.serial) == ("Sample", "M-1", "1.2", "")
    with pytest.raises(Malformed):
        _identity.parse_identity(soap("<d:GetDeviceInformationResponse/>"))


def test_another_answer_is_malformed() -> None:
    with pytest.raises(Malformed):
        _identity.parse_identity(soap("<d:GetUsersResponse/>"))
    with pytest.raises(Malformed):
        _identity.parse_identity(b"<html><body><GetDeviceInformationResponse/></body></html>")


def test_scopes_are_decoded_and_private_ones_kept() -> None:
    uris = (
        "onvif://www.onvif.org/name/%E5%85%A5%E5%8F%A3%20A",
        "onvif://www.onvif.org/location/country/japan",
        "onvif://www.onvif.org/location/",
        "onvif://www.onvif.org/location/city/tokyo",
        "onvif://www.onvif.org/hardware/M%2D1",
        "odm:name:Camera1",
    )
    rows = "".join(
        f"<d:Scopes><t:ScopeDef>{kind}</t:ScopeDef><t:ScopeItem>{uri}</t:ScopeItem></d:Scopes>"
        for uri, kind in zip(uris, ("Fixed", *["Configurable"] * 5), strict=True)
    )
    found = _identity.parse_scopes(soap(f"<d:GetScopesResponse>{rows}</d:GetScopesResponse>"))
    assert (found.name, found.location, found.hardware) == ("入口 A", "country/japan, city/tokyo", "M-1")
    assert tuple(s.uri for s in found.scopes) == uris
    assert [s.fixed for s in found.scopes] == [True, False, False, False, False, False]


def test_accounts_of_unknown_level_are_other_and_passwords_are_not_kept() -> None:
    found = _access.parse_accounts(
        soap(
            "<d:GetUsersResponse><d:User><t:Username>a</t:Username><t:Password>made-up-secret</t:Password>"
            "<t:UserLevel>administrator</t:UserLevel></d:User>"
            "<d:User><t:Username>b</t:Username><t:UserLevel>Media</t:UserLevel></d:User></d:GetUsersResponse>"
        )
    )
    assert [(a.name, a.level) for a in found.accounts] == [("a", Level.ADMINISTRATOR), ("b", Level.OTHER)]
    assert "made-up-secret" not in repr(found)


def test_an_empty_list_of_accounts_is_a_fact_but_an_account_without_name_is_not() -> None:
    assert _access.parse_accounts(soap("<d:GetUsersResponse/>")).accounts == ()
    with pytest.raises(Malformed):
        _access.parse_accounts(
            soap("<d:GetUsersResponse><d:User><t:UserLevel>User</t:UserLevel></d:User></d:GetUsersResponse>")
        )


def protocols(rows: str) -> dict[str, tuple[bool, tuple[int, ...]]]:
    data = soap(f"<d:GetNetworkProtocolsResponse>{rows}</d:GetNetworkProtocolsResponse>")
    return {p.name: (p.enabled, p.ports) for p in _network.parse_protocols(data).protocols}


def protocol(name: str, enabled: str, *ports: int) -> str:
    numbers = "".join(f"<t:Port>{p}</t:Port>" for p in ports)
    return f"<d:NetworkProtocols><t:Name>{name}</t:Name><t:Enabled>{enabled}</t:Enabled>{numbers}</d:NetworkProtocols>"


def test_port_zero_is_a_filler_and_pairs_stay_together() -> None:
    rows = protocol("HTTP", "true", 80, 0) + protocol("HTTPS", "0", 443) + protocol("rtsp", "1", 0, 554)
    assert protocols(rows) == {"HTTP": (True, (80,)), "HTTPS": (False, (443,)), "RTSP": (True, (554,))}


def test_a_protocol_listed_twice_is_one_with_the_ports_that_are_on() -> None:
    rows = protocol("HTTP", "false", 8080) + protocol("HTTP", "true", 80) + protocol("HTTP", "true", 81)
    assert protocols(rows) == {"HTTP": (True, (80, 81))}
    assert protocols(protocol("HTTPS", "false", 443) + protocol("HTTPS", "false", 8443)) == {
        "HTTPS": (False, (443, 8443))
    }


def test_several_protocols_in_one_element_are_told_apart_by_name() -> None:
    rows = (
        "<d:NetworkProtocols><t:Name>HTTP</t:Name><t:Enabled>true</t:Enabled><t:Port>80</t:Port>"
        "<t:Name>RTSP</t:Name><t:Enabled>false</t:Enabled><t:Port>554</t:Port></d:NetworkProtocols>"
    )
    assert protocols(rows) == {"HTTP": (True, (80,)), "RTSP": (False, (554,))}


@pytest.mark.parametrize(
    "rows",
    [
        "<d:NetworkProtocols><t:Enabled>true</t:Enabled><t:Name>HTTP</t:Name></d:NetworkProtocols>",
        protocol("HTTP", "perhaps", 80),
        protocol("HTTP", "true", 70000),
        protocol("HTTP", "true", -1),
    ],
)
def test_protocols_that_cannot_be_told_are_malformed(rows: str) -> None:
    with pytest.raises(Malformed):
        protocols(rows)


def test_interfaces_v4_v6_and_odd_macs() -> None:
    data = soap(
        '<d:GetNetworkInterfacesResponse><d:NetworkInterfaces token="eth0"><t:Enabled>true</t:Enabled>'
        "<t:Info><t:Name>lan</t:Name><t:HwAddress>00-00-5e-00-53-01</t:HwAddress><t:MTU>0</t:MTU></t:Info>"
        "<t:IPv4><t:Enabled>true</t:Enabled><t:Config>"
        "<t:Manual><t:Address>192.0.2.9</t:Address><t:PrefixLength>24</t:PrefixLength></t:Manual>"
        "<t:LinkLocal><t:Address>192.0.2.7</t:Address><t:PrefixLength>24</t:PrefixLength></t:LinkLocal>"
        "<t:FromDHCP><t:Address>192.0.2.7</t:Address><t:PrefixLength>24</t:PrefixLength></t:FromDHCP>"
        "<t:DHCP>true</t:DHCP></t:Config></t:IPv4>"
        "<t:IPv6><t:Enabled>1</t:Enabled><t:Config><t:DHCP>Stateless</t:DHCP>"
        "<t:LinkLocal><t:Address>fe80::1</t:Address><t:PrefixLength>64</t:PrefixLength></t:LinkLocal>"
        "<t:FromRA><t:Address>2001:db8::1</t:Address><t:PrefixLength>64</t:PrefixLength></t:FromRA>"
        "</t:Config></t:IPv6></d:NetworkInterfaces>"
        '<d:NetworkInterfaces token="wlan0"><t:Enabled>false</t:Enabled></d:NetworkInterfaces>'
        "</d:GetNetworkInterfacesResponse>"
    )
    wired, wireless = _network.parse_interfaces(data).interfaces
    assert (wired.token, wired.name, wired.mac, wired.mtu) == ("eth0", "lan", "00:00:5E:00:53:01", None)
    assert (wired.ipv4, wired.dhcp) == (("192.0.2.7/24", "192.0.2.9/24"), True)
    assert (wired.ipv6_enabled, wired.ipv6, wired.dhcpv6) == (True, ("2001:db8::1/64", "fe80::1/64"), "Stateless")
    assert (wireless.enabled, wireless.ipv4_enabled, wireless.dhcp, wireless.mac) == (False, False, None, "")


def test_dns_and_ntp_in_use() -> None:
    dns = soap(
        "<d:GetDNSResponse><d:DNSInformation><t:FromDHCP>{}</t:FromDHCP><t:SearchDomain>example.jp</t:SearchDomain>"
        "<t:DNSFromDHCP><t:Type>IPv4</t:Type><t:IPv4Address>192.0.2.1</t:IPv4Address></t:DNSFromDHCP>"
        "<t:DNSManual><t:Type>IPv4</t:Type><t:IPv4Address>192.0.2.2</t:IPv4Address></t:DNSManual>"
        "<t:DNSManual><t:Type>IPv4</t:Type><t:IPv4Address>0.0.0.0</t:IPv4Address></t:DNSManual>"
        "</d:DNSInformation></d:GetDNSResponse>"
    ).decode()
    assert _network.parse_dns(dns.format("true").encode()).servers == ("192.0.2.1",)
    manual = _network.parse_dns(dns.format("false").encode())
    assert (manual.from_dhcp, manual.servers, manual.search) == (False, ("192.0.2.2",), ("example.jp",))
    ntp = soap(
        "<d:GetNTPResponse><d:NTPInformation><t:FromDHCP>false</t:FromDHCP>"
        "<t:NTPManual><t:Type>DNS</t:Type><t:DNSname>ntp.example.jp</t:DNSname></t:NTPManual>"
        "<t:NTPManual><t:Type>IPv4</t:Type><t:IPv4Address>192.0.2.123</t:IPv4Address></t:NTPManual>"
        "<t:NTPManual><t:Type>DNS</t:Type><t:IPv4Address>192.0.2.124</t:IPv4Address></t:NTPManual>"
        "<t:NTPFromDHCP><t:Type>IPv4</t:Type><t:IPv4Address>192.0.2.9</t:IPv4Address></t:NTPFromDHCP>"
        "</d:NTPInformation></d:GetNTPResponse>"
    )
    assert _time.parse_ntp(ntp).servers == ("ntp.example.jp", "192.0.2.123", "192.0.2.124")


def test_gateway_leaves_empty_and_unspecified_out() -> None:
    found = _network.parse_gateway(
        soap(
            "<d:GetNetworkDefaultGatewayResponse><d:NetworkGateway><t:IPv4Address>192.0.2.1</t:IPv4Address>"
            "<t:IPv4Address>0.0.0.0</t:IPv4Address><t:IPv6Address/></d:NetworkGateway>"
            "</d:GetNetworkDefaultGatewayResponse>"
        )
    )
    assert (found.ipv4, found.ipv6) == (("192.0.2.1",), ())


def test_dynamic_dns_filter_discovery_and_zero_configuration() -> None:
    ddns = _network.parse_dynamic_dns(
        soap(
            "<d:GetDynamicDNSResponse><d:DynamicDNSInformation><t:Type>ClientUpdates</t:Type><t:Name>cam.example.jp"
            "</t:Name><t:TTL>PT1H</t:TTL></d:DynamicDNSInformation></d:GetDynamicDNSResponse>"
        )
    )
    assert (ddns.mode, ddns.name, ddns.ttl) == (DynamicDnsMode.CLIENT, "cam.example.jp", "PT1H")
    filtered = _access.parse_address_filter(
        soap(
            "<d:GetIPAddressFilterResponse><d:IPAddressFilter><t:Type>Allow</t:Type><t:IPv4Address>"
            "<t:Address>192.0.2.0</t:Address><t:PrefixLength>24</t:PrefixLength></t:IPv4Address>"
            "</d:IPAddressFilter></d:GetIPAddressFilterResponse>"
        )
    )
    assert (filtered.mode, filtered.entries) == (FilterMode.ALLOW, ("192.0.2.0/24",))
    mode = "<d:GetDiscoveryModeResponse><d:DiscoveryMode>{}</d:DiscoveryMode></d:GetDiscoveryModeResponse>"
    assert not _access.parse_discovery_mode(soap(mode.format("NonDiscoverable"))).discoverable
    with pytest.raises(Malformed):
        _access.parse_discovery_mode(soap(mode.format("Hidden")))
    zero = _network.parse_zero_configuration(
        soap(
            "<d:GetZeroConfigurationResponse><d:ZeroConfiguration><t:InterfaceToken>0</t:InterfaceToken>"
            "<t:Enabled>false</t:Enabled><t:Extension><t:Additional><t:InterfaceToken>1</t:InterfaceToken>"
            "<t:Enabled>true</t:Enabled><t:Addresses>169.254.1.2</t:Addresses></t:Additional></t:Extension>"
            "</d:ZeroConfiguration></d:GetZeroConfigurationResponse>"
        )
    )
    assert (zero.enabled, zero.addresses) == (True, ("169.254.1.2",))


def test_password_rules_say_none_where_the_device_says_nothing() -> None:
    name = "GetPasswordComplexityConfigurationResponse"
    rule = _access.parse_password_complexity(
        soap(f"<d:{name}><d:MinLen>8</d:MinLen><d:BlockUsernameOccurrence>true</d:BlockUsernameOccurrence></d:{name}>")
    )
    assert (rule.min_length, rule.uppercase, rule.block_username, rule.locked) == (8, None, True, None)
    history = _access.parse_password_history(
        soap(
            "<d:GetPasswordHistoryConfigurationResponse><d:Enabled>true</d:Enabled><d:Length>3</d:Length>"
            "</d:GetPasswordHistoryConfigurationResponse>"
        )
    )
    assert (history.enabled, history.length) == (True, 3)
    name = "GetAuthFailureWarningConfigurationResponse"
    warning = _access.parse_auth_failure_warning(
        soap(
            f"<d:{name}><d:Enabled>1</d:Enabled><d:MonitorPeriod>60</d:MonitorPeriod>"
            f"<d:MaxAuthFailures>5</d:MaxAuthFailures></d:{name}>"
        )
    )
    assert (warning.enabled, warning.period, warning.max_failures) == (True, 60, 5)


TIME = (
    "<d:GetSystemDateAndTimeResponse><d:SystemDateAndTime><t:DateTimeType>{kind}</t:DateTimeType>"
    "<t:DaylightSavings>false</t:DaylightSavings><t:TimeZone><t:TZ>JST-9</t:TZ></t:TimeZone>{utc}"
    "</d:SystemDateAndTime></d:GetSystemDateAndTimeResponse>"
)
UTC_TIME = (
    "<t:UTCDateTime><t:Time><t:Hour>3</t:Hour><t:Minute>4</t:Minute><t:Second>5</t:Second></t:Time>"
    "<t:Date><t:Year>2026</t:Year><t:Month>{month}</t:Month><t:Day>2</t:Day></t:Date></t:UTCDateTime>"
)


def test_time_and_its_offset() -> None:
    data = soap(TIME.format(kind="NTP", utc=UTC_TIME.format(month=1)))
    device = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    found = _time.parse_time(data, device + timedelta(seconds=90.5))
    assert (found.source, found.timezone, found.utc, found.offset) == (ClockSource.NTP, "JST-9", device, -90.5)
    assert _time.parse_time(data).offset is None


def test_time_without_utc_has_no_offset_and_an_impossible_date_is_malformed() -> None:
    found = _time.parse_time(soap(TIME.format(kind="Sundial", utc="")), datetime(2026, 1, 1, tzinfo=UTC))
    assert (found.source, found.utc, found.offset) == (ClockSource.UNKNOWN, None, None)
    with pytest.raises(Malformed):
        _time.parse_time(soap(TIME.format(kind="Manual", utc=UTC_TIME.format(month=0))))


def test_long_texts_are_cut() -> None:
    data = soap(
        f"<d:GetHostnameResponse><d:HostnameInformation><t:FromDHCP>false</t:FromDHCP><t:Name>{'x' * 5000}</t:Name>"
        "</d:HostnameInformation></d:GetHostnameResponse>"
    )
    assert len(_identity.parse_hostname(data).name) == 1024
