"""A gateway asked through the door: which actions leave, in which order, and what becomes of answers in the field."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from fake_device import Mood, WebDevice, text
from igd_answers import description, fault, listing, row, service, told

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers import drivers
from fushinban.drivers.igd import applies
from fushinban.drivers.igd._gateway import MOST_MAPPINGS
from fushinban.lab.wire import Reply, Request
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import PortMapping, PortMappings
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import Kind

DOCUMENT = "/root.xml"
CAMERA, RECORDER = row(8080, 80, "192.0.2.20"), row(8554, 554, "192.0.2.30")


@dataclass
class Gateway:
    """A pretend gateway: its description, and what each action of each path answers to a body."""

    document: bytes
    actions: Mapping[tuple[str, str], Callable[[str], bytes]]
    asked: list[tuple[str, str]] = field(default_factory=list)

    def reply(self, request: Request) -> Reply | None:
        if request.path == DOCUMENT:
            return text(self.document, "text/xml")
        action = request.headers.get("soapaction", "").strip('"').rpartition("#")[2]
        self.asked.append((request.path, action))
        answer = self.actions.get((request.path, action), lambda _: fault(401))
        body = answer(request.body.decode())
        return text(body, "text/xml", 500 if b"<s:Fault>" in body else 200)


def value(body: str, name: str) -> str:
    return body.partition(f"<{name}>")[2].partition("<")[0]


def entries(*rows: dict[str, object], end: int = 713) -> Callable[[str], bytes]:
    """GetGenericPortMappingEntry over these rows."""

    def answer(body: str) -> bytes:
        index = int(value(body, "NewPortMappingIndex"))
        return told("GetGenericPortMappingEntry", rows[index]) if index < len(rows) else fault(end)

    return answer


def external(address: str = "203.0.113.9") -> Callable[[str], bytes]:
    return lambda _: told("GetExternalIPAddress", {"NewExternalIPAddress": address})


def status(word: str = "Connected") -> Callable[[str], bytes]:
    return lambda _: told("GetStatusInfo", {"NewConnectionStatus": word, "NewUptime": "60"})


def version_1(*rows: dict[str, object], end: int = 713) -> Gateway:
    return Gateway(
        description(service("WANIPConnection", 1, "/ip")),
        {
            ("/ip", "GetExternalIPAddress"): external(),
            ("/ip", "GetStatusInfo"): status(),
            ("/ip", "GetGenericPortMappingEntry"): entries(*rows, end=end),
        },
    )


@dataclass(frozen=True)
class Read:
    reading: Reading[Any]
    lines: tuple[Any, ...]

    @property
    def value(self) -> PortMappings:
        assert self.reading.answer is Answer.OK, self.reading.detail
        found = self.reading.value
        assert isinstance(found, PortMappings)
        return found


@asynccontextmanager
async def ssdp(answers: Callable[[bytes], list[bytes]]) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Somebody who answers searches; its port, and the searches that it heard."""
    heard: list[bytes] = []

    class Ear(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            heard.append(data)
            for one in answers(data):
                self.transport.sendto(one, addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1], heard
    finally:
        transport.abort()


def read(
    folder: Path, gateway: Gateway, *, announced: bool | str = True,
    location: Callable[[int], str] | None = None,
) -> Read:  # fmt: skip
    """Ask a gateway. `announced`: discovery saw its description (or another path); `location`: what it answers to a
    search, by its port."""

    async def go() -> Read:
        now = clock.now()
        allowed = Authorisation(
            by="t", start=now - timedelta(hours=1), end=now + timedelta(hours=1), networks=(ip_network("127.0.0.1/32"),)
        )
        transcript = Transcript()
        limits = Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=0.3)
        web = WebDevice(answer=gateway.reply, open=frozenset({DOCUMENT, "/ip", "/ppp", "/l3f"}))
        async with web.serve(Mood.GOOD) as served:
            port = served.target.ports["http"]

            def answers(_: bytes) -> list[bytes]:
                if location is None:
                    return []
                return [b"HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: %s\r\n\r\n" % location(port).encode()]

            async with (
                ssdp(answers) as (ssdp_port, _),
                Door("s", allowed, limits, AttemptBudget(folder / "b"), transcript) as door,
            ):
                path = announced if isinstance(announced, str) else DOCUMENT
                target = replace(
                    served.target, ports={"ssdp": ssdp_port}, announced={"igd": f"{port}{path}"} if announced else {}
                )
                async with door.session(target) as session:
                    (reading,) = await ask_driver(drivers()["igd"], session, lambda _: None)
            return Read(reading, transcript.lines())

    return asyncio.run(go())


def test_every_mapping_of_version_1(tmp_path: Path) -> None:
    gateway = version_1(CAMERA, RECORDER)
    found = read(tmp_path, gateway)
    assert found.value == PortMappings(
        external_address="203.0.113.9", status="Connected", line_uptime=60, version=1,
        mappings=(
            PortMapping(protocol="TCP", outside_port=8080, inside="192.0.2.20", inside_port=80, name="カメラ"),
            PortMapping(protocol="TCP", outside_port=8554, inside="192.0.2.30", inside_port=554, name="カメラ"),
        ),
    )  # fmt: skip
    assert [action for _, action in gateway.asked] == [
        "GetExternalIPAddress", "GetStatusInfo", *["GetGenericPortMappingEntry"] * 3
    ]  # fmt: skip
    told_so = [line.operation for line in found.lines if line.kind is Kind.HTTP]
    assert all("127.0.0.1" in words for words in told_so)
    assert [words.rpartition(" ")[2] for words in told_so[1:]] == [action for _, action in gateway.asked]


@pytest.mark.parametrize("end", [713, 714])
def test_a_list_without_entries(tmp_path: Path, end: int) -> None:
    found = read(tmp_path, version_1(end=end)).value
    assert (found.mappings, found.complete) == ((), True)


@pytest.mark.parametrize("end", [402, 501, 820])
def test_a_list_that_breaks_off_is_told_as_such(tmp_path: Path, end: int) -> None:
    found = read(tmp_path, version_1(CAMERA, end=end)).value
    assert (len(found.mappings), found.complete) == (1, False)


def test_a_list_in_a_circle_is_left(tmp_path: Path) -> None:
    gateway = version_1()
    gateway.actions = {**gateway.actions, ("/ip", "GetGenericPortMappingEntry"): lambda _: told("X", CAMERA)}
    found = read(tmp_path, gateway).value
    assert (len(found.mappings), found.complete) == (1, False)
    assert len(gateway.asked) == 4


def test_a_list_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fushinban.drivers.igd._gateway.MOST_MAPPINGS", 5)
    gateway = version_1()
    endless = {**gateway.actions}
    endless["/ip", "GetGenericPortMappingEntry"] = lambda body: told(
        "X", row(1000 + int(value(body, "NewPortMappingIndex")), 80, "192.0.2.20")
    )
    gateway.actions = endless
    found = read(tmp_path, gateway).value
    assert (len(found.mappings), found.complete) == (5, False)
    assert MOST_MAPPINGS > 100


@pytest.mark.parametrize(
    ("code", "answer"), [(401, Answer.NOT_SUPPORTED), (606, Answer.DENIED), (501, Answer.MALFORMED)]
)
def test_a_gateway_that_tells_no_mappings(tmp_path: Path, code: int, answer: Answer) -> None:
    assert read(tmp_path, version_1(end=code)).reading.answer is answer


def test_a_gateway_that_tells_nothing_but_mappings(tmp_path: Path) -> None:
    gateway = version_1(CAMERA)
    gateway.actions = {k: v for k, v in gateway.actions.items() if k[1] == "GetGenericPortMappingEntry"}
    found = read(tmp_path, gateway).value
    assert (found.external_address, found.status, found.line_uptime, len(found.mappings)) == ("", "", None, 1)


def version_2(lists: Mapping[str, bytes], *rows: dict[str, object]) -> Gateway:
    return Gateway(
        description(service("WANIPConnection", 2, "/ip"), version=2),
        {
            ("/ip", "GetExternalIPAddress"): external(),
            ("/ip", "GetStatusInfo"): status(),
            ("/ip", "GetListOfPortMappings"): lambda body: lists[value(body, "NewProtocol")],
            ("/ip", "GetGenericPortMappingEntry"): entries(*rows),
        },
    )


def test_the_lists_of_version_2_take_two_questions(tmp_path: Path) -> None:
    gateway = version_2({"TCP": listing([CAMERA, RECORDER]), "UDP": fault(730)})
    found = read(tmp_path, gateway).value
    assert (found.version, [m.outside_port for m in found.mappings], found.complete) == (2, [8080, 8554], True)
    assert [a for _, a in gateway.asked].count("GetListOfPortMappings") == 2
    assert ("/ip", "GetGenericPortMappingEntry") not in gateway.asked


@pytest.mark.parametrize("answer", [fault(606), fault(401), told("X", {"NewPortListing": "<broken"})])
def test_where_the_list_is_refused_entries_are_read_one_by_one(tmp_path: Path, answer: bytes) -> None:
    gateway = version_2({"TCP": answer, "UDP": answer}, CAMERA)
    found = read(tmp_path, gateway).value
    assert ([m.outside_port for m in found.mappings], found.complete) == ([8080], True)


def two_connections(default: str) -> Gateway:
    return Gateway(
        description(
            service("WANIPConnection", 1, "/ip"), service("WANPPPConnection", 1, "/ppp"),
            forwarding=service("Layer3Forwarding", 1, "/l3f"),
        ),
        {
            ("/l3f", "GetDefaultConnectionService"): lambda _: told(
                "GetDefaultConnectionService", {"NewDefaultConnectionService": default}
            ),
            ("/ip", "GetExternalIPAddress"): external("198.51.100.1"),
            ("/ip", "GetGenericPortMappingEntry"): entries(CAMERA, end=501),
            ("/ppp", "GetExternalIPAddress"): external("203.0.113.9"),
            ("/ppp", "GetStatusInfo"): status("Connected"),
            ("/ppp", "GetGenericPortMappingEntry"): entries(CAMERA, RECORDER),
        },
    )  # fmt: skip


def test_the_default_connection_of_several_is_the_line(tmp_path: Path) -> None:
    gateway = two_connections("uuid:3:WANConnectionDevice:1,urn:upnp-org:serviceId:WANPPPConnection")
    found = read(tmp_path, gateway).value
    assert (found.external_address, found.status) == ("203.0.113.9", "Connected")
    assert [m.outside_port for m in found.mappings] == [8080, 8554], "each once, though both connections tell one"
    assert not found.complete, "the list of the other one broke off"
    assert gateway.asked[0] == ("/l3f", "GetDefaultConnectionService")


def test_a_second_connection_that_is_not_in_use_hides_nothing(tmp_path: Path) -> None:
    gateway = two_connections("uuid:3:WANConnectionDevice:1,urn:upnp-org:serviceId:WANPPPConnection")
    gateway.actions = {k: v for k, v in gateway.actions.items() if k[0] != "/ip"}
    assert [m.outside_port for m in read(tmp_path, gateway).value.mappings] == [8080, 8554]


# Finding it.


def test_a_gateway_that_was_never_announced_is_asked_where_it_stands(tmp_path: Path) -> None:
    found = read(
        tmp_path, version_1(CAMERA), announced=False, location=lambda port: f"http://127.0.0.1:{port}{DOCUMENT}"
    )
    assert len(found.value.mappings) == 1
    assert found.lines[0].kind is Kind.UNICAST


def test_a_gateway_that_moved_is_found_again(tmp_path: Path) -> None:
    gateway = version_1(CAMERA)
    found = read(tmp_path, gateway, announced="/old.xml", location=lambda port: f"http://127.0.0.1:{port}{DOCUMENT}")
    assert len(found.value.mappings) == 1


def test_a_silent_router_is_unreachable(tmp_path: Path) -> None:
    found = read(tmp_path, version_1(), announced=False)
    assert found.reading.answer is Answer.UNREACHABLE
    assert [line.kind for line in found.lines] == [Kind.UNICAST] * 2


def test_a_router_that_names_another_host_is_not_followed(tmp_path: Path) -> None:
    """A listener stands for the other host: not one connection reaches it."""
    with socket.socket() as other:
        other.bind(("127.0.0.2", 0))
        other.listen()
        other.settimeout(0.05)
        place = f"http://127.0.0.2:{other.getsockname()[1]}/root.xml"
        found = read(tmp_path, version_1(), announced=False, location=lambda _: place)
        assert found.reading.answer is Answer.MALFORMED
        gateway = version_1(CAMERA)
        gateway.document = description(service("WANIPConnection", 1, place))
        assert read(tmp_path, gateway).reading.answer is Answer.MALFORMED
        assert gateway.asked == []
        with pytest.raises(TimeoutError):
            other.accept()


def test_a_port_that_prints_is_not_touched(tmp_path: Path) -> None:
    gateway = version_1(CAMERA)
    gateway.document = description(service("WANIPConnection", 1, "http://127.0.0.1:9100/ctl"))
    assert read(tmp_path, gateway).reading.answer is Answer.NOT_ASKED


@pytest.mark.parametrize(
    ("kind", "announced", "asked"),
    [
        (DeviceKind.ROUTER, {}, True), (DeviceKind.OTHER, {}, False), (DeviceKind.CAMERA, {}, False),
        (DeviceKind.OTHER, {"igd": "5000/x"}, True), (DeviceKind.SERVER, {"igd": "5000/x"}, True),
    ],
)  # fmt: skip
def test_whom_it_is_asked_of(kind: DeviceKind, announced: dict[str, str], asked: bool) -> None:
    target = Target(address="192.0.2.1", announced=announced)
    assert applies(Device(id="d", site="s", target=target, kind=kind)) is asked
