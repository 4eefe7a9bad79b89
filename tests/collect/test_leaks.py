"""A secret is found in every usual disguise, and never told."""

import base64
import hashlib
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.collect.leaks import Secret, find_leaks
from fushinban.transport.soap import username_token

#: Invented.
WORD = 'Invented "Word" & <7>ほ'
SECRET = Secret(text=WORD, usernames=("test-auditor",))


def sha(name: str) -> Callable[[str], bytes]:
    return lambda word: hashlib.new(name, word.encode()).hexdigest().encode()


DISGUISES: dict[str, Callable[[str], bytes]] = {
    "as it is": lambda w: w.encode(),
    "utf-16": lambda w: w.encode("utf-16-le"),
    "utf-16 big": lambda w: w.encode("utf-16-be"),
    "shift_jis": lambda w: w.encode("shift_jis"),
    "base64": lambda w: base64.b64encode(w.encode()),
    "base64 after a user": lambda w: base64.b64encode(f"test-auditor:{w}".encode()),
    "base64 two letters later": lambda w: base64.b64encode(f"xy{w}".encode()),
    "base64 for addresses": lambda w: base64.urlsafe_b64encode(f"x{w}".encode()).rstrip(b"="),
    "base64 in lines": lambda w: base64.encodebytes(b"some more text to make it long, " * 3 + w.encode() + b" x" * 40),
    "base64 in JSON lines": lambda w: base64.encodebytes(w.encode() * 4).replace(b"\n", b"\\n"),
    "base64 twice": lambda w: quote(base64.b64encode(w.encode()).decode(), safe="").encode(),
    "hex": lambda w: w.encode().hex().encode(),
    "HEX": lambda w: w.encode().hex().upper().encode(),
    "hex with colons": lambda w: w.encode().hex(":").encode(),
    "url": lambda w: quote(w, safe="").encode(),
    "url in small letters": lambda w: quote(w, safe="").lower().encode(),
    "url of a form": lambda w: quote_plus(w).encode(),
    "url twice": lambda w: quote(quote(w, safe=""), safe="").encode(),
    "xml": lambda w: escape(w).encode(),
    "xml attribute": lambda w: escape(w, {'"': "&quot;"}).encode(),
    "xml numbers": lambda w: "".join(f"&#{ord(c)};" for c in w).encode(),
    "json": lambda w: json.dumps(w).encode(),
    "json text": lambda w: json.dumps(w, ensure_ascii=False).encode(),
    "md5": sha("md5"),
    "sha1": sha("sha1"),
    "sha256": sha("sha256"),
    "sha256 base64": lambda w: base64.b64encode(hashlib.sha256(w.encode()).digest()),
    "HA1": lambda w: b'realm="AXIS_1" ' + hashlib.md5(f"test-auditor:AXIS_1:{w}".encode()).hexdigest().encode(),
    "UsernameToken": lambda w: username_token("test-auditor", w, 0.0),
}


@pytest.mark.parametrize("how", DISGUISES)
def test_a_disguised_secret_is_found(how: str) -> None:
    for data in (DISGUISES[how](WORD), b'{"text": "abc ' + DISGUISES[how](WORD) + b' xyz"}'):
        found = find_leaks(data, [SECRET])
        assert found, data
        assert WORD not in "".join(found)
        assert not find_leaks(DISGUISES[how]("Another Invented Word 8"), [SECRET])


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "MD5-sess"])
@pytest.mark.parametrize("qop", ['qop="auth", ', ""])
def test_a_digest_response_is_found(algorithm: str, qop: str) -> None:
    nonce, cnonce, uri = "n0nce", "c", "/cgi-bin/x.cgi?a=b"
    name = "sha256" if "256" in algorithm else "md5"

    def h(text: str) -> str:
        return hashlib.new(name, text.encode()).hexdigest()

    first = h(f"test-auditor:Device_1:{WORD}")
    if algorithm.endswith("sess"):
        first = h(f"{first}:{nonce}:{cnonce}")
    second = h(f"GET:{uri}")
    response = h(f"{first}:{nonce}:00000001:{cnonce}:auth:{second}") if qop else h(f"{first}:{nonce}:{second}")
    head = (
        f'Authorization: Digest username="test-auditor", realm="Device_1", nonce="{nonce}", uri="{uri}", '
        f'algorithm={algorithm}, {qop.replace(chr(34), "")}nc=00000001, cnonce="{cnonce}", response="{response}"\r\n'
    )
    assert "digest response" in find_leaks(head.encode(), [SECRET])
    assert not find_leaks(head.encode(), [Secret(text="Another Invented Word 8", usernames=("test-auditor",))])


def test_a_digest_response_inside_json_is_found() -> None:
    head = b'{"asked": "Digest username=\\"test-auditor\\", realm=\\"r1\\", nonce=\\"abc\\", uri=\\"/x\\", response=\\"'
    first = hashlib.md5(f"test-auditor:r1:{WORD}".encode()).hexdigest()
    second = hashlib.md5(b"POST:/x").hexdigest()
    response = hashlib.md5(f"{first}:abc:{second}".encode()).hexdigest()
    assert "digest response" in find_leaks(head + response.encode() + b'\\""}', [SECRET])


def test_nothing_is_shown_of_a_secret() -> None:
    assert WORD not in repr(SECRET)
    assert not find_leaks(b"anything", [Secret(text="")])


@given(st.text(min_size=4, max_size=30), st.binary(max_size=40), st.binary(max_size=40))
def test_any_secret_is_found_between_any_bytes(word: str, before: bytes, after: bytes) -> None:
    secret = Secret(text=word, usernames=("u",))
    assert find_leaks(before + word.encode() + after, [secret])
    assert find_leaks(b'{"a": "' + base64.b64encode(before + word.encode() + after) + b'"}', [secret])
    assert find_leaks(before + word.encode().hex().encode() + after, [secret])


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at(data: bytes) -> None:
    assert isinstance(find_leaks(data, [SECRET]), tuple)
