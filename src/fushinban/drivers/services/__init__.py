"""The open-port view: what anybody on the network sees of a device. No login, no probe of unknown ports with data."""

from fushinban.drivers._driver import Driver, Getter, Quality
from fushinban.drivers.services._banner import parse_banner, parse_speech, printable
from fushinban.drivers.services._factory import get_factory_logins
from fushinban.drivers.services._signals import signals_of
from fushinban.drivers.services._view import (
    PortView,
    get_open_ports,
    get_rtsp_server,
    get_served_certificates,
    get_tls_ports,
    get_web_pages,
)
from fushinban.drivers.services._web import parse_page
from fushinban.model.facts import OpenPorts, RtspServer, ServedCertificates, TlsPorts, WebPages
from fushinban.model.site import TestKind
from fushinban.transport.session import Session

__all__ = ["DRIVER", "get_factory_logins", "parse_banner", "parse_page", "parse_speech", "printable", "signals_of"]


async def _open(session: Session) -> PortView:
    return PortView(session)


DRIVER: Driver[PortView] = Driver(
    name="services",
    quality=Quality.BRONZE,
    open=_open,
    getters={
        OpenPorts: Getter(ask=get_open_ports, request="TCP connect", test=TestKind.PORTS),
        WebPages: Getter(ask=get_web_pages, request="GET /", test=TestKind.READ),
        TlsPorts: Getter(ask=get_tls_ports, request="TLS hello", test=TestKind.PORTS),
        ServedCertificates: Getter(ask=get_served_certificates, request="TLS hello", test=TestKind.PORTS),
        RtspServer: Getter(ask=get_rtsp_server, request="RTSP OPTIONS", test=TestKind.READ),
    },
)
