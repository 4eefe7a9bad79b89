"""The Axis driver on what real devices answered: a P5512 (5.51.7) and an M1065-LW (9.10.1)."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from onvif_recorded import AXIS as ONVIF_AXIS
from onvif_recorded import fact as onvif_fact
from recorded_web import Read, read

from fushinban.drivers.axis import _calls
from fushinban.model import facts
from fushinban.model.reading import Answer
from fushinban.transport.http_recording import HttpRecorded, HttpRecording

P5512 = "vendor-api/trunnion+vapix/fixtures/recordings/00408CFB6888 v5.51.7.json"
M1065 = "vendor-api/Kane610+axis/param_cgi_list_M1065-LW.txt"


def listed(whole: str, path: str) -> bytes:
    """What param.cgi says of a whole list to a question for some groups: missing groups are error lines."""
    lines = whole.splitlines()
    answer = []
    for group in path.partition("group=")[2].split(","):
        own = [line for line in lines if line.startswith((f"{group}.", f"{group}="))]
        answer += own or [f"# Error: Error -1 getting param in group '{group}'"]
    return "\n".join(answer).encode()


def recording(whole: str, *more: HttpRecorded) -> HttpRecording:
    """A device whose parameter list is this one."""
    parameters = HttpRecorded(path=_calls.PARAMETERS, body=listed(whole, _calls.PARAMETERS), type="text/plain")
    return HttpRecording(exchanges=(parameters, *more), realm="AXIS_00408C000000", hand_made=False)


@cache
def p5512(corpora: Path) -> tuple[Mapping[str, Any], HttpRecording]:
    """What the recording says of itself, and all its exchanges; the groups are cut from its whole list."""
    found = json.loads((corpora / P5512).read_bytes())
    asked: dict[str, HttpRecorded] = {}
    for pair in found["transactions"]:
        request, response = pair["request"], pair["response"]
        asked[request["path"]] = HttpRecorded(
            method=request["method"], path=request["path"], status=response["status_code"],
            type=response["headers"]["content_type"], body=response["body"]["string"].encode(),
        )  # fmt: skip
    whole = asked["/axis-cgi/param.cgi?action=list"].body.decode()
    # The recorder asked for two groups at once as this driver does: the cutting above is what the device did.
    several = asked["/axis-cgi/param.cgi?action=list&group=root.Brand%2Croot.Properties.Firmware"]
    assert listed(whole, "group=root.Brand,root.Properties.Firmware").splitlines() == several.body.strip().splitlines()
    # Its firmware is older than both JSON interfaces; what it says of the one is what it says of the other.
    absent = asked["/axis-cgi/apidiscovery.cgi"]
    ready = HttpRecorded(method="POST", path=_calls.SYSTEM_READY, status=404, body=absent.body, anonymous=True)
    return found["device_info"], recording(whole, ready, *asked.values())


@pytest.fixture
def old(corpora: Path, tmp_path: Path) -> Read:
    return read(p5512(corpora)[1], "axis", tmp_path)


@pytest.fixture
def newer(corpora: Path, tmp_path: Path) -> Read:
    return read(recording((corpora / M1065).read_text(encoding="utf-8")), "axis", tmp_path)


def test_an_old_camera_is_who_it_says(corpora: Path, old: Read) -> None:
    about = p5512(corpora)[0]
    identity = old.fact(facts.Identity)
    assert identity.maker == "AXIS"
    assert f"AXIS {identity.model}" == about["model"]
    assert identity.firmware == about["firmware_version"]
    assert identity.serial == about["serial_number"]
    assert identity.hardware == about["hardware_id"]
    assert old.fact(facts.FirmwareUpdate).built == about["firmware_build_date"]


def test_an_old_camera_tells_all_that_its_firmware_has(corpora: Path, old: Read) -> None:
    assert old.told() == {
        facts.Identity, facts.Hostname, facts.Activation, facts.FirmwareUpdate, facts.LoginRules,
        facts.ServiceSettings, facts.CloudServices, facts.SnmpSettings, facts.UpnpClient, facts.DynamicDnsService,
        facts.Interfaces, facts.Gateway, facts.Dns, facts.AddressFilter, facts.DeviceTime, facts.Ntp, facts.SystemLog,
    }  # fmt: skip
    assert {r.answer for r in old.readings.values()} == {Answer.OK, Answer.NOT_SUPPORTED}
    services = {s.name: s.enabled for s in old.fact(facts.ServiceSettings).services}
    assert services["FTP"] is True
    assert services["SNMP"] is False
    assert "SSH" not in services, "it has none"
    said = next(e.body for e in p5512(corpora)[1].exchanges if e.path == _calls.SYSTEM_LOG)
    assert old.fact(facts.SystemLog).size == len(said)
    assert old.fact(facts.SystemLog).lines == said.count(b"\n") == 828
    assert old.fact(facts.LoginRules).viewer is True
    assert old.fact(facts.LoginRules).web == "basic, digest"
    assert old.fact(facts.CloudServices).services[0].detail == "oneclick"
    assert old.fact(facts.Interfaces).interfaces[0].ipv4 == ("172.16.3.233/24",)


def test_an_old_camera_is_asked_little(old: Read) -> None:
    assert len(old.asked) <= 8, old.asked
    paths = [path for path, _ in old.asked]
    assert "POST /axis-cgi/apidiscovery.cgi" not in paths, "its parameters say that it has none"
    assert not any("config" in path for path in paths)


def test_a_newer_camera(newer: Read) -> None:
    identity = newer.fact(facts.Identity)
    assert (identity.maker, identity.model, identity.firmware) == ("AXIS", "M1065-LW", "9.10.1")
    assert identity.hardware == "70E"
    services = {s.name: s.enabled for s in newer.fact(facts.ServiceSettings).services}
    assert services["SSH"] is False
    assert services["UPnP"] is True
    lock = newer.fact(facts.LoginLock)
    assert (lock.enabled, lock.attempts, lock.seconds) == (False, 20, 10)
    assert newer.fact(facts.LoginRules).viewer is None, "the device shows stars"
    assert newer.fact(facts.DeviceTime).timezone == "CET-1CEST,M3.5.0,M10.5.0/3"
    both = newer.fact(facts.Interfaces).interfaces
    assert [(i.token, i.enabled, i.ipv4) for i in both] == [("eth0", False, ()), ("eth1", True, ("192.168.0.90/24",))]


def test_no_community_leaves_the_parser(old: Read, newer: Read) -> None:
    for device in (old, newer):
        assert device.fact(facts.SnmpSettings).usual_community is None, "both have SNMP off"
        assert "'write'" not in repr(device.readings)
        assert "'public'" not in repr(device.readings)


def test_the_identity_is_worded_as_over_onvif(corpora: Path, newer: Read) -> None:
    """The same device must not look changed when one interface answers in the place of the other."""
    over_onvif = onvif_fact(corpora / ONVIF_AXIS, facts.Identity)
    own = newer.fact(facts.Identity)
    assert over_onvif.maker == own.maker
    assert not over_onvif.model.startswith("AXIS")
    assert not own.model.startswith("AXIS")
    assert len(over_onvif.serial) == len(own.serial) == 12
    assert len(over_onvif.hardware) == len(own.hardware) == 3
