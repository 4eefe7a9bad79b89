"""The Axis driver against pretend cameras over the real door: what it asks, and what it makes of half an answer."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from fake_device import PASSWORD, USERNAME, Mood, Served, WebDevice, fake_module, text

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers.axis import DRIVER
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
READY = "/axis-cgi/systemready.cgi"
INFO = "/axis-cgi/basicdeviceinfo.cgi"


def read(
    folder: Path, answer: Callable[[Request], Reply | None], *, mood: Mood = Mood.GOOD, **changes: Any
) -> tuple[Readings, Served]:
    """All readings of a camera that answers so."""
    device: WebDevice = replace(fake_module("axis").DEVICE, answer=answer, **changes)
    now = clock.now()
    allowed = Authorisation(
        by="a test", start=now - timedelta(hours=1), end=now + timedelta(hours=1), networks=(ip_network("127.0.0.0/8"),)
    )

    async def story() -> tuple[Readings, Served]:
        budget = AttemptBudget(folder / "attempts")
        async with (
            device.serve(mood) as served,
            Door("s", allowed, Limits(), budget, Transcript()) as door,
            door.session(served.target, LOGIN) as session,
        ):
            return {r.fact: r for r in await ask_driver(DRIVER, session, lambda _: None)}, served

    return asyncio.run(story())


def but(path: str, reply: Reply | None) -> Callable[[Request], Reply | None]:
    """The usual camera, with another answer to one path."""
    usual: Callable[[Request], Reply | None] = fake_module("axis").answer
    return lambda request: reply if request.path == path else usual(request)


def vapix(data: object) -> Reply:
    return text(json.dumps({"apiVersion": "1.1", "data": data}), "application/json")


def test_no_login_is_tried_where_nobody_set_the_device_up(tmp_path: Path) -> None:
    state = vapix({"systemready": "yes", "needsetup": "yes", "uptime": "60", "bootid": "b"})
    readings, served = read(tmp_path, but(READY, state))
    assert not any(seen.login for seen in served.seen)
    assert readings[facts.Activation].value.initialised is False
    assert readings[facts.Uptime].value.boot_id == "b"
    assert readings[facts.MakerAccounts].answer is Answer.DENIED


def test_a_refused_login_leaves_the_identity_that_is_told_to_all(tmp_path: Path) -> None:
    info = vapix({"propertyList": {"Brand": "AXIS", "ProdNbr": "P9999", "Version": "11.1.1", "SerialNumber": "B8A4"}})
    readings, served = read(tmp_path, but(INFO, info), mood=Mood.DENIED, open=frozenset({READY, INFO}))
    assert readings[facts.Identity].value.model == "P9999"
    assert readings[facts.ServiceSettings].answer is Answer.DENIED
    assert sum(seen.login for seen in served.seen) == 1


def test_only_what_is_listed_is_asked(tmp_path: Path) -> None:
    fewer = vapix({"apiList": [{"id": "basic-device-info"}]})
    readings, served = read(tmp_path, but("/axis-cgi/apidiscovery.cgi", fewer))
    paths = {seen.path for seen in served.seen}
    assert not paths & {"/axis-cgi/ntp.cgi", "/axis-cgi/time.cgi", "/axis-cgi/remotesyslog.cgi"}
    assert readings[facts.DeviceTime].value.utc is None
    assert readings[facts.DeviceTime].value.timezone == "JST-9"
    assert readings[facts.Ntp].answer is Answer.NOT_SUPPORTED, "its parameters name none either"


def test_newer_interfaces_are_left_out_where_they_are_not_listed(tmp_path: Path) -> None:
    none = text(json.dumps({"framework_version": "1.0.0", "apis": {}}), "application/json")
    readings, served = read(tmp_path, but("/config/discover", none))
    assert not [seen for seen in served.seen if seen.path.startswith("/config/rest/")]
    assert readings[facts.StoredCertificates].answer is Answer.NOT_SUPPORTED
    assert readings[facts.AddressFilter].answer is Answer.NOT_SUPPORTED, "this camera has no older filter"


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (text(json.dumps({"error": {"code": 2002, "message": "no right"}}), "application/json"), Answer.DENIED),
        (text(json.dumps({"error": {"code": 2004, "message": "no method"}}), "application/json"), Answer.NOT_SUPPORTED),
        (text(json.dumps({"error": {"code": 1000, "message": "broken"}}), "application/json"), Answer.MALFORMED),
        (text("", status=500), Answer.MALFORMED),
        (text("", status=503), Answer.UNREACHABLE),
        (text("<html>", "text/html"), Answer.MALFORMED),
    ],
)
def test_an_error_spoils_its_own_fact_alone(tmp_path: Path, reply: Reply, answer: Answer) -> None:
    readings, _ = read(tmp_path, but("/axis-cgi/firmwaremanagement.cgi", reply))
    assert readings[facts.FirmwareUpdate].answer is answer
    rest = {r.answer for f, r in readings.items() if f is not facts.FirmwareUpdate}
    assert rest == {Answer.OK}


def test_a_right_that_is_missing_is_told_for_its_own_fact(tmp_path: Path) -> None:
    readings, served = read(tmp_path, but("/axis-cgi/pwdgrp.cgi", text("", status=403)))
    assert readings[facts.MakerAccounts].answer is Answer.DENIED
    assert readings[facts.SystemLog].answer is Answer.OK
    assert len([seen for seen in served.seen if "pwdgrp" in seen.path]) == 1


def test_an_error_line_in_the_place_of_the_list(tmp_path: Path) -> None:
    """Older firmware answers 200 with an error line to whoever may not read it; the rest is asked all the same."""
    error = text("# Error: Error -1 getting param in group 'root.Brand'\n")
    readings, _ = read(tmp_path, but("/axis-cgi/param.cgi", error))
    assert readings[facts.ServiceSettings].answer is Answer.NOT_SUPPORTED
    assert readings[facts.Activation].answer is Answer.OK
    assert readings[facts.MakerAccounts].answer is Answer.OK


def test_each_fact_of_the_camera(tmp_path: Path) -> None:
    readings, _ = read(tmp_path, fake_module("axis").answer)
    told = {f: r.value for f, r in readings.items()}
    assert told[facts.Identity].hardware == "9FF.1"
    assert told[facts.Hostname].name == "kakunin-cam"
    assert told[facts.FirmwareUpdate].fallback == "10.12.1"
    assert [s.enabled for s in told[facts.ServiceSettings].of(NetworkService.SSH)] == [True]
    assert told[facts.CloudServices].services[0].detail == "oneclick"
    assert told[facts.RemoteLog].servers == ("192.0.2.9",)
    assert told[facts.UpnpClient].enabled is True
    assert told[facts.DynamicDnsService].name == "cam.example.jp"
    assert told[facts.AddressFilter].entries == ("192.0.2.0/24 tcp/443",)
    assert told[facts.Interfaces].interfaces[0].ipv6 == ("2001:db8::40/64",)
    assert told[facts.Ntp].servers == ("ntp.example.jp", "192.0.2.123")
    assert (told[facts.SnmpSettings].v2c, told[facts.SnmpSettings].usual_community) == (True, False)
    assert told[facts.StoredCertificates].certificates[0].id == "Default"
    assert told[facts.LoginLock].attempts == 20
    assert told[facts.SystemLog].lines == 3
    assert told[facts.AccessLog].size == 0
