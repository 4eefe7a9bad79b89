"""The parsers of the open-port view: known examples, and any bytes give a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.drivers.services._banner import MAX_TEXT, parse_banner, parse_speech, strip_telnet
from fushinban.drivers.services._view import parse_rtsp, parse_tls
from fushinban.drivers.services._web import parse_challenges, parse_page, parse_title
from fushinban.transport.values import HttpAnswer, RtspAnswer, TlsAnswer


@pytest.mark.parametrize(
    ("data", "speaks"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "ssh"),
        (b"hello\r\nSSH-2.0-x\r\n", "ssh"),
        (b"220 AXIS P3343 Network Camera 5.20.3 ready.\r\n", "ftp"),
        (b"220-Welcome\r\n", "ftp"),
        (b"220 mail.example ESMTP Postfix\r\n", ""),
        (b"\xff\xfd\x18\xff\xfd\x20", "telnet"),
        (b"\r\n(none) login: ", "telnet"),
        ("\r\nログイン: ".encode(), "telnet"),
        (b"MikroTik v6.42.3 (stable)\r\nLogin: ", "telnet"),
        (b"HTTP/1.0 408 Timeout\r\n", "http"),
        (b"RTSP/1.0 400 Bad\r\n", "rtsp"),
        (b"", ""),
        (b"\x00\x00\x00\x10\x00\x00\x00\x1e", ""),
        (b"binary \xff\xfd but no negotiation first", ""),
    ],
)
def test_recognises(data: bytes, speaks: str) -> None:
    assert parse_speech(data) == speaks


def test_telnet_commands_are_removed() -> None:
    assert strip_telnet(b"\xff\xfd\x01a\xff\xffb\xff\xfa\x18\x01\xff\xf0c\xff\xf1d") == (b"a\xffbcd", True)
    assert parse_banner(b"\xff\xfb\x01\xff\xfb\x03\r\n  camera\x07 login: ") == "camera� login:"


@pytest.mark.parametrize("charset", ["utf-8", "shift_jis", "euc-jp", "iso-2022-jp"])
def test_title_in_a_declared_character_set(charset: str) -> None:
    body = "<html><head><TITLE id=a>\n ネットワークカメラ &amp; 録画\t機 </TITLE>".encode(charset)
    assert parse_title(body, f"text/html; charset={charset.upper()}") == "ネットワークカメラ & 録画 機"
    assert parse_title(f'<meta charset="{charset}">'.encode() + body) == "ネットワークカメラ & 録画 機"


def test_title_that_lies_about_its_character_set() -> None:
    assert parse_title("<title>監視カメラ</title>".encode("cp932"), "text/html; charset=utf-8") == "監視カメラ"
    assert parse_title("<title>カメラ</title>".encode(), "text/html; charset=punycode") == "カメラ"
    assert parse_title(b"<title>\xff\xfe\x81</title>") == "��\ufffd"


@pytest.mark.parametrize(
    ("header", "schemes", "realm"),
    [
        ('Basic realm="hikvision"', ("basic",), "hikvision"),
        ('Digest realm="a \\"b\\"", nonce="Basic x"\nBasic realm="c"', ("digest", "basic"), 'a "b"'),
        (
            'Digest realm="a", algorithm=MD5, Digest realm="a", algorithm=SHA-256, Basic realm="b"',
            ("digest", "basic"),
            "a",
        ),
        ("Negotiate abc==, NTLM", ("negotiate", "ntlm"), ""),
        ("Basic realm='/'", ("basic",), "'/'"),
        ('Basic realm=""', ("basic",), ""),
        ('Digest realm="open end', ("digest",), "open end"),
        ("", (), ""),
    ],
)
def test_challenges(header: str, schemes: tuple[str, ...], realm: str) -> None:
    assert parse_challenges(header) == (schemes, realm)


def test_a_login_inside_a_redirect_is_not_kept() -> None:
    answer = HttpAnswer(status=302, headers={"location": "http://admin:invented@192.0.2.1/doc"}, body=b"")
    assert parse_page(answer, 80, tls=False).redirect == "http://192.0.2.1/doc"


@given(st.binary(max_size=600))
def test_any_bytes_are_a_banner(data: bytes) -> None:
    banner = parse_banner(data)
    assert len(banner) <= MAX_TEXT
    assert banner.isprintable()
    assert parse_speech(data) in {"", "ssh", "ftp", "telnet", "http", "rtsp"}
    text, _ = strip_telnet(data)
    assert len(text) <= len(data)


@given(st.binary(max_size=600), st.text(max_size=80), st.text(max_size=200), st.booleans())
def test_any_answer_is_a_page(body: bytes, kind: str, header: str, tls: bool) -> None:
    headers = {"content-type": kind, "www-authenticate": header, "server": header, "location": header}
    page = parse_page(HttpAnswer(status=200, headers=headers, body=b"<title>" + body), 80, tls=tls)
    for text in (page.title, page.server, page.realm, page.redirect):
        assert text.isprintable()
        assert len(text) <= MAX_TEXT


@given(st.dictionaries(st.sampled_from(["public", "server", "www-authenticate"]), st.text(max_size=200)), st.text())
def test_any_answer_is_an_rtsp_server_and_a_tls_port(headers: dict[str, str], cipher: str) -> None:
    server = parse_rtsp(554, RtspAnswer(status=200, headers=headers))
    assert all(m.isprintable() and m for m in server.methods)
    port = parse_tls(443, TlsAnswer(accepted=("TLSv1.2",), refused=(), cipher=cipher, certificate=b""))
    assert port.cipher.isprintable()
