"""Values of a SOAP answer, read blind to prefixes and namespaces, which differ from device to device."""

from fushinban.drivers.onvif._attachments import open_parts
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.transport.xml import Element, child, local, parse

#: Characters of one text that are kept; what a device sends ends up in sheets and reports.
_LONGEST = 1024

_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def answer(data: bytes, name: str) -> Element:
    """The element `name` inside the SOAP body, multipart or not. Raises Malformed for anything else."""
    root = parse(data if data.startswith(b"<") else open_parts(data).envelope)
    found = child(root, "Body", name) if local(root) == "Envelope" else None
    if found is None:
        raise Malformed(say("onvif.unexpected", expected=name))
    return found


def need(element: Element, *names: str) -> Element:
    """The first element at the end of a path of local names. Raises Malformed where it is missing."""
    found = child(element, *names)
    if found is None:
        raise Malformed(say("onvif.missing", element="/".join(names)))
    return found


def clip(text: str | None) -> str:
    """Text without the space around it, at most 1,024 characters."""
    return (text or "").strip()[:_LONGEST]


def leaf(element: Element | None, name: str) -> str:
    """Text of the first child of this local name; empty where there is none."""
    found = None if element is None else next(element.iterchildren("{*}" + name), None)
    return "" if found is None else clip(found.text)


def leaves(element: Element) -> dict[str, str]:
    """Text of every child by local name, the first one of each: one pass for elements with many fields."""
    found: dict[str, str] = {}
    for item in element.iterchildren("{*}*"):
        found.setdefault(local(item), clip(item.text))
    return found


def flag(text: str, name: str) -> bool:
    """An xs:boolean. Raises Malformed for anything else, also for nothing."""
    value = _TRUTH.get(text.strip().lower())
    if value is None:
        raise Malformed(say("onvif.value", element=name))
    return value


def maybe_flag(text: str, name: str) -> bool | None:
    """An xs:boolean, or None for empty text."""
    return flag(text, name) if text.strip() else None


def number(text: str, name: str) -> int:
    """A whole number that is not negative and fits 32 bits. Raises Malformed for anything else, also for nothing."""
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not 0 <= value < 2**32:
        raise Malformed(say("onvif.value", element=name))
    return value


def maybe_number(text: str, name: str) -> int | None:
    """A whole number that is not negative and fits 32 bits, or None for empty text."""
    return number(text, name) if text.strip() else None
