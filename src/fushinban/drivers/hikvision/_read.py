"""Documents of ISAPI, read blind to their three namespaces, and what a refusal in a document means."""

from collections.abc import Iterator

from fushinban.drivers._doors import body_of
from fushinban.drivers._maker_values import clip
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.transport.faults import is_locked
from fushinban.transport.values import HttpAnswer
from fushinban.transport.xml import Element, children, local, parse, text

#: Statuses at which devices say in the body what is wrong.
SPOKEN = frozenset({400, 403, 404, 500})

#: Spellings of booleans, those of misspelling firmware among them.
_TRUTH = {
    "true": True, "ture": True, "1": True, "yes": True, "on": True,
    "false": False, "flase": False, "fasle": False, "0": False, "no": False, "off": False,
}  # fmt: skip

_ABSENT = frozenset({"notsupport", "notsupported", "methodnotallowed", "invalidoperation", "badurlformat", "urlerror"})
_RIGHT = frozenset({"lowprivilege", "nopermission", "insufficientprivilege", "permissiondenied", "unauthorized"})
_LOCKED = frozenset({"userlocked", "iplocked", "accountlocked", "lockedipfailed", "lockeduserfailed"})
_UNACTIVATED = frozenset({"notactivated", "deviceunactivated"})
_BUSY = frozenset({"devicebusy", "upgrading"})

#: `statusCode`: device busy; invalid operation.
_STATUS_BUSY, _STATUS_OPERATION = "2", "4"


def document(data: bytes, what: str, *names: str) -> Element:
    """The root of a document whose local name is one of `names`; of any document where none is given.

    Raises what a ResponseStatus in its place means, and Malformed for anything else.
    """
    root = parse(data)
    if local(root) == "ResponseStatus":
        raise refusal(root, what) or Malformed(say("hikvision.unreadable", what=what))
    if (names and local(root) not in names) or local(root).lower() == "html":
        raise Malformed(say("hikvision.unreadable", what=what))
    return root


def content(answer: HttpAnswer, what: str) -> bytes:
    """The body of an answer. Raises what its status, or the ResponseStatus in its body, means."""
    if answer.status in SPOKEN and b"ResponseStatus" in answer.body[:4096]:
        if is_locked(answer.status, answer.body):
            raise Locked(say("transport.locked-device", what=what))
        try:
            said = refusal(parse(answer.body), what)
        except Malformed:
            said = None
        if said is not None:
            raise said
    if answer.status == 400:
        raise NotSupported(say("driver.absent", what=f"{what}, HTTP 400"))
    return body_of(answer, what)


def refusal(status: Element, what: str) -> DeviceError | None:
    """What a ResponseStatus means; None where it says that all is well."""
    code, reason = text(status, "statusCode"), text(status, "subStatusCode").lower()
    said = clip(text(status, "subStatusCode") or text(status, "statusString")) or "-"
    values = {"what": what, "code": clip(code) or "-", "reason": said}
    if code in ("0", "1") or reason == "ok":
        return None
    if reason in _LOCKED:
        return Locked(say("transport.locked-device", what=f"{what}, {said}"))
    if reason in _UNACTIVATED:
        return Denied(say("hikvision.not-activated"))
    if reason in _RIGHT:
        return Denied(say("hikvision.no-right", **values))
    if reason in _ABSENT or (code == _STATUS_OPERATION and not reason):
        return NotSupported(say("hikvision.refused", **values))
    if reason in _BUSY or code == _STATUS_BUSY:
        return Unreachable(say("hikvision.refused", **values))
    return Malformed(say("hikvision.refused", **values))


def words(element: Element | None, *names: str) -> str:
    """The text at the end of a path of local names, as one printable line; empty where there is none."""
    return clip(text(element, *names))


def flag(element: Element | None, *names: str) -> bool | None:
    """A boolean at the end of a path; None where it is not there or no boolean."""
    return truth(text(element, *names))


def truth(word: str) -> bool | None:
    """A boolean in any spelling; None for anything else."""
    return _TRUTH.get(word.strip().lower())


def below(element: Element | None, name: str) -> Iterator[Element]:
    """Every element of this local name at any depth, in order."""
    return iter(()) if element is None else element.iterdescendants("{*}" + name)


def rows(root: Element, name: str) -> Iterator[Element]:
    """The rows of a list, or the root itself where the device gives the only row without a list."""
    return iter((root,)) if local(root) == name else children(root, name)


def host(element: Element | None) -> str:
    """A name or address of any of the forms in which ISAPI writes one; empty for unspecified ones."""
    if element is None:
        return ""
    for name in ("hostName", "domainName", "ipAddress", "ipv6Address"):
        found = words(element, name)
        if found not in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound to
            return found
    return ""
