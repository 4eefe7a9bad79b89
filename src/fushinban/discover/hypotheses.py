"""Who made it and what it is, guessed from what was announced without a login. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fushinban.discover.found import SIGNALS
from fushinban.makers.hypothesis import Hypothesis, Signal, mac_signal, weigh
from fushinban.model.device import DeviceKind
from fushinban.model.discovery import Sighting

_RECORDER = ("nvr", "dvr", "recorder", "レコーダ")


def guess(sightings: Iterable[Sighting]) -> Hypothesis:
    """The hypothesis that all sightings of one device give together."""
    seen = tuple(sightings)
    idea = weigh((s for one in seen for s in _signals(one)), (k for one in seen for k in _kinds(one)))
    said = sorted(s.hints["model"] for s in seen if s.hints.get("model"))
    kind = idea.kind
    if kind is DeviceKind.OTHER and any("NetworkVideoTransmitter" in s.hints.get("types", "").split() for s in seen):
        kind = DeviceKind.CAMERA
    return replace(idea, model=idea.model or next(iter(said), ""), kind=kind)


def _signals(sighting: Sighting) -> Iterator[Signal]:
    for name in SIGNALS:
        if name in sighting.hints:
            yield name, sighting.hints[name]
    yield from mac_signal(sighting.mac)


def _kinds(sighting: Sighting) -> Iterator[str]:
    """Votes for a kind; a name that says "recorder" outweighs a type that recorders and cameras share."""
    yield sighting.hints.get("kind", "")
    if "NetworkVideoStorage" in sighting.hints.get("types", "").split():
        yield DeviceKind.RECORDER.value
    name = f"{sighting.hints.get('name', '')} {sighting.hints.get('model', '')}".lower()
    if any(word in name for word in _RECORDER):
        yield from (DeviceKind.RECORDER.value,) * 2
