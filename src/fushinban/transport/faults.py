"""What a SOAP answer means: the operation's result, a refusal of the login, or a fault. Pure; any bytes are judged."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.transport.transcript import without_secrets
from fushinban.transport.xml import Element, child, children, local, parse, text

#: Statuses that mean "no more log-ins now": locked, too many requests, and Hanwha's two own ones.
LOCK_STATUSES = frozenset({423, 429, 490, 491})

_LOCK_TEXT = re.compile(
    rb"lockstatus>\s*lock|(?:account|user|address|login|\bip)\b[^<\n]{0,40}\b(?:is |was |been )?(?:locked|blocked)\b"
    rb"|too many (?:failed|login|invalid|password|authenti|attempts)|illegal ?login ?lock",
    re.IGNORECASE,
)
_DIGEST_ASKED = re.compile(r"(?:^|[\s,])digest\s", re.IGNORECASE)
_ENVELOPE_FIRST = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:[A-Za-z_][\w.-]{0,40}:)?Envelope[\s>]"
)
_ABSENT_TEXT = re.compile(
    r"not\s+implement|optional action|not (?:been )?support|method name or namespace not recogni[sz]ed|unknown action"
    r"|no such (?:operation|method)|not a valid (?:operation|method)|unsupported",
    re.IGNORECASE,
)
_LOGIN_TEXT = re.compile(r"auth|wsse|security token|password|credential", re.IGNORECASE)
_ABSENT_CODES = frozenset({"ActionNotSupported", "UnknownAction"})
_LOGIN_CODES = frozenset({"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken"})
_MAX_REASON = 160


class Closed(Denied):
    """A refusal (403) by the web server and not by SOAP: as devices answer whose ONVIF is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A SOAP fault: local names of its codes from the outermost to the innermost, and its reason and detail text."""

    codes: tuple[str, ...]
    reason: str

    @property
    def asks_login(self) -> bool:
        """Whether it means that no, or no valid, login was given."""
        if _LOGIN_CODES.intersection(self.codes):
            return True
        known = _ABSENT_CODES.union({"OperationProhibited"}).intersection(self.codes)
        return not known and not _ABSENT_TEXT.search(self.reason) and bool(_LOGIN_TEXT.search(self.reason))


class SoapReply(NamedTuple):  # made for every answer
    """A judged answer: `body` holds the envelope (as multipart where it has attachments), or `error` says why not.

    `asks_login`: see Fault.
    """

    body: bytes = b""
    error: DeviceError | None = None
    asks_login: bool = False


def parse_fault(envelope: Element) -> Fault | None:
    """The fault in an envelope (SOAP 1.2, or 1.1 as very old builds send it), or None."""
    fault = child(envelope, "Body", "Fault")
    if fault is None:
        return None
    codes = tuple(code for code in _codes(fault) if code)
    reasons = [text(r) for r in children(fault, "Reason", "Text")]
    reasons += [text(fault, "faultstring"), *_detail(fault)]
    return Fault(codes=codes, reason=" ".join(filter(None, reasons))[: 4 * _MAX_REASON])


def _codes(fault: Element) -> Iterator[str]:
    """Code and sub-codes inwards; prefixes differ from device to device and are dropped."""
    level = child(fault, "Code")
    while level is not None:
        yield text(level, "Value").rpartition(":")[2]
        level = child(level, "Subcode")
    yield from (part for part in re.split(r"[.:]", text(fault, "faultcode"))[1:])


def _detail(fault: Element) -> Iterator[str]:
    for name in ("Detail", "detail"):
        for part in children(fault, name):
            yield " ".join(" ".join(str(piece) for piece in part.itertext()).split())


def judge_soap(
    status: int, headers: Mapping[str, str], raw: bytes, operation: str, *, truncated: bool = False
) -> SoapReply:
    """Judge one answer to one operation. Status codes are often wrong, so the envelope counts more than they do.

    An MTOM answer is judged by its first part and given back whole, so that its attachments stay with it.
    """
    if status == 401 and _DIGEST_ASKED.search(headers.get("www-authenticate", "")) and not _speaks_of_lock(raw):
        # A plain question for the login, as nearly every device asks it: what its fault says adds nothing.
        return SoapReply(error=Denied(say("transport.denied-anonymous", what=operation)))
    body = _root_part(headers, raw)
    if truncated and body is not raw:
        return SoapReply(error=Malformed(say("transport.soap-cut", operation=operation)))
    if status == 200 and not truncated and b"Fault" not in body and _ENVELOPE_FIRST.match(body[:400]):
        return SoapReply(body=raw)
    try:
        envelope = parse(body, max_bytes=max(len(body), 1)) if body else None
    except Malformed as error:
        cut = Malformed(say("transport.soap-cut", operation=operation))
        return _without_envelope(status, headers, body, operation, cut if truncated else error)
    if envelope is None or local(envelope) != "Envelope":
        return _without_envelope(status, headers, body, operation)
    fault = parse_fault(envelope)
    if fault is None:
        return _without_fault(status, raw, operation)
    return judge_fault(fault, body, operation)


def _speaks_of_lock(body: bytes) -> bool:
    """Whether the text of a refusal says that a login is locked; most bodies lack the words, and are told quickly."""
    plain = body.lower()
    return (b"lock" in plain or b"too many" in plain) and _LOCK_TEXT.search(body) is not None


def judge_fault(fault: Fault, body: bytes, operation: str) -> SoapReply:
    """What a fault means for this operation."""
    reason = (fault.reason or "/".join(fault.codes))[:_MAX_REASON]
    if _speaks_of_lock(body):
        return SoapReply(error=Locked(say("transport.locked-device", what=reason)))
    if fault.asks_login:
        return SoapReply(error=Denied(say("transport.denied-anonymous", what=operation)), asks_login=True)
    values = {"operation": operation, "reason": reason}
    if _ABSENT_CODES.intersection(fault.codes) or _ABSENT_TEXT.search(fault.reason):
        return SoapReply(error=NotSupported(say("transport.soap-not-supported", **values)))
    if "OperationProhibited" in fault.codes:
        return SoapReply(error=Denied(say("transport.soap-prohibited", **values)))
    code = fault.codes[-1] if fault.codes else "Fault"
    return SoapReply(
        error=Malformed(say("transport.soap-fault", operation=operation, code=code, reason=fault.reason[:_MAX_REASON]))
    )


def _without_fault(status: int, body: bytes, operation: str) -> SoapReply:
    """An envelope without a fault is the answer, unless the status says that it is a refusal."""
    if status in (401, 403):
        denied = Denied(say("transport.denied-anonymous", what=operation))
        return SoapReply(error=denied, asks_login=status == 401)
    if status in LOCK_STATUSES:
        return SoapReply(error=Locked(say("transport.locked-device", what=f"HTTP {status}")))
    return SoapReply(body=body)


def _without_envelope(
    status: int, headers: Mapping[str, str], body: bytes, operation: str, broken: Malformed | None = None
) -> SoapReply:
    """No SOAP came back: the status has to say why; `broken` is what was wrong with the XML, if it was any."""
    what = f"{operation}, HTTP {status}"
    if is_locked(status, body):
        return SoapReply(error=Locked(say("transport.locked-device", what=what)))
    if status == 401:
        return SoapReply(error=Denied(say("transport.denied-anonymous", what=what)))
    if status == 403:
        return SoapReply(error=Closed(say("transport.onvif-closed", what=what)))
    if status in (404, 405, 410, 501):
        reason = f"HTTP {status}"
        return SoapReply(error=NotSupported(say("transport.soap-not-supported", operation=operation, reason=reason)))
    if 300 <= status < 400:
        place = without_secrets(headers.get("location", ""))[:_MAX_REASON]
        return SoapReply(error=Malformed(say("transport.redirect", location=place)))
    if status == 503:
        return SoapReply(error=Unreachable(say("transport.busy", address=operation, status=status)))
    none = Malformed(say("transport.soap-none", operation=operation, status=status))
    return SoapReply(error=broken if broken is not None and status == 200 and b"<" in body[:200] else none)


def is_locked(status: int, body: bytes) -> bool:
    """Whether a refusal says that log-ins are stopped."""
    return status in LOCK_STATUSES or (status >= 400 and _speaks_of_lock(body[:8192]))


def _root_part(headers: Mapping[str, str], raw: bytes) -> bytes:
    """The envelope itself, also where it is the first part of an MTOM answer."""
    if "multipart/" not in headers.get("content-type", "").lower():
        return raw
    line, _, rest = raw.lstrip(b"\r\n").partition(b"\n")
    boundary = line.strip()
    if not boundary.startswith(b"--"):
        return raw
    _, gap, body = rest.partition(b"\r\n\r\n")
    if not gap:
        _, gap, body = rest.partition(b"\n\n")
    return body.partition(b"\n" + boundary)[0].rstrip(b"\r\n") if gap else raw
