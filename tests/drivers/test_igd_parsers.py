"""Descriptions, places, answers and mappings of internet gateways: the documents' own forms, and those in the field."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from igd_answers import description, fault, listing, row, service, told

from fushinban.drivers.igd._actions import NO_MORE, ask, error_of, parse_told
from fushinban.drivers.igd._description import Gateway, Service, parse_description
from fushinban.drivers.igd._gateway import parse_location, seconds_of
from fushinban.drivers.igd._mappings import parse_entry, parse_listing
from fushinban.drivers.igd._place import Place, announced_place, own_place
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.model.facts import PortMapping

ADDRESS = "192.0.2.1"


def read(data: bytes, address: str = ADDRESS) -> Gateway:
    return parse_description(data, address, 5000, "/desc/root.xml")


# Places: on the device itself, and nowhere else.


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://192.0.2.1:5000/rootDesc.xml", (5000, "/rootDesc.xml")),
        ("http://192.0.2.1", (80, "/")),
        ("HTTP://192.0.2.1:80/a?b=c", (80, "/a?b=c")),
    ],
)
def test_places_of_the_device(url: str, place: tuple[int, str]) -> None:
    assert own_place(url, ADDRESS) == Place(port=place[0], path=place[1])


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.2:5000/rootDesc.xml", "http://198.51.100.7/", "http://router.example/", "https://192.0.2.1/",
        "ftp://192.0.2.1/", "http://192.0.2.1@198.51.100.7/", "http://192.0.2.1.example/", "//198.51.100.7/x", "",
        "http://[::1", "http://192.0.2.1:99999/", "http://192.0.2.1:x/", "http://192.0.2.1/a b", "http://192.0.2.1/\x01",
    ],
)  # fmt: skip
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(Malformed):
        own_place(url, ADDRESS)


def test_places_of_ipv6() -> None:
    assert own_place("http://[fe80::1]:5000/x", "fe80::1%eth0") == Place(port=5000, path="/x")
    with pytest.raises(Malformed):
        own_place("http://[fe80::2]:5000/x", "fe80::1%eth0")


@given(st.text(max_size=60))
def test_any_text_is_a_place_of_the_device_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"http://192.0.2.1{text}"):
        try:
            place = own_place(url, ADDRESS)
        except Malformed:
            continue
        assert 0 < place.port < 65536
        assert place.path.startswith("/")
        assert not any(c.isspace() for c in place.path)


@pytest.mark.parametrize("text", ["", "/x", "0/x", "70000/x", "a/x", "5000", "-1/x", "５０/x"])
def test_what_discovery_never_kept_is_no_place(text: str) -> None:
    assert announced_place(text) is None


def test_what_discovery_kept() -> None:
    assert announced_place("5000/root/Desc.xml?a=b") == Place(port=5000, path="/root/Desc.xml?a=b")


def test_the_answer_to_a_search() -> None:
    answer = b"HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: %s\r\nSERVER: y\r\n\r\n"
    here, there = b"http://192.0.2.1:5000/a.xml", b"http://198.51.100.7/b.xml"
    assert parse_location(answer % here, ADDRESS) == Place(port=5000, path="/a.xml")
    assert parse_location(answer % there + b"\n" + answer % here, ADDRESS).path == "/a.xml"
    with pytest.raises(Malformed, match=r"198\.51\.100\.7.* is not the device itself"):
        parse_location(answer % there, ADDRESS)
    with pytest.raises(Malformed):
        parse_location(b"HTTP/1.1 200 OK\r\n\r\n", ADDRESS)


# Descriptions.


def test_a_description_of_version_1() -> None:
    gateway = read(description(service("WANIPConnection", 1, "/ctl/IPConn")))
    assert gateway == Gateway(
        version=1,
        connections=(
            Service(
                kind="WANIPConnection", version=1, id="urn:upnp-org:serviceId:WANIPConnection", device="uuid:3",
                place=Place(port=5000, path="/ctl/IPConn"),
            ),
        ),
    )  # fmt: skip
    assert gateway.connections[0].type == "urn:schemas-upnp-org:service:WANIPConnection:1"


def test_both_connections_and_what_says_which_is_the_default() -> None:
    data = description(
        service("WANIPConnection", 2, "ip"), service("WANPPPConnection", 1, "/ppp?x=1"), version=2,
        forwarding=service("Layer3Forwarding", 1, "http://192.0.2.1:5001/l3f"),
    )  # fmt: skip
    gateway = read(data)
    assert [(s.kind, s.version, s.place.path) for s in gateway.connections] == [
        ("WANIPConnection", 2, "/desc/ip"), ("WANPPPConnection", 1, "/ppp?x=1"),
    ]  # fmt: skip
    assert gateway.forwarding is not None
    assert (gateway.version, gateway.forwarding.place) == (2, Place(port=5001, path="/l3f"))


def test_the_base_of_old_descriptions() -> None:
    gateway = read(description(service("WANIPConnection", 1, "ctl"), base="http://192.0.2.1:49152/up/"))
    assert gateway.connections[0].place == Place(port=49152, path="/up/ctl")


@pytest.mark.parametrize(
    ("control", "base"),
    [
        ("http://198.51.100.7/ctl", ""),
        ("//198.51.100.7/ctl", ""),
        ("/ctl", "http://198.51.100.7:5000/"),
        ("ftp://a", ""),
    ],
)
def test_a_description_that_sends_us_elsewhere_is_refused(control: str, base: str) -> None:
    with pytest.raises(Malformed, match="not the device itself"):
        read(description(service("WANIPConnection", 1, control), base=base))


def test_documents_that_describe_no_gateway() -> None:
    with pytest.raises(NotSupported, match="no service for the line"):
        read(description())
    with pytest.raises(NotSupported, match="not that of a router"):
        read(description(service("WANIPConnection", 1, "/c")).replace(b"InternetGatewayDevice", b"MediaServer"))
    with pytest.raises(Malformed):
        read(b"<html><body>no</body></html>")
    with pytest.raises(Malformed):
        read(b'<!DOCTYPE root [<!ENTITY x "y">]><root/>')
    deep = b"<device>" * 70 + b"</device>" * 70
    with pytest.raises(Malformed):
        read(b'<root xmlns="urn:schemas-upnp-org:device-1-0">' + deep + b"</root>")


def test_a_type_that_would_break_the_header_is_no_service() -> None:
    bad = service("WANIPConnection", 1, "/c").replace(":1<", ':1"&#13;&#10;X: y<')
    with pytest.raises(NotSupported):
        read(description(bad))


def test_descriptions_of_the_corpora(corpora: Path) -> None:
    folder = corpora / "igd" / "StevenLooman+async_upnp_client" / "tests" / "fixtures" / "igd"
    gateway = read((folder / "device.xml").read_bytes())
    assert [s.place.path for s in gateway.connections] == ["/WANIPConnection"]
    assert gateway.forwarding is not None
    assert gateway.forwarding.place.path == "/Layer3Forwarding"
    status = parse_told((folder / "action_WANIPConnection_GetStatusInfoInvalidUptime.xml").read_bytes())
    assert (status.text("NewConnectionStatus"), seconds_of(status.text("NewUptime"))) == ("Connected", 3600)


# Actions.


def test_an_action_as_it_is_sent() -> None:
    kind = read(description(service("WANIPConnection", 1, "/ctl"))).connections[0]
    request = ask(kind, "GetGenericPortMappingEntry", NewPortMappingIndex=7)
    assert (request.method, request.port, request.path, request.operation) == (
        "POST", 5000, "/ctl", "GetGenericPortMappingEntry",
    )  # fmt: skip
    assert (
        request.headers["SOAPAction"] == '"urn:schemas-upnp-org:service:WANIPConnection:1#GetGenericPortMappingEntry"'
    )
    assert b"<NewPortMappingIndex>7</NewPortMappingIndex>" in request.body
    assert b'xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1"' in request.body


@pytest.mark.parametrize(
    ("code", "error"), [(401, NotSupported), (602, NotSupported), (606, Denied), (501, Malformed), (402, Malformed)]
)
def test_errors(code: int, error: type[Exception]) -> None:
    answer = parse_told(fault(code))
    assert answer.error == code
    assert code not in NO_MORE
    assert isinstance(error_of(answer, "X"), error)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html/>", b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>",
        fault(713).replace(b"713", b"no"), fault(713).replace(b"UPnPError xmlns", b"Other xmlns"),
    ],
)  # fmt: skip
def test_what_is_no_answer(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_told(data)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("86400", 86400),
        ("0", 0),
        ("0 Days, 01:00:00", 3600),
        ("12 days, 0:00:05", 1036805),
        ("-1", None),
        ("", None),
        ("later", None),
    ],
)
def test_times_of_the_line(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


# Mappings.


def test_an_entry() -> None:
    found = parse_entry(told("GetGenericPortMappingEntry", row(8080, 80, "192.0.2.20", "tcp", remote="198.51.100.7")))
    assert found == PortMapping(
        protocol="TCP", outside_port=8080, remote="198.51.100.7", inside="192.0.2.20", inside_port=80, name="カメラ",
    )  # fmt: skip
    assert found.row_key == "TCP 8080 198.51.100.7"


@pytest.mark.parametrize(("enabled", "on"), [("1", True), ("true", True), ("0", False), ("False", False), ("", True)])
def test_entries_that_are_switched_off(enabled: str, on: bool) -> None:
    assert parse_entry(told("X", row(1, 1, "192.0.2.20", enabled=enabled))).enabled is on


@pytest.mark.parametrize("everybody", ["", "0.0.0.0", "::"])
def test_everybody_is_nobody_in_particular(everybody: str) -> None:
    assert parse_entry(told("X", row(1, 1, "192.0.2.20", remote=everybody))).remote == ""
    assert parse_entry(told("X", row(1, 1, "192.0.2.20", remote="host.example"))).remote == "host.example"


@pytest.mark.parametrize(
    "broken", [row("many", 80, "192.0.2.20"), row(80, 70000, "192.0.2.20"), row(80, 80, ""), row(80, 80, "a", "ICMP")]
)
def test_entries_that_are_none(broken: dict[str, object]) -> None:
    with pytest.raises(Malformed, match="entry that cannot be read"):
        parse_entry(told("X", broken))


def test_a_list_of_version_2() -> None:
    rows = [row(8080, 80, "192.0.2.20"), row(5060, 5060, "192.0.2.21", "UDP")]
    found = parse_listing(listing(rows))
    assert [(m.protocol, m.outside_port, m.inside, m.name) for m in found] == [
        ("TCP", 8080, "192.0.2.20", "カメラ"), ("UDP", 5060, "192.0.2.21", "カメラ"),
    ]  # fmt: skip
    assert parse_listing(listing([])) == ()
    assert parse_listing(told("X", {"NewPortListing": ""})) == ()


def test_a_list_as_character_data() -> None:
    data = listing([row(8080, 80, "192.0.2.20")])
    inner = data.partition(b"<NewPortListing>")[2].partition(b"</NewPortListing>")[0]
    plain = inner.replace(b"&lt;", b"<").replace(b"&gt;", b">")
    assert parse_listing(data.replace(inner, b"<![CDATA[" + plain + b"]]>")) == parse_listing(data)


@pytest.mark.parametrize("inner", ["<p>", "nothing", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_lists_that_are_none(inner: str) -> None:
    with pytest.raises(Malformed):
        parse_listing(told("X", {"NewPortListing": inner}))
    with pytest.raises(Malformed):
        parse_listing(told("X", {}))
    with pytest.raises(Denied):
        parse_listing(fault(606))
