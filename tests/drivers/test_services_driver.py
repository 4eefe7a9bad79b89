"""The open-port view against a pretend session: what it sends, what it sees, what it leaves alone."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from fushinban.drivers.services import DRIVER
from fushinban.errors import DeviceError, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.model import site
from fushinban.model.credential import Credential
from fushinban.model.device import CAMERA_PORTS, Target
from fushinban.model.facts import OpenPorts, PortState, RtspServer, TlsPorts, WebPages
from fushinban.model.facts.base import Fact
from fushinban.transport.footprint import footprint, note_answer
from fushinban.transport.values import HttpAnswer, HttpRequest, PortAnswer, RtspAnswer, SoapCall, TlsAnswer

GONE = Unreachable(say("discover.silent", address="192.0.2.1"))


@dataclass
class FakeSession:
    """A device made of tables; notes everything that was sent to it."""

    target: Target = field(default_factory=lambda: Target(address="192.0.2.1"))
    credential: Credential | None = None
    open: Mapping[str, bytes] = field(default_factory=dict)
    usual: PortState = PortState.CLOSED
    web: Mapping[str, HttpAnswer | DeviceError] = field(default_factory=dict)
    streams: Mapping[str, RtspAnswer | DeviceError] = field(default_factory=dict)
    wrapped: Mapping[str, TlsAnswer | DeviceError] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    listened: list[str] = field(default_factory=list)

    def allows(self, test: site.TestKind) -> bool:
        return True

    async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
        assert not login
        self.sent.append(f"{request.method} {request.path} {request.service}")
        answer = _given(self.web.get(request.service, GONE))
        note_answer(answer.body)
        return answer

    async def soap(self, call: SoapCall, *, login: bool = True, service: str = "http", tls: bool = False) -> bytes:
        raise AssertionError("the open-port view sends no SOAP")

    async def rtsp(self, method: str, uri: str, *, login: bool = False, service: str = "rtsp") -> RtspAnswer:
        assert not login
        self.sent.append(f"{method} {uri}")
        return _given(self.streams.get(service, GONE))

    async def port(self, service: str, *, listen: float = 0.0) -> PortAnswer:
        if service not in self.open:
            return PortAnswer(state=self.usual)
        if listen:
            self.listened.append(service)
        return PortAnswer(state=PortState.OPEN, banner=self.open[service] if listen else b"")

    async def tls(self, service: str) -> TlsAnswer:
        self.sent.append(f"hello {service}")
        return _given(self.wrapped.get(service, GONE))

    async def try_login(self, username: str, secret: str) -> bool:
        raise AssertionError("the open-port view never logs in")

    def learn_offset(self, seconds: float) -> None:
        raise AssertionError("the open-port view knows no clock")


def _given(thing):
    if isinstance(thing, DeviceError):
        raise thing
    return thing


def ask(session: FakeSession, *facts: type[Fact]):
    """The facts, asked side by side as the engine does."""

    async def all_of_them():
        view = await DRIVER.open(session)
        return await asyncio.gather(*(DRIVER.getters[f].ask(view) for f in facts))

    return asyncio.run(all_of_them())


PAGE = HttpAnswer(
    status=401,
    headers={"server": "Hikvision-Webs", "www-authenticate": 'Digest realm="DVR", qop="auth"\nBasic realm="x"'},
    body="<html><title>監視\n カメラ</title>".encode(),
)
OPTIONS = RtspAnswer(status=200, headers={"server": "Dahua Rtsp Server", "public": "OPTIONS, DESCRIBE , PLAY"})


def test_sees_what_each_port_speaks() -> None:
    session = FakeSession(
        open={"telnet": b"\xff\xfd\x01\xff\xfb\x03", "ftp": b"220 AXIS ready\r\n", "ssh": b"SSH-2.0-dropbear\r\n",
              "http": b"", "https": b"", "rtsp": b"", "sdk-9000": b""},
        web={"http": PAGE, "https": PAGE},
        streams={"rtsp": OPTIONS},
        wrapped={"https": TlsAnswer(accepted=("TLSv1.2",), refused=("TLSv1.3",), cipher="AES", certificate=b"")},
    )  # fmt: skip
    ports, web, tls, rtsp = ask(session, OpenPorts, WebPages, TlsPorts, RtspServer)
    assert {p.service: p.speaks for p in ports.open} == {
        "ftp": "ftp", "ssh": "ssh", "telnet": "telnet", "http": "http", "https": "https", "rtsp": "rtsp", "sdk-9000": ""
    }  # fmt: skip
    assert len(ports.ports) == len(CAMERA_PORTS)
    assert [(p.port, p.tls, p.title, p.realm, p.schemes) for p in web.pages] == [
        (80, False, "監視 カメラ", "DVR", ("digest", "basic")),
        (443, True, "監視 カメラ", "DVR", ("digest", "basic")),
    ]
    assert [(p.port, p.accepted, p.refused) for p in tls.ports] == [(443, ("TLSv1.2",), ("TLSv1.3",))]
    assert (rtsp.port, rtsp.server, rtsp.methods) == (554, "Dahua Rtsp Server", ("OPTIONS", "DESCRIBE", "PLAY"))


def test_asks_each_thing_once_and_nothing_else() -> None:
    session = FakeSession(
        open=dict.fromkeys(CAMERA_PORTS, b""),
        web=dict.fromkeys(("http", "https", "http-alt", "https-alt", "onvif-8899", "upnp-http"), PAGE),
        streams={"rtsp": OPTIONS, "rtsp-alt": OPTIONS},
    )
    ask(session, OpenPorts, WebPages, TlsPorts, RtspServer, OpenPorts)
    assert sorted(session.sent) == [
        "GET / http", "GET / http-alt", "GET / https", "GET / https-alt", "GET / onvif-8899", "GET / upnp-http",
        "OPTIONS rtsp://192.0.2.1:554/", "OPTIONS rtsp://192.0.2.1:8554/", "hello https", "hello https-alt",
    ]  # fmt: skip
    silent = {"http-8000", "sdk-9000", "sdk-34567", "sdk-37777", "adb", "cwmp"}
    assert silent <= set(session.listened), "unknown protocols are listened to, never asked"


def test_port_8000_is_asked_only_where_the_device_announced_it() -> None:
    session = FakeSession(
        target=Target(address="192.0.2.1", ports={"onvif": 8000}), open={"http-8000": b""}, web={"http-8000": PAGE}
    )
    (ports,) = ask(session, OpenPorts)
    assert session.sent == ["GET / http-8000"]
    assert [p.number for p in ports.speaking("http")] == [8000]


def test_telnet_that_was_moved_to_a_web_port_is_recognised() -> None:
    session = FakeSession(open={"http-alt": b"\xff\xfd\x18dvr login: "}, web={"http-alt": Malformed(GONE.text)})
    (ports,) = ask(session, OpenPorts)
    assert [(p.service, p.speaks, p.banner) for p in ports.open] == [("http-alt", "telnet", "dvr login:")]


def test_a_silent_address_is_unreachable_for_every_fact() -> None:
    for fact in DRIVER.getters:
        with pytest.raises(Unreachable):
            ask(FakeSession(usual=PortState.FILTERED), fact)


def test_no_rtsp_is_not_supported_and_no_web_is_an_empty_list() -> None:
    session = FakeSession(open={"ssh": b"SSH-2.0-x"})
    with pytest.raises(NotSupported):
        ask(session, RtspServer)
    (web,) = ask(session, WebPages)
    assert web.pages == ()


def test_ipv6_addresses_stand_in_brackets() -> None:
    session = FakeSession(target=Target(address="2001:db8::1"), open={"rtsp": b""}, streams={"rtsp": OPTIONS})
    ask(session, RtspServer)
    assert session.sent == ["OPTIONS rtsp://[2001:db8::1]:554/"]


def test_every_fact_knows_the_answers_it_was_made_from() -> None:
    session = FakeSession(open={"http": b""}, web={"http": PAGE})

    async def digests() -> list[list[str]]:
        view, kept = await DRIVER.open(session), []
        for fact in (OpenPorts, WebPages):
            with footprint() as seen:
                await DRIVER.getters[fact].ask(view)
            kept.append(list(seen))
        return kept

    first, second = asyncio.run(digests())
    assert len(second) == 1
    assert second[0] in first
