"""Parsers of foreign bytes: known vectors, hostile documents, and any bytes at all."""

import contextlib
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban.errors import DeviceError, Malformed
from fushinban.transport._http_parser import AnswerReader
from fushinban.transport.datagrams import parse_own_ipv6
from fushinban.transport.digest import Challenge, Digest, best_challenge, next_nonce_of, parse_challenges
from fushinban.transport.faults import Fault, is_locked, judge_soap, parse_fault
from fushinban.transport.neighbours import parse_arp_table, parse_ip_neighbours
from fushinban.transport.soap import parse_clock, password_digest, username_token
from fushinban.transport.transcript import without_secrets
from fushinban.transport.xml import MAX_DEPTH, child, children, local, namespace, parse, text

# --- digest -----------------------------------------------------------------------------------------------------------


def digest(header: str, username: str, secret: str, cnonce: str) -> Digest:
    challenge = best_challenge(parse_challenges(header), basic=False)
    assert challenge is not None
    answerer = Digest(challenge, username, secret)
    answerer.renew(challenge, cnonce)
    return answerer


def test_rfc_2617_vector() -> None:
    header = (
        'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",'
        ' opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    value = digest(header, "Mufasa", "Circle Of Life", "0a4f113b").authorise("GET", "/dir/index.html")
    assert 'response="6629fae49393a05397450978507c4ef1"' in value
    assert "nc=00000001" in value
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in value
    assert "algorithm" not in value


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_rfc_7616_vectors(algorithm: str, response: str) -> None:
    header = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm},'
        ' nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    value = digest(header, "Mufasa", "Circle of Life", cnonce).authorise("GET", "/dir/index.html")
    assert f'response="{response}"' in value
    assert f"algorithm={algorithm}" in value


def test_without_qop() -> None:
    value = digest('Digest realm="r", nonce="n"', "u", "p", "c").authorise("GET", "/")
    assert "qop" not in value
    assert "cnonce" not in value


def test_counting_and_next_nonce() -> None:
    answerer = digest('Digest realm="r", nonce="n", qop="auth"', "u", "p", "c")
    assert ["nc=00000001" in answerer.authorise("GET", "/"), "nc=00000002" in answerer.authorise("GET", "/")] == [
        True
    ] * 2
    answerer.next_nonce(next_nonce_of({"authentication-info": 'qop=auth, nextnonce="m"'}))
    value = answerer.authorise("GET", "/")
    assert 'nonce="m"' in value
    assert "nc=00000001" in value
    assert "Invented" not in repr(digest('Digest realm="r", nonce="n"', "u", "Invented", "c"))


CHALLENGES = [
    (
        'Basic realm="a"\nDigest realm="b", nonce="n", algorithm=SHA-256\nDigest realm="b", nonce="n"',
        "digest",
        "SHA-256",
    ),
    ('Digest realm="a, b", nonce="n", qop="auth", Basic realm="x"', "digest", ""),
    ('Basic realm="x", Digest realm="b", nonce="n"', "digest", ""),
    ('Digest realm="q\\"uote", nonce="n"', "digest", ""),
    ("Digest realm=bare, nonce=bare, stale=TRUE", "digest", ""),
    ('Negotiate abc==, NTLM, Digest realm="r", nonce="n", algorithm=MD5-sess', "digest", "MD5-sess"),
    (
        'Digest realm="r", nonce="n", algorithm=SHA-512-256\nDigest realm="r", nonce="n", algorithm="MD5"',
        "digest",
        "MD5",
    ),
    ('digest REALM="r",NONCE="n"', "digest", ""),
]


@pytest.mark.parametrize(("header", "scheme", "algorithm"), CHALLENGES)
def test_challenges(header: str, scheme: str, algorithm: str) -> None:
    best = best_challenge(parse_challenges(header), basic=True)
    assert best is not None
    assert (best.scheme, best.get("algorithm")) == (scheme, algorithm)


@pytest.mark.parametrize(
    "header",
    [
        "",
        'Basic realm="x"',
        'Digest realm="r"',
        'Digest realm="r", nonce="n", qop="auth-int"',
        "Bearer",
        'Digest algorithm=X, nonce="n"',
    ],
)
def test_challenges_that_cannot_be_answered_in_clear(header: str) -> None:
    assert best_challenge(parse_challenges(header), basic=False) is None


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from(["Digest ", "Basic", ' realm="', '"', ",", "\n", "=", "nonce=x", "\\"])).map("".join)
)
def test_any_challenge(header: str) -> None:
    challenges = parse_challenges(header)
    best = best_challenge(challenges, basic=True)
    assert best is None or best in challenges
    if best is not None and best.scheme == "digest":
        value = Digest(best, "u", "p").authorise("GET", "/")
        assert "\n" not in value
        assert "\r" not in value


@pytest.mark.parametrize("part", [",", '"', 'a="', "a=,", "x ", "\\", ' "', "Digest"])
def test_hostile_challenges_take_no_time(part: str) -> None:
    began = time.monotonic()
    assert isinstance(parse_challenges(part * 60_000), tuple)
    assert time.monotonic() - began < 1


# --- HTTP and RTSP ----------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"RTSP/1.0 401 No\r\n",
        b"Content-Length: 3\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"\r\n",
        b"\n",
        b"3\r\nabc\r\n",
        b"0\r\n",
        b"Content-Length: x\r\n",
        b"HTTP/1.1 100 C\r\n\r\n",
        b"Content-Encoding: gzip\r\n",
    ]
)


@given(
    data=st.binary(max_size=300) | st.lists(PIECES | st.binary(max_size=6), max_size=14).map(b"".join),
    cuts=st.lists(st.integers(0, 300), max_size=6),
    rtsp=st.booleans(),
    head_only=st.booleans(),
)
def test_any_bytes_are_an_answer_or_malformed(data: bytes, cuts: list[int], rtsp: bool, head_only: bool) -> None:
    def read(pieces: list[bytes]) -> object:
        reader = AnswerReader(20, rtsp=rtsp, head_only=head_only)
        try:
            for piece in pieces:
                if not reader.done:
                    reader.feed(piece)
            reader.end()
        except Malformed:
            return Malformed
        body = reader.body()
        assert reader.done
        assert len(body) <= 20
        assert 100 <= reader.status <= 999
        return reader.status, reader.headers, body, reader.truncated

    whole = read([data])
    edges = sorted({0, len(data), *(c for c in cuts if c < len(data))})
    pieces = [data[a:b] for a, b in itertools.pairwise(edges)]
    assert read(pieces) == whole or read(pieces) is Malformed or whole is Malformed


def test_thousands_of_tiny_chunks_take_no_time() -> None:
    reader = AnswerReader(4_000_000)
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 100_000 + b"0\r\n\r\n"
    began = time.monotonic()
    reader.feed(data)
    assert reader.done
    assert reader.body() == b"a" * 100_000
    assert time.monotonic() - began < 2


def test_rtsp_without_length_has_no_body() -> None:
    reader = AnswerReader(100, rtsp=True)
    reader.feed(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n")
    assert reader.done
    assert reader.keep_alive
    assert reader.headers["public"] == "OPTIONS, DESCRIBE"


# --- XML --------------------------------------------------------------------------------------------------------------

BILLION = (
    b"<!DOCTYPE x ["
    + b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 10))
    + b"]><x>&a9;</x>"
)


@pytest.mark.parametrize(
    "data",
    [
        BILLION,
        b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><x/>',
        BILLION.decode().encode("utf-16"),
        b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE x+AD4-<x/>",
        b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
        b"<a>" * 100_000,
        b"<a>" + b"<b/>" * 200_001 + b"</a>",
        b"<a>" + b"x" * (4 * 1024 * 1024) + b"</a>",
        b"",
        b"   ",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"\x00\x01\x02",
        b"\xff\xfe\x00",
        b"<a>&unknown;</a>",
        b"{}",
    ],
)
def test_dangerous_or_broken_xml_is_malformed(data: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(Malformed) as error:
        parse(data)
    assert time.monotonic() - began < 2
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("attributes", [b' a%d=""', b' xmlns:a%d="x"'])
def test_many_attributes_take_bounded_time(attributes: bytes) -> None:
    began = time.monotonic()
    data = b"<a" + b"".join(attributes % i for i in range(100_000)) + b"/>"
    with contextlib.suppress(Malformed):
        assert local(parse(data)) == "a"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("<a>入口</a>".encode(), "入口"),
        ("<?xml version='1.0' encoding='UTF-8'?><a>入口</a>".encode("shift_jis"), None),
        ("<?xml version='1.0' encoding='Shift_JIS'?><a>入口</a>".encode("shift_jis"), "入口"),
        ("<?xml version='1.0' encoding='gb2312'?><a>入口</a>".encode("gb2312"), "入口"),
        ("<?xml version='1.0' encoding='no-such'?><a>入口</a>".encode(), "入口"),
        ("<?xml version='1.0' encoding='UTF-16'?><a>入口</a>".encode(), "入口"),
        ("<a>入口</a>".encode("utf-16"), "入口"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a>ok</a>", "ok"),
        (b"\r\n <?xml version='1.0'?><a>ok</a>", "ok"),
        (b"<a>o\x01k</a>", "o\ufffdk"),
    ],
)
def test_encodings_are_repaired(data: bytes, expected: str | None) -> None:
    got = text(parse(data))
    assert got == expected if expected is not None else "\ufffd" in got


def test_helpers_are_blind_to_namespaces() -> None:
    root = parse(b'<e:E xmlns:e="urn:1" xmlns="urn:2"><B><x:C xmlns:x="urn:3"> one </x:C></B><B><C>two</C></B></e:E>')
    assert [text(c) for c in children(root, "B", "C")] == ["one", "two"]
    assert text(root, "B", "C") == "one"
    assert child(root, "B", "D") is None
    assert text(root, "D") == ""
    assert (local(root), namespace(root)) == ("E", "urn:1")
    assert list(children(None, "B")) == []


@given(st.binary(max_size=200) | st.text(alphabet="<>/ab &;!-[]?='\" \x00é", max_size=80).map(str.encode))
def test_any_bytes_are_an_element_or_malformed(data: bytes) -> None:
    try:
        assert parse(data) is not None
    except Malformed:
        return


# --- SOAP -------------------------------------------------------------------------------------------------------------


@given(
    st.integers(100, 599),
    st.binary(max_size=200),
    st.dictionaries(st.sampled_from(["content-type", "location"]), st.text(max_size=40)),
)
def test_any_answer_is_judged(status: int, body: bytes, headers: dict[str, str]) -> None:
    reply = judge_soap(status, headers, body, "GetUsers")
    assert (reply.error is None) == bool(reply.body)
    assert reply.error is None or isinstance(reply.error, DeviceError)


@given(
    st.lists(
        st.sampled_from(
            ["Code", "Subcode", "Value", "Reason", "Text", "Detail", "ter:NotAuthorized", "faultcode", "s:Client.X"]
        ),
        max_size=12,
    )
)
def test_any_fault_is_parsed(names: list[str]) -> None:
    inner = ""
    for name in names:
        inner = f"<{name.replace(':', '')}>{name}{inner}</{name.replace(':', '')}>"
    found = parse_fault(parse(f"<Envelope><Body><Fault>{inner}</Fault></Body></Envelope>".encode()))
    assert isinstance(found, Fault)
    assert all(found.codes)


def test_sub_sub_codes_are_read_inwards() -> None:
    body = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value>'
        b"<s:Subcode><s:Value>x:ActionNotSupported</s:Value><s:Subcode><s:Value>y:AudioNotSupported</s:Value></s:Subcode>"
        b"</s:Subcode></s:Code><s:Reason><s:Text>No audio</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
    )
    found = parse_fault(parse(body))
    assert found == Fault(codes=("Receiver", "ActionNotSupported", "AudioNotSupported"), reason="No audio")


def test_lock_words() -> None:
    assert is_locked(401, b"<lockStatus>lock</lockStatus>")
    assert is_locked(401, b"Account is locked for 30 minutes")
    assert is_locked(400, b"Too many failed login attempts")
    assert is_locked(490, b"")
    assert not is_locked(401, b"<lockStatus>unlock</lockStatus>")
    assert not is_locked(200, b"your account is locked")
    assert not is_locked(401, b"Unauthorized")


@pytest.mark.parametrize(
    ("nonce", "created", "secret", "expected"),
    [
        ("LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z", "userpassword", "tuOSpGlFlIXsozq4HFNeeGeFLEI="),
        ("ZnVzaGluYmFuLW5vbmNlMQ==", "2026-01-01T00:00:00Z", "pässwörd", "POtsGwGmhdfZClZEHaiZMbs8+B0="),
    ],
)
def test_password_digest_vectors(nonce: str, created: str, secret: str, expected: str) -> None:
    import base64

    assert password_digest(base64.b64decode(nonce), created, secret) == expected


def test_token_is_fresh_escaped_and_without_the_secret() -> None:
    first, second = username_token("a<b>&", "Invented-Secret", 0), username_token("a<b>&", "Invented-Secret", 0)
    assert first != second
    assert b"a&lt;b&gt;&amp;" in first
    assert b"Invented-Secret" not in first
    assert b"+00:00" not in first


@given(st.binary(max_size=120))
def test_any_clock_answer(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_clock(data)


@pytest.mark.parametrize("year", ["0", "99999", "-1", "x", "", "99999999999999999999999"])
def test_impossible_clocks_are_malformed(year: str) -> None:
    data = (
        "<E><Body><GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime><Time><Hour>1</Hour><Minute>2</Minute>"
        f"<Second>60</Second></Time><Date><Year>{year}</Year><Month>2</Month><Day>3</Day></Date></UTCDateTime>"
        "</SystemDateAndTime></GetSystemDateAndTimeResponse></Body></E>"
    )
    with pytest.raises(Malformed):
        parse_clock(data.encode())
    assert parse_clock(data.replace(f"<Year>{year}<", "<Year>2026<").encode()).second == 59


# --- tables of the operating system -----------------------------------------------------------------------------------


def test_arp_table() -> None:
    table = (
        b"IP address       HW type     Flags       HW address            Mask     Device\n"
        b"192.0.2.10       0x1         0x2         AA:BB:cc:00:00:01     *        eth0\n"
        b"192.0.2.11       0x1         0x0         00:00:00:00:00:00     *        eth0\n"
    )
    assert [(n.address, n.mac) for n in parse_arp_table(table)] == [("192.0.2.10", "aa:bb:cc:00:00:01")]


def test_ip_neighbours() -> None:
    raw = (
        b'[{"dst":"192.0.2.10","dev":"eth0","lladdr":"aa:bb:cc:00:00:01","state":["STALE"]},'
        b'{"dst":"192.0.2.12","dev":"eth0","state":["FAILED"]},{"dst":"fe80::1","lladdr":"AA:bb:cc:00:00:02"},7]'
    )
    assert [(n.address, n.mac) for n in parse_ip_neighbours(raw)] == [
        ("192.0.2.10", "aa:bb:cc:00:00:01"), ("fe80::1", "aa:bb:cc:00:00:02"),
    ]  # fmt: skip
    assert parse_ip_neighbours(b"") == ()
    for bad in (b"{}", b"nonsense", b"[" * 100_000):
        with pytest.raises(Malformed):
            parse_ip_neighbours(bad)


@given(st.binary(max_size=200))
def test_any_tables(raw: bytes) -> None:
    assert isinstance(parse_arp_table(raw), tuple)
    assert parse_own_ipv6(raw, ()) == ()
    try:
        assert isinstance(parse_ip_neighbours(raw), tuple)
    except Malformed:
        return


def test_own_ipv6_interfaces() -> None:
    from ipaddress import ip_network

    raw = (
        b"00000000000000000000000000000001 01 80 10 80       lo\n"
        b"fe80000000000000aabbccfffe000001 02 40 20 80     eth0\n"
        b"20010db8000000000000000000000001 03 40 00 80     eth1\n"
    )
    assert parse_own_ipv6(raw, (ip_network("fe80::/10"),)) == (2,)
    assert parse_own_ipv6(raw, (ip_network("2001:db8::/32"), ip_network("::1/128"), ip_network("10.0.0.0/8"))) == (1, 3)


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_no_query_or_user_stays_in_the_transcript(tail: str) -> None:
    shown = without_secrets(f"DESCRIBE rtsp://user:Invented@192.0.2.1/x?password=Invented{tail}")
    assert "Invented" not in shown
    assert shown.startswith("DESCRIBE rtsp://192.0.2.1/x")


def test_a_challenge_is_a_value() -> None:
    assert Challenge(scheme="digest", parameters={"stale": "TRUE"}).stale
    assert not Challenge(scheme="digest", parameters={}).stale
