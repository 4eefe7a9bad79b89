"""The ONVIF driver over recordings of real devices: true maker, model, firmware and users, the rest marked."""

import asyncio
import re
from pathlib import Path

import pytest
from onvif_recorded import AXIS, BOSCH, HIKVISION, MILESIGHT, REOLINK, WHOLE, fact, readings, recording, said

from fushinban.drivers.onvif import DRIVER
from fushinban.errors import Unreachable
from fushinban.model import facts
from fushinban.model.facts import Level
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer
from fushinban.transport.replay import ReplaySession


@pytest.mark.parametrize(
    ("name", "maker", "model", "firmware"),
    [
        (AXIS, "AXIS", "P3818-PVE", "11.9.60"),
        (BOSCH, "Bosch", "AUTODOME IP starlight 5000i", "7.80.0128"),
        (REOLINK, "REOLINK", "E1 Zoom", "v3.1.0.2649_23083101"),
        (MILESIGHT, "Milesight Technology Co.,Ltd.", "MS-C8165-PE", "61.8.0.3-r8"),
        (HIKVISION, "HIKVISION", "DS-2CD2085FWD-I", "V5.6.3 build 190320"),
    ],
)
def test_identity(corpora: Path, name: str, maker: str, model: str, firmware: str) -> None:
    found = fact(corpora / name, facts.Identity)
    assert (found.maker, found.model, found.firmware) == (maker, model, firmware)
    assert [found.serial] == said(corpora / name, "GetDeviceInformation", "SerialNumber")
    assert [found.hardware] == said(corpora / name, "GetDeviceInformation", "HardwareId")


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        (AXIS, [Level.ADMINISTRATOR, Level.ADMINISTRATOR]),
        (BOSCH, [Level.OPERATOR, Level.ADMINISTRATOR, Level.USER]),
        (REOLINK, [Level.ADMINISTRATOR, Level.ADMINISTRATOR]),
    ],
)
def test_users(corpora: Path, name: str, levels: list[Level]) -> None:
    found = fact(corpora / name, facts.Accounts).accounts
    assert [a.name for a in found] == said(corpora / name, "GetUsers", "Username")
    assert [a.level for a in found] == levels
    assert "service" in {a.name for a in found}


_ASKED_ANONYMOUSLY = {facts.AnonymousOperations, facts.AnonymousPictures}
_NEVER_RECORDED = {facts.DynamicDns, facts.SystemLog, facts.AccessLog}
_PASSWORD_RULES = {facts.PasswordComplexity, facts.PasswordHistory, facts.AuthFailureWarning}


@pytest.mark.parametrize(
    ("name", "not_supported", "malformed"),
    [
        (AXIS, _PASSWORD_RULES, {facts.EndpointId, facts.Dot1X}),
        (
            BOSCH,
            {facts.AddressFilter, facts.AccessPolicy, facts.StoredCertificates},
            {*_PASSWORD_RULES, facts.Dot1X},
        ),
        (
            REOLINK,
            {
                *_PASSWORD_RULES, facts.EndpointId, facts.ZeroConfiguration, facts.AddressFilter, facts.AccessPolicy,
                facts.StoredCertificates, facts.Dot1X,
            },
            set(),
        ),
    ],
)  # fmt: skip
def test_each_unanswered_thing_is_marked(
    corpora: Path, name: str, not_supported: set[type[Fact]], malformed: set[type[Fact]]
) -> None:
    by_answer: dict[Answer, set[type[Fact]]] = {}
    for kind, reading in readings(corpora / name).items():
        by_answer.setdefault(reading.answer, set()).add(kind)
    ok = by_answer.pop(Answer.OK)
    expected = {
        Answer.NOT_ASKED: _ASKED_ANONYMOUSLY,
        Answer.UNREACHABLE: _NEVER_RECORDED,
        Answer.NOT_SUPPORTED: not_supported,
        Answer.MALFORMED: malformed,
    }
    assert by_answer == {answer: kinds for answer, kinds in expected.items() if kinds}
    assert ok == set(DRIVER.getters) - set().union(*expected.values())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (AXIS, [("HTTP", True, (80,)), ("HTTPS", False, (443,)), ("RTSP", True, (554,))]),
        (BOSCH, [("HTTP", True, (80,)), ("HTTPS", True, (443,)), ("RTSP", True, (554,))]),
        (REOLINK, [("HTTP", True, (80,)), ("RTSP", True, (554,)), ("HTTPS", True, (443,))]),
        (MILESIGHT, [("HTTP", True, (80,)), ("HTTPS", False, (443,)), ("RTSP", True, (554,))]),
    ],
)
def test_protocols(corpora: Path, name: str, expected: list[tuple[str, bool, tuple[int, ...]]]) -> None:
    found = fact(corpora / name, facts.Protocols).protocols
    assert [(p.name, p.enabled, p.ports) for p in found] == expected


@pytest.mark.parametrize(
    ("name", "from_dhcp", "server"),
    [
        (AXIS, False, "time-a-g.nist.gov"),
        (BOSCH, True, "time-a-g.nist.gov"),
        (REOLINK, False, "pool.ntp.org"),
        (MILESIGHT, False, "time.windows.com"),
    ],
)
def test_time_servers(corpora: Path, name: str, from_dhcp: bool, server: str) -> None:
    assert fact(corpora / name, facts.Ntp) == facts.Ntp(from_dhcp=from_dhcp, servers=(server,))


@pytest.mark.parametrize(("name", "gateway"), [(AXIS, "192.168.0.1"), (BOSCH, "192.168.2.1"), (REOLINK, "192.168.0.1")])
def test_name_servers_and_gateways(corpora: Path, name: str, gateway: str) -> None:
    assert fact(corpora / name, facts.Dns) == facts.Dns(from_dhcp=True, servers=("192.168.2.1",))
    assert fact(corpora / name, facts.Gateway) == facts.Gateway(ipv4=(gateway,))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (AXIS, ("eth0", 1500, ("192.168.2.82/24", "192.168.0.90/24"), "Auto")),
        (BOSCH, ("1", 1514, ("192.168.2.57/24",), "")),
        (REOLINK, ("eth0", None, ("192.168.2.61/24",), "")),
    ],
)
def test_interfaces(corpora: Path, name: str, expected: tuple[object, ...]) -> None:
    (found,) = fact(corpora / name, facts.Interfaces).interfaces
    assert (found.token, found.mtu, found.ipv4, found.dhcpv6) == expected
    assert (found.enabled, found.ipv4_enabled, found.dhcp, found.ipv6_enabled, found.ipv6) == (
        True, True, True, False, (),
    )  # fmt: skip
    (address,) = said(corpora / name, "GetNetworkInterfaces", "HwAddress")
    assert found.mac == address.replace("-", ":").upper()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (AXIS, (("TLS1.0", "TLS1.1", "TLS1.2"), None, ("192.168.2.82",), 15)),
        (BOSCH, (("TLS1.0", "TLS1.1", "TLS1.2"), 50, ("192.168.2.57",), 10)),
        (REOLINK, ((), None, ("192.168.2.61",), 7)),
    ],
)
def test_capabilities(corpora: Path, name: str, expected: tuple[object, ...]) -> None:
    found = fact(corpora / name, facts.Capabilities)
    assert (found.tls_versions, found.max_users, found.foreign_hosts, len(found.services)) == expected
    assert (found.http_digest, found.username_token) == (True, True)
    assert all(s.path.startswith("/onvif/") for s in found.services)


def test_capabilities_in_detail(corpora: Path) -> None:
    axis, bosch, reolink = (fact(corpora / n, facts.Capabilities) for n in WHOLE)
    assert [c.ip_filter for c in (axis, bosch, reolink)] == [True, False, False]
    assert [c.access_policy for c in (axis, bosch, reolink)] == [True, False, False]
    assert [c.dot1x for c in (axis, bosch, reolink)] == [None, False, False]
    assert [c.firmware_upgrade for c in (axis, bosch, reolink)] == [None, True, False]
    assert [c.system_logging for c in (axis, bosch, reolink)] == [True, None, False]
    assert bosch.max_password_length == 19


def test_names(corpora: Path) -> None:
    scopes = {n: fact(corpora / n, facts.Scopes) for n in (*WHOLE, MILESIGHT)}
    assert {n: (s.name, s.location, s.hardware) for n, s in scopes.items()} == {
        AXIS: ("AXIS P3818-PVE", "", "P3818-PVE"),
        BOSCH: ("Bosch", "", "AUTODOME_IP_starlight_5000i"),
        REOLINK: ("IPC-BO", "country/china", "E1Zoom"),
        MILESIGHT: ("Camera", "", "Camera"),
    }
    assert [len(s.scopes) for s in scopes.values()] == [7, 7, 9, 10]
    assert [(s.uri, s.fixed) for s in scopes[REOLINK].scopes][-1] == ("odm:name:Camera1", False)
    hosts = [(fact(corpora / n, facts.Hostname)) for n in (BOSCH, REOLINK, MILESIGHT)]
    assert [(h.name, h.from_dhcp) for h in hosts] == [("", False), ("reolink", False), ("", False)]
    axis = fact(corpora / AXIS, facts.Hostname)
    assert ([axis.name], axis.from_dhcp) == (said(corpora / AXIS, "GetHostname", "Name"), True)


def test_time(corpora: Path) -> None:
    times = {n: fact(corpora / n, facts.DeviceTime) for n in (*WHOLE, MILESIGHT)}
    assert {n: (t.source.value, t.timezone, t.daylight) for n, t in times.items()} == {
        AXIS: ("NTP", "EST5EDT,M3.2.0,M11.1.0", True),
        BOSCH: ("NTP", "UTC5:0", True),
        REOLINK: ("NTP", "CST+8:00:00", False),
        MILESIGHT: ("Manual", "BRT3", True),
    }
    shown = [t.utc.isoformat() for t in times.values() if t.utc]
    assert shown == [
        "2026-01-13T19:25:25+00:00", "2026-01-13T19:25:20+00:00", "2026-01-13T19:25:12+00:00",
        "2024-07-09T19:49:06+00:00",
    ]  # fmt: skip
    assert all(t.offset is not None for t in times.values())


def test_switches(corpora: Path) -> None:
    assert all(fact(corpora / n, facts.DiscoveryMode).discoverable for n in WHOLE)
    assert fact(corpora / AXIS, facts.AddressFilter) == facts.AddressFilter(mode=facts.FilterMode.DENY)
    assert fact(corpora / AXIS, facts.ZeroConfiguration) == facts.ZeroConfiguration(enabled=False)
    bosch = fact(corpora / BOSCH, facts.ZeroConfiguration)
    assert (bosch.enabled, bosch.addresses) == (True, ("169.254.210.159",))
    policy = fact(corpora / AXIS, facts.AccessPolicy)
    assert (policy.size, len(policy.digest)) == (11426, 64)
    (uuid,) = said(corpora / BOSCH, "GetEndpointReference", "GUID")
    assert fact(corpora / BOSCH, facts.EndpointId).uuid == uuid


def test_certificates_of_the_axis(corpora: Path) -> None:
    found = fact(corpora / AXIS, facts.StoredCertificates).certificates
    assert [(c.id, c.key_type, c.key_bits, c.signature_hash) for c in found] == [
        ("Axis device ID ECC-P256 (802.1AR)", "EC", 256, "sha256"),
        ("Axis device ID RSA-2048 (802.1AR)", "RSA", 2048, "sha256"),
        ("Axis device ID RSA-4096 (802.1AR)", "RSA", 4096, "sha256"),
    ]
    assert {(c.self_signed, c.in_use, c.not_after.year if c.not_after else 0) for c in found} == {(False, False, 9999)}
    assert all("Axis Communications AB" in c.issuer for c in found)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            AXIS,
            [
                ("profile_1_h264", "0", "H264", "1920x960", "profile=profile_1_h264", "resolution=1920x960"),
                ("profile_1_jpeg", "0", "JPEG", "5120x2560", "profile=profile_1_jpeg", "resolution=5120x2560"),
            ],
        ),
        (
            BOSCH,
            [
                ("0", "1", "H264", "1536x864", "rtsp_tunnel?p=0&h26x=4&vcd=2", "snap.jpg?JpegCam=1"),
                ("1", "1", "H264", "1536x864", "rtsp_tunnel?p=1&inst=2&h26x=4", "snap.jpg?JpegCam=1"),
                ("2", "1", "JPEG", "1536x864", "rtsp_tunnel?h26x=0", "snap.jpg?JpegCam=1"),
            ],
        ),
        (
            REOLINK,
            [
                ("000", "000", "H264", "2048x1536", "192.168.2.61:554/", "cmd=onvifSnapPic&channel=0"),
                ("001", "000", "H264", "640x480", "/h264Preview_01_sub", "cmd=onvifSnapPic&channel=0"),
            ],
        ),
    ],
)
def test_profiles(corpora: Path, name: str, expected: list[tuple[str, ...]]) -> None:
    found = fact(corpora / name, facts.Profiles).profiles
    assert [(p.token, p.source, p.codec, p.resolution) for p in found] == [row[:4] for row in expected]
    for profile, (*_, stream, snapshot) in zip(found, expected, strict=True):
        assert profile.stream_uri.startswith("rtsp://192.168.2.")
        assert stream in profile.stream_uri
        assert profile.snapshot_uri.startswith("http://192.168.2.")
        assert snapshot in profile.snapshot_uri
    assert list(fact(corpora / name, facts.VideoSources).tokens) == list(dict.fromkeys(row[1] for row in expected))


def test_events(corpora: Path) -> None:
    axis, bosch, reolink = (fact(corpora / n, facts.EventService) for n in WHOLE)
    assert [(e.pull_points, e.persistent, len(e.topics)) for e in (axis, bosch, reolink)] == [
        (32, None, 54), (10, False, 15), (2, None, 7),
    ]  # fmt: skip
    assert {"tns1:Device/Network/BlockedIP", "tnsaxis:Storage/Alert"} < set(axis.topics)
    assert "tns1:VideoSource/MotionAlarm" in set(bosch.topics) & set(reolink.topics)


def test_anonymous_answers_are_not_made_up(corpora: Path) -> None:
    """The recordings were made with a login, so nothing is known of strangers."""

    async def ask(kind: type[Fact]) -> Fact:
        session = ReplaySession(recording(corpora / AXIS))
        return await DRIVER.getters[kind].ask(await DRIVER.open(session))

    with pytest.raises(Unreachable):
        asyncio.run(ask(facts.AnonymousOperations))
    pictures = asyncio.run(ask(facts.AnonymousPictures))
    assert isinstance(pictures, facts.AnonymousPictures)
    assert {p.gate for p in pictures.pictures} == {facts.Gate.UNKNOWN}


def test_readings_carry_the_digest_of_their_answers(corpora: Path) -> None:
    found = readings(corpora / AXIS)
    digests = {k: r.source.digest for k, r in found.items() if r.answer is Answer.OK}
    assert all(re.fullmatch(r"[0-9a-f]{64}", d) for d in digests.values())
    assert len(set(digests.values())) == len(digests)
