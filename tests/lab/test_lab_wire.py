"""Any bytes thrown at the lab give a request, nothing yet, or Malformed; the servers live on."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_client import device, exchange, http, message, parse, run_lab

from fushinban.errors import Malformed
from fushinban.lab import DeviceState, Lab, LabPlan
from fushinban.lab.banners import typed_text
from fushinban.lab.soap import parse_call
from fushinban.lab.ssdp import parse_search
from fushinban.lab.wire import HEAD_LIMIT, parse_authorization, take_request
from fushinban.lab.wsdiscovery import parse_probe

_PIECES = st.sampled_from(
    [b"GET / HTTP/1.1\r\n", b"POST /onvif/device_service HTTP/1.1\r\n", b"DESCRIBE rtsp://[ RTSP/1.0\r\n", b"\r\n",
     b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Authorization: Digest a=\"\r\n", b"CSeq: 1\r\n",
     b"Authorization: Digest username=\"\xff\", response=\"\xff\"\r\n", b"<a>", b"\xff\xfa\x00",
     b"Transfer-Encoding: x\r\n"]
)  # fmt: skip
_BYTES = st.lists(_PIECES | st.binary(max_size=40), max_size=8).map(b"".join)


@settings(deadline=None)
@given(_BYTES)
def test_any_bytes_are_a_request_or_malformed(data: bytes) -> None:
    try:
        taken = take_request(data)
    except Malformed:
        return
    if taken is not None:
        request, length = taken
        assert 0 < length <= len(data)
        assert request.version.startswith(("HTTP/", "RTSP/"))


@settings(deadline=None)
@given(_BYTES)
def test_a_request_does_not_depend_on_how_it_arrives(data: bytes) -> None:
    whole = _taken(data)
    if isinstance(whole, tuple):
        assert _taken(data[: whole[1]]) == whole
        assert _taken(data[: whole[1] - 1]) is None


def _taken(data: bytes) -> object:
    try:
        return take_request(data)
    except Malformed:
        return "malformed"


@settings(deadline=None)
@given(st.binary(max_size=200) | _BYTES)
def test_any_bytes_are_a_call_a_probe_a_search_or_malformed(data: bytes) -> None:
    for parser in (parse_call, parse_probe, parse_search):
        try:
            found: object = parser(data)
        except Malformed as error:
            found = error.text.ja
        assert found
    assert len(typed_text(data)) <= len(data)


@settings(deadline=None)
@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["Digest ", 'a="b"', ",", "=", '"', "\\", " ", "nc=1"])).map("".join)
)
def test_any_authorization_is_read_or_malformed(value: str) -> None:
    try:
        given_ = parse_authorization(value)
    except Malformed:
        return
    assert given_.scheme == given_.scheme.lower()


def test_an_authorization_header() -> None:
    read = parse_authorization(r'Digest username="a\"b", realm="x, y", qop=auth, nc=00000001,cnonce=""')
    assert dict(read.values) == {"username": 'a"b', "realm": "x, y", "qop": "auth", "nc": "00000001", "cnonce": ""}
    assert parse_authorization("Basic eA==").scheme == "basic"


@pytest.mark.parametrize(
    "data",
    [
        b"A" * (HEAD_LIMIT + 1),
        b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded: x\r\n\r\n",
    ],
)
def test_bad_requests(data: bytes) -> None:
    with pytest.raises(Malformed):
        take_request(data)


@settings(max_examples=25, deadline=None)
@given(st.lists(_BYTES, min_size=1, max_size=4))
def test_the_servers_survive_any_bytes(chunks: list[bytes]) -> None:
    problems: list[str] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(str(context)))
        plan = LabPlan(name="試験", devices=(device("open-telnet", auth_required=False),), base_port=0)
        async with Lab(plan) as lab:
            cam = lab.devices["cam"]
            for service in ("http", "rtsp", "telnet"):
                _, writer = await asyncio.open_connection(cam.plan.address, cam.ports[service])
                for chunk in chunks:
                    writer.write(chunk)
                    await asyncio.sleep(0)
                writer.close()
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, remote_addr=("127.77.9.11", cam.ports["ws-discovery"])
            )
            for chunk in chunks:
                transport.sendto(chunk)
            transport.close()
            assert (await http(cam, "GET", "/")).status == 200

    asyncio.run(main())
    assert problems == []


def test_a_bad_request_gets_400_and_the_connection_ends() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert parse(await exchange(cam, "http", b"nonsense\r\n\r\n")).status == 400
        assert (await exchange(cam, "rtsp", b"nonsense\r\n\r\n")).startswith(b"RTSP/1.0 400 ")

    run_lab(body)


def test_thousands_of_requests_in_one_packet_do_not_exhaust_the_stack() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        raw = message("HEAD", "/") * 3000 + message("HEAD", "/", Connection="close")
        assert (await exchange(cam, "http", raw)).count(b"HTTP/1.1 200 OK") == 3001

    run_lab(body)
