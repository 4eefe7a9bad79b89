"""What is tried without a login, and what each answer to it means."""

import asyncio
import re

import pytest
from onvif_fakes import NO_OPERATION, NOBODY, FakeSession, soap

from fushinban.drivers.onvif import DRIVER
from fushinban.drivers.onvif._uris import place
from fushinban.errors import Denied, DeviceError, Locked, Malformed
from fushinban.messages import Text
from fushinban.model.device import Target
from fushinban.model.facts import AccessClass, AnonymousOperations, AnonymousPictures, Gate
from fushinban.model.site import TestKind
from fushinban.transport.values import HttpAnswer, RtspAnswer

REFUSED = Denied(Text("拒否", "refused"))
BROKEN = Malformed(Text("壊れた応答", "broken"))
LOCKED = Locked(Text("停止", "locked"))
WRITING = re.compile(rb"<(Set|Create|Delete|Add|Remove|Start|System|Restore|Upgrade|Load|Play|Stop)")

PLAIN = (
    "GetDeviceInformation", "GetScopes", "GetNetworkInterfaces", "GetNetworkProtocols", "GetDNS", "GetNTP",
    "GetProfiles", "GetStreamUri", "GetSnapshotUri", "GetUsers", "GetSystemLog",
)  # fmt: skip


def body(operation: str, inside: str = "") -> bytes:
    return soap(f"<m:{operation}Response>{inside}</m:{operation}Response>")


def device(stream: str = "rtsp://192.0.2.10/live", snapshot: str = "http://192.0.2.10/snap.jpg") -> FakeSession:
    """Everything answered with the login; without it, what a test says."""
    services = (
        "<d:Service><d:Namespace>http://www.onvif.org/ver10/media/wsdl</d:Namespace>"
        "<d:XAddr>http://192.0.2.10/onvif/media</d:XAddr></d:Service>"
    )
    answers: dict[object, bytes | DeviceError] = {
        "GetSystemDateAndTime": body("GetSystemDateAndTime", "<d:SystemDateAndTime/>"),
        "GetServices": body("GetServices", services),
        ("GetProfiles", True): body("GetProfiles", '<m:Profiles token="p"/>'),
        ("GetStreamUri", True): body("GetStreamUri", f"<m:MediaUri><t:Uri>{stream}</t:Uri></m:MediaUri>"),
        ("GetSnapshotUri", True): body("GetSnapshotUri", f"<m:MediaUri><t:Uri>{snapshot}</t:Uri></m:MediaUri>"),
    }
    for operation in PLAIN:
        answers[operation, False] = REFUSED
    return FakeSession(answers=answers)


def operations(session: FakeSession) -> dict[str, bool | None]:
    async def ask() -> AnonymousOperations:
        found = await DRIVER.getters[AnonymousOperations].ask(await DRIVER.open(session))
        assert isinstance(found, AnonymousOperations)
        return found

    return {o.operation: o.answered for o in asyncio.run(ask()).operations}


def pictures(session: FakeSession) -> list[tuple[str, str, Gate, str]]:
    async def ask() -> AnonymousPictures:
        found = await DRIVER.getters[AnonymousPictures].ask(await DRIVER.open(session))
        assert isinstance(found, AnonymousPictures)
        return found

    return [(p.form, p.uri, p.gate, p.detail) for p in asyncio.run(ask()).pictures]


def test_both_need_the_permission_for_anonymous_tests() -> None:
    tests = {g.test for f, g in DRIVER.getters.items() if f in (AnonymousOperations, AnonymousPictures)}
    assert tests == {TestKind.ANONYMOUS}


def test_a_device_that_protects_everything() -> None:
    fake = device()
    assert operations(fake) == dict.fromkeys(PLAIN, False)
    tried = [a.operation for a in fake.asked if not a.login]
    assert sorted(tried) == sorted([*PLAIN, "GetSystemDateAndTime"])
    assert not any(WRITING.search(a.body) for a in fake.asked)


def test_leaks_are_named_and_nothing_of_them_is_kept() -> None:
    fake = device()
    fake.answers["GetUsers", False] = body("GetUsers", "<d:User><t:Username>made-up-name</t:Username></d:User>")
    fake.answers["GetSystemLog", False] = b"--x\r\n\r\n" + body("GetSystemLog", "made-up log") + b"\r\n--x--"
    found = operations(fake)
    assert (found["GetUsers"], found["GetSystemLog"], found["GetScopes"]) == (True, True, False)
    assert "made-up" not in repr(found)


def test_what_cannot_be_told_is_none() -> None:
    fake = device()
    fake.answers["GetNTP", False] = NO_OPERATION
    fake.answers["GetDNS", False] = BROKEN
    fake.answers["GetScopes", False] = soap("<d:Other/>")
    found = operations(fake)
    assert (found["GetNTP"], found["GetDNS"], found["GetScopes"], found["GetUsers"]) == (None, None, None, False)


def test_a_silent_device_is_not_asked_on() -> None:
    fake = device()
    fake.answers["GetNetworkInterfaces", False] = NOBODY
    found = operations(fake)
    assert [o for o, told in found.items() if told is False] == ["GetDeviceInformation", "GetScopes"]
    assert all(found[o] is None for o in PLAIN[2:])
    assert "GetUsers" not in {a.operation for a in fake.asked if not a.login}


def test_a_lock_at_the_first_question_is_the_answer() -> None:
    fake = device()
    fake.answers["GetDeviceInformation", False] = LOCKED
    with pytest.raises(Locked):
        operations(fake)


def test_without_a_known_profile_addresses_cannot_be_told() -> None:
    fake = device()
    fake.answers["GetProfiles", True] = REFUSED
    found = operations(fake)
    assert (found["GetProfiles"], found["GetStreamUri"], found["GetSnapshotUri"]) == (False, None, None)


def test_classes_are_those_of_the_specification() -> None:
    async def ask() -> AnonymousOperations:
        found = await DRIVER.getters[AnonymousOperations].ask(await DRIVER.open(device()))
        assert isinstance(found, AnonymousOperations)
        return found

    classes = {o.operation: o.access_class for o in asyncio.run(ask()).operations}
    assert classes["GetStreamUri"] is AccessClass.READ_MEDIA
    assert classes["GetUsers"] is classes["GetSystemLog"] is AccessClass.READ_SYSTEM_SECRET
    assert classes["GetScopes"] is AccessClass.READ_SYSTEM


MOTION_JPEG = {"content-type": "Multipart/X-Mixed-Replace; boundary=x"}
SDP = RtspAnswer(status=200, headers={"content-type": "application/sdp"}, body=b"v=0\r\n")
JPEG = HttpAnswer(status=200, headers={"content-type": "image/jpeg"}, body=b"")


@pytest.mark.parametrize(
    ("answer", "gate"),
    [
        (SDP, Gate.OPEN),
        (RtspAnswer(status=200, headers={}, body=b"v=0\r\no=- 1 1 IN IP4 0.0.0.0"), Gate.OPEN),
        (RtspAnswer(status=200, headers={}), Gate.UNKNOWN),
        (RtspAnswer(status=401, headers={}), Gate.PROTECTED),
        (RtspAnswer(status=403, headers={}), Gate.PROTECTED),
        (RtspAnswer(status=404, headers={}), Gate.UNKNOWN),
        (REFUSED, Gate.PROTECTED),
        (NOBODY, Gate.UNKNOWN),
        (BROKEN, Gate.UNKNOWN),
    ],
)
def test_streams(answer: RtspAnswer | DeviceError, gate: Gate) -> None:
    fake = device()
    fake.rtsp_answers["rtsp://192.0.2.10/live"] = answer
    assert [(f, g) for f, _, g, _ in pictures(fake)] == [("stream", gate), ("snapshot", Gate.UNKNOWN)]
    assert {a.operation for a in fake.asked if a.service == "rtsp"} == {"DESCRIBE"}


@pytest.mark.parametrize(
    ("answer", "gate"),
    [
        (JPEG, Gate.OPEN),
        (
            HttpAnswer(status=200, headers={"content-type": "Multipart/X-Mixed-Replace; boundary=x"}, body=b""),
            Gate.OPEN,
        ),
        (HttpAnswer(status=200, headers={"content-type": "text/html"}, body=b""), Gate.UNKNOWN),
        (HttpAnswer(status=401, headers={}, body=b""), Gate.PROTECTED),
        (HttpAnswer(status=403, headers={}, body=b""), Gate.PROTECTED),
        (HttpAnswer(status=302, headers={"location": "/login"}, body=b""), Gate.UNKNOWN),
        (NOBODY, Gate.UNKNOWN),
    ],
)
def test_snapshots(answer: HttpAnswer | DeviceError, gate: Gate) -> None:
    fake = device(snapshot="http://192.0.2.10/snap.jpg?a=1&amp;b=2")
    fake.http_answers["/snap.jpg?a=1&b=2"] = answer
    assert pictures(fake)[1][2] is gate
    asked = fake.asked[-1]
    assert (asked.operation, asked.login, asked.service, asked.tls) == ("GET", False, "http", False)


def test_the_packet_goes_to_the_target_whatever_the_address_says() -> None:
    fake = device(stream="rtsp://admin:made-up@198.51.100.9:554/live", snapshot="https://198.51.100.9/s.jpg")
    fake.rtsp_answers["rtsp://192.0.2.10/live"] = SDP
    fake.http_answers["/s.jpg"] = JPEG
    stream, snapshot = pictures(fake)
    assert stream[1:3] == ("rtsp://198.51.100.9:554/live", Gate.OPEN)
    assert snapshot[1:3] == ("https://198.51.100.9/s.jpg", Gate.OPEN)
    assert (fake.asked[-1].service, fake.asked[-1].tls) == ("https", True)


def test_an_address_with_a_password_in_it_is_not_tried() -> None:
    fake = device(stream="rtsp://192.0.2.10/user=admin&amp;password=made-up&amp;channel=1")
    stream = pictures(fake)[0]
    assert (stream[2], "made-up" in stream[1]) == (Gate.UNKNOWN, False)
    assert "DESCRIBE" not in {a.operation for a in fake.asked}


def test_a_port_nobody_named_is_not_guessed() -> None:
    fake = device(stream="rtsp://192.0.2.10:7070/live", snapshot="ftp://192.0.2.10/x.jpg")
    assert [(g, d) for _, _, g, d in pictures(fake)] == [(Gate.UNKNOWN, "port or protocol not known")] * 2
    assert {a.operation for a in fake.asked}.isdisjoint({"DESCRIBE", "GET"})


@pytest.mark.parametrize(
    ("uri", "ports", "service"),
    [
        ("rtsp://192.0.2.1/a", {}, "rtsp"),
        ("rtsp://192.0.2.1:8554/a", {}, "rtsp-alt"),
        ("rtsp://192.0.2.1:554/a", {"rtsp": 10554}, "rtsp"),
        ("rtsp://192.0.2.1:10554/a", {"rtsp": 10554}, "rtsp"),
        ("http://192.0.2.1:80/a", {"http": 8000}, "http"),
        ("http://192.0.2.1:8000/a", {}, "http-8000"),
        ("https://192.0.2.1:8443/a", {}, "https-alt"),
        ("http://192.0.2.1:2020/a", {"onvif": 2020}, "onvif"),
        ("http://192.0.2.1:81/a", {}, None),
        ("gopher://192.0.2.1/a", {}, None),
        ("http://192.0.2.1:99999/a", {}, None),
    ],
)
def test_places(uri: str, ports: dict[str, int], service: str | None) -> None:
    found = place(uri, Target(address="192.0.2.1", ports=ports))
    assert (found.service if found else None) == service


def test_ipv6_hosts_stand_in_brackets() -> None:
    fake = device()
    fake.target = Target(address="2001:db8::5", ports={"rtsp": 1554})
    assert len(pictures(fake)) == 2
    (uri,) = [a.path for a in fake.asked if a.operation == "DESCRIBE"]
    assert uri == "rtsp://[2001:db8::5]:1554/live"
