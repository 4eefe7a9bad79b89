"""WS-Discovery: what is sent, what is read, and that nothing in an answer is believed blindly."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.discover.found import plain_mac
from fushinban.discover.wsdiscovery import endpoint_id, parse_probe_matches, probes, read, sighting_of
from fushinban.errors import Malformed
from fushinban.transport import xml

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

ANSWER = b"""<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"
 xmlns:tds="http://www.onvif.org/ver10/device/wsdl">
<s:Body><d:ProbeMatches><d:ProbeMatch>
<a:EndpointReference><a:Address> urn:uuid:1419D68A-1DD2-11B2-A105-000000000001 </a:Address></a:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter
 tds:Device</d:Types>
<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Asagiri%20AG-200
 onvif://www.onvif.org/hardware/AG-200 onvif://www.onvif.org/location/%E7%8E%84%E9%96%A2
 onvif://www.onvif.org/MacAddress/02-00-00-00-00-01 onvif://www.onvif.org/SerialNumber/LAB0001 onvif://broken</d:Scopes>
<d:XAddrs>https://192.0.2.9/onvif http://198.51.100.7:10080/onvif/device_service http://192.0.2.9/x</d:XAddrs>
<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"""


def test_three_probes_that_differ_only_in_their_types() -> None:
    sent = probes()
    roots = [xml.parse(p) for p in sent]
    types = [xml.text(r, "Body", "Probe", "Types") for r in roots]
    assert types == ["", "dn:NetworkVideoTransmitter", "tds:Device"]
    assert len({xml.text(r, "Header", "MessageID") for r in roots}) == 3
    assert {xml.text(r, "Header", "To") for r in roots} == {"urn:schemas-xmlsoap-org:ws:2005:04:discovery"}


def test_an_answer_is_read_and_the_address_is_that_of_the_sender() -> None:
    found = read([(ANSWER, ("192.0.2.9", 3702)), (ANSWER, ("192.0.2.9", 3702))], AT)
    (seen,) = found.sightings
    assert seen.address == "192.0.2.9"
    assert seen.identity == "urn:uuid:1419d68a-1dd2-11b2-a105-000000000001"
    assert seen.ports == {"onvif": 10080}
    assert seen.mac == "02:00:00:00:00:01"
    assert seen.hints == {
        "name": "Asagiri AG-200", "model": "AG-200", "location": "玄関", "serial": "LAB0001",
        "types": "NetworkVideoTransmitter Device", "onvif-maker": "Asagiri AG-200", "foreign-host": "198.51.100.7",
    }  # fmt: skip
    assert found.unreadable == 0


def test_unreadable_answers_are_counted_and_the_others_kept() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    found = read([(bomb, ("192.0.2.1", 3702)), (b"\xff\x00", ("192.0.2.2", 3702)), (ANSWER, ("192.0.2.3", 1))], AT)
    assert found.unreadable == 2
    assert [s.address for s in found.sightings] == ["192.0.2.3"]


def test_a_recorder_that_answers_with_several_endpoints_gives_all_of_them() -> None:
    two = ANSWER.replace(
        b"</d:ProbeMatch>", b"</d:ProbeMatch><d:ProbeMatch><d:XAddrs>http://x:99999/</d:XAddrs></d:ProbeMatch>", 1
    )
    first, second = parse_probe_matches(two)
    assert first.endpoint
    assert second.endpoint == ""
    assert sighting_of(second, "192.0.2.1", AT).ports == {}, "an impossible port is no port"


def test_a_fault_names_nobody_and_other_documents_are_malformed() -> None:
    fault = b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault/></e:Body></e:Envelope>'
    assert parse_probe_matches(fault) == ()
    for other in (b"<x/>", b"", b"<Envelope/>", b"hello"):
        with pytest.raises(Malformed):
            parse_probe_matches(other)


@pytest.mark.parametrize(
    ("text", "uuid"),
    [
        ("uuid:AB-12-34-56", "urn:uuid:ab-12-34-56"),
        ("{AB-12-34-56}", "urn:uuid:ab-12-34-56"),
        (" urn:uuid:ab-12-34-56", "urn:uuid:ab-12-34-56"),
        ("http://192.0.2.1/", ""),
        ("", ""),
    ],
)
def test_endpoint_ids_have_one_form(text: str, uuid: str) -> None:
    assert endpoint_id(text) == uuid


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("00408C123456", "00:40:8c:12:34:56"),
        ("00-40-8c-12-34-56", "00:40:8c:12:34:56"),
        ("00:00:00:00:00:00", ""),
        ("ff:ff:ff:ff:ff:ff", ""),
        ("01:00:5e:00:00:fb", ""),
        ("00408C12345", ""),
        ("zz408C123456", ""),
    ],
)
def test_mac_addresses_have_one_form(text: str, mac: str) -> None:
    assert plain_mac(text) == mac


words = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


@given(st.binary(max_size=400), st.integers(0, len(ANSWER)), st.integers(0, len(ANSWER)))
def test_any_bytes_give_matches_or_malformed(noise: bytes, start: int, end: int) -> None:
    for data in (noise, ANSWER[:start] + noise + ANSWER[end:]):
        try:
            matches = parse_probe_matches(data)
        except Malformed:
            continue
        for match in matches:
            seen = sighting_of(match, "192.0.2.1", AT)
            assert seen.address == "192.0.2.1"
            assert all(text.isprintable() and len(text) <= 200 for text in seen.hints.values())
            assert all(0 < port < 65536 for port in seen.ports.values())
