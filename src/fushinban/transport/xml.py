"""XML from devices, read without trusting it: no DTD, no entities, bounded in size, depth and number of elements."""

import re
from collections.abc import Iterator

from lxml import etree

from fushinban.errors import Malformed
from fushinban.messages import say

Element = etree._Element  # lxml publishes its element type under this name only

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
MAX_ELEMENTS = 200_000

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False,
    remove_comments=True, remove_pis=True, collect_ids=False,
)  # fmt: skip
_TOO_DEEP = etree.XPath("boolean(/" + "/".join(["*"] * (MAX_DEPTH + 1)) + ")")
_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]{0,200}\?>""")
_DECLARED_TEXT = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Encodings that Python decodes itself when libxml2 fails; anything else is taken as UTF-8.
_KNOWN = frozenset(
    (
        "utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "shift_jis", "sjis", "cp932",
        "windows-31j", "euc-jp", "gb2312", "gbk", "gb18030", "big5", "euc-kr",
    )
)  # fmt: skip


def parse(data: bytes, max_bytes: int = MAX_BYTES) -> Element:
    """The root element of a document from a device. Raises Malformed for whatever is not safe, well-formed XML.

    A wrong or missing encoding declaration is put right; bytes that fit no encoding become U+FFFD.
    """
    if len(data) > max_bytes:
        raise Malformed(say("transport.xml-size", what=f"{len(data)} bytes"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]:
        data = _as_utf8(data, "utf-16")
    _refuse_dangerous(data)
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        root = _parse_repaired(data)
    if root is None:
        raise Malformed(say("transport.xml-broken", reason="empty"))
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed(say("transport.xml-doctype"))
    # So many levels need as many ends; in an encoding that writes them otherwise libxml2's own bound of 256 holds.
    if data.count(b"</") >= MAX_DEPTH and _TOO_DEEP(root):
        raise Malformed(say("transport.xml-size", what=f"> {MAX_DEPTH} levels"))
    return root


def _refuse_dangerous(data: bytes) -> None:
    """What can be seen before libxml2 is let near it."""
    if b"<!" in data and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
        raise Malformed(say("transport.xml-doctype"))
    if len(data) > MAX_ELEMENTS and data.count(b"<") - data.count(b"</") > MAX_ELEMENTS:
        raise Malformed(say("transport.xml-size", what=f"> {MAX_ELEMENTS} elements"))


def _parse_repaired(data: bytes) -> Element:
    """The second try: only the encoding and forbidden characters are repaired, never the structure."""
    declared = _DECLARATION.match(data[:600])
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    repaired = _as_utf8(data, name if name in _KNOWN else "utf-8")
    _refuse_dangerous(repaired)
    try:
        return etree.fromstring(repaired, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error).partition("\n")[0][:120]
        raise Malformed(say("transport.xml-broken", reason=reason or "empty")) from None


def _as_utf8(data: bytes, encoding: str) -> bytes:
    text = data.decode(encoding, errors="replace").lstrip("\ufeff")
    return _NOT_XML.sub("\ufffd", _DECLARED_TEXT.sub("", text, count=1).lstrip()).encode("utf-8")


def local(element: Element) -> str:
    """The element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    """The element's namespace, empty for none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """All elements at the end of a path of local names: children(body, "GetUsersResponse", "User")."""
    if element is None or not names:
        return iter(())
    first = element.iterchildren("{*}" + names[0])
    return first if len(names) == 1 else _below(first, names[1:])


def _below(elements: Iterator[Element], names: tuple[str, ...]) -> Iterator[Element]:
    for element in elements:
        yield from children(element, *names)


def child(element: Element | None, *names: str) -> Element | None:
    """The first element at the end of a path of local names, or None."""
    found = element
    for name in names:  # straight down the first of each name, which is nearly always right
        if found is None:
            break
        found = next(found.iterchildren("{*}" + name), None)
    if found is None and element is not None and len(names) > 1:
        return next(children(element, *names), None)
    return found


def text(element: Element | None, *names: str) -> str:
    """The stripped text of that element; empty when there is none."""
    found = child(element, *names)
    return (found.text or "").strip() if found is not None else ""
