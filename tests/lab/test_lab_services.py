"""RTSP, banners, WS-Discovery, SSDP, TLS and pictures of the lab."""

import asyncio
import hashlib
import ssl

from cryptography import x509
from lab_client import (
    BOSS,
    GUEST,
    TAS,
    challenge_of,
    device,
    digest,
    exchange,
    http,
    message,
    parse,
    run_lab,
    soap,
    trusting,
    wrong,
)
from lxml import etree

from fushinban.lab import DevicePlan, DeviceState, Lab
from fushinban.lab.banners import NEGOTIATION, typed_text
from fushinban.lab.plan import ProbeHabit
from fushinban.lab.wsdiscovery import parse_probe
from fushinban.model.device import CAMERA_PORTS, DeviceKind

URI = "rtsp://127.77.9.11/stream/Profile_1_main"
_WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"


async def _rtsp(cam: DeviceState, method: str, uri: str = URI, **headers: str) -> tuple[int, dict[str, list[str]], str]:
    raw = message(method, uri, version="RTSP/1.0", CSeq="7", Connection="close", **headers)
    answer = parse(await exchange(cam, "rtsp", raw))
    return answer.status, answer.headers, answer.text


def test_rtsp_options_and_describe() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        status, headers, _ = await _rtsp(cam, "OPTIONS")
        assert (status, headers["cseq"], headers["server"]) == (200, ["7"], ["AsagiriRTSP/1.0"])
        assert "DESCRIBE" in headers["public"][0]
        status, headers, _ = await _rtsp(cam, "DESCRIBE")
        assert status == 401
        offer = challenge_of(headers["www-authenticate"][0])
        login = digest(GUEST, offer, "DESCRIBE", URI)
        status, headers, sdp = await _rtsp(cam, "DESCRIBE", Authorization=login)
        assert (status, headers["content-type"]) == (200, ["application/sdp"])
        assert sdp.startswith("v=0\r\n")
        assert "m=video 0 RTP/AVP 96\r\n" in sdp
        assert cam.write_attempts == []

    run_lab(body)


def test_rtsp_wrong_password_unknown_path_and_play() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        async def logged_in(user: object, method: str, uri: str) -> int:
            _, headers, _ = await _rtsp(cam, "DESCRIBE")
            login = digest(user, challenge_of(headers["www-authenticate"][0]), method, uri)  # type: ignore[arg-type]
            return (await _rtsp(cam, method, uri, Authorization=login))[0]

        assert await logged_in(wrong(BOSS), "DESCRIBE", URI) == 401
        assert cam.failed_logins == 1
        assert await logged_in(BOSS, "DESCRIBE", "rtsp://127.77.9.11/nothing") == 404
        assert await logged_in(BOSS, "PLAY", URI) == 405
        assert cam.write_attempts == ["RTSP PLAY"]

    run_lab(body)


def test_a_snapshot_needs_a_login_and_is_a_picture() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        asked = await http(cam, "GET", "/snapshot/1.jpg")
        assert asked.status == 401
        login = digest(GUEST, challenge_of(asked.header("www-authenticate")), "GET", "/snapshot/1.jpg")
        picture = await http(cam, "GET", "/snapshot/1.jpg", Authorization=login)
        assert (picture.status, picture.header("content-type")) == (200, "image/jpeg")
        assert picture.body[:3] == b"\xff\xd8\xff"
        assert picture.body[-2:] == b"\xff\xd9"

    run_lab(body)


def test_several_requests_on_one_connection() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        raw = message("GET", "/") * 3 + message("GET", "/", Connection="close")
        assert (await exchange(cam, "http", raw)).count(b"HTTP/1.1 200 OK") == 4
        assert cam.connections_seen == 1

    run_lab(body)


def test_connections_are_counted() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        pairs = [await asyncio.open_connection(cam.plan.address, cam.ports["http"]) for _ in range(3)]
        for _, writer in pairs:
            writer.write(message("GET", "/"))
        for reader, _ in pairs:
            await reader.readuntil(b"</html>\n")
        assert (cam.connections, cam.max_connections) == (3, 3)
        for _, writer in pairs:
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(0.05)
        assert (cam.connections, cam.max_connections) == (0, 3)

    run_lab(body)


async def _first_bytes(cam: DeviceState, service: str, send: bytes = b"") -> bytes:
    reader, writer = await asyncio.open_connection(cam.plan.address, cam.ports[service])
    try:
        got = await asyncio.wait_for(reader.read(400), 5)
        writer.write(send)
        await writer.drain()
        await asyncio.sleep(0.05)
        return got
    finally:
        writer.close()


def test_banners_and_what_is_typed_at_them() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        telnet = await _first_bytes(cam, "telnet", b"\xff\xfb\x18\xff\xfa\x18\x00xterm\xff\xf0")
        assert telnet == NEGOTIATION + b"\r\nAG-200 login: "
        assert (await _first_bytes(cam, "ssh", b"SSH-2.0-test\r\n")).startswith(b"SSH-2.0-")
        assert (await _first_bytes(cam, "ftp")).startswith(b"220 Asagiri AG-200")
        assert cam.typed == []
        await _first_bytes(cam, "telnet", b"root\r\n")
        assert cam.typed == ["telnet: root"]

    run_lab(body, device("open-telnet", "open-ssh", "open-ftp"))


def test_typed_text_leaves_telnet_commands_out() -> None:
    assert typed_text(b"a\xff\xfd\x03b\xff\xffc\xff\xf1d\xff\xfa\x18\x01") == b"ab\xffcd"


def test_closed_services_refuse() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        refused = set()
        for service in CAMERA_PORTS:
            try:
                _, writer = await asyncio.open_connection(cam.plan.address, lab.ports[service])
                writer.close()
            except ConnectionRefusedError:
                refused.add(service)
        assert refused == set(CAMERA_PORTS) - {"http", "https", "rtsp"}

    run_lab(body)


class _Listener(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.got: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.got.put_nowait(data)


async def _udp(address: str, port: int, data: bytes, wait: float = 1.0) -> bytes | None:
    loop = asyncio.get_running_loop()
    transport, listener = await loop.create_datagram_endpoint(_Listener, remote_addr=(address, port))
    try:
        transport.sendto(data)
        return await asyncio.wait_for(listener.got.get(), wait)
    except TimeoutError:
        return None
    finally:
        transport.close()


def _probe(types: str = "", scopes: str = "") -> bytes:
    inside = (f"<d:Types>{types}</d:Types>" if types else "") + (f"<d:Scopes>{scopes}</d:Scopes>" if scopes else "")
    return (
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        f'xmlns:d="{_WSD}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header>'
        "<a:MessageID>urn:uuid:0a6dc791-2be6-4991-9af1-454778a1917a</a:MessageID></e:Header>"
        f"<e:Body><d:Probe>{inside}</d:Probe></e:Body></e:Envelope>"
    ).encode()


def test_ws_discovery_answers_and_names_the_device_service() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        for types in ("", "dn:NetworkVideoTransmitter", "dn:Device"):
            answer = await _udp(cam.plan.address, lab.ports["ws-discovery"], _probe(types))
            assert answer is not None
            root = etree.fromstring(answer)
            assert root.findtext(".//{*}RelatesTo") == "urn:uuid:0a6dc791-2be6-4991-9af1-454778a1917a"
            xaddr = f"http://127.77.9.11:{lab.ports['http']}/onvif/device_service"
            assert root.findtext(f".//{{{_WSD}}}XAddrs") == xaddr
            address = root.findtext(".//{*}EndpointReference/{*}Address")
        assert address in (await soap(cam, "GetEndpointReference")).text
        assert cam.counts["ws-discovery Probe"] == 3

    run_lab(body)


def test_ws_discovery_habits() -> None:
    async def answers(plan: DevicePlan, data: bytes) -> bool:
        seen: list[bool] = []

        async def body(lab: Lab, cam: DeviceState) -> None:
            seen.append(await _udp(plan.address, lab.ports["ws-discovery"], data, 0.2) is not None)

        async with Lab(_one(plan)) as lab:
            await body(lab, lab.devices[plan.id])
        return seen[0]

    async def main() -> None:
        typed = _probe("dn:NetworkVideoTransmitter")
        assert not await answers(device(discoverable=False), typed)
        assert await answers(device(probe=ProbeHabit.TYPED), typed)
        assert not await answers(device(probe=ProbeHabit.TYPED), _probe())
        assert await answers(device(probe=ProbeHabit.EMPTY), _probe())
        assert not await answers(device(probe=ProbeHabit.EMPTY), typed)
        assert not await answers(device(), _probe("dn:Printer"))
        assert not await answers(device(), _probe(scopes="onvif://www.onvif.org/location/elsewhere"))
        assert await answers(device(), _probe(scopes="onvif://www.onvif.org/Profile/Streaming"))

    asyncio.run(main())


def _one(plan: DevicePlan) -> "object":
    from fushinban.lab import LabPlan

    return LabPlan(name="試験", devices=(plan,), base_port=0)


def test_a_probe_is_read() -> None:
    probe = parse_probe(_probe("dn:NetworkVideoTransmitter tds:Device"))
    assert probe.types == ("NetworkVideoTransmitter", "Device")


def test_ssdp_and_the_router_description() -> None:
    router = device("upnp-answers", kind=DeviceKind.ROUTER, services=frozenset({"http"}), model="MR-1")

    async def body(lab: Lab, state: DeviceState) -> None:
        target = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"
        search = (f'M-SEARCH * HTTP/1.1\r\nHOST: x\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: {target}\r\n\r\n').encode()
        answer = await _udp("127.77.9.11", lab.ports["ssdp"], search)
        assert answer is not None
        headers = parse(answer).headers
        assert headers["location"] == [f"http://127.77.9.11:{lab.ports['upnp-http']}/rootDesc.xml"]
        raw = await exchange(state, "upnp-http", message("GET", "/rootDesc.xml", Connection="close"))
        root = etree.fromstring(parse(raw).body)
        assert root.findtext(".//{*}modelName") == "MR-1"
        assert root.findtext(".//{*}deviceType") == target
        other = search.replace(target.encode(), b"urn:schemas-upnp-org:device:MediaServer:1")
        assert await _udp("127.77.9.11", lab.ports["ssdp"], other, 0.2) is None
        await exchange(state, "upnp-http", message("POST", "/ctl/IPConn", b"<x/>", Connection="close"))
        assert state.write_attempts == ["UPnP /ctl/IPConn"]

    run_lab(body, router)


async def _certificate(cam: DeviceState, context: ssl.SSLContext) -> tuple[bytes, str]:
    _, writer = await asyncio.open_connection(cam.plan.address, cam.ports["https"], ssl=context)
    tls = writer.get_extra_info("ssl_object")
    found = tls.getpeercert(True), tls.version()
    writer.close()
    return found


def test_https_serves_the_certificate_that_onvif_lists() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        der, version = await _certificate(cam, trusting())
        assert version == "TLSv1.3"
        certificate = x509.load_der_x509_certificate(der)
        assert certificate.not_valid_after_utc > certificate.not_valid_before_utc
        listed = (await soap(cam, "GetAllCertificates", BOSS, namespace=TAS)).text
        content = listed.split("<tas:CertificateContent>")[1].split("<")[0]
        assert hashlib.sha256(__import__("base64").b64decode(content)).digest() == hashlib.sha256(der).digest()
        old = trusting()
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        assert (await _certificate(cam, old))[1] == "TLSv1.2"

    run_lab(body)
