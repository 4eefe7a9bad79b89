"""The Hikvision driver on whole dumps of seven real devices: cameras, network recorders, a hybrid recorder."""

import json
from pathlib import Path
from typing import Any

import pytest
from hikvision_recorded import FOLDER, devices, recording, to_xml
from recorded_web import Read, read

from fushinban.drivers.hikvision._identity import parse_identity
from fushinban.makers import find_maker
from fushinban.model import facts
from fushinban.model.reading import Answer

CAMERAS = ("DS-2CD2146G2-ISU", "DS-2CD2346G2-ISU", "DS-2CD2443G0-IW", "DS-2SE4C425MWG-E-26")
RECORDERS = {"DS-7608NXI-I2": 4, "DS-7616NI-Q2": 9, "iDS-7204HUHI-M1": 4}
ALL = (*CAMERAS, *RECORDERS)


@pytest.fixture
def device(corpora: Path, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[dict[str, Any], Read]:
    """What the dump of a device holds, and what the driver reads from it."""
    path = corpora / FOLDER / f"{request.param}.json"
    return json.loads(path.read_bytes())["data"]["ISAPI"], read(recording(path), "hikvision", tmp_path)


def test_all_dumps_are_read(corpora: Path) -> None:
    assert {p.stem for p in devices(corpora)} == set(ALL)


@pytest.mark.parametrize("device", ALL, indirect=True)
def test_each_device_is_who_it_is(device: tuple[dict[str, Any], Read]) -> None:
    dump, found = device
    about = dump["System/deviceInfo"]["response"]["DeviceInfo"]
    identity = found.fact(facts.Identity)
    assert identity.model == about["model"]
    assert identity.serial == about["serialNumber"]
    assert identity.firmware == f"{about['firmwareVersion']} {about['firmwareReleasedDate']}"
    assert identity.maker.lower() == about.get("manufacturer", "")
    assert identity.hardware == about.get("hardwareVersion", "").replace("0x0", "")
    assert found.fact(facts.FirmwareUpdate).built == about["firmwareReleasedDate"]
    if identity.maker:
        maker = find_maker(identity.maker)
        assert maker is not None
        assert maker.id == "hikvision"


@pytest.mark.parametrize("device", ALL, indirect=True)
def test_each_device_tells_its_ports(device: tuple[dict[str, Any], Read]) -> None:
    dump, found = device
    told = dump["Security/adminAccesses"]["response"]["AdminAccessProtocolList"]["AdminAccessProtocol"]
    services = {s.name: s for s in found.fact(facts.ServiceSettings).services}
    assert set(services) == {row["protocol"] for row in told}, "what it does not have is left out"
    for row in told:
        setting = services[row["protocol"]]
        assert setting.ports == ((int(row["portNo"]),) if "portNo" in row else ())
        assert setting.enabled is (row.get("enabled", "true") == "true")
    rules = found.fact(facts.LoginRules)
    assert rules.https_only is False


@pytest.mark.parametrize("device", CAMERAS, indirect=True)
def test_a_camera_has_no_channels_and_is_not_asked_for_them(device: tuple[dict[str, Any], Read]) -> None:
    _, found = device
    assert found.answer(facts.Channels) is Answer.NOT_SUPPORTED
    assert not [path for path, _ in found.asked if "InputProxy" in path]


@pytest.mark.parametrize("device", RECORDERS, indirect=True)
def test_a_recorder_tells_the_cameras_behind_it(device: tuple[dict[str, Any], Read]) -> None:
    dump, found = device
    channels = found.fact(facts.Channels).channels
    about = dump["System/deviceInfo"]["response"]["DeviceInfo"]
    assert len(channels) == next(n for name, n in RECORDERS.items() if about["model"].startswith(name))
    proxied = dump["ContentMgmt/InputProxy/channels"]["response"]["InputProxyChannelList"].get("InputProxyChannel", [])
    behind = {c.number: c for c in channels if c.address}
    assert len(behind) == len(proxied)
    for row in proxied:
        source, channel = row["sourceInputPortDescriptor"], behind[int(row["id"])]
        assert (channel.name, channel.address) == (row["name"], source["ipAddress"])
        assert (channel.serial, channel.model) == (source.get("serialNumber") or "", source.get("model") or "")
        assert channel.username == source["userName"]


@pytest.mark.parametrize("device", ["iDS-7204HUHI-M1"], indirect=True)
def test_sockets_of_a_hybrid_recorder(device: tuple[dict[str, Any], Read]) -> None:
    channels = device[1].fact(facts.Channels).channels
    assert [(c.number, c.protocol, c.online) for c in channels] == [
        (1, "analog", True), (2, "analog", False), (3, "analog", True), (4, "analog", False),
    ]  # fmt: skip


@pytest.mark.parametrize("device", ALL, indirect=True)
def test_what_was_not_recorded_is_not_supported(device: tuple[dict[str, Any], Read]) -> None:
    """The dumps hold few of the paths; the server says 404 for the others, and nothing is made up for them."""
    _, found = device
    told = {facts.Identity, facts.FirmwareUpdate, facts.ServiceSettings, facts.LoginRules}
    assert found.told() - {facts.Channels} == told
    rest = {r.answer for f, r in found.readings.items() if f not in (*told, facts.Channels, facts.Activation)}
    assert rest == {Answer.NOT_SUPPORTED}


@pytest.mark.parametrize("device", ["DS-7616NI-Q2"], indirect=True)
def test_what_the_list_of_functions_excludes_is_not_asked(device: tuple[dict[str, Any], Read]) -> None:
    asked = {path for path, _ in device[1].asked}
    for absent in ("SNMP", "ftp", "GB28181Service"):
        assert f"GET /ISAPI/System/Network/{absent}" not in asked
    assert "GET /ISAPI/System/Video/inputs/channels" not in asked, "it has no sockets"
    assert "GET /ISAPI/System/Network/EZVIZ" in asked


def test_xml_is_made_of_json_and_back() -> None:
    made = to_xml("A", {"@x": '1"', "b": [{"#text": "ä<", "@o": "p"}, None], "c": "d"})
    assert made == '<A x=\'1"\'><b o="p">ä&lt;</b><b/><c>d</c></A>'


def test_the_same_camera_says_the_same_as_xml(corpora: Path) -> None:
    """One answer was kept as the XML it was."""
    kept = (corpora / FOLDER).parent / "ISAPI" / "System.deviceInfo" / "ipc1.xml"
    identity = parse_identity(kept.read_bytes())
    assert (identity.maker, identity.model) == ("HIKVISION", "DS-2CD2386G2-IU")
    assert identity.firmware == "V5.7.18 build 240826"
