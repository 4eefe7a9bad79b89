"""Parsers of the ONVIF driver for services, logs, media and certificates, on answers made by us after the schema."""

import base64
import hashlib

import pytest
from onvif_fakes import soap

from fushinban.drivers.onvif import _access, _capabilities, _logs, _media, _security, _services
from fushinban.errors import Malformed

SERVICES = (
    "<d:GetServicesResponse><d:Service><d:Namespace>http://www.onvif.org/ver10/device/wsdl</d:Namespace>"
    "<d:XAddr>http://198.51.100.7:8000/onvif/device_service</d:XAddr><d:Capabilities><d:Capabilities>"
    '<d:Network DynDNS="false" Dot1XConfigurations="2"/><d:Security TLS1.2="true" TLS1.0="false" HttpDigest="1"'
    ' SecurityPolicies="PasswordComplexity PasswordHistory" HashingAlgorithms="MD5,SHA-256" MaxUsers="10"/>'
    '<d:System HttpFirmwareUpgrade="true" SystemLogging="false" HttpSystemLogging="true"/></d:Capabilities>'
    "</d:Capabilities><d:Version><t:Major>21</t:Major><t:Minor>6</t:Minor></d:Version></d:Service>"
    "<d:Service><d:Namespace>http://www.onvif.org/ver10/media/wsdl/</d:Namespace>"
    "<d:XAddr>http://[2001:DB8::7]/onvif/media?x=1</d:XAddr></d:Service>"
    "<d:Service><d:Namespace>http://www.onvif.org/ver10/events/wsdl</d:Namespace><d:XAddr>http://[oops/x</d:XAddr>"
    "</d:Service><d:Service><d:Namespace>http://www.onvif.org/ver10/advancedsecurity/wsdl</d:Namespace>"
    "<d:XAddr>http://192.0.2.10/onvif/tas</d:XAddr><d:Capabilities><x:Capabilities xmlns:x='urn:x'>"
    '<x:TLSServerCapabilities TLSServerSupported="1.2 1.3"/></x:Capabilities></d:Capabilities></d:Service>'
    "</d:GetServicesResponse>"
)


def test_services_keep_paths_and_name_foreign_hosts() -> None:
    table = _services.parse_services(soap(SERVICES), "192.0.2.10")
    assert [(s.row_key, s.path, s.version) for s in table.services] == [
        ("ver10/device/wsdl", "/onvif/device_service", "21.6"),
        ("ver10/media/wsdl", "/onvif/media?x=1", ""),
        ("ver10/events/wsdl", "", ""),
        ("ver10/advancedsecurity/wsdl", "/onvif/tas", ""),
    ]
    assert table.foreign_hosts == ("198.51.100.7", "2001:db8::7")


def test_capabilities_say_none_where_the_device_says_nothing() -> None:
    table = _services.parse_services(soap(SERVICES), "192.0.2.10")
    found = _services.capabilities_of(table, table.of("http://www.onvif.org/ver10/device/wsdl"))
    assert found.tls_versions == ("TLS1.2", "TLS1.3")
    assert (found.http_digest, found.username_token, found.dot1x, found.dynamic_dns) == (True, None, True, False)
    assert found.password_policies == ("PasswordComplexity", "PasswordHistory")
    assert found.hashing == ("MD5", "SHA-256")
    assert (found.max_users, found.max_password_length) == (10, None)
    assert (found.firmware_upgrade, found.system_logging) == (True, True)


def test_topics_are_paths() -> None:
    topics = _capabilities.parse_topics(
        soap(
            '<e:GetEventPropertiesResponse xmlns:e="urn:e" xmlns:w="urn:w" xmlns:tns1="http://www.onvif.org/ver10/topics"'
            ' xmlns:v="urn:v"><w:TopicSet><tns1:Device><Tampering w:topic="true"><t:MessageDescription/></Tampering>'
            '<Quiet w:topic="false"/></tns1:Device><v:Own><Thing><t:MessageDescription><t:Data/>'
            "</t:MessageDescription></Thing></v:Own></w:TopicSet></e:GetEventPropertiesResponse>"
        )
    )
    assert topics == ("tns1:Device/Tampering", "v:Own/Thing")


def test_log_in_text_is_measured_and_not_kept() -> None:
    text = "one\ntwo\n"
    data = soap(
        f"<d:GetSystemLogResponse><d:SystemLog><t:String>{text}</t:String></d:SystemLog></d:GetSystemLogResponse>"
    )
    found = _logs.parse_system_log(data)
    assert (found.lines, found.size, found.digest) == (2, 8, hashlib.sha256(text.encode()).hexdigest())
    assert "two" not in repr(found)
    with pytest.raises(Malformed):
        _logs.parse_access_log(soap("<d:GetSystemLogResponse><d:SystemLog/></d:GetSystemLogResponse>"))


def test_log_in_base64_and_in_a_part_beside_the_envelope() -> None:
    content = b"a\r\nb\r\nc"
    inline = soap(
        f"<d:GetSystemLogResponse><d:SystemLog><t:Binary>{base64.b64encode(content).decode()}</t:Binary>"
        "</d:SystemLog></d:GetSystemLogResponse>"
    )
    linked = soap(
        '<d:GetSystemLogResponse><d:SystemLog><t:Binary><x:Include xmlns:x="http://www.w3.org/2004/08/xop/include"'
        ' href="cid:log%40cam"/></t:Binary></d:SystemLog></d:GetSystemLogResponse>'
    )
    multipart = (
        b"\r\n--edge\r\nContent-Type: application/xop+xml\r\n\r\n" + linked
        + b"\r\n--edge\r\nContent-ID: <log@cam>\r\n\r\n" + content + b"\r\n--edge--\r\n"
    )  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    for data in (inline, multipart):
        found = _logs.parse_access_log(data)
        assert (found.lines, found.size, found.digest) == (3, 7, digest)
    alone = _logs.parse_access_log(linked)
    assert (alone.lines, alone.size, alone.digest) == (0, 0, "")


def test_packed_log_has_no_lines() -> None:
    packed = base64.b64encode(b"\x1f\x8b\n\n\n").decode()
    data = soap(
        f"<d:GetSystemLogResponse><d:SystemLog><t:Binary>{packed}</t:Binary></d:SystemLog></d:GetSystemLogResponse>"
    )
    assert _logs.parse_system_log(data).lines == 0
    assert _logs.parse_system_log(data).size == 5


def test_access_policy_is_measured() -> None:
    data = soap(
        '<d:GetAccessPolicyResponse><d:PolicyFile xmlns:m2="http://www.w3.org/2005/05/xmlmime"'
        ' m2:contentType="text/plain"><t:Data>YWJj</t:Data></d:PolicyFile></d:GetAccessPolicyResponse>'
    )
    found = _access.parse_access_policy(data)
    assert (found.content_type, found.size) == ("text/plain", 3)
    assert found.digest == hashlib.sha256(b"abc").hexdigest()
    with pytest.raises(Malformed):
        _access.parse_access_policy(data.replace(b"YWJj", b"YW!j"))


def test_profiles_of_media2_have_their_settings_inside() -> None:
    data = soap(
        '<n:GetProfilesResponse xmlns:n="http://www.onvif.org/ver20/media/wsdl"><n:Profiles token="p1">'
        '<n:Name>main</n:Name><n:Configurations><n:VideoSource token="v"><t:SourceToken>s1</t:SourceToken>'
        "</n:VideoSource><n:VideoEncoder><t:Encoding>H265</t:Encoding><t:Resolution><t:Width>3840</t:Width>"
        "<t:Height>2160</t:Height></t:Resolution></n:VideoEncoder></n:Configurations></n:Profiles>"
        '<n:Profiles token="p1"/></n:GetProfilesResponse>'
    )
    (only,) = _media.parse_profiles(data).profiles
    assert (only.token, only.name, only.source, only.codec, only.resolution) == (
        "p1", "main", "s1", "H265", "3840x2160",
    )  # fmt: skip
    with pytest.raises(Malformed):
        _media.parse_profiles(soap("<m:GetProfilesResponse><m:Profiles/></m:GetProfilesResponse>"))


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<m:MediaUri><t:Uri>rtsp://192.0.2.1/a?b=1</t:Uri></m:MediaUri>", "rtsp://192.0.2.1/a?b=1"),
        ("<m:Uri> rtsp://u:p@192.0.2.1:554/a </m:Uri>", "rtsp://192.0.2.1:554/a"),
        ("<m:Uri>rtsp://u:p@ss@192.0.2.1/a</m:Uri>", "rtsp://192.0.2.1/a"),
        ("<m:Uri>rtsp://u:pa/ss@192.0.2.1/a</m:Uri>", "rtsp://192.0.2.1/a"),
        (
            "<m:Uri>rtsp://192.0.2.1/user=admin_password=made-up_channel=1_stream=0.sdp?real</m:Uri>",
            "rtsp://192.0.2.1/user=admin_password=***_channel=1_stream=0.sdp?real",
        ),
        ("<m:Uri>http://192.0.2.1/snap?pwd=made_up&amp;x=1</m:Uri>", "http://192.0.2.1/snap?pwd=***&x=1"),
    ],
)
def test_addresses_lose_their_logins(inner: str, expected: str) -> None:
    data = soap(f"<m:GetStreamUriResponse>{inner}</m:GetStreamUriResponse>")
    assert _media.parse_uri(data, "GetStreamUri") == expected


def test_an_address_that_is_none_is_malformed() -> None:
    for inner in ("<m:Uri/>", "<m:Uri>/just/a/path</m:Uri>", "<m:Uri>rtsp://[oops/</m:Uri>", "<m:MediaUri/>"):
        with pytest.raises(Malformed):
            _media.parse_uri(soap(f"<m:GetStreamUriResponse>{inner}</m:GetStreamUriResponse>"), "GetStreamUri")


def test_video_sources_of_media_and_of_device_io() -> None:
    media = soap(
        '<m:GetVideoSourcesResponse><m:VideoSources token="a"/><m:VideoSources token="b"/></m:GetVideoSourcesResponse>'
    )
    plain = soap("<m:GetVideoSourcesResponse><m:Token>a</m:Token><m:Token>b</m:Token></m:GetVideoSourcesResponse>")
    assert _media.parse_video_sources(media).tokens == ("a", "b") == _media.parse_video_sources(plain).tokens


def test_dot1x_keeps_no_identity() -> None:
    new = soap(
        '<x:GetAllDot1XConfigurationsResponse xmlns:x="urn:x"><x:Configuration><x:Dot1XID>one</x:Dot1XID>'
        '<x:Outer Method="EAP-PEAP"><x:Identity>made-up-person</x:Identity></x:Outer></x:Configuration>'
        "</x:GetAllDot1XConfigurationsResponse>"
    )
    old = soap(
        "<d:GetDot1XConfigurationsResponse><d:Dot1XConfiguration><t:Dot1XConfigurationToken>two"
        "</t:Dot1XConfigurationToken><t:Identity>made-up-person</t:Identity><t:EAPMethod>13</t:EAPMethod>"
        "</d:Dot1XConfiguration></d:GetDot1XConfigurationsResponse>"
    )
    assert _security.parse_dot1x(new).configurations == ("one EAP-PEAP",)
    assert _security.parse_dot1x(old).configurations == ("two EAP-TLS",)


def test_a_certificate_that_cannot_be_read_is_marked_and_the_list_kept() -> None:
    data = soap(
        '<x:GetAllCertificatesResponse xmlns:x="urn:x"><x:Certificate><x:CertificateID>bad</x:CertificateID>'
        "<x:CertificateContent>AAAA</x:CertificateContent></x:Certificate><x:Certificate/>"
        "</x:GetAllCertificatesResponse>"
    )
    first, second = _security.parse_certificates(data).certificates
    assert (first.id, first.key_type, first.not_after) == ("bad", "unreadable", None)
    assert (second.id, second.key_type) == ("2", "unreadable")
