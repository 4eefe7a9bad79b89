"""Reads a web server's start page: header, title, and how it asks for a login."""

import html
import re

from fushinban.drivers.services._banner import printable
from fushinban.model.facts import WebPage
from fushinban.transport.values import HttpAnswer

_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_UNCLOSED_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,2000})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"' ]?([\w-]{1,30})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset=[\"' ]?([\w-]{1,30})", re.IGNORECASE)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[^\s,="]+|[=,\n]')
_LOGIN_IN_URL = re.compile(r"(?<=//)[^/@\s]*@")
_SCHEMES = frozenset({"basic", "bearer", "digest", "hoba", "mutual", "negotiate", "ntlm", "scram-sha-256", "wsse"})
_HEAD_BYTES = 65536

#: Declared names of character sets, and how Python reads them; others are not looked up.
_CHARSETS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "euc-jp": "euc_jp", "x-euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "euc-kr": "euc_kr",
    "iso-8859-1": "cp1252", "windows-1252": "cp1252",
}  # fmt: skip


def parse_page(answer: HttpAnswer, port: int, *, tls: bool) -> WebPage:
    """The web page that this answer is; any header and body give one."""
    schemes, realm = parse_challenges(answer.headers.get("www-authenticate", ""))
    return WebPage(
        port=port,
        tls=tls,
        status=answer.status,
        server=printable(answer.headers.get("server", "")),
        title=parse_title(answer.body, answer.headers.get("content-type", "")),
        schemes=schemes,
        realm=realm,
        redirect=printable(_LOGIN_IN_URL.sub("", answer.headers.get("location", ""))),
    )


def parse_title(body: bytes, content_type: str = "") -> str:
    """The text of `<title>` as one line, or empty. Character set: declared by header or page, else tried in turn."""
    head = body[:_HEAD_BYTES]
    found = _TITLE.search(head) or _UNCLOSED_TITLE.search(head)
    if found is None:
        return ""
    meta = _META.search(head)
    declared = _HEADER_CHARSET.search(content_type)
    names = (declared.group(1) if declared else "", meta.group(1).decode("ascii", "replace") if meta else "")
    return printable(html.unescape(_decode(found.group(1), names)))


def _decode(raw: bytes, declared: tuple[str, ...]) -> str:
    codecs = [_CHARSETS[n.lower()] for n in declared if n.lower() in _CHARSETS]
    for codec in (*codecs, "utf-8", "cp932", "euc_jp"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def parse_challenges(header: str) -> tuple[tuple[str, ...], str]:
    """Schemes in lower case without repetition, and the first realm, of a `WWW-Authenticate` header (RFC 9110, 11.6.1).

    Repeated headers are joined by newlines.
    """
    tokens = [t.group() for t in _TOKEN.finditer(header)]
    schemes: dict[str, None] = {}
    realm: str | None = None
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else ","
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        if after == "=":
            if token.lower() == "realm" and realm is None and i + 2 < len(tokens):
                realm = _unquoted(tokens[i + 2])
        elif before != "=" and token.lower() in _SCHEMES:
            schemes[token.lower()] = None
    return tuple(schemes), printable(realm or "")


def _unquoted(token: str) -> str:
    if token in (",", "\n", "="):
        return ""
    return re.sub(r"\\(.)", r"\1", token[1:].removesuffix('"')) if token.startswith('"') else token
