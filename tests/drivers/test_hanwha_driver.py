"""Hanwha's SUNAPI: both forms of its answers, its errors, its lock codes, and passwords that recorders hand out.

The forms are those of the maker's description of version 2.6.3; every value is invented (hand-made).
"""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from scripted_session import ScriptedSession

from fushinban.drivers.hanwha import DRIVER
from fushinban.drivers.hanwha._access import (
    parse_accounts,
    parse_address_filter,
    parse_certificates,
    parse_dot1x,
    parse_login_rules,
)
from fushinban.drivers.hanwha._ask import STATUS, answer, open_hanwha
from fushinban.drivers.hanwha._channels import get_channels, parse_channels
from fushinban.drivers.hanwha._device import (
    get_activation,
    get_time,
    parse_activation,
    parse_export,
    parse_identity,
    parse_ntp,
    parse_time,
)
from fushinban.drivers.hanwha._logs import parse_access_log, parse_system_log
from fushinban.drivers.hanwha._network import parse_dns, parse_gateway, parse_interfaces
from fushinban.drivers.hanwha._services import (
    parse_dynamic_dns,
    parse_ports,
    parse_snmp,
    parse_upnp,
    parse_upnp_discovery,
)
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.messages import Text
from fushinban.model.facts import ClockSource, FilterMode, Level
from fushinban.transport.values import HttpAnswer, HttpRequest

DEVICE_TEXT = (
    b"Model=XNV-INVENTED\r\nSerialNumber=ZINV00000001\r\nFirmwareVersion=2.01.00_20200721_R201\r\n"
    b"BuildDate=2020.07.21\r\nDeviceType=NWC\r\nConnectedMACAddress=00:09:18:00:00:02\r\nONVIFVersion=19.12\r\n"
)
AT = datetime(2026, 11, 23, 13, 0, 0, tzinfo=UTC)
SET_UP, NEW = b'{"Initialized": true, "Language": "Japanese"}', b"Initialized=False\r\nLanguage=Japanese\r\n"


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def test_the_same_facts_from_lines_and_from_json() -> None:
    values = dict(line.split("=", 1) for line in DEVICE_TEXT.decode().split("\r\n") if line)
    assert parse_identity(DEVICE_TEXT) == parse_identity(as_json(values))
    assert parse_identity(DEVICE_TEXT).firmware == "2.01.00_20200721_R201"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (600, NotSupported), (601, NotSupported), (608, NotSupported), (612, NotSupported), (609, Denied),
        (610, Unreachable), (614, Unreachable), (604, Malformed), (607, Malformed),
    ],
)  # fmt: skip
def test_errors_that_come_with_status_200(code: int, error: type[DeviceError]) -> None:
    said = f"NG\r\nError Code: {code}\r\nError Details:\r\nInvalid Input Value(s)\r\n".encode()
    with pytest.raises(error):
        answer(said)
    with pytest.raises(error):
        answer(as_json({"Response": "Fail", "Error": {"Code": code, "Details": "Invalid"}}))
    with pytest.raises(error):
        parse_export(said)


def test_never_set_up() -> None:
    assert parse_activation(NEW).initialised is False
    assert parse_activation(SET_UP).initialised is True
    key = as_json({"Initialized": False, "PublicKey": "-----BEGIN RSA PUBLIC KEY-----"})
    assert parse_activation(key).initialised is False
    with pytest.raises(Malformed):
        parse_activation(b"Language=Japanese\r\n")


def test_a_device_that_nobody_has_set_up_is_sent_no_login() -> None:
    session = ScriptedSession({STATUS: NEW})
    web = asyncio.run(open_hanwha(session))  # type: ignore[arg-type]
    assert asyncio.run(get_activation(web)).initialised is False
    with pytest.raises(Denied, match="never been set up"):
        asyncio.run(web.ask("/stw-cgi/security.cgi?msubmenu=users&action=view"))
    assert session.asked == [STATUS]


def test_a_device_too_old_for_the_set_up_state_is_read_all_the_same() -> None:
    session = ScriptedSession({STATUS: HttpAnswer(404, {}, b""), "/stw-cgi/system.cgi": DEVICE_TEXT})
    web = asyncio.run(open_hanwha(session))  # type: ignore[arg-type]
    assert web.gate is None
    with pytest.raises(NotSupported):
        asyncio.run(get_activation(web))


@pytest.mark.parametrize("error", [Locked(Text("490", "490")), Denied(Text("401", "401"))])
def test_after_a_lock_or_a_refusal_nothing_more_is_asked(error: DeviceError) -> None:
    session = ScriptedSession({STATUS: SET_UP, "/stw-cgi/": error})
    web = asyncio.run(open_hanwha(session))  # type: ignore[arg-type]
    for getter in list(DRIVER.getters.values())[1:]:
        with pytest.raises(type(error)):
            asyncio.run(getter.ask(web))  # type: ignore[arg-type]
    assert len(session.asked) == 2


def test_json_is_wished_for() -> None:
    wished = []

    def said(request: HttpRequest) -> bytes:
        wished.append(request.headers.get("Accept"))
        return SET_UP

    asyncio.run(open_hanwha(ScriptedSession({"/": said})))  # type: ignore[arg-type]
    assert set(wished) == {"application/json"}


CAMERA_USERS = (
    b'"Users.Index=UserID/Password/Enable/VideoProfileAccess/PTZAccess/AudioInAccess/AudioOutAccess/'
    b'AlarmOutputAccess/AdminAccess/PrivacyAreaAccess"\r\n'
    b"Users.0=admin//True/True/True/True/True/True/True/True\r\n"
    b"Users.1=user1//False/False/False/False/False/False/False/False\r\n"
)
RECORDER_USERS = (
    b'"Users.Index=UserID/UserName/Password/GroupID/UserLevel/ViewerAccess"\r\n'
    b"Users.0=admin/admin/Word/with/Slashes//Admin/True\r\nUsers.1=till/till/Other-Word/Group 1/User/True\r\n"
)


def test_accounts_of_a_camera_in_lines() -> None:
    found = parse_accounts(CAMERA_USERS, b"Enable=True\r\n").accounts
    assert [(a.name, a.level, a.enabled, a.builtin) for a in found] == [
        ("admin", Level.ADMINISTRATOR, True, True),
        ("user1", Level.USER, False, None),
        ("guest", Level.ANONYMOUS, True, True),
    ]


@pytest.mark.parametrize("named", [True, False])
def test_passwords_that_a_recorder_hands_out_are_kept_nowhere(named: bool) -> None:
    said = RECORDER_USERS if named else RECORDER_USERS.split(b"\r\n", 1)[1]
    found = parse_accounts(said)
    assert [(a.name, a.level, a.group) for a in found.accounts] == [
        ("admin", Level.ADMINISTRATOR, "Admin"), ("till", Level.USER, "Group 1"),
    ]  # fmt: skip
    for word in ("Word", "Slashes", "Other-Word"):
        assert word not in repr(found)


def test_passwords_in_json_are_kept_nowhere() -> None:
    row = {"Index": 1, "UserID": "till", "UserName": "t", "Password": "Clear-Word", "UserLevel": "User", "GroupID": "G"}
    assert "Clear-Word" not in repr(parse_accounts(as_json({"Users": [row]})))
    camera = {"Channel": 0, "Model": "X", "IPAddress": "192.0.2.4", "UserID": "admin", "Password": "Clear-Word"}
    assert "Clear-Word" not in repr(parse_channels(as_json({"RegisteredCameras": [camera]})))
    dot1x = {"InterfaceName": "N1", "Enable": True, "EAPOLVersion": "1", "EAPOLId": "Some-Id", "EAPOLPassword": "Clear"}
    assert "Some-Id" not in repr(parse_dot1x(as_json({"IEEE802Dot1x": [dot1x]})))


def test_rules_for_logins() -> None:
    open_pictures = parse_login_rules(b"Policy=HTTPSPublic\r\n", b"RTSPAuthentication=Anonymous\r\n")
    assert (open_pictures.https_only, open_pictures.viewer) == (True, False)
    assert parse_login_rules(b"Policy=HTTP\r\n").viewer is None
    assert parse_login_rules(b"Policy=HTTPandHTTPSPublic\r\n").https_only is False


def test_certificates_in_lines() -> None:
    said = (
        b"Policy=HTTPandHTTPSProprietary\r\nCertificateInUse=shop\r\n"
        b"Certificate.2.CertificateName=shop\r\nCertificate.2.Type=SelfSigned\r\n"
        b"Certificate.2.ExpiryDate=May 10 04:36:15 2031 GMT\r\nCertificate.2.Signature=sha256WithRSAEncryption\r\n"
        b"Certificate.1.CertificateName=HTW_default\r\nCertificate.1.Subject=/CN=a\r\nCertificate.1.Issuer=/CN=b\r\n"
    )
    found = parse_certificates(said).certificates
    assert [(c.id, c.in_use, c.self_signed) for c in found] == [("HTW_default", False, False), ("shop", True, True)]
    assert found[1].not_after == datetime(2031, 5, 10, 4, 36, 15, tzinfo=UTC)
    assert found[1].signature_hash == "SHA256"


def test_filters_in_both_forms() -> None:
    lines = b"AccessType=Deny\r\nipfilter.IPv4.1=192.0.2.1/32/False\r\nipfilter.IPv6.1=2001:db8::1/128/True\r\n"
    found = parse_address_filter(lines)
    assert (found.mode, found.entries) == (FilterMode.DENY, ("2001:db8::1/128",))
    row = {"Address": "192.0.2.9", "Mask": 32, "Enable": True}
    camera = as_json({"AccessType": "Allow", "IPFilters": [{"IPType": "IPv4", "Filters": [row]}]})
    assert parse_address_filter(camera).mode is FilterMode.ALLOW
    assert parse_address_filter(b"AccessType=Allow\r\n").mode is FilterMode.DENY


def test_two_kinds_of_filter_are_not_told_as_one() -> None:
    row = {"Address": "192.0.2.9", "Mask": 32, "Enable": True}
    six = {"Address": "2001:db8::9", "Mask": 128, "Enable": True}
    said = {
        "IPFilters": [
            {"IPType": "IPv4", "AccessType": "Allow", "Filters": [row]},
            {"IPType": "IPv6", "AccessType": "Deny", "Filters": [six]},
        ]
    }
    with pytest.raises(Malformed, match="different kinds"):
        parse_address_filter(as_json(said))


def test_the_clock_in_utc_gives_an_offset() -> None:
    said = b"LocalTime=2026-11-23 22:00:05\r\nUTCTime=2026-11-23 13:00:05\r\nSyncType=NTP\r\nDSTEnable=False\r\n"
    found = parse_time(said, AT)
    assert (found.offset, found.source, found.local) == (5.0, ClockSource.NTP, None)
    local = parse_time(b"LocalTime=2026-11-23 22:00:05\r\nSyncType=Manual\r\n", AT)
    assert (local.utc, local.offset, local.local) == (None, None, "2026-11-23 22:00:05")


def test_the_offset_is_measured_at_the_request_and_not_later() -> None:
    said = b"UTCTime=2026-11-23 13:00:05\r\nSyncType=NTP\r\n"
    session = ScriptedSession(
        {STATUS: SET_UP, "/stw-cgi/system.cgi": DEVICE_TEXT, "/stw-cgi/system.cgi?msubmenu=date": said}
    )

    async def both() -> tuple[float | None, float | None]:
        web = await open_hanwha(session)  # type: ignore[arg-type]
        first = await get_time(web)
        await asyncio.sleep(0.05)
        return first.offset, (await get_time(web)).offset

    first, second = asyncio.run(both())
    assert first == second


def test_time_servers_in_both_forms() -> None:
    assert parse_ntp(b"NTPURLList=ntp.nict.jp,192.0.2.1\r\n").servers == ("ntp.nict.jp", "192.0.2.1")
    assert parse_ntp(as_json({"NTPURLList": ["ntp.nict.jp"]})).servers == ("ntp.nict.jp",)


def test_interfaces_in_lines() -> None:
    said = (
        b"InterfaceName=Network1\r\nMACAddress=00:09:18:00:00:02\r\nIPv4Type=DHCP\r\nIPv4Address=192.0.2.7\r\n"
        b"IPv4PrefixLength=24\r\nIPv4Gateway=192.0.2.1\r\nPPPoEPassword=clear-word\r\n"
    )
    found = parse_interfaces(said)
    assert (found.interfaces[0].ipv4, found.interfaces[0].dhcp) == (("192.0.2.7/24",), True)
    assert "clear-word" not in repr(found)
    assert parse_gateway(said).ipv4 == ("192.0.2.1",)
    assert parse_dns(b"PrimaryDNS=192.0.2.53\r\nSecondaryDNS=0.0.0.0\r\n").servers == ("192.0.2.53",)


def test_ports_and_what_the_policy_says_of_them() -> None:
    said = b"HTTPPort=8080\r\nHTTPSPort=443\r\nRTSPPort=554\r\n"
    assert [(s.name, s.enabled) for s in parse_ports(said, b"Policy=HTTPSProprietary")] == [
        ("HTTP", False), ("HTTPS", True), ("RTSP", None),
    ]  # fmt: skip
    assert [s.enabled for s in parse_ports(said)] == [None, None, None]


def test_snmp_and_its_communities() -> None:
    said = as_json(
        {"Version1": False, "Version2": True, "Version3": False, "ReadCommunity": "shop", "WriteCommunity": ""}
    )
    found = parse_snmp(said)
    assert (found.v2c, found.usual_community, found.writable) == (True, False, False)
    assert "shop" not in repr(found)


def test_dynamic_names_and_quick_connection() -> None:
    off = as_json({"DynamicDNS": [{"Type": "Off", "SamsungQuickConnect": True}]})
    assert parse_dynamic_dns(off).enabled is False
    assert parse_upnp(off).enabled is False
    row = {"Type": "PublicDDNS", "PublicServiceEntry": "www.example.net", "PublicHostName": "h"}
    public = as_json({"DynamicDNS": [row | {"PublicUserName": "user-word", "PublicPassword": "pass-word"}]})
    found = parse_dynamic_dns(public)
    assert (found.enabled, found.provider, found.name) == (True, "www.example.net", "h")
    assert "-word" not in repr(found)
    with pytest.raises(NotSupported):
        parse_upnp(public)
    assert parse_upnp_discovery(b"Enable=True\r\n")[0].enabled is True


def test_logs_in_both_forms_and_empty_ones() -> None:
    assert parse_system_log(as_json({"SystemLog": [1, 2, 3]})).lines == 3
    assert parse_access_log(b"1,2026-11-20 10:00:00,Login\r\n2,x\r\n").lines == 2
    assert parse_system_log(b"NG\r\nError Code: 612\r\nError Details:\r\nConfiguration Not Found\r\n").lines == 0
    with pytest.raises(NotSupported):
        parse_system_log(b"NG\r\nError Code: 600\r\n")
    with pytest.raises(Malformed):
        parse_system_log(b"<html></html>")


def test_a_camera_is_not_asked_for_channels() -> None:
    session = ScriptedSession({STATUS: SET_UP, "/stw-cgi/system.cgi": DEVICE_TEXT})
    web = asyncio.run(open_hanwha(session))  # type: ignore[arg-type]
    with pytest.raises(NotSupported, match="no recorder"):
        asyncio.run(get_channels(web))
    assert not [p for p in session.asked if "media.cgi" in p]


def test_channels_in_lines() -> None:
    said = b"Channel.3.Model=XNV\r\nChannel.3.Status=ConnectFail\r\nChannel.4.Status=Disconnected\r\n"
    assert [(c.number, c.online) for c in parse_channels(said).channels] == [(4, False)]


def test_it_is_hand_made_and_stays_bronze() -> None:
    assert DRIVER.quality.value == "bronze"
