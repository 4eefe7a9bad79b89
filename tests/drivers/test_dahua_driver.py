"""Dahua's CGI: forms of its answers, what is certain and what is not, and that a search for logs is always closed.

Every answer is hand-made, after the maker's CGI descriptions and what public clients of it read.
"""

import asyncio
from datetime import UTC, datetime

import pytest
from fake_device import fakes
from scripted_session import ScriptedSession

from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.dahua import DRIVER, _logs
from fushinban.drivers.dahua._access import (
    parse_accounts,
    parse_address_filter,
    parse_login_lock,
    parse_login_rules,
    parse_sessions,
)
from fushinban.drivers.dahua._ask import SYSTEM as ASK_SYSTEM
from fushinban.drivers.dahua._ask import config, values
from fushinban.drivers.dahua._channels import get_channels, parse_channels
from fushinban.drivers.dahua._device import (
    get_identity,
    parse_export,
    parse_firmware,
    parse_identity,
    parse_ntp,
    parse_time,
    parse_uptime,
)
from fushinban.drivers.dahua._network import parse_dns, parse_interfaces
from fushinban.drivers.dahua._services import (
    get_services,
    parse_dynamic_dns,
    parse_service,
    parse_snmp,
    parse_upnp,
)
from fushinban.errors import Denied, Malformed, NotSupported, Unreachable
from fushinban.messages import Text
from fushinban.model.facts import ClockSource, FilterMode, Level, NetworkService
from fushinban.transport.values import HttpAnswer

SYSTEM = b"deviceType=IPC-HDW2831T\r\nserialNumber=INVENTED01\r\nhardwareVersion=1.00\r\n"
DOWN = Unreachable(Text("届かない", "down"))
LOG = "/cgi-bin/log.cgi?action="
CONFIG = "/cgi-bin/configManager.cgi?action=getConfig&name="


def web(answers: dict[str, object]) -> tuple[MakerWeb, ScriptedSession]:
    session = ScriptedSession(answers)  # type: ignore[arg-type]
    return MakerWeb(session=session, read=(200, 400)), session  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "version", "built"),
    [
        (b"version=2.800.0000000.29.R,build:2021-06-30\r\n", "2.800.0000000.29.R", "2021-06-30"),
        (b"version=2.622.0000000.18.R build:2018-09-12\r\n", "2.622.0000000.18.R", "2018-09-12"),
        (b"version=2.420.0000.0.R\r\nbuild=2016-01-01\r\n", "2.420.0000.0.R", "2016-01-01"),
        (b"version=2.212.0000.0.R, build : 2013-11-08\n", "2.212.0000.0.R", "2013-11-08"),
        (b"version=3.200.0001.2", "3.200.0001.2", ""),
    ],
)
def test_versions_with_comma_with_space_and_in_two_lines(answer: bytes, version: str, built: str) -> None:
    assert parse_identity(SYSTEM, answer).firmware == version
    assert parse_firmware(answer).built == built


def test_identity_of_a_camera_and_of_a_brand() -> None:
    camera = parse_identity(SYSTEM, b"", b"vendor=Amcrest\r\n")
    assert (camera.maker, camera.model, camera.serial, camera.hardware) == (
        "Amcrest", "IPC-HDW2831T", "INVENTED01", "1.00",
    )  # fmt: skip
    assert parse_identity(SYSTEM, b"", b"vendor=General\r\n").maker == "Dahua"
    assert parse_identity(SYSTEM).maker == "Dahua"


def test_a_recorder_that_gives_a_number_for_its_type() -> None:
    system = b"serialNumber=INVENTED02\r\ndeviceType=31\r\nupdateSerial=NVR6XX-4KS2\r\n"
    assert parse_identity(system).model == "NVR6XX-4KS2"
    made, session = web(
        {
            "/cgi-bin/magicBox.cgi?action=getSystemInfo": b"serialNumber=INVENTED03\r\ndeviceType=31\r\n",
            "/cgi-bin/magicBox.cgi?action=getDeviceType": b"type=DHI-NVR5216\r\n",
        }
    )
    assert asyncio.run(get_identity(made)).model == "DHI-NVR5216"
    assert len(session.asked) == 4


def test_the_type_is_not_asked_where_it_is_known() -> None:
    made, session = web({"/cgi-bin/magicBox.cgi?action=getSystemInfo": SYSTEM})
    assert asyncio.run(get_identity(made)).firmware == ""
    assert not [p for p in session.asked if "getDeviceType" in p]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"Error\r\nBad Request!\r\n", NotSupported),
        (b"Error\nBad Request!\n", NotSupported),
        (b"Error\r\nNot Implemented!\r\n", NotSupported),
        (b"Error\r\n\r\nAuthority:check failure.\r\n", Denied),
        (b"Error\r\nSomething else\r\n", Malformed),
        (b"Error", Malformed),
        (b"", Malformed),
        (b"OK\r\n", Malformed),
        (b"<html><body a=b>\nx=1\n</html>", Malformed),
    ],
)
def test_error_texts(answer: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        values(answer)


def test_an_error_of_400_is_read_and_one_of_another_kind_is_not() -> None:
    made, _ = web({CONFIG + "SSHD": HttpAnswer(400, {}, b"Error\r\nBad Request!\r\n")})
    with pytest.raises(NotSupported):
        asyncio.run(get_services(made))


def test_a_refused_table_leaves_the_doubt_that_it_may_not_exist() -> None:
    made, _ = web({CONFIG: Denied(Text("拒否", "no"))})
    with pytest.raises(Denied, match="answer the same"):
        asyncio.run(config(made, "Telnet"))


def test_services_that_are_not_there_are_left_out_and_silence_is_not_taken_for_absence() -> None:
    telnet = b"table.Telnet.Enable=false\r\n"
    made, _ = web(
        {CONFIG: Denied(Text("拒否", "no")), CONFIG + "Telnet": telnet, CONFIG + "RTSP": b"Error\r\nBad Request!"}
    )
    found = asyncio.run(get_services(made)).services
    assert [(s.service, s.enabled) for s in found] == [(NetworkService.TELNET, False)]
    made, _ = web({CONFIG + "Telnet": telnet, CONFIG + "RTSP": DOWN})
    with pytest.raises(Unreachable):
        asyncio.run(get_services(made))


def test_a_service_with_rows_is_on_when_one_row_is() -> None:
    rows = b"table.DDNS[0].Enable=false\r\ntable.DDNS[1].Enable=true\r\n"
    assert parse_service(rows, "DDNS").enabled is True
    assert parse_service(b"table.DVRIP.TCPPort=37777\r\n", "DVRIP").ports == (37777,)
    with pytest.raises(Malformed):
        parse_service(b"table.Web.Other=1\r\n", "Web")


def test_accounts() -> None:
    answer = (
        b"users[0].Group=admin\r\nusers[0].Name=admin\r\nusers[0].Reserved=true\r\nusers[0].Password=Word-In-Clear\r\n"
        b"users[10].Name=guest\r\nusers[10].Group=Viewers\r\nusers[2].Name=till\r\nusers[2].Group=user\r\n"
    )
    found = parse_accounts(answer)
    assert [(a.name, a.level, a.builtin) for a in found.accounts] == [
        ("admin", Level.ADMINISTRATOR, True), ("till", Level.USER, None), ("guest", Level.OTHER, None),
    ]  # fmt: skip
    assert "Word-In-Clear" not in repr(found)
    with pytest.raises(Malformed):
        parse_accounts(b"users=none\r\n")


def test_who_is_logged_in() -> None:
    answer = b"users[0].ClientAddress=192.0.2.7\r\nusers[0].ClientType=CGI\r\nusers[0].Name=admin\r\n"
    session = parse_sessions(answer).sessions[0]
    assert (session.user, session.address, session.kind, session.since) == ("admin", "192.0.2.7", "CGI", "")


def test_the_lock_after_failures() -> None:
    answer = b"table.General.LockLoginEnable=true\r\ntable.General.LockLoginTimes=5\r\n"
    lock = parse_login_lock(answer + b"table.General.LoginFailLockTime=1800\r\n")
    assert (lock.enabled, lock.attempts, lock.seconds) == (True, 5, 1800)
    with pytest.raises(NotSupported):
        parse_login_lock(b"table.General.MachineName=x\r\n")


def test_onvif_without_a_login() -> None:
    assert parse_login_rules(b"table.UserGlobal.OnvifLoginCheck=false\r\n").onvif is False
    with pytest.raises(Malformed):
        parse_login_rules(b"table.UserGlobal.Other=1\r\n")


def test_filters() -> None:
    off = b"table.AccessFilter.Enable=false\r\ntable.AccessFilter.TrustList[0]=192.0.2.1\r\n"
    assert parse_address_filter(off).mode is FilterMode.DENY
    assert parse_address_filter(off).entries == ()
    banned = b"table.AccessFilter.Enable=true\r\ntable.AccessFilter.Type=BannedList\r\n"
    found = parse_address_filter(banned + b"table.AccessFilter.BannedList[0]=198.51.100.7\r\n")
    assert (found.mode, found.entries) == (FilterMode.DENY, ("198.51.100.7/32",))
    with pytest.raises(Malformed):
        parse_address_filter(b"table.AccessFilter.Enable=true\r\ntable.AccessFilter.Type=Other\r\n")


def test_the_clock_is_local_time_and_no_offset_is_made_of_it() -> None:
    ntp = b"table.NTP.Enable=true\r\ntable.NTP.TimeZone=25\r\ntable.NTP.TimeZoneDesc=Easterntime\r\n"
    found = parse_time(b"result=2026-09-09 06:24:26\r\n", ntp)
    assert (found.source, found.timezone, found.local) == (ClockSource.NTP, "25 Easterntime", "2026-09-09 06:24:26")
    assert found.utc is None
    assert found.offset is None
    assert parse_time(b"result=2026-9-9 6:24:26\r\n").source is ClockSource.UNKNOWN
    with pytest.raises(Malformed):
        parse_time(b"result=yesterday\r\n")


def test_time_servers() -> None:
    answer = (
        b"table.NTP.Address=ntp.nict.jp\r\ntable.NTP.Enable=true\r\ntable.NTP.ServerList[0].Address=0.0.0.0\r\n"
        b"table.NTP.ServerList[1].Address=192.0.2.5\r\ntable.NTP.ServerList[1].Enable=true\r\n"
    )
    assert parse_ntp(answer).servers == ("ntp.nict.jp", "192.0.2.5")
    assert parse_ntp(b"table.NTP.Address=ntp.nict.jp\r\ntable.NTP.Enable=false\r\n").servers == ()


def test_uptime_only_in_the_form_that_is_known() -> None:
    at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    found = parse_uptime(b"info.last=3600\r\ninfo.total=9\r\n", at)
    assert (found.seconds, found.booted_at) == (3600, datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    with pytest.raises(Malformed):
        parse_uptime(b"days=3\r\n", at)


def test_of_the_backup_only_size_and_digest_are_kept() -> None:
    found = parse_export(b'{"users": {"hash": "SECRETHASH"}}')
    assert found.size == 33
    assert "SECRETHASH" not in repr(found)
    with pytest.raises(Malformed):
        parse_export(b"")
    with pytest.raises(NotSupported):
        parse_export(b"Error\r\nNot Implemented!\r\n")


def test_interfaces_without_anything_are_passed_over() -> None:
    answer = (
        b"table.Network.DefaultInterface=eth1\r\ntable.Network.bond0.IPAddress=\r\ntable.Network.eth0.IPAddress=\r\n"
        b"table.Network.eth0.PhysicalAddress=08-ED-ED-00-00-01\r\ntable.Network.eth1.IPAddress=192.0.2.3\r\n"
        b"table.Network.eth1.SubnetMask=255.255.255.128\r\ntable.Network.eth1.DnsServers[0]=192.0.2.53\r\n"
        b"table.Network.eth0.DnsServers[0]=198.51.100.53\r\n"
    )
    found = parse_interfaces(answer).interfaces
    assert [(i.token, i.enabled, i.ipv4, i.mac) for i in found] == [
        ("eth1", True, ("192.0.2.3/25",), ""), ("eth0", False, (), "08:ed:ed:00:00:01"),
    ]  # fmt: skip
    assert parse_dns(answer).servers == ("192.0.2.53",)


def test_upnp_and_its_ports() -> None:
    answer = (
        b"table.UPnP.Enable=true\r\ntable.UPnP.MapTable[0].Enable=true\r\ntable.UPnP.MapTable[0].InnerPort=80\r\n"
        b"table.UPnP.MapTable[0].OuterPort=99999\r\ntable.UPnP.MapTable[0].Protocol=tcp\r\n"
    )
    row = parse_upnp(answer).mappings[0]
    assert (row.inside_port, row.outside_port, row.protocol, row.enabled) == (80, 0, "TCP", True)


def test_snmp_that_is_off_has_no_version_on() -> None:
    off = parse_snmp(b"table.SNMP.Enable=false\r\ntable.SNMP.V1Enable=true\r\ntable.SNMP.WriteCommon=private\r\n")
    assert (off.v1, off.v2c, off.v3, off.usual_community) == (False, False, False, True)


def test_the_names_of_a_dynamic_name_service_stay_and_its_login_goes() -> None:
    found = parse_dynamic_dns(
        b"table.DDNS[0].Enable=true\r\ntable.DDNS[0].Protocol=NO-IP\r\ntable.DDNS[0].HostName=shop.example.org\r\n"
        b"table.DDNS[0].UserName=ddns-user\r\ntable.DDNS[0].Password=ddns-word\r\n"
    )
    assert (found.enabled, found.provider, found.name) == (True, "NO-IP", "shop.example.org")
    assert "ddns-" not in repr(found)


def test_cameras_behind_a_recorder_and_never_their_passwords() -> None:
    slot = "table.RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_"
    answer = (
        f"{slot}7.Address=192.0.2.120\r\n{slot}7.Enable=true\r\n{slot}7.Password=cam-word\r\n{slot}7.Mac=08:ed:ed:01:02:03\r\n"
        f"{slot}1.Address=192.168.0.0\r\n{slot}1.Enable=true\r\n{slot}0.Address=192.0.2.9\r\n{slot}0.Enable=false\r\n"
    ).encode()
    found = parse_channels(answer, b"states[0].channel=7\r\nstates[0].connectionState=Connected\r\n")
    assert [(c.number, c.address, c.mac, c.online) for c in found.channels] == [
        (8, "192.0.2.120", "08:ed:ed:01:02:03", True)
    ]
    assert "cam-word" not in repr(found)


def test_the_states_are_not_asked_where_nobody_is_behind() -> None:
    slot = b"table.RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_0.Enable=false\r\n"
    made, session = web({ASK_SYSTEM: b"deviceType=NVR5216", CONFIG + "RemoteDevice": slot})
    assert asyncio.run(get_channels(made)).channels == ()
    assert session.asked == [ASK_SYSTEM, CONFIG + "RemoteDevice"]


@pytest.mark.parametrize("model", ["IPC-HDW5442T", "DH-IPC-HFW1230", "DHI-TPC-BF1241", "SD49225", "PSD81602"])
def test_a_camera_is_not_asked_who_is_behind_it(model: str) -> None:
    made, session = web({ASK_SYSTEM: f"deviceType={model}\r\n".encode()})
    with pytest.raises(NotSupported):
        asyncio.run(get_channels(made))
    assert session.asked == [ASK_SYSTEM]


def page(count: int) -> bytes:
    rows = (f"items[{i}].Time=2026-11-20 10:00:00\r\nitems[{i}].Type=Login\r\n" for i in range(count))
    return f"found={count}\r\n{''.join(rows)}".encode()


def test_a_long_log_is_read_in_a_few_pages_and_closed() -> None:
    made, session = web({LOG + "startFind": b"token=9\r\n", LOG + "doFind": page(100), LOG + "stopFind": b"OK\r\n"})
    found = asyncio.run(_logs.get_system_log(made))
    assert found.lines == _logs.PAGE * _logs.PAGES
    assert [p.split("&")[0].rpartition("=")[2] for p in session.asked] == ["startFind", *["doFind"] * 5, "stopFind"]


def test_pages_end_with_the_first_that_is_not_full() -> None:
    pages = iter([page(100), page(3)])
    made, session = web({LOG + "startFind": b"token=9", LOG + "doFind": lambda _: next(pages), LOG + "stopFind": b"OK"})
    assert asyncio.run(_logs.get_system_log(made)).lines == 103
    assert session.asked[-1].endswith("stopFind&token=9")


@pytest.mark.parametrize("broken", [DOWN, b"<html>", b"Error\r\nBad Request!"])
def test_a_search_that_breaks_is_closed_all_the_same(broken: object) -> None:
    made, session = web({LOG + "startFind": b"token=9", LOG + "doFind": broken, LOG + "stopFind": b"OK"})
    with pytest.raises((Unreachable, Malformed, NotSupported)):
        asyncio.run(_logs.get_system_log(made))
    assert session.asked[-1].endswith("stopFind&token=9")


def test_a_token_that_is_no_word_goes_into_no_request() -> None:
    made, session = web({LOG + "startFind": b"token=1&action=other\r\n"})
    with pytest.raises(Malformed):
        asyncio.run(_logs.get_system_log(made))
    assert len(session.asked) == 1


def test_an_empty_log_is_an_answer() -> None:
    made, _ = web({LOG + "startFind": b"token=9", LOG + "doFind": b"found=0\r\n", LOG + "stopFind": b"OK"})
    assert asyncio.run(_logs.get_system_log(made)).lines == 0


def test_it_is_hand_made_and_stays_bronze() -> None:
    assert DRIVER.quality.value == "bronze"
    assert len(DRIVER.getters) == len(fakes()["dahua"].told)
