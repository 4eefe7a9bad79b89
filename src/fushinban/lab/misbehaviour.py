"""Wrong answers that a device may declare: what bad cameras and bad networks do to a client."""

from collections.abc import Callable
from dataclasses import replace

from fushinban.lab.plan import Misbehaviour, Trick
from fushinban.lab.soap import ENV
from fushinban.lab.wire import Ending, Reply

_SOAP = (("Content-Type", "application/soap+xml; charset=utf-8"),)
_DEPTH = 100_000
_HUGE = 8 * 1024 * 1024
_GARBAGE = bytes(range(256)) * 4

_BOMB = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a0 "aaaaaaaaaa">',
        *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)),
        b'<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        b'<e:Envelope xmlns:e="' + ENV.encode() + b'"><e:Body><z>&a11;&x;</z></e:Body></e:Envelope>',
    ]
)


def misbehave(rule: Misbehaviour | None, operation: str, honest: Callable[[], Reply]) -> Reply:
    """The reply to a request for `operation` (an ONVIF operation, or a path): honest, unless the rule is for it."""
    if rule is None or (rule.operations and operation not in rule.operations):
        return honest()
    return _wrong(rule, honest)


def _wrong(rule: Misbehaviour, honest: Callable[[], Reply]) -> Reply:
    match rule.trick:
        case Trick.RESETS:
            return Reply(status=200, ending=Ending.RESET)
        case Trick.GARBAGE:
            return Reply(status=200, body=_GARBAGE, ending=Ending.RAW)
        case Trick.ENDLESS_BODY:
            return Reply(status=200, headers=_SOAP, body=_open_envelope(), ending=Ending.ENDLESS)
        case Trick.REDIRECT:
            return Reply(status=302, headers=(("Location", rule.to),))
        case Trick.WRONG_STATUS:
            reply = honest()
            return replace(reply, status=rule.status if reply.status == 200 else 200)
        case Trick.TRUNCATED:
            reply = honest()
            half = reply.body[: len(reply.body) // 2]
            return replace(reply, body=half, declared=max(len(reply.body), 1), ending=Ending.CLOSE)
        case Trick.NON_UTF8:
            return Reply(status=200, headers=_SOAP, body=_non_utf8(honest().body))
        case Trick.ENTITY_BOMB | Trick.DEEP_XML | Trick.HUGE_XML:
            return Reply(status=200, headers=_SOAP, body=_monster(rule.trick))
        case Trick.REFUSES:  # answered by the servers themselves, which know their own way to say no
            return honest()


def _open_envelope() -> bytes:
    return b'<?xml version="1.0"?><e:Envelope xmlns:e="' + ENV.encode() + b'"><e:Body>'


def _non_utf8(body: bytes) -> bytes:
    """The text in EUC-JP with a byte that no encoding has, while the declaration goes on saying UTF-8."""
    text = body.decode("utf-8", "replace").replace("</", "カメラ</", 3)
    return text.encode("euc_jp", "replace") + b"\xff"


def _monster(trick: Trick) -> bytes:
    if trick is Trick.ENTITY_BOMB:
        return _BOMB
    if trick is Trick.DEEP_XML:
        return _open_envelope() + b"<a>" * _DEPTH + b"</a>" * _DEPTH + b"</e:Body></e:Envelope>"
    filler = b"<v>0123456789</v>"
    return _open_envelope() + b"<r>" + filler * (_HUGE // len(filler)) + b"</r></e:Body></e:Envelope>"
