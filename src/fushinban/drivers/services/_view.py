"""Looks at the ports of one device. Sent at most: nothing (listening), one GET of `/`, one OPTIONS, one TLS hello."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

from fushinban.drivers._certificates import parse_certificate, unreadable_certificate
from fushinban.drivers._side_by_side import side_by_side
from fushinban.drivers.services._banner import parse_banner, parse_speech, printable
from fushinban.drivers.services._once import Once
from fushinban.drivers.services._web import parse_challenges, parse_page
from fushinban.errors import Denied, Locked, Malformed, NotSupported, OutOfScope, Unreachable
from fushinban.messages import say
from fushinban.model.device import CAMERA_PORTS, Target
from fushinban.model.facts import (
    Certificate,
    OpenPorts,
    Port,
    PortState,
    RtspServer,
    ServedCertificates,
    TlsPort,
    TlsPorts,
    WebPage,
    WebPages,
)
from fushinban.transport.session import Session
from fushinban.transport.values import HttpRequest, RtspAnswer, TlsAnswer

#: How long a server that speaks first is given, in seconds.
LISTEN = 1.0

#: Ports whose usual service is known to wait for the client; everything else is only listened to. Port 8000 is not
#: among them: recorders speak a protocol of their own there and some hang when asked anything else.
PLAIN_WEB = ("http", "http-alt", "onvif-8899", "upnp-http", "onvif")
TLS_WEB = ("https", "https-alt")
RTSP = ("rtsp", "rtsp-alt")
_SILENT = frozenset({*PLAIN_WEB, *TLS_WEB, *RTSP, "rtmp"})


class PortView:
    """What the getters share: every port is asked once, whoever needs it first."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.connects = Once(self._connect_all)
        self.pages = Once(self._ask_pages)
        self.tls = Once(self._ask_tls)
        self.rtsp = Once(self._ask_rtsp)

    async def open(self, services: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the services whose port is open."""
        ports = await self.connects.value()
        return tuple(p.service for p in ports if p.state is PortState.OPEN and p.service in services)

    async def _connect_all(self) -> tuple[Port, ...]:
        services = services_of(self.session.target)
        states = await side_by_side(self._connect, services)
        ports = tuple(states[s] for s in services)
        if all(p.state is PortState.FILTERED for p in ports):
            raise Unreachable(say("discover.silent", address=self.session.target.address))
        return ports

    async def _connect(self, service: str) -> Port:
        number = self.session.target.port(service)
        try:
            answer = await self.session.port(service, listen=0.0 if service in _SILENT else LISTEN)
        except Unreachable:
            return Port(number=number, service=service, state=PortState.FILTERED)
        speaks, banner = parse_speech(answer.banner), parse_banner(answer.banner)
        return Port(number=number, service=service, state=answer.state, speaks=speaks, banner=banner)

    async def _ask_pages(self) -> tuple["_Page", ...]:
        plain, wrapped = await self.open(PLAIN_WEB + self._web_by_announcement()), await self.open(TLS_WEB)
        found = await asyncio.gather(
            *(self._ask_page(s, False) for s in plain), *(self._ask_page(s, True) for s in wrapped)
        )
        return tuple(page for page in found if page is not None)

    def _web_by_announcement(self) -> tuple[str, ...]:
        """Port 8000, only where the device itself announced its web service there."""
        target = self.session.target
        return ("http-8000",) if target.port("http-8000") in (target.port("onvif"), target.port("http")) else ()

    async def _ask_page(self, service: str, tls: bool) -> "_Page | None":
        try:
            answer = await self.session.http(HttpRequest(path="/", service=service, tls=tls), login=False)
        except (Unreachable, Malformed, NotSupported, Denied, Locked):
            return None  # no web server, or one that hangs up: the port stays "could not tell"
        return _Page(service, parse_page(answer, self.session.target.port(service), tls=tls))

    async def _ask_tls(self) -> tuple[tuple[str, TlsAnswer], ...]:
        found = []
        for service in await self.open(TLS_WEB):
            try:
                answer = await self.session.tls(service)
            except (Unreachable, Malformed, NotSupported):
                continue  # open, but no TLS there
            if answer.accepted or answer.certificate:
                found.append((service, answer))
        return tuple(found)

    async def _ask_rtsp(self) -> tuple[tuple[str, RtspAnswer], ...]:
        found = []
        for service in await self.open(RTSP):
            target = self.session.target
            host = f"[{target.address}]" if ":" in target.address else target.address
            try:
                answer = await self.session.rtsp("OPTIONS", f"rtsp://{host}:{target.port(service)}/", service=service)
            except (Unreachable, Malformed, NotSupported, Denied, Locked):
                continue  # open, but no RTSP there
            found.append((service, answer))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Page:
    """A web page and the service name of its port."""

    service: str
    page: WebPage


def services_of(target: Target) -> tuple[str, ...]:
    """The fixed list, and the ONVIF port where it is none of them. A port that two names share is asked once."""
    names: dict[int, str] = {}
    for service in (*CAMERA_PORTS, "onvif"):
        names.setdefault(target.port(service), service)
    return tuple(names.values())


async def get_open_ports(view: PortView) -> OpenPorts:
    """Every port of the fixed list with its state and what was recognised there. Unreachable: all are silent."""
    ports = await view.connects.value()
    spoken: dict[str, str] = {}
    with suppress(OutOfScope):  # asking a web server or RTSP may not be allowed where looking at ports is
        spoken |= {p.service: "https" if p.page.tls else "http" for p in await view.pages.value()}
    with suppress(OutOfScope):
        spoken |= {service: "rtsp" for service, _ in await view.rtsp.value()}
    spoken |= {service: "https" for service, _ in await view.tls.value()}
    # Not the service that usually stands here: perhaps a Telnet server was moved to this port.
    odd = [p for p in ports if p.state is PortState.OPEN and p.service in _SILENT and p.service not in spoken]
    heard = {p.service: p for p in await asyncio.gather(*(_listened(view, p) for p in odd))}
    return OpenPorts(ports=tuple(_named(heard.get(p.service, p), spoken) for p in ports))


def _named(port: Port, spoken: dict[str, str]) -> Port:
    return replace(port, speaks=spoken[port.service]) if port.service in spoken else port


async def _listened(view: PortView, port: Port) -> Port:
    try:
        heard = await view.session.port(port.service, listen=LISTEN)
    except Unreachable:
        return port
    return replace(port, speaks=parse_speech(heard.banner), banner=parse_banner(heard.banner))


async def get_web_pages(view: PortView) -> WebPages:
    """Web servers at the usual ports, one anonymous GET of `/` each."""
    return WebPages(pages=tuple(p.page for p in await view.pages.value()))


async def get_tls_ports(view: PortView) -> TlsPorts:
    """TLS versions and cipher of the usual HTTPS ports."""
    answers = await view.tls.value()
    return TlsPorts(ports=tuple(parse_tls(view.session.target.port(s), a) for s, a in answers))


def parse_tls(port: int, answer: TlsAnswer) -> TlsPort:
    """The TLS port that this answer shows."""
    return TlsPort(port=port, accepted=answer.accepted, refused=answer.refused, cipher=printable(answer.cipher))


async def get_served_certificates(view: PortView) -> ServedCertificates:
    """The certificate that each HTTPS port presents; one that cannot be read is marked as such."""
    answers = [(view.session.target.port(s), a.certificate) for s, a in await view.tls.value() if a.certificate]
    return ServedCertificates(certificates=tuple(parse_served(port, der) for port, der in answers))


def parse_served(port: int, der: bytes) -> Certificate:
    """The certificate of a port, named `:443` after it."""
    try:
        return parse_certificate(der, f":{port}")
    except Malformed:
        return unreadable_certificate(der, f":{port}")


async def get_rtsp_server(view: PortView) -> RtspServer:
    """The first RTSP server. NotSupported: no port speaks RTSP."""
    answers = await view.rtsp.value()
    if not answers:
        raise NotSupported(say("discover.no-rtsp"))
    service, answer = answers[0]
    return parse_rtsp(view.session.target.port(service), answer)


def parse_rtsp(port: int, answer: RtspAnswer) -> RtspServer:
    """The RTSP server that this answer to OPTIONS shows."""
    schemes, _ = parse_challenges(answer.headers.get("www-authenticate", ""))
    methods = [printable(m) for m in answer.headers.get("public", "").replace("\n", ",").split(",")]
    return RtspServer(
        port=port,
        server=printable(answer.headers.get("server", "")),
        methods=tuple(dict.fromkeys(m for m in methods if m)),
        schemes=schemes,
    )
