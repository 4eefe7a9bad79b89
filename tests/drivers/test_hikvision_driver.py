"""The Hikvision driver against pretend devices over the real door: what it asks, and above all what it does not."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from fake_device import PASSWORD, USERNAME, Mood, Served, WebDevice, fake_module, text

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers.hikvision import DRIVER
from fushinban.lab.wire import Reply, Request
from fushinban.model import facts
from fushinban.model.credential import Credential
from fushinban.model.facts import NetworkService
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript

LOGIN = Credential(username=USERNAME, secret=PASSWORD, origin="invented")
Readings = dict[type[Fact], Reading[Any]]


def read(folder: Path, answer: Callable[[Request], Reply | None], **changes: Any) -> tuple[Readings, Served]:
    """All readings of a recorder that answers so."""
    device: WebDevice = replace(fake_module("hikvision").DEVICE, answer=answer, **changes)
    now = clock.now()
    allowed = Authorisation(
        by="a test", start=now - timedelta(hours=1), end=now + timedelta(hours=1), networks=(ip_network("127.0.0.0/8"),)
    )

    async def story() -> tuple[Readings, Served]:
        budget = AttemptBudget(folder / "attempts")
        async with (
            device.serve(Mood.GOOD) as served,
            Door("s", allowed, Limits(), budget, Transcript()) as door,
            door.session(served.target, LOGIN) as session,
        ):
            return {r.fact: r for r in await ask_driver(DRIVER, session, lambda _: None)}, served

    return asyncio.run(story())


def but(path: str, reply: Reply | None) -> Callable[[Request], Reply | None]:
    """The usual recorder, with another answer to one path."""
    usual: Callable[[Request], Reply | None] = fake_module("hikvision").answer
    return lambda request: reply if request.path == f"/ISAPI/{path}" else usual(request)


def test_no_login_is_tried_where_nobody_set_the_device_up(tmp_path: Path) -> None:
    state = fake_module("hikvision").xml("<ActivateStatus><Activated>false</Activated></ActivateStatus>")
    readings, served = read(tmp_path, but("System/activateStatus", text(state, "application/xml")))
    assert not any(seen.login for seen in served.seen)
    assert [seen.path for seen in served.seen] == ["/ISAPI/System/activateStatus"]
    assert readings[facts.Activation].value.initialised is False
    rest = {r.answer for f, r in readings.items() if f is not facts.Activation}
    assert rest == {Answer.DENIED}
    detail = readings[facts.Identity].detail
    assert detail is not None
    assert "never been activated" in detail.en


def test_the_older_question_is_asked_where_the_newer_is_not_known(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply | None:
        fake = fake_module("hikvision")
        if request.path == "/SDK/activateStatus":
            return text("<ActivateStatus><Activated>true</Activated></ActivateStatus>", "application/xml")
        if request.path == "/ISAPI/System/activateStatus":
            return text("", status=404)
        reply: Reply | None = fake.answer(request)
        return reply

    both = frozenset({"/SDK/activateStatus", "/ISAPI/System/activateStatus"})
    readings, _ = read(tmp_path, answer, open=both)
    assert readings[facts.Activation].value.initialised is True


def test_a_missing_right_is_not_a_missing_function(tmp_path: Path) -> None:
    fake = fake_module("hikvision")
    readings, _ = read(tmp_path, but("Security/users", fake.refused("lowPrivilege")))
    assert readings[facts.MakerAccounts].answer is Answer.DENIED
    readings, _ = read(tmp_path, but("Security/users", fake.refused("notSupport")))
    assert readings[facts.MakerAccounts].answer is Answer.NOT_SUPPORTED
    readings, _ = read(tmp_path, but("Security/users", fake.refused("deviceBusy", code=2)))
    assert readings[facts.MakerAccounts].answer is Answer.UNREACHABLE


def test_telnet_that_may_not_be_read_is_not_told_as_absent(tmp_path: Path) -> None:
    fake = fake_module("hikvision")
    for reply, told in (
        (fake.refused("notSupport"), []),
        (fake.refused("lowPrivilege"), [None]),
        (text("<x/>", "application/xml"), [None]),
        (text("<Telnetd><enabled>true</enabled></Telnetd>", "application/xml"), [True]),
    ):
        readings, _ = read(tmp_path, but("System/Network/telnetd", reply))
        settings = readings[facts.ServiceSettings].value
        assert [s.enabled for s in settings.of(NetworkService.TELNET)] == told


def test_a_log_without_end_is_left_after_a_few_pages(tmp_path: Path) -> None:
    page = fake_module("hikvision").log_page(100, "MORE")
    readings, served = read(tmp_path, but("ContentMgmt/logSearch", text(page, "application/xml")))
    asked = [seen.body for seen in served.seen if "logSearch" in seen.path and seen.login]
    assert len(asked) == 5
    assert all(f"<searchResultPostion>{100 * n}<".encode() in body for n, body in enumerate(asked))
    assert readings[facts.SystemLog].value.lines == 500


def test_a_page_that_contradicts_itself_spoils_the_log_alone(tmp_path: Path) -> None:
    page = fake_module("hikvision").log_page(3, "OK").replace("<numOfMatches>3", "<numOfMatches>9")
    readings, _ = read(tmp_path, but("ContentMgmt/logSearch", text(page, "application/xml")))
    assert readings[facts.SystemLog].answer is Answer.MALFORMED
    assert readings[facts.Identity].answer is Answer.OK


def test_an_export_that_wants_a_password_is_left(tmp_path: Path) -> None:
    readings, served = read(tmp_path, but("System/configurationData", text("", status=400)))
    assert readings[facts.ConfigurationExport].answer is Answer.NOT_SUPPORTED
    assert not any("secretkey" in seen.path for seen in served.seen)


def test_old_firmware_without_a_list_of_functions_is_asked_everything(tmp_path: Path) -> None:
    fake = fake_module("hikvision")
    readings, _ = read(tmp_path, but("System/capabilities", fake.refused("notSupport")))
    assert {f for f, r in readings.items() if r.answer is Answer.OK} == fake.FAKE.told


def test_what_the_device_says_it_cannot_is_not_asked(tmp_path: Path) -> None:
    fake = fake_module("hikvision")
    less = fake.CAPABILITIES.replace("<isSupportUpnp>true", "<isSupportUpnp>false")
    readings, served = read(tmp_path, but("System/capabilities", text(less, "application/xml")))
    assert readings[facts.UpnpClient].answer is Answer.NOT_SUPPORTED
    assert not [seen for seen in served.seen if "UPnP" in seen.path]


def test_another_brand_without_a_maker_keeps_the_label_it_was_known_by(tmp_path: Path) -> None:
    """An OEM device says its model and nothing of its maker: what it was taken for stands."""
    info = fake_module("hikvision").ANSWERS["System/deviceInfo"].replace("<manufacturer>hikvision</manufacturer>", "")
    readings, _ = read(tmp_path, but("System/deviceInfo", text(info, "application/xml")))
    assert readings[facts.Identity].value.maker == ""
    assert readings[facts.Identity].value.model == "DS-9999NI-X9"


def test_each_fact_of_the_recorder(tmp_path: Path) -> None:
    readings, _ = read(tmp_path, fake_module("hikvision").answer)
    told = {f: r.value for f, r in readings.items()}
    assert told[facts.Identity].maker == "HIKVISION"
    assert told[facts.Identity].firmware == "V4.99.001 build 250101"
    assert (told[facts.Uptime].seconds, told[facts.Uptime].boot_id) == (987654, "40")
    assert (told[facts.FirmwareUpdate].built, told[facts.FirmwareUpdate].checks) == ("build 250101", True)
    assert [(a.name, a.group) for a in told[facts.MakerAccounts].accounts] == [
        ("admin", "Administrator"), ("eturan", "Viewer"),
    ]  # fmt: skip
    assert told[facts.LiveSessions].sessions[0].address == "192.0.2.77"
    assert (told[facts.LoginLock].attempts, told[facts.LoginLock].seconds) == (5, 1800)
    assert (told[facts.LoginRules].web, told[facts.LoginRules].rtsp) == ("digest", "digest/basic")
    settings = {s.name: s.enabled for s in told[facts.ServiceSettings].services}
    assert (settings["Telnet"], settings["SSH"], settings["ONVIF"], settings["FTP upload"]) == (False, True, True, True)
    assert [(c.name, c.enabled, c.registered) for c in told[facts.CloudServices].services] == [
        ("Hik-Connect (EZVIZ)", True, True), ("ISUP (EHome)", False, False),
    ]  # fmt: skip
    assert told[facts.RemoteLog].servers == ("192.0.2.9",)
    assert [(m.name, m.outside_port) for m in told[facts.UpnpClient].mappings] == [("http", 8080)]
    assert told[facts.DynamicDnsService].provider == "NoIpDns"
    assert told[facts.AddressFilter].entries == ("192.0.2.77",)
    assert told[facts.Interfaces].interfaces[0].ipv4 == ("192.0.2.50/24",)
    assert told[facts.Gateway].ipv4 == told[facts.Dns].servers == ("192.0.2.1",)
    assert told[facts.Ntp].servers == ("ntp.example.jp",)
    assert told[facts.SystemLog].lines == 3
    assert (told[facts.SnmpSettings].v2c, told[facts.SnmpSettings].writable) == (True, True)
    channel = told[facts.Channels].channels[0]
    assert (channel.address, channel.serial, channel.online) == ("192.0.2.61", "S1", True)
