"""The transcript, and sessions that answer from recordings of real cameras."""

import asyncio
import contextlib
import gzip
import io
import json
import re
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pretend_device import DEVICE_NS, GOOD, WRONG, Camera, answer, call, door_for, serving, target

from fushinban.errors import DeviceError, InputError, NotSupported, Unreachable
from fushinban.model.site import TestKind
from fushinban.transport import recording as recording_module
from fushinban.transport.footprint import footprint
from fushinban.transport.replay import ReplaySession, load_recording
from fushinban.transport.session import Session
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import Asked, HttpRequest, Kind, SoapCall
from fushinban.transport.xml import parse, text

MEDIA_NS = "http://www.onvif.org/ver10/media/wsdl"


# --- transcript -------------------------------------------------------------------------------------------------------


def test_batches_and_counts() -> None:
    batches: list[Sequence[Asked]] = []
    transcript = Transcript(batches.append, batch=3, seconds=0.0)
    for number in range(7):
        transcript.add("192.0.2.1", Kind.HTTP, f"GET /{number}", "", "200")
    assert [len(b) for b in batches] == [3, 3]
    assert len(transcript.lines()) == 1
    transcript.flush()
    transcript.flush()
    assert [len(b) for b in batches] == [3, 3, 1]
    assert [(c.kind, c.outcome, c.count) for c in transcript.counts()] == [("http", "200", 7)]


def test_memory_is_bounded_without_a_sink() -> None:
    transcript = Transcript(keep=5)
    for number in range(100):
        transcript.add("192.0.2.1", Kind.SOAP, str(number), "", "ok")
    assert [line.operation for line in transcript.lines()] == ["95", "96", "97", "98", "99"]
    assert transcript.counts()[0].count == 100


def test_a_login_is_on_record_without_its_secret(tmp_path: Path) -> None:
    camera = Camera()

    async def run() -> Transcript:
        async with serving(camera.handle) as port, door_for(tmp_path) as door, door.session(target(port), WRONG) as s:
            with pytest.raises(DeviceError):
                await s.soap(call("GetUsers"))
            await s.http(HttpRequest(path="/x?password=Invented"), login=False)
            return door.transcript

    lines = asyncio.run(run()).lines()
    assert [(x.kind, x.operation.split("/")[-1], x.username, x.outcome) for x in lines] == [
        (Kind.SOAP, "GetUsers", "", "denied"),
        (Kind.SOAP, "GetUsers", WRONG.username, "denied"),
        (Kind.HTTP, "x", "", "401"),
    ]
    assert WRONG.secret not in repr(lines)
    assert "Invented" not in repr(lines)


def test_answers_leave_a_footprint(tmp_path: Path) -> None:
    camera = Camera()

    async def run() -> list[str]:
        async with serving(camera.handle) as port, door_for(tmp_path) as door, door.session(target(port), GOOD) as s:
            with footprint() as digests:
                raw = await s.soap(call("GetUsers"))
            import hashlib

            assert digests == [hashlib.sha256(raw).hexdigest()]
            return digests

    assert len(asyncio.run(run())) == 1


# --- replay -----------------------------------------------------------------------------------------------------------


def ask(
    session: ReplaySession, operation: str, *, space: str = DEVICE_NS, inside: str = "", login: bool = True
) -> bytes:
    body = f'<x:{operation} xmlns:x="{space}">{inside}</x:{operation}>'.encode()
    return asyncio.run(
        session.soap(SoapCall(operation=operation, action=f"{space}/{operation}", body=body), login=login)
    )


def open_real(corpora: Path, pattern: str) -> ReplaySession:
    return ReplaySession(load_recording(next(corpora.glob(pattern))))


@pytest.mark.parametrize(
    ("pattern", "maker", "model", "firmware"),
    [
        ("onvif/EthanFlower1*/*/AXIS*.tar.gz", "AXIS", "P3818-PVE", "11.9.60"),
        ("onvif/EthanFlower1*/*/Bosch*.tar.gz", "Bosch", "AUTODOME IP starlight 5000i", "7.80.0128"),
        ("onvif/EthanFlower1*/*/REOLINK*.tar.gz", "REOLINK", "E1 Zoom", "v3.1.0.2649_23083101"),
        ("onvif/gBillal*/test/fixtures", "Milesight Technology Co.,Ltd.", "MS-C8165-PE", None),
    ],
)  # fmt: skip
def test_real_cameras(corpora: Path, pattern: str, maker: str, model: str, firmware: str | None) -> None:
    session = open_real(corpora, pattern)
    inside = ("Body", "GetDeviceInformationResponse")
    root = parse(ask(session, "GetDeviceInformation"))
    assert text(root, *inside, "Manufacturer") == maker
    assert text(root, *inside, "Model") == model
    assert text(root, *inside, "FirmwareVersion") == firmware or firmware is None


def test_real_faults_and_gaps(corpora: Path) -> None:
    session = open_real(corpora, "onvif/EthanFlower1*/*/REOLINK*.tar.gz")
    with pytest.raises(NotSupported):
        ask(session, "GetIPAddressFilter")
    with pytest.raises(Unreachable, match="not recorded"):
        ask(session, "GetSystemLog")
    with pytest.raises(Unreachable, match="not recorded"):
        ask(session, "GetUsers", space="http://www.onvif.org/ver20/media/wsdl")
    with pytest.raises(Unreachable, match="without a login"):
        ask(session, "GetUsers", login=False)
    assert ask(session, "GetSystemDateAndTime", login=False)


def test_arguments_choose_the_answer(corpora: Path) -> None:
    session = open_real(corpora, "onvif/EthanFlower1*/*/Bosch*.tar.gz")
    addresses = []
    for token in ("0", "1", "2"):
        inside = f"<x:StreamSetup/><x:ProfileToken>{token}</x:ProfileToken>"
        root = parse(ask(session, "GetStreamUri", space=MEDIA_NS, inside=inside))
        addresses.append(text(root, "Body", "GetStreamUriResponse", "MediaUri", "Uri"))
    assert len(set(addresses)) == 3
    with pytest.raises(Unreachable):
        ask(session, "GetStreamUri", space=MEDIA_NS, inside="<x:ProfileToken>no such</x:ProfileToken>")


def test_every_recorded_answer_of_the_real_cameras_is_judged(corpora: Path) -> None:
    judged = 0
    for path in corpora.glob("onvif/EthanFlower1*/*/*.tar.gz"):
        session = ReplaySession(load_recording(path))
        for exchange in load_recording(path).exchanges:
            with contextlib.suppress(DeviceError):
                assert ask(session, exchange.operation, space=exchange.namespace)
            judged += 1
    assert judged == 198


@pytest.mark.parametrize("folder", ["onvif/agsh+onvif/test/serverMockup", "onvif/pypi-onveef-0.6.0/hikvision"])
def test_folders_of_answers(corpora: Path, folder: str) -> None:
    session = ReplaySession(load_recording(corpora / folder))
    assert text(parse(ask(session, "GetDeviceInformation")), "Body", "GetDeviceInformationResponse", "Manufacturer")


def test_everything_else_was_not_recorded(tmp_path: Path) -> None:
    (tmp_path / "GetHostname.xml").write_bytes(answer("GetHostname"))
    session: Session = ReplaySession(load_recording(tmp_path), GOOD)
    assert session.credential is GOOD
    assert session.allows(TestKind.READ)
    assert not session.allows(TestKind.PORTS)

    async def run() -> None:
        for work in (session.http(HttpRequest(path="/")), session.rtsp("OPTIONS", "rtsp://x"), session.port("http"),
                     session.tls("https"), session.try_login("u", "p")):  # fmt: skip
            with pytest.raises(Unreachable):
                await work

    asyncio.run(run())


def capture(operation: str, response: str, status: int = 200, request: str = "") -> bytes:
    row = {"operation_name": operation, "endpoint": "http://192.0.2.1/onvif/device_service", "request_body": request}
    return json.dumps({**row, "response_body": response, "status_code": status}).encode()


def test_an_anonymous_capture_answers_without_login(tmp_path: Path) -> None:
    request = f'<E><Body><x:GetUsers xmlns:x="{DEVICE_NS}"/></Body></E>'
    (tmp_path / "capture_001_GetUsers.json").write_bytes(
        capture("GetUsers", answer("GetUsers").decode(), request=request)
    )
    assert ask(ReplaySession(load_recording(tmp_path)), "GetUsers", login=False)


def archive(path: Path, *members: tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("capture_999_Link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return path


def test_archives_are_read_without_unpacking(tmp_path: Path) -> None:
    good = capture("GetHostname", answer("GetHostname").decode())
    path = archive(tmp_path / "a.tar.gz", ("../../capture_001_GetHostname.json", good), ("/etc/other.json", b"{}"))
    assert [e.operation for e in load_recording(path).exchanges] == ["GetHostname"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.tar.gz"]


def test_bombs_and_damage_are_input_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = ("capture_001_GetHostname.json", capture("GetHostname", answer("GetHostname").decode()))
    whole = archive(tmp_path / "whole.tar.gz", good).read_bytes()
    cases = {
        "missing": None,
        "cut": whole[: len(whole) // 2],
        "text": b"this is no archive",
        "empty": b"",
        "json": archive(tmp_path / "x.tar.gz", ("capture_001_X.json", b"{")).read_bytes(),
        "deep": archive(tmp_path / "x.tar.gz", ("capture_001_X.json", b"[" * 200_000)).read_bytes(),
        "nothing": archive(tmp_path / "x.tar.gz", ("capture_001_X.json", b"[]")).read_bytes(),
        "bomb": gzip.compress(b"\0" * 20_000_000),
    }
    monkeypatch.setattr(recording_module, "MAX_TOTAL", 1_000_000)
    for name, data in cases.items():
        path = tmp_path / f"case-{name}.tar.gz"
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(InputError) as error:
            load_recording(path)
        assert path.name in error.value.text.ja, name
    monkeypatch.setattr(recording_module, "MAX_FILE", 10)
    with pytest.raises(InputError, match="larger than"):
        load_recording(tmp_path / "whole.tar.gz")


@settings(max_examples=40)
@given(st.binary(max_size=120))
def test_any_capture_is_an_exchange_or_an_input_error(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "capture_001_X.json").write_bytes(data)
        (Path(folder) / "get_users.xml").write_bytes(data)
        try:
            recorded = load_recording(Path(folder))
        except InputError:
            return
        assert all(re.match("Get", e.operation) for e in recorded.exchanges if e.path == "")


def test_batches_are_handed_over_at_their_times_or_when_large() -> None:
    batches: list[Sequence[Asked]] = []
    transcript = Transcript(batches.append, batch=2, seconds=60.0)
    for number in range(2 + 31):
        transcript.add("192.0.2.1", Kind.HTTP, f"GET /{number}", "", "200")
    assert [len(b) for b in batches] == [2]
    transcript.add("192.0.2.1", Kind.HTTP, "GET /last", "", "200")
    assert [len(b) for b in batches] == [2, 32]
