"""A pretend router with UPnP is a real Internet Gateway Device: its documents, its actions, its switch."""

import asyncio
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_client import BOSS, DESK, Answer, challenge_of, device, digest, exchange, http, message, parse, run_lab
from lxml import etree

from fushinban.errors import InputError, Malformed
from fushinban.lab import DevicePlan, DeviceState, Lab, LabPlan, demonstration_plan, parse_plan, planted
from fushinban.lab.gateway import MOST
from fushinban.lab.gateway_soap import Call, parse_call
from fushinban.lab.gateway_web import wanted
from fushinban.lab.plan import Ask, Gateway, with_upnp
from fushinban.model.device import DeviceKind

NeedsProgram = Callable[[str], str]
ENV = "http://schemas.xmlsoap.org/soap/envelope/"
WAN = "urn:schemas-upnp-org:service:WANIPConnection:"
CAMERA = "127.77.9.20"
ASK = Ask(device="gate", outside_port=8080, name="カメラ <1>")
NEW = {
    "NewRemoteHost": "", "NewExternalPort": "9000", "NewProtocol": "TCP", "NewInternalPort": "80",
    "NewInternalClient": CAMERA, "NewEnabled": "1", "NewPortMappingDescription": "Invented", "NewLeaseDuration": "0",
}  # fmt: skip
KEY = {k: NEW[k] for k in ("NewRemoteHost", "NewExternalPort", "NewProtocol")}
SPAN = {"NewStartPort": "1", "NewEndPort": "65535", "NewProtocol": "TCP", "NewManage": "1"}


def router(*asks: Ask, enabled: bool = True, version: int = 2) -> DevicePlan:
    upnp = Gateway(enabled=enabled, version=version, external_address="203.0.113.9", asks=asks)
    return device(
        id="gate", kind=DeviceKind.ROUTER, services=frozenset({"http"}), model="MR-1", name="ルータ", upnp=upnp
    )


def envelope(action: str, arguments: Mapping[str, str], service: str) -> bytes:
    inside = "".join(f"<{k}>{v}</{k}>" for k, v in arguments.items())
    return (
        f'<?xml version="1.0"?><s:Envelope xmlns:s="{ENV}"><s:Body><u:{action} xmlns:u="{service}">{inside}'
        f"</u:{action}></s:Body></s:Envelope>"
    ).encode()


async def post(state: DeviceState, path: str, body: bytes, soap_action: str) -> Answer:
    raw = message("POST", path, body, Connection="close", SOAPAction=soap_action)
    return parse(await exchange(state, "upnp-http", raw))


async def act(
    state: DeviceState, action: str, arguments: Mapping[str, str] | None = None, *, version: int = 1
) -> dict[str, str]:
    """The values of an answer, or its number as `error`."""
    service = f"{WAN}{version}"
    body = envelope(action, arguments or {}, service)
    answer = await post(state, "/ctl/IPConn", body, f'"{service}#{action}"')
    root = etree.fromstring(answer.body)
    if answer.status == 500:
        return {"error": root.findtext(".//{*}errorCode") or ""}
    assert answer.status == 200
    told = root[0][0]
    assert told.tag == f"{{{service}}}{action}Response"
    return {part.tag: part.text or "" for part in told}


def test_the_line_and_a_way_in_that_a_device_asked_for() -> None:
    async def body(lab: Lab, state: DeviceState) -> None:
        assert (await act(state, "GetExternalIPAddress"))["NewExternalIPAddress"] == "203.0.113.9"
        status = await act(state, "GetStatusInfo")
        assert (status["NewConnectionStatus"], status["NewUptime"].isdigit()) == ("Connected", True)
        first = await act(state, "GetGenericPortMappingEntry", {"NewPortMappingIndex": "0"})
        assert first == {
            "NewRemoteHost": "", "NewExternalPort": "8080", "NewProtocol": "TCP", "NewEnabled": "1",
            "NewInternalPort": str(lab.ports["http"]), "NewInternalClient": state.plan.address,
            "NewPortMappingDescription": "カメラ <1>", "NewLeaseDuration": "0",
        }  # fmt: skip
        assert await act(state, "GetGenericPortMappingEntry", {"NewPortMappingIndex": "1"}) == {"error": "713"}
        assert state.write_attempts == []

    run_lab(body, router(ASK))


def test_ways_in_are_opened_renewed_and_closed() -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        assert await act(state, "AddPortMapping", NEW) == {}
        assert (await act(state, "GetSpecificPortMappingEntry", KEY))["NewInternalClient"] == CAMERA
        assert await act(state, "AddPortMapping", {**NEW, "NewInternalPort": "81"}) == {}
        assert (await act(state, "GetSpecificPortMappingEntry", KEY))["NewInternalPort"] == "81"
        assert await act(state, "AddPortMapping", {**NEW, "NewInternalClient": "127.77.9.21"}) == {"error": "718"}
        assert await act(state, "DeletePortMapping", KEY) == {}
        assert await act(state, "DeletePortMapping", KEY) == {"error": "714"}
        assert await act(state, "GetSpecificPortMappingEntry", KEY) == {"error": "714"}
        assert state.write_attempts == ["UPnP AddPortMapping"] * 3 + ["UPnP DeletePortMapping"] * 2

    run_lab(body, router(version=1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"NewExternalPort": "0"}, {"NewExternalPort": "65536"}, {"NewExternalPort": "８０"}, {"NewProtocol": "SCTP"},
        {"NewInternalClient": "camera"}, {"NewInternalPort": ""}, {"NewEnabled": "perhaps"}, {"NewLeaseDuration": "-1"},
    ],
    ids=str,
)  # fmt: skip
def test_arguments_that_make_no_sense_are_refused(wrong: dict[str, str]) -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        assert await act(state, "AddPortMapping", {**NEW, **wrong}) == {"error": "402"}
        (name,) = wrong
        assert await act(state, "AddPortMapping", {k: v for k, v in NEW.items() if k != name}) == {"error": "402"}
        assert state.gateway is not None
        assert state.gateway.ways == ()

    run_lab(body, router())


def test_version_two_lists_reserves_and_deletes_ranges() -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        other = {**NEW, "NewInternalClient": "127.77.9.21", "NewExternalPort": "8080"}
        reserved = await act(state, "AddAnyPortMapping", other, version=2)
        assert reserved == {"NewReservedPort": "40000"}
        listed = await act(state, "GetListOfPortMappings", {**SPAN, "NewNumberOfPorts": "0"}, version=2)
        rows = etree.fromstring(listed["NewPortListing"])
        assert [row.findtext("{*}NewExternalPort") for row in rows] == ["8080", "40000"]
        assert rows[0].findtext("{*}NewDescription") == "カメラ <1>"
        assert int(rows[1].findtext("{*}NewLeaseTime") or "") > 600_000  # no way in for ever
        one = await act(state, "GetListOfPortMappings", {**SPAN, "NewNumberOfPorts": "1"}, version=2)
        assert one["NewPortListing"].count("PortMappingEntry>") == 2
        wrong = {**SPAN, "NewStartPort": "9", "NewEndPort": "8"}
        assert await act(state, "DeletePortMappingRange", wrong, version=2) == {"error": "733"}
        assert await act(state, "DeletePortMappingRange", SPAN, version=2) == {}
        assert await act(state, "DeletePortMappingRange", SPAN, version=2) == {"error": "730"}

    run_lab(body, router(ASK))


def test_version_one_does_not_know_the_actions_of_version_two() -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        arguments = {**SPAN, "NewNumberOfPorts": "0"}
        assert await act(state, "GetListOfPortMappings", arguments) == {"error": "401"}
        assert await act(state, "GetListOfPortMappings", arguments, version=2) == {"error": "401"}
        assert await act(state, "Reboot") == {"error": "401"}

    run_lab(body, router(version=1))


def test_the_table_of_a_router_ends() -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        for port in range(1, MOST):
            assert await act(state, "AddPortMapping", {**NEW, "NewExternalPort": str(port)}) == {}
        assert await act(state, "AddPortMapping", {**NEW, "NewExternalPort": "9999"}) == {"error": "728"}

    run_lab(body, router(ASK))


def test_a_lease_that_ran_out_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("fushinban.clock.monotonic", lambda: now[0])

    async def body(_lab: Lab, state: DeviceState) -> None:
        assert state.gateway is not None
        await act(state, "AddPortMapping", {**NEW, "NewLeaseDuration": "60"})
        assert [(w.outside_port, w.lease) for w in state.gateway.ways] == [(8080, 100), (9000, 60)]
        now[0] += 59.8
        assert [w.lease for w in state.gateway.ways] == [40, 1]
        now[0] += 1
        assert [w.outside_port for w in state.gateway.ways] == [8080]

    run_lab(body, router(replace(ASK, lease=100)))


@pytest.mark.parametrize("version", [1, 2])
def test_every_service_is_described_as_it_answers(version: int) -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        async def document(path: str) -> etree._Element:
            answer = parse(await exchange(state, "upnp-http", message("GET", path, Connection="close")))
            assert answer.status == 200
            return etree.fromstring(answer.body)

        root = await document("/rootDesc.xml")
        kinds = [e.text for e in root.iter("{*}deviceType")]
        assert kinds == [
            f"urn:schemas-upnp-org:device:{kind}:{version}"
            for kind in ("InternetGatewayDevice", "WANDevice", "WANConnectionDevice")
        ]
        assert len({e.text for e in root.iter("{*}UDN")}) == 3
        described = 0
        for service in root.iter("{*}service"):
            scpd = await document(service.findtext("{*}SCPDURL") or "")
            variables = {e.findtext("{*}name") for e in scpd.iter("{*}stateVariable")}
            assert {e.text for e in scpd.iter("{*}relatedStateVariable")} == variables
            kind, place = service.findtext("{*}serviceType") or "", service.findtext("{*}controlURL") or ""
            for action in scpd.iter("{*}action"):
                name = action.findtext("{*}name") or ""
                answer = await post(state, place, envelope(name, {}, kind), f'"{kind}#{name}"')
                outs = [
                    a.findtext("{*}name") for a in action.iter("{*}argument") if a.findtext("{*}direction") == "out"
                ]
                takes = len(action.findall(".//{*}argument")) - len(outs)
                told = etree.fromstring(answer.body)[0][0]
                assert answer.status == (500 if takes else 200)
                assert takes or [part.tag for part in told] == outs
                described += 1
        assert described == {1: 10, 2: 13}[version]
        where = parse(await exchange(state, "upnp-http", message("GET", "/other.xml", Connection="close")))
        assert where.status == 404

    run_lab(body, router(version=version))


def test_what_is_no_call_is_refused_and_nothing_is_written() -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        service = f"{WAN}1"
        good = envelope("DeletePortMapping", KEY, service)
        for path, content, header, status in (
            ("/ctl/IPConn", b"<x/>", f'"{service}#DeletePortMapping"', 400),
            ("/ctl/IPConn", good, f'"{service}#AddPortMapping"', 400),
            ("/ctl/nowhere", good, f'"{service}#DeletePortMapping"', 404),
        ):
            assert (await post(state, path, content, header)).status == status
        other = await post(state, "/ctl/L3F", good, f'"{service}#DeletePortMapping"')
        assert etree.fromstring(other.body).findtext(".//{*}errorCode") == "401"
        assert state.write_attempts == []

    run_lab(body, router(ASK))


async def switch(state: DeviceState, value: str, user: object = BOSS) -> Answer:
    challenge = challenge_of((await http(state, "GET", "/upnp")).header("www-authenticate"))
    login = digest(user, challenge, "POST", "/upnp")  # type: ignore[arg-type]  # a user of the lab
    return await http(state, "POST", "/upnp", f"upnp={value}".encode(), Authorization=login)


async def listens(state: DeviceState, *, wanted: bool) -> bool:
    """Whether the ports of UPnP come to be as wanted."""
    for _ in range(100):
        try:
            _, writer = await asyncio.open_connection(state.plan.address, state.ports["upnp-http"])
        except ConnectionRefusedError:
            found = False
        else:
            writer.close()
            found = True
        if found is wanted:
            return True
        await asyncio.sleep(0.02)
    return False


def test_the_switch_on_the_routers_own_page() -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        assert await listens(state, wanted=False)
        page = await switch(state, "on")
        assert (page.status, "8080" in page.text, "カメラ &lt;1&gt;" in page.text) == (200, True, True)
        assert await listens(state, wanted=True)
        assert (await act(state, "GetGenericPortMappingEntry", {"NewPortMappingIndex": "0"}))["NewExternalPort"]
        assert "8080" not in (await switch(state, "off")).text
        assert await listens(state, wanted=False)
        assert state.write_attempts == ["POST /upnp"] * 2

    run_lab(body, router(ASK, enabled=False))


def test_only_the_administrator_turns_the_switch() -> None:
    async def body(_lab: Lab, state: DeviceState) -> None:
        assert state.gateway is not None
        assert (await http(state, "GET", "/upnp")).status == 401
        assert (await http(state, "POST", "/upnp", b"upnp=on")).status == 401
        assert (await switch(state, "on", DESK)).status == 401
        assert (await switch(state, "perhaps")).status == 400
        assert not state.gateway.enabled

    run_lab(body, router(ASK, enabled=False))


def test_a_device_without_upnp_has_no_such_page() -> None:
    async def body(_lab: Lab, cam: DeviceState) -> None:
        assert (await http(cam, "GET", "/upnp")).status == 404

    run_lab(body)


@pytest.mark.parametrize("version", [1, 2])
def test_debians_client_opens_lists_and_closes_a_way_in(needs_program: NeedsProgram, version: int) -> None:
    upnpc = needs_program("upnpc")

    async def body(_lab: Lab, state: DeviceState) -> None:
        url = f"http://{state.plan.address}:{state.ports['upnp-http']}/rootDesc.xml"

        async def run(*arguments: str) -> str:
            command = [upnpc, "-u", url, *arguments]
            ended = await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=15, check=False)
            return ended.stdout.decode(errors="replace")

        opened = await run("-a", CAMERA, "554", "8554", "tcp", "3600")
        assert f"external 203.0.113.9:8554 TCP is redirected to internal {CAMERA}:554" in opened
        listed = await run("-l")
        assert "ExternalIPAddress = 203.0.113.9" in listed
        assert re.search(rf"TCP\s+8554->{re.escape(CAMERA)}:554\s+'libminiupnpc' '' 3[56]\d\d", listed)
        assert re.search(r"TCP\s+8080->127\.77\.9\.11:\d+\s+'[^']+' '' 0", listed)
        if version == 2:
            assert "8554" in await run("-L")
        assert "returned : 0" in await run("-d", "8554", "tcp")
        assert state.gateway is not None
        assert [w.outside_port for w in state.gateway.ways] == [8080]

    run_lab(body, router(ASK, version=version))


# The file.

TOML = """
[lab]
name = "試験"
[[device]]
id = "r"
kind = "router"
address = "127.77.0.1"
services = ["http"]
[device.upnp]
{upnp}
[[device]]
id = "cam"
address = "127.77.0.2"
"""


def read(upnp: str) -> LabPlan:
    return parse_plan(TOML.format(upnp=upnp), "LAB.toml", Path())


def test_the_file_declares_the_switch_and_who_asks() -> None:
    off = read('asks = [{ device = "cam", outside_port = 554, service = "rtsp", protocol = "UDP", lease = 60 }]')
    upnp = off.devices[0].upnp
    assert upnp is not None
    assert (upnp.enabled, upnp.version) == (False, 2)
    assert upnp.asks == (Ask(device="cam", outside_port=554, service="rtsp", protocol="UDP", lease=60),)
    assert planted(off) == frozenset()
    on = {("r", "G-3.4-5d"), ("r", "G-3.4-5a"), ("cam", "G-3.4-5d"), ("cam", "G-3.4-5a")}
    assert planted(with_upnp(off)) == on
    assert planted(with_upnp(with_upnp(off), on=False)) == frozenset()
    assert planted(read("enabled = true")) == {("r", "G-3.4-5d")}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("version = 3", "'version'.*between 1 and 2"), ("enabled = 1", "'enabled'"), ("other = 1", "key 'other'"),
        ('external_address = "x"', "external_address"), ('asks = [{ device = "x", outside_port = 1 }]', "'x'.*cam, r"),
        ('asks = [{ device = "cam" }]', "'outside_port'"), ('asks = [{ outside_port = 1 }]', "lacks 'device'"),
        ('asks = [{ device = "cam", outside_port = 1, service = "gopher" }]', "'gopher'"),
        ('asks = [{ device = "cam", outside_port = 1, protocol = "SCTP" }]', "'SCTP'"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_named(wrong: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(wrong)


def test_a_site_without_such_a_router_cannot_be_switched() -> None:
    with pytest.raises(InputError, match="no router with UPnP"):
        with_upnp(LabPlan(name="試験", devices=(device(),)))


def test_the_demonstration_is_off_and_plants_three_more_when_on() -> None:
    plan = demonstration_plan()
    more = {("router-01", "G-3.4-5a"), ("cam-04", "G-3.4-5a"), ("cam-04", "G-3.4-5d")}
    assert planted(with_upnp(plan)) - planted(plan) == more
    assert planted(plan) < planted(with_upnp(plan))


# Any bytes.

_PIECES = st.sampled_from(
    [f'<s:Envelope xmlns:s="{ENV}">'.encode(), b"<s:Body>", b"</s:Body>", b"</s:Envelope>", b"<u:A xmlns:u='urn:x'>",
     b"</u:A>", b"<B>1</B>", b"<B>2</B>", b"<B><C/></B>", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;", b"<?p?>",
     b"<!-- -->", b"\xff", b"<?xml version='1.0' encoding='utf-16'?>"]
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(_PIECES | st.binary(max_size=20), max_size=10).map(b"".join), st.sampled_from(["urn:x#A", '"urn:x#A"', ""])
)
def test_any_bytes_are_a_call_or_malformed(data: bytes, header: str) -> None:
    try:
        call = parse_call(data, header)
    except Malformed:
        return
    assert (call.service, call.action) == ("urn:x", "A")
    assert set(call.arguments) <= {"B"}


@settings(deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z]{1,12}", fullmatch=True),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")),
        max_size=5,
    )
)
def test_a_call_is_read_as_it_was_written(arguments: dict[str, str]) -> None:
    escaped = {k: v.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;") for k, v in arguments.items()}
    call = parse_call(envelope("Act", escaped, "urn:x"), '"urn:x#Act"')
    assert call == Call(service="urn:x", action="Act", arguments={k: v.strip() for k, v in arguments.items()})


def test_an_entity_is_never_read() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + envelope("A", {"B": "&x;"}, "urn:x")[21:]
    with pytest.raises(Malformed):
        parse_call(bomb, "urn:x#A")
    with pytest.raises(Malformed):
        parse_call(b" " * 70_000, "urn:x#A")


@given(st.binary(max_size=40))
def test_any_form_turns_the_switch_or_does_not(body: bytes) -> None:
    assert wanted(body) in (None, *({True} if b"on" in body else ()), *({False} if b"off" in body else ()))
