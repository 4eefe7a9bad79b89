"""Every parser of the ONVIF driver, on any bytes and on damaged answers: a value or Malformed, nothing else."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onvif_fakes import soap

from fushinban.drivers.onvif import (
    _access,
    _anonymous,
    _attachments,
    _capabilities,
    _identity,
    _logs,
    _media,
    _network,
    _security,
    _services,
    _time,
    _uris,
)
from fushinban.errors import Malformed
from fushinban.model.device import Target

Parser = Callable[[bytes], object]

#: Each parser with the name of the element it reads.
PARSERS: dict[Parser, str] = {
    _identity.parse_identity: "GetDeviceInformation",
    _identity.parse_endpoint: "GetEndpointReference",
    _identity.parse_hostname: "GetHostname",
    _identity.parse_scopes: "GetScopes",
    _time.parse_time: "GetSystemDateAndTime",
    _time.parse_ntp: "GetNTP",
    _network.parse_interfaces: "GetNetworkInterfaces",
    _network.parse_protocols: "GetNetworkProtocols",
    _network.parse_gateway: "GetNetworkDefaultGateway",
    _network.parse_dns: "GetDNS",
    _network.parse_dynamic_dns: "GetDynamicDNS",
    _network.parse_zero_configuration: "GetZeroConfiguration",
    _access.parse_accounts: "GetUsers",
    _access.parse_access_policy: "GetAccessPolicy",
    _access.parse_password_complexity: "GetPasswordComplexityConfiguration",
    _access.parse_password_history: "GetPasswordHistoryConfiguration",
    _access.parse_auth_failure_warning: "GetAuthFailureWarningConfiguration",
    _access.parse_address_filter: "GetIPAddressFilter",
    _access.parse_discovery_mode: "GetDiscoveryMode",
    _logs.parse_system_log: "GetSystemLog",
    _logs.parse_access_log: "GetSystemLog",
    _security.parse_certificates: "GetCertificates",
    _security.parse_certificates_status: "GetCertificatesStatus",
    _security.parse_dot1x: "GetDot1XConfigurations",
    _capabilities.parse_topics: "GetEventProperties",
    _services.parse_service_capabilities: "GetServiceCapabilities",
    _media.parse_profiles: "GetProfiles",
    _media.parse_video_sources: "GetVideoSources",
}

NAMES = re.findall(
    r"\w+",
    """
    Address Addresses Capabilities CertificateID Certificate CertificateContent Config Configuration Configurations
    Data Date Day DHCP DiscoveryMode DNSInformation DNSname DynamicDNSInformation Enabled Encoding FromDHCP GUID
    HostnameInformation Hour HwAddress Include Info IPAddressFilter IPv4 IPv4Address IPv6 Level Length Manual
    Manufacturer MessageDescription MinLen Model Month MTU Name Namespace NetworkGateway NetworkInterfaces
    NetworkProtocols NTPInformation NTPManual NvtCertificate PolicyFile Port PrefixLength Profiles Resolution
    ScopeItem Scopes Second Service String SystemDateAndTime SystemLog Time TopicSet Type Uri User UserLevel
    Username UTCDateTime VideoEncoder VideoSources Version XAddr Year ZeroConfiguration
    """,
)

TEXTS = st.one_of(
    st.sampled_from(["", "true", "false", "1", "0", "80", "-1", "99999999999999999999", "Deny", "IPv4", "192.0.2.1"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="<&>"), max_size=12),
)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(st.tuples(st.sampled_from(NAMES), inner), max_size=5),
    max_leaves=14,
)


def xml(tree: object) -> str:
    if isinstance(tree, str):
        return tree
    assert isinstance(tree, list)
    return "".join(f'<t:{name} token="{len(name)}">{xml(inner)}</t:{name}>' for name, inner in tree)


def value_or_malformed(parser: Parser, data: bytes) -> None:
    try:
        value = parser(data)
    except Malformed:
        return
    assert value is not None
    assert parser(data) == value


@pytest.mark.parametrize("parser", PARSERS, ids=lambda p: p.__name__)
@given(data=st.binary(max_size=200))
@settings(max_examples=25, deadline=None)
def test_any_bytes(parser: Parser, data: bytes) -> None:
    value_or_malformed(parser, data)


@pytest.mark.parametrize("parser", PARSERS, ids=lambda p: p.__name__)
@given(tree=TREES)
@settings(max_examples=60, deadline=None)
def test_any_tree_of_known_names(parser: Parser, tree: object) -> None:
    value_or_malformed(parser, soap(f"<d:{PARSERS[parser]}Response>{xml(tree)}</d:{PARSERS[parser]}Response>"))


@given(tree=TREES, address=st.sampled_from(["192.0.2.1", "2001:db8::1", ""]))
@settings(max_examples=60, deadline=None)
def test_service_tables(tree: object, address: str) -> None:
    for parser, name in ((_services.parse_services, "GetServices"), (_services.parse_capabilities, "GetCapabilities")):
        data = soap(f"<d:{name}Response>{xml(tree)}</d:{name}Response>")
        try:
            table = parser(data, address)
            assert _services.capabilities_of(table, table.of("http://www.onvif.org/ver10/device/wsdl")) is not None
        except Malformed:
            continue


@given(text=st.text(max_size=80))
def test_any_address(text: str) -> None:
    uri = f"rtsp://{text}"
    try:
        cleaned = _uris.without_login(uri)
        assert isinstance(_uris.place(cleaned, Target(address="192.0.2.1")), _uris.Place | None)
    except Malformed:
        return


SAFE = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)


@given(user=SAFE, secret=SAFE, path=SAFE)
def test_no_password_survives_in_an_address(user: str, secret: str, path: str) -> None:
    marked = f"zz{secret}zz"
    for uri in (
        f"rtsp://{user}:{marked}@192.0.2.1/{path}",
        f"rtsp://192.0.2.1/user={user}&password={marked}&channel=1",
        f"http://192.0.2.1/{path}?pwd={marked}",
        f"rtsp://192.0.2.1/user={user}_password={marked}_channel=1.sdp",
    ):
        assert marked not in _uris.without_login(uri)


@given(data=st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda b: b"--x\r\nA: b\r\n\r\n" + b)))
def test_any_multipart(data: bytes) -> None:
    try:
        assert isinstance(_attachments.open_parts(data).envelope, bytes)
    except Malformed:
        return


@given(data=st.binary(max_size=100))
def test_answered_only_looks_for_the_name(data: bytes) -> None:
    assert _anonymous.answered(data + b"<tds:GetUsersResponse/>", "GetUsers") is True
    assert _anonymous.answered(re.sub(rb"GetUsersResponse", b"", data), "GetUsers") is None
