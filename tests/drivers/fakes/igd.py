"""A pretend internet gateway of version 1 with two mappings. All invented; nothing of it needs a login."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from fake_device import Fake, Mood, Served, WebDevice, text
from igd_answers import description, fault, row, service, told

from fushinban.lab.wire import Reply, Request
from fushinban.model import facts
from fushinban.model.device import DeviceKind

DOCUMENT, CONTROL = "/rootDesc.xml", "/ctl/IPConn"
ROWS = [row(8080, 80, "192.0.2.20"), row(5060, 5060, "192.0.2.21", "UDP", remote="198.51.100.7")]


def answer(request: Request) -> Reply | None:
    """The description, and the four actions that are asked."""
    if request.path == DOCUMENT:
        return text(description(service("WANIPConnection", 1, CONTROL)), "text/xml")
    action = request.headers.get("soapaction", "").strip('"').rpartition("#")[2]
    if request.path != CONTROL:
        return None
    if action == "GetExternalIPAddress":
        return text(told(action, {"NewExternalIPAddress": "203.0.113.9"}), "text/xml")
    if action == "GetStatusInfo":
        status = {"NewConnectionStatus": "Connected", "NewLastConnectionError": "ERROR_NONE", "NewUptime": 86400}
        return text(told(action, status), "text/xml")
    if action == "GetGenericPortMappingEntry":
        index = int(request.body.partition(b"<NewPortMappingIndex>")[2].partition(b"<")[0])
        if index < len(ROWS):
            return text(told(action, ROWS[index]), "text/xml")
        return text(fault(713), "text/xml", 500)
    return text(fault(401), "text/xml", 500)


@asynccontextmanager
async def serve(mood: Mood) -> AsyncIterator[Served]:
    """Run it where discovery saw it announced; at its SSDP port nobody listens any more."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        silent = sock.getsockname()[1]
    async with WebDevice(answer=answer, open=frozenset({DOCUMENT, CONTROL})).serve(mood) as served:
        port = served.target.ports["http"]
        served.target = replace(
            served.target, ports={**served.target.ports, "ssdp": silent}, announced={"igd": f"{port}{DOCUMENT}"}
        )
        yield served


FAKE = Fake(
    driver="igd",
    maker="",
    kind=DeviceKind.ROUTER,
    serve=serve,
    told=frozenset({facts.PortMappings}),
    anonymous=frozenset({facts.PortMappings}),
    reads=frozenset(
        f"POST {CONTROL} :{action} "
        for action in ("GetExternalIPAddress", "GetStatusInfo", "GetGenericPortMappingEntry")
    ),
    most_requests=6,
    # A gateway knows no log-ins.
    moods=frozenset(Mood) - {Mood.DENIED, Mood.UNCLEAR, Mood.FORBIDDEN, Mood.LOCKED},
)
