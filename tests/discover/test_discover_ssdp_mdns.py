"""SSDP and mDNS answers: examples, and any bytes give a value or Malformed."""

from datetime import UTC, datetime

import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.discover import mdns, neighbours, ssdp
from fushinban.errors import Malformed

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

FOUND = (
    b"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nST: upnp:rootdevice\r\n"
    b"USN: uuid:Upnp-BasicDevice-1_0-00408C123456::upnp:rootdevice\r\n"
    b"SERVER: Linux/4.9.94-axis5, UPnP/1.0, Portable SDK for UPnP devices/1.6.22\r\n"
    b"LOCATION: http://192.0.2.5:49152/rootdesc1.xml\r\n\r\n"
)
DOCUMENT = b"""<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>
<deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><friendlyName>Lab \n router</friendlyName>
<manufacturer>Minato Seisakusho</manufacturer><modelName>MR-10</modelName><modelNumber>1</modelNumber>
<serialNumber>0001</serialNumber><UDN>uuid:ABC</UDN></device></root>"""


def test_a_search_answer() -> None:
    answer = ssdp.parse_search_answer(FOUND)
    seen = ssdp.sighting_of(answer, "192.0.2.5", AT)
    assert seen.identity == "uuid:upnp-basicdevice-1_0-00408c123456"
    assert seen.hints["http-server"].startswith("Linux/4.9.94-axis5")
    assert ssdp.own_location(answer.location, "192.0.2.5") == (49152, "/rootdesc1.xml")


@pytest.mark.parametrize(
    "location",
    [
        "http://192.0.2.6:80/x",
        "https://192.0.2.5/x",
        "http://router.example/x",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ],
)
def test_a_description_elsewhere_is_never_fetched(location: str) -> None:
    assert ssdp.own_location(location, "192.0.2.5") is None


def test_a_description_adds_maker_model_and_kind() -> None:
    plain = ssdp.sighting_of(ssdp.SearchAnswer(usn=""), "192.0.2.5", AT)
    seen = ssdp.described(plain, ssdp.parse_description(DOCUMENT))
    assert seen.identity == "uuid:abc"
    assert (seen.hints["name"], seen.hints["model"], seen.hints["serial"]) == ("Lab router", "MR-10", "0001")
    assert (seen.hints["ssdp-maker"], seen.hints["kind"]) == ("Minato Seisakusho", "router")


def test_each_device_of_an_address_counts_once() -> None:
    rows, unreadable = ssdp.read(
        [(FOUND, ("192.0.2.5", 1900)), (FOUND, ("192.0.2.5", 1900)), (b"no", ("192.0.2.6", 1))]
    )
    assert [address for address, _ in rows] == ["192.0.2.5"]
    assert unreadable == 1


def test_the_mdns_question_asks_for_unicast_answers() -> None:
    asked = dns.message.from_wire(mdns.query())
    assert {q.name.to_text().rstrip(".") for q in asked.question} == set(mdns.SERVICES)
    assert {int(q.rdclass) for q in asked.question} == {0x8001}
    assert asked.flags == 0


def announcement(*lines: tuple[str, str, str]) -> bytes:
    message = dns.message.Message(id=0)
    message.flags = 0x8400
    for name, kind, value in lines:
        message.answer.append(dns.rrset.from_text(name, 120, "IN", kind, value))
    return message.to_wire()


CAMERA = announcement(
    ("_axis-video._tcp.local.", "PTR", r"AXIS\032P3265-LV\032-\032B8A44F000001._axis-video._tcp.local."),
    (r"AXIS\032P3265-LV\032-\032B8A44F000001._axis-video._tcp.local.", "SRV", "0 0 80 axis-b8a44f000001.local."),
    (r"AXIS\032P3265-LV\032-\032B8A44F000001._axis-video._tcp.local.", "TXT", '"macaddress=B8A44F000001"'),
    (r"AXIS\032P3265-LV\032-\032B8A44F000001._rtsp._tcp.local.", "SRV", "0 0 10554 axis-b8a44f000001.local."),
    ("_printer._tcp.local.", "PTR", "x._printer._tcp.local."),
)


def test_an_announced_camera() -> None:
    (seen,) = mdns.read([(CAMERA, ("192.0.2.7", 5353)), (CAMERA, ("192.0.2.7", 5353))], AT).sightings
    assert seen.mac == "b8:a4:4f:00:00:01"
    assert seen.ports == {"http": 80, "rtsp": 10554}
    assert seen.hints["mdns-name"] == "AXIS P3265-LV - B8A44F000001"
    assert seen.hints["kind"] == "camera"


def test_the_cache_flush_bit_does_not_hide_a_port() -> None:
    record = dns.rrset.from_text("cam._http._tcp.local.", 120, "IN", "SRV", "0 0 8080 cam.local.")
    wire = announcement(("cam._http._tcp.local.", "SRV", "0 0 8080 cam.local."))
    flushed = wire.replace(b"\x00\x21\x00\x01", b"\x00\x21\x80\x01")
    assert record
    assert flushed != wire
    assert [(a.name, a.port) for a in mdns.parse_answer(flushed)] == [("cam", 8080)]


def test_a_question_or_noise_is_no_answer() -> None:
    for data in (mdns.query(), b"", b"\x00" * 5, b"\xff" * 40):
        with pytest.raises(Malformed):
            mdns.parse_answer(data)
    found = mdns.read([(b"noise", ("192.0.2.7", 5353))], AT)
    assert (found.sightings, found.unreadable) == ((), 1)


def test_neighbours_without_a_usable_mac_are_left_out() -> None:
    rows = [("192.0.2.1", "AC:CC:8E:00:00:01"), ("192.0.2.2", "00:00:00:00:00:00"), ("192.0.2.3", "?")]
    assert [(s.address, s.mac) for s in neighbours.sightings_of(rows, AT)] == [("192.0.2.1", "ac:cc:8e:00:00:01")]


@given(st.binary(max_size=300), st.integers(0, len(CAMERA)), st.integers(0, len(CAMERA)))
def test_any_bytes_are_announcements_or_malformed(noise: bytes, start: int, end: int) -> None:
    for data in (noise, CAMERA[:start] + noise + CAMERA[end:], CAMERA[:start] + noise[:2] + CAMERA[start + 2 :]):
        seen = mdns.read([(data, ("192.0.2.7", 5353))], AT)
        assert len(seen.sightings) + seen.unreadable <= 1
        for sighting in seen.sightings:
            assert all(0 < p < 65536 for p in sighting.ports.values())
            assert all(t.isprintable() for t in sighting.hints.values())


@given(st.binary(max_size=300), st.integers(0, len(FOUND)), st.integers(0, len(DOCUMENT)))
def test_any_bytes_are_search_answers_and_descriptions_or_malformed(noise: bytes, cut: int, end: int) -> None:
    for data in (noise, FOUND[:cut] + noise, b"HTTP/1.1 200 OK\r\nUSN: " + noise):
        try:
            answer = ssdp.parse_search_answer(data)
        except Malformed:
            continue
        assert answer.usn or answer.location
        ssdp.own_location(answer.location, "192.0.2.5")
        assert ssdp.sighting_of(answer, "192.0.2.5", AT).address == "192.0.2.5"
    for data in (noise, DOCUMENT[:end] + noise, DOCUMENT[:end] + noise + DOCUMENT[end:]):
        try:
            description = ssdp.parse_description(data)
        except Malformed:
            continue
        assert description.maker.isprintable()
