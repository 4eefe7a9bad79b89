"""SSDP and the device description of a pretend router that answers UPnP."""

import asyncio
from typing import cast

from fushinban.errors import Malformed
from fushinban.lab.onvif_device import endpoint_id
from fushinban.lab.soap import tag
from fushinban.lab.state import DeviceState
from fushinban.lab.wire import Reply, Request, malformed, take_request

_IGD = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"
_WAN = "urn:schemas-upnp-org:service:WANIPConnection:1"
DESCRIPTION_PATH = "/rootDesc.xml"
Address = tuple[str, int]


def parse_search(data: bytes) -> str:
    """The search target of an M-SEARCH. Raises Malformed for anything else."""
    taken = take_request(data)
    if taken is None or taken[0].method != "M-SEARCH":
        raise malformed("no search")
    request = taken[0]
    if request.headers.get("man", "").strip('"') != "ssdp:discover" or not request.headers.get("st"):
        raise malformed("no search target")
    return request.headers["st"]


def search_answer(state: DeviceState, target: str) -> bytes | None:
    """The answer to a search; None where the device is not what is looked for."""
    uuid = endpoint_id(state.plan).removeprefix("urn:")
    known = {"upnp:rootdevice", _IGD, _WAN, uuid}
    if target == "ssdp:all":
        target = "upnp:rootdevice"
    if target not in known:
        return None
    unique = uuid if target == uuid else f"{uuid}::{target}"
    location = f"http://{state.plan.address}:{state.ports['upnp-http']}{DESCRIPTION_PATH}"
    lines = (
        "HTTP/1.1 200 OK", "CACHE-CONTROL: max-age=120", f"ST: {target}", f"USN: {unique}", "EXT:",
        f"SERVER: {state.brand}OS/{state.plan.firmware} UPnP/1.1 {state.brand}UPnP/1.0",
        f"LOCATION: {location}", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode("ascii", "replace")


class SearchResponder(asyncio.DatagramProtocol):
    """The SSDP responder of one router at its own address."""

    def __init__(self, state: DeviceState) -> None:
        self._state = state
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast(asyncio.DatagramTransport, transport)  # uvloop's is no subclass

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Answer a search; pass over everything else."""
        try:
            target = parse_search(data)
        except Malformed:
            return
        self._state.note("ssdp", "M-SEARCH")
        answer = search_answer(self._state, target)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


class DescriptionServer:
    """The HTTP side: the device description; actions are refused and noted."""

    def __init__(self, state: DeviceState) -> None:
        self._state = state

    def respond(self, request: Request) -> Reply:
        """The reply to one request."""
        server = (("Server", f"{self._state.brand}OS/{self._state.plan.firmware} UPnP/1.1"),)
        self._state.note("upnp-http", f"{request.method} {request.path}")
        if request.method == "POST":
            self._state.write_attempts.append(f"UPnP {request.path}")
            return Reply(status=501, headers=server)
        if request.path != DESCRIPTION_PATH:
            return Reply(status=404, headers=server)
        headers = (*server, ("Content-Type", 'text/xml; charset="utf-8"'))
        return Reply(status=200, headers=headers, body=self._description())

    def _description(self) -> bytes:
        plan = self._state.plan
        service = (
            tag("serviceType", _WAN) + tag("serviceId", "urn:upnp-org:serviceId:WANIPConn1")
            + tag("SCPDURL", "/WANIPCn.xml") + tag("controlURL", "/ctl/IPConn") + tag("eventSubURL", "/evt/IPConn")
        )  # fmt: skip
        device = (
            tag("deviceType", _IGD) + tag("friendlyName", plan.name or plan.model) + tag("manufacturer", plan.maker)
            + tag("modelName", plan.model) + tag("modelNumber", plan.firmware) + tag("serialNumber", plan.serial)
            + tag("UDN", endpoint_id(plan).removeprefix("urn:"))
            + f"<serviceList><service>{service}</service></serviceList>"
            + tag("presentationURL", f"http://{plan.address}:{self._state.ports['http']}/")
        )  # fmt: skip
        text = (
            '<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0">'
            f"<specVersion><major>1</major><minor>1</minor></specVersion><device>{device}</device></root>"
        )
        return text.encode("utf-8")
