"""Weighs what a device shows without a login into one guess at its maker. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fushinban.makers import Maker, Match, match
from fushinban.model.device import DeviceKind, IdentityLevel

_KINDS = {k.value: k for k in DeviceKind}

#: A passive signal: its name as fingerprints have it, and the text that the device showed.
Signal = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A maker (None: no signal, or signals that contradict each other), how sure, model, firmware and kind."""

    maker: Maker | None
    level: IdentityLevel
    model: str = ""
    firmware: str = ""
    kind: DeviceKind = DeviceKind.OTHER


def weigh(signals: Iterable[Signal], kinds: Iterable[str] = ()) -> Hypothesis:
    """Two independent signals of one maker: high; one strong signal: medium; anything else: low.

    `kinds`: further votes for the kind (values of DeviceKind; others do not count).
    """
    hits = [hit for name, text in dict.fromkeys(signals) for hit in match(name, text)]
    maker, level = _maker(hits)
    own = [h for h in hits if h.maker is maker]
    votes = Counter(k for k in (*(h.kind for h in own), *kinds) if k in _KINDS)
    most = max(votes.values(), default=0)
    return Hypothesis(
        maker=maker,
        level=level,
        model=next((h.model for h in own if h.model), ""),
        firmware=next((h.firmware for h in own if h.firmware), ""),
        kind=_KINDS[min(k for k, n in votes.items() if n == most)] if votes else DeviceKind.OTHER,
    )


def mac_signal(mac: str) -> tuple[Signal, ...]:
    """The signal that a MAC address is; none for a locally administered one or for other text."""
    digits = "".join(c for c in mac.upper() if c in "0123456789ABCDEF")
    return (("oui", digits[:6]),) if len(digits) == 12 and not int(digits[1], 16) & 2 else ()


def _maker(hits: Iterable[Match]) -> tuple[Maker | None, IdentityLevel]:
    """The maker with most signals; a tie between makers names nobody."""
    signals: dict[str, dict[str, bool]] = {}
    makers: dict[str, Maker] = {}
    for hit in hits:
        makers[hit.maker.id] = hit.maker
        strong = signals.setdefault(hit.maker.id, {})
        strong[hit.signal] = strong.get(hit.signal, False) or hit.strong
    ranked = sorted(((len(s), sum(s.values()), i) for i, s in signals.items()), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]):
        return None, IdentityLevel.LOW
    count, strong_count, best = ranked[0]
    contested = len(ranked) > 1 and ranked[1][1] > 0
    if count > 1 and not contested:
        return makers[best], IdentityLevel.HIGH
    return makers[best], IdentityLevel.MEDIUM if strong_count else IdentityLevel.LOW
