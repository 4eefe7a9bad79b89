"""Runs a pretend site: starts the servers of every device in one event loop and stops them at the end."""

import asyncio
import functools
import ssl
from collections.abc import Callable, Mapping
from types import TracebackType

from fushinban import clock
from fushinban.lab.banners import BannerProtocol
from fushinban.lab.certificates import ServedCertificate, make_certificate, tls_context
from fushinban.lab.onvif_server import OnvifServer
from fushinban.lab.plan import UPNP_SERVICES, DevicePlan, LabPlan
from fushinban.lab.ports import PortTaken, allow_files, free_block
from fushinban.lab.recording import open_recording
from fushinban.lab.rtsp_server import RtspServer
from fushinban.lab.serving import RequestProtocol, Respond
from fushinban.lab.site_toml import environment, site_toml
from fushinban.lab.ssdp import DescriptionServer, SearchResponder
from fushinban.lab.state import DeviceState
from fushinban.lab.web import WebServer
from fushinban.lab.wsdiscovery import GroupResponder, ProbeResponder, group_socket
from fushinban.messages import say

_BACKLOG = 64
_STARTS = 5


class Lab:
    """A running site: `async with Lab(plan) as lab`. `devices` holds the state of every device by its id."""

    def __init__(self, plan: LabPlan) -> None:
        self.plan = plan
        self.ports: Mapping[str, int] = {}
        self.devices: dict[str, DeviceState] = {}
        self.multicast_joined = False
        self._servers: list[asyncio.Server] = []
        self._transports: list[asyncio.BaseTransport] = []
        self._responders: list[ProbeResponder] = []
        self._shared: dict[str, ServedCertificate] = {}
        self._upnp: dict[tuple[str, str], asyncio.Server | asyncio.BaseTransport] = {}
        self._turning: asyncio.Queue[tuple[DeviceState, list[str], bool]] = asyncio.Queue()
        self._turner: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Lab":
        """Start every server. Raises InputError where a port or address cannot be had."""
        allow_files(self.plan)
        tries = 1 if self.plan.base_port else _STARTS
        for attempt in range(tries):
            try:
                await self._start()
                return self
            except PortTaken:  # another lab took the free block between the look and the start
                await self._stop()
                if attempt == tries - 1:
                    raise
            except BaseException:
                await self._stop()
                raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything; open connections are dropped."""
        await self._stop()

    def site_toml(self) -> str:
        """The matching SITE.toml. Secrets are named there as `env:NAME`; see `environment`."""
        return site_toml(self.plan, self.ports, clock.now())

    def environment(self) -> dict[str, str]:
        """The environment variables that the site file names, with the invented passwords of the lab."""
        return environment(self.plan)

    async def _start(self) -> None:
        self.ports = free_block(self.plan)
        homes = {device.id: device.address for device in self.plan.devices}
        for device in self.plan.devices:
            certificate = self._certificate(device) if "https" in device.services else None
            state = DeviceState(device, self.ports, certificate.der if certificate else b"", homes)
            self.devices[device.id] = state
            await self._serve(state, tls_context(device, certificate) if certificate else None)
            self._follow(state)
        if self.plan.multicast:
            await self._join_group()

    def _certificate(self, device: DevicePlan) -> ServedCertificate:
        if not device.certificate_group:
            return make_certificate(device, clock.now())
        if device.certificate_group not in self._shared:
            self._shared[device.certificate_group] = make_certificate(device, clock.now())
        return self._shared[device.certificate_group]

    async def _serve(self, state: DeviceState, tls: ssl.SSLContext | None) -> None:
        web = WebServer(state, OnvifServer(state, open_recording(state.plan)))
        for service in sorted(state.plan.opening):
            match service:
                case "http":
                    await self._listen(state, service, _requests(state, web.respond, "HTTP/1.1"))
                case "https":
                    await self._listen(state, service, _requests(state, web.respond, "HTTP/1.1", tls=True), tls)
                case "rtsp":
                    await self._listen(state, service, _requests(state, RtspServer(state).respond, "RTSP/1.0"))
                case "upnp-http" | "ssdp":
                    self._upnp[state.id, service] = await self._answer_upnp(state, service)
                case "ws-discovery":
                    self._responders.append(ProbeResponder(state))
                    await self._datagrams(state, service, self._responders[-1])
                case _:
                    await self._listen(state, service, functools.partial(BannerProtocol, state, service))

    async def _answer_upnp(self, state: DeviceState, service: str) -> asyncio.Server | asyncio.BaseTransport:
        if service == "ssdp":
            return await self._datagrams(state, service, SearchResponder(state))
        return await self._listen(state, service, _requests(state, DescriptionServer(state).respond, "HTTP/1.1"))

    def _follow(self, state: DeviceState) -> None:
        """Open and close the ports of UPnP as its switch is turned, where they are not open anyway."""
        only_when_on = sorted(UPNP_SERVICES - state.plan.services)
        if state.gateway is not None and only_when_on:
            state.gateway.switched = lambda on: self._turning.put_nowait((state, only_when_on, on))
            if self._turner is None:
                self._turner = asyncio.get_running_loop().create_task(self._turn())

    async def _turn(self) -> None:
        while True:
            state, services, on = await self._turning.get()
            for service in services:
                known = self._upnp.pop((state.id, service), None)
                if known is not None:
                    known.close()
                if not on:
                    continue
                try:
                    self._upnp[state.id, service] = await self._answer_upnp(state, service)
                except PortTaken:  # by another program since the lab began: the switch springs back
                    if state.gateway is not None:
                        state.gateway.switch(on=False)

    async def _listen(
        self,
        state: DeviceState,
        service: str,
        factory: Callable[[], asyncio.Protocol],
        tls: ssl.SSLContext | None = None,
    ) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        address, port = state.plan.address, self.ports[service]
        try:
            server = await loop.create_server(factory, address, port, backlog=_BACKLOG, ssl=tls)
        except OSError as error:
            raise PortTaken(say("lab.port-taken", address=address, port=port)) from error
        self._servers.append(server)
        return server

    async def _datagrams(
        self, state: DeviceState, service: str, protocol: asyncio.DatagramProtocol
    ) -> asyncio.BaseTransport:
        loop = asyncio.get_running_loop()
        address, port = state.plan.address, self.ports[service]
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: protocol, local_addr=(address, port))
        except OSError as error:
            raise PortTaken(say("lab.port-taken", address=address, port=port)) from error
        self._transports.append(transport)
        return transport

    async def _join_group(self) -> None:
        """Listen to the multicast group where this machine lets us; the lab works without it."""
        try:
            sock = group_socket()
        except OSError:
            return
        group = GroupResponder(tuple(self._responders))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: group, sock=sock)
        self._transports.append(transport)
        self.multicast_joined = True

    async def _stop(self) -> None:
        if self._turner is not None:
            self._turner.cancel()
            self._turner = None
        for server in self._servers:
            server.close()
        for state in self.devices.values():
            state.drop_connections()
        for transport in self._transports:
            transport.close()
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()
        self._transports.clear()
        self._responders.clear()
        self._upnp.clear()


def _requests(
    state: DeviceState, respond: Respond, version: str, *, tls: bool = False
) -> Callable[[], RequestProtocol]:
    return functools.partial(RequestProtocol, state, respond, version=version, tls=tls)


async def serve(plan: LabPlan, ready: Callable[[Lab], None]) -> None:
    """Serve a site until this task is cancelled; `ready` is called once everything listens."""
    async with Lab(plan) as lab:
        ready(lab)
        await asyncio.Event().wait()
