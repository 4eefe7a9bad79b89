"""The lab serves recordings of real cameras; what was not recorded is said not to be supported."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from lab_client import BOSS, TRT, device, run_lab, soap, token
from lxml import etree

from fushinban.errors import InputError
from fushinban.lab import DeviceState, Lab, LabPlan

_ANSWER = (
    '<E:Envelope xmlns:E="http://www.w3.org/2003/05/soap-envelope"><E:Body>'
    '<t:{op}Response xmlns:t="http://www.onvif.org/ver10/device/wsdl">{inside}</t:{op}Response></E:Body></E:Envelope>'
)
_REQUEST = (
    '<E:Envelope xmlns:E="http://www.w3.org/2003/05/soap-envelope"><E:Body>'
    '<t:{op} xmlns:t="http://www.onvif.org/ver10/device/wsdl">{inside}</t:{op}></E:Body></E:Envelope>'
)


def _capture(folder: Path, number: int, operation: str, asked: str, told: str) -> None:
    row = {
        "operation_name": operation,
        "endpoint": "http://192.0.2.7/onvif/device_service",
        "request_body": _REQUEST.format(op=operation, inside=asked),
        "response_body": _ANSWER.format(op=operation, inside=told),
        "status_code": 200,
    }
    (folder / f"capture_{number:03d}_{operation}.json").write_text(json.dumps(row), encoding="utf-8")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A hand-made recording with three exchanges."""
    _capture(tmp_path, 1, "GetDeviceInformation", "", "<t:Model>RECORDED</t:Model>")
    _capture(tmp_path, 2, "GetSystemLog", "<t:LogType>System</t:LogType>", "<t:SystemLog>one</t:SystemLog>")
    _capture(tmp_path, 3, "GetSystemLog", "<t:LogType>Access</t:LogType>", "<t:SystemLog>two</t:SystemLog>")
    return tmp_path


def test_recorded_answers_by_operation_and_arguments(made: Path) -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert "RECORDED" in (await soap(cam, "GetDeviceInformation")).text
        assert "two" in (await soap(cam, "GetSystemLog", inside="<x:LogType>Access</x:LogType>")).text
        assert "one" in (await soap(cam, "GetSystemLog", inside="<x:LogType>System</x:LogType>")).text
        missing = await soap(cam, "GetUsers")
        assert (missing.status, "ter:ActionNotSupported" in missing.text) == (500, True)
        assert (await soap(cam, "SetNTP")).status == 500
        assert cam.write_attempts == ["SetNTP"]

    run_lab(body, device(recording=str(made)))


def test_a_recording_may_be_guarded_by_a_declared_user(made: Path) -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert (await soap(cam, "GetDeviceInformation")).status == 401
        assert "RECORDED" in (await soap(cam, "GetDeviceInformation", BOSS)).text
        assert "RECORDED" in (await soap(cam, "GetDeviceInformation", header=token(BOSS))).text

    run_lab(body, device(recording=str(made), auth_required=True))


def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    import asyncio

    plan = LabPlan(name="試験", devices=(device(recording=str(tmp_path / "none.tar.gz")),), base_port=0)

    async def main() -> None:
        with pytest.raises(InputError, match=r"none\.tar\.gz"):
            async with Lab(plan):
                pass

    asyncio.run(main())


@pytest.mark.parametrize("camera", ["AXIS", "Bosch", "REOLINK"])
def test_recordings_of_real_cameras(camera: str, corpora: Path) -> None:
    file = next((corpora / "onvif" / "EthanFlower1+onvif-go").glob(f"*/{camera}*xmlcapture*.tar.gz"))
    plain = device("anonymous-info")

    async def body(lab: Lab, cam: DeviceState) -> None:
        info = etree.fromstring((await soap(cam, "GetDeviceInformation")).body)
        assert camera.lower() in (info.findtext(".//{*}Manufacturer") or "").lower()
        assert file.name.split("_")[1] in (info.findtext(".//{*}Model") or "").replace(" ", "_")
        profiles = await soap(cam, "GetProfiles", namespace=TRT)
        assert profiles.status == 200
        assert b"Profiles" in profiles.body

    run_lab(body, replace(plain, recording=str(file)))
