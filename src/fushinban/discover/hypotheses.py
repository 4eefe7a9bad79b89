"""Who made it and what it is, guessed from what was announced without a login. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fushinban.discover.found import SIGNALS
from fushinban.makers import Maker, Match, match
from fushinban.model.device import DeviceKind, IdentityLevel
from fushinban.model.discovery import Sighting

_RECORDER = ("nvr", "dvr", "recorder", "レコーダ")
_KINDS = {k.value: k for k in DeviceKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A maker (None: no signal, or signals that contradict each other), how sure, model, firmware and kind."""

    maker: Maker | None
    level: IdentityLevel
    model: str = ""
    firmware: str = ""
    kind: DeviceKind = DeviceKind.OTHER


def guess(sightings: Iterable[Sighting]) -> Hypothesis:
    """Two independent passive signals of one maker: high; one strong signal: medium; anything else: low."""
    seen = tuple(sightings)
    hits = [hit for s in seen for hit in _hits(s)]
    maker, level = _maker(hits)
    own = [h for h in hits if h.maker is maker]
    said = [s.hints["model"] for s in seen if s.hints.get("model")]
    return Hypothesis(
        maker=maker,
        level=level,
        model=next((h.model for h in own if h.model), "") or next(iter(sorted(said)), ""),
        firmware=next((h.firmware for h in own if h.firmware), ""),
        kind=_kind(seen, own),
    )


def _hits(sighting: Sighting) -> list[Match]:
    found = [hit for signal in SIGNALS if signal in sighting.hints for hit in match(signal, sighting.hints[signal])]
    digits = sighting.mac.replace(":", "").upper()
    if len(digits) == 12 and not int(digits[1], 16) & 2:
        found += match("oui", digits[:6])
    return found


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


def _kind(seen: Iterable[Sighting], own: Iterable[Match]) -> DeviceKind:
    votes = Counter(h.kind for h in own if h.kind in _KINDS)
    video = False
    for s in seen:
        votes.update(k for k in [s.hints.get("kind", "")] if k in _KINDS)
        types = s.hints.get("types", "").split()
        if "NetworkVideoStorage" in types:
            votes[DeviceKind.RECORDER.value] += 1
        video = video or "NetworkVideoTransmitter" in types
        name = f"{s.hints.get('name', '')} {s.hints.get('model', '')}".lower()
        if any(word in name for word in _RECORDER):
            votes[DeviceKind.RECORDER.value] += 2
    if votes:
        most = max(votes.values())
        return _KINDS[min(k for k, n in votes.items() if n == most)]
    return DeviceKind.CAMERA if video else DeviceKind.OTHER
