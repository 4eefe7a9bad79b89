"""Recordings of plain HTTP: read, found, served behind digest, and inspected like a device."""

import asyncio
import base64
import json
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban import clock
from fushinban.collect.device import collect
from fushinban.drivers import drivers
from fushinban.errors import InputError
from fushinban.lab.http_recording import serve_http_recording
from fushinban.lab.plan import LabUser
from fushinban.model.credential import Credential
from fushinban.model.device import CAMERA_PORTS, UDP_PORTS, Device, Target
from fushinban.model.facts import Identity, MakerAccounts
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer
from fushinban.model.site import Authorisation, Limits, TestKind
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.http_recording import HttpRecording, load_http_recording
from fushinban.transport.transcript import Transcript

USER = LabUser(name="test-auditor", password="Invented-Secret-of-Tests-9")
INFO = (
    '<DeviceInfo xmlns="http://www.std-cgi.com/ver20/XMLSchema"><model>DS-9999</model>'
    "<serialNumber>DS-9999-0</serialNumber><firmwareVersion>V5.0.0</firmwareVersion>"
    "<firmwareReleasedDate>build 200101</firmwareReleasedDate></DeviceInfo>"
)
USERS = "<UserList><User><id>1</id><userName>admin</userName><userLevel>Administrator</userLevel></User></UserList>"
FILE: dict[str, Any] = {
    "recording": "http",
    "origin": "invented",
    "hand_made": True,
    "realm": "hikvision",
    "exchanges": [
        {"path": "/ISAPI/System/deviceInfo", "type": "application/xml", "text": INFO},
        {
            "path": "/ISAPI/Security/users",
            "type": "application/xml",
            "base64": base64.b64encode(USERS.encode()).decode(),
        },
        {"path": "/x", "method": "post", "text": "any"},
        {"path": "/x", "method": "post", "asked": "two", "text": "second"},
    ],
}


def written(folder: Path, content: object) -> Path:
    path = folder / "device.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_recording_is_found_by_question(tmp_path: Path) -> None:
    recording = load_http_recording(written(tmp_path, FILE))
    assert (recording.realm, recording.hand_made, recording.name) == ("hikvision", True, "device.json")
    found = recording.find("GET", "/ISAPI/Security/users")
    assert found is not None
    assert found.body == USERS.encode()
    for body, wanted in ((b"one", b"any"), (b"two", b"second")):
        said = recording.find("POST", "/x", body)
        assert said is not None
        assert said.body == wanted
    assert recording.find("GET", "/x") is None
    assert recording.find("GET", "/ISAPI/Security/users?a=b") is None


@pytest.mark.parametrize(
    "content",
    [
        [], {}, {"recording": "soap", "exchanges": []}, {"recording": "http"}, {"recording": "http", "exchanges": []},
        {"recording": "http", "exchanges": [{}]}, {"recording": "http", "exchanges": [{"path": "/", "base64": "*"}]},
        {"recording": "http", "exchanges": [{"path": "/", "status": 7}]}, {"recording": "http", "exchanges": "x"},
    ],
)  # fmt: skip
def test_what_is_no_recording_is_told_with_its_file(tmp_path: Path, content: object) -> None:
    path = written(tmp_path, content)
    with pytest.raises(InputError) as raised:
        load_http_recording(path)
    assert "device.json" in raised.value.text.en


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_file_is_a_recording_or_an_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "x.json"
    path.write_bytes(content)
    try:
        found: object = load_http_recording(path)
    except InputError as error:
        found = error
    assert isinstance(found, HttpRecording | InputError)


def inspected(folder: Path, recording: HttpRecording) -> DeviceRecord:
    """What an inspection makes of a device that serves this recording and nothing else."""
    now = clock.now()
    allowed = Authorisation(
        by="a test", start=now - timedelta(hours=1), end=now + timedelta(hours=1),
        networks=(ip_network("127.0.0.0/8"),), tests=frozenset({TestKind.READ, TestKind.PORTS}),
    )  # fmt: skip
    login = Credential(username=USER.name, secret=USER.password, origin="invented")

    async def story() -> DeviceRecord:
        budget = AttemptBudget(folder / "attempts")
        async with (
            serve_http_recording(recording, USER) as served,
            Door("s", allowed, Limits(port_gap=0.0, read_timeout=2.0), budget, Transcript()) as door,
        ):
            # Every other service stands at a port where nobody is.
            elsewhere = dict.fromkeys((*CAMERA_PORTS, *UDP_PORTS), 1)
            device = Device(
                id="d", site="s", target=Target(address="127.0.0.1", ports={**elsewhere, "http": served.port})
            )
            async with door.session(device.target, login) as session:
                return await collect(session, device, drivers())

    return asyncio.run(story())


def test_an_inspection_asks_a_device_by_its_own_interface(tmp_path: Path) -> None:
    """Nobody listed its maker: its realm shows it, and its own interface then tells the rest."""
    record = inspected(tmp_path, load_http_recording(written(tmp_path, FILE)))
    assert "hikvision" in record.drivers
    told = {r.fact: r for r in record.readings if r.answer is Answer.OK}
    assert told[Identity].source.driver == "hikvision"
    assert [a.name for a in told[MakerAccounts].value.accounts] == ["admin"]
    assert (record.device.maker, record.device.model) == ("Hikvision", "DS-9999")
    assert record.device.firmware == "V5.0.0 build 200101"
