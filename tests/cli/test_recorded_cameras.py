"""Recordings of real cameras, served by the lab and inspected by the command: their true identity and accounts.

What is expected is read from the recording's own text, so that no serial number or name stands here.
"""

import json
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fushinban.cli import main

pytestmark = pytest.mark.xdist_group("recorded")

FOLDER = "onvif/EthanFlower1+onvif-go/camera-data-batch-20260113-142511"
RECORDINGS = {
    "axis": f"{FOLDER}/AXIS_P3818-PVE_11.9.60_xmlcapture_20260113-142527.tar.gz",
    "bosch": f"{FOLDER}/Bosch_AUTODOME_IP_starlight_5000i_7.80.0128_xmlcapture_20260113-142522.tar.gz",
    "reolink": f"{FOLDER}/REOLINK_E1_Zoom_v3.1.0.2649_23083101_xmlcapture_20260113-142518.tar.gz",
    "milesight": "onvif/gBillal+ex_onvif/test/fixtures",
    "hikvision": "onvif/pypi-onveef-0.6.0/hikvision",
}
TOLD = {
    "axis": ("AXIS", "P3818-PVE", "11.9.60"),
    "bosch": ("Bosch", "AUTODOME IP starlight 5000i", "7.80.0128"),
    "reolink": ("REOLINK", "E1 Zoom", "v3.1.0.2649_23083101"),
    "milesight": ("Milesight Technology Co.,Ltd.", "MS-C8165-PE", "61.8.0.3-r8"),
    "hikvision": ("HIKVISION", "DS-2CD2085FWD-I", "V5.6.3 build 190320"),
}
#: The tests of the recordings that need a login; the others are served as they are.
GUARDED = ("axis", "bosch")

ACCOUNT = '{ name = "inspect", password = "Rokuga-Test-77", level = "Administrator" }'  # invented


def lab_file(corpora: Path) -> str:
    lines = ["[lab]", 'name = "recorded"', "base_port = 0"]
    for number, (name, path) in enumerate(RECORDINGS.items(), 11):
        lines += ["", "[[device]]", f'id = "{name}"', f'address = "127.79.1.{number}"', 'services = ["http"]']
        lines += [f'recording = "{corpora / path}"']
        if name in GUARDED:
            lines += [
                "auth_required = true",
                'users = [{ name = "inspect", password = "Rokuga-Test-77", level = "Administrator" }]',
            ]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def result(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("recorded")
    plan = folder / "LAB.toml"
    plan.write_text(lab_file(corpora), encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["demo", "--lab", str(plan), "--out", str(folder / "out"), "--json", str(folder / "r.json")])
    assert end.value.code == 0
    found: dict[str, Any] = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    return found


def device(result: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    address = f"127.79.1.{list(RECORDINGS).index(name) + 11}"
    return next(d for d in result["devices"] if d["address"] == address)


def recorded(corpora: Path, name: str, operation: str) -> str:
    """The raw answer that the recording holds for an operation; empty where it holds none."""
    path = corpora / RECORDINGS[name]
    if path.is_dir():
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        files = [p for p in (path / f"{operation}.xml", path / f"{snake}.xml") if p.is_file()]
        return files[0].read_text(encoding="utf-8") if files else ""
    with tarfile.open(path) as archive:
        for member in archive:
            if re.fullmatch(rf".*capture_\d+_{operation}\.json", member.name):
                file = archive.extractfile(member)
                assert file is not None
                body: str = json.load(file)["response_body"]
                return body
    return ""


def texts(xml: str, name: str) -> list[str]:
    return re.findall(rf"<(?:\w+:)?{name}(?:\s[^>]*)?>([^<]*)</", xml)


@pytest.mark.parametrize("name", RECORDINGS)
def test_maker_model_firmware_and_serial_are_the_cameras_own(result: Any, corpora: Path, name: str) -> None:
    found = device(result, name)
    answer = recorded(corpora, name, "GetDeviceInformation")
    assert (found["maker"], found["model"], found["firmware"]) == TOLD[name]
    assert [found["serial"]] == texts(answer, "SerialNumber")
    assert found["identity"] in {"certain", "high"}


@pytest.mark.parametrize("name", RECORDINGS)
def test_accounts_are_the_recorded_ones_or_marked_unanswered(result: Any, corpora: Path, name: str) -> None:
    found = device(result, name)
    # Some cameras echo the login of the request in the header of their answer.
    answer = recorded(corpora, name, "GetUsers").partition("Body")[2]
    expected = list(zip(texts(answer, "Username"), texts(answer, "UserLevel"), strict=True))
    assert [(a["name"], a["level"]) for a in found["accounts"]] == expected
    unanswered = {u["fact"] for u in found["unanswered"]}
    assert ("accounts" in unanswered) == (not expected)


@pytest.mark.parametrize("name", GUARDED)
def test_a_login_that_was_taken_makes_the_identity_certain(result: Any, name: str) -> None:
    assert device(result, name)["identity"] == "certain"


def test_what_was_not_recorded_is_marked_and_never_guessed(result: Any) -> None:
    unanswered = {u["fact"]: u["answer"] for u in device(result, "hikvision")["unanswered"]}
    assert {"accounts", "ntp", "interfaces", "protocols", "time"} <= set(unanswered)
    assert "ok" not in unanswered.values()
    failing = {f["control"] for f in result["findings"] if f["device"] == device(result, "hikvision")["id"]}
    assert failing, "its controls are judged all the same"
