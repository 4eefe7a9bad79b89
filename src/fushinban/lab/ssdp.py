"""SSDP and the HTTP side of a pretend router that answers UPnP."""

import asyncio
from dataclasses import replace
from typing import cast

from fushinban.errors import Malformed
from fushinban.lab.gateway import GatewayState, UpnpError
from fushinban.lab.gateway_actions import Asked, action_of
from fushinban.lab.gateway_pages import (
    DESCRIPTION_PATH,
    connection_device,
    description,
    device_types,
    places,
    service_description,
    version_of,
)
from fushinban.lab.gateway_soap import Call, answer, fault, parse_call
from fushinban.lab.onvif_device import endpoint_id
from fushinban.lab.state import DeviceState
from fushinban.lab.wire import Reply, Request, malformed, take_request

_XML = (("Content-Type", 'text/xml; charset="utf-8"'),)
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
    known = {"upnp:rootdevice", *device_types(version_of(state.plan)), uuid}
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
    """The HTTP side of a gateway: its documents and its actions. One that only answers refuses every action."""

    def __init__(self, state: DeviceState) -> None:
        self._state = state
        self._places = places(version_of(state.plan))

    def respond(self, request: Request) -> Reply:
        """The reply to one request. Whatever changes the router, or tries to, is noted."""
        reply = self._told(request) if request.method == "POST" else self._document(request)
        server = (("Server", f"{self._state.brand}OS/{self._state.plan.firmware} UPnP/1.1"),)
        return replace(reply, headers=(*server, *reply.headers))

    def _document(self, request: Request) -> Reply:
        self._state.note("upnp-http", f"{request.method} {request.path}")
        place = next((p for p in self._places if p.description == request.path), None)
        if request.path != DESCRIPTION_PATH and place is None:
            return Reply(status=404)
        return Reply(
            status=200, headers=_XML, body=service_description(place) if place else description(self._state)
        )  # fmt: skip

    def _told(self, request: Request) -> Reply:
        gateway = self._state.gateway
        if gateway is None or not gateway.enabled:
            self._state.note("upnp-http", f"{request.method} {request.path}")
            self._state.write_attempts.append(f"UPnP {request.path}")
            return Reply(status=501)
        place = next((p for p in self._places if p.control == request.path), None)
        if place is None:
            return Reply(status=404)
        try:
            call = parse_call(request.body, request.headers.get("soapaction", ""))
        except Malformed:
            return Reply(status=400)
        self._state.note("upnp-http", call.action)
        return self._acted(call, gateway, frozenset(place.types))

    def _acted(self, call: Call, gateway: GatewayState, known: frozenset[str]) -> Reply:
        try:
            action = action_of(call, known)
            if action.writes:
                self._state.write_attempts.append(f"UPnP {call.action}")
            asked = Asked(
                gateway=gateway, arguments=call.arguments, connection=connection_device(self._state.plan)
            )  # fmt: skip
            return Reply(status=200, headers=_XML, body=answer(call, action.answer(asked)))
        except UpnpError as error:
            return Reply(status=500, headers=_XML, body=fault(error))
