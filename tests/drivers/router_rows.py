"""What a prediction says, in words short enough to compare in tests."""

from typing import NamedTuple

from fushinban.drivers._configuration import configurations
from fushinban.model.exposure import Prediction, Reach
from fushinban.model.filtering import Line
from fushinban.model.intervals import INTERNET, Intervals, address_of
from fushinban.model.router import Origin, RouterState
from fushinban.probe import predict


class Row(NamedTuple):
    """One opening: `tcp 8080 > 192.168.88.10:80`, who may (`any`), how sure, and the causing lines."""

    way: str
    who: str
    sure: bool
    kind: str
    lines: tuple[Line, ...]

    @property
    def short(self) -> tuple[str, str, bool]:
        """Without the causes."""
        return self.way, self.who, self.sure

    def cites(self, *snippets: str) -> bool:
        """Whether every snippet stands in one of the causing lines."""
        return all(any(snippet in line.text for line in self.lines) for snippet in snippets)


def read(kind: str, text: str) -> RouterState:
    """The state of a configuration given as text."""
    return configurations()[kind].parse(text.encode(), Origin.FILE)


def predicted(kind: str, text: str) -> Prediction:
    """What outsiders reach, as the configuration says."""
    return predict(read(kind, text))


def rows(prediction: Prediction) -> list[Row]:
    """All inside services that outsiders reach by TCP or UDP, or (`other`) by everything else."""
    return [
        Row(
            f"{o.protocol} {_numbers(o.reach.outside_ports)} > "
            f"{_addresses(o.inside) if not o.unknown_prefix else o.inside_interface}:{_numbers(o.inside_ports)}",
            _who(o.reach), o.reach.certain, o.kind.value, o.reach.lines,
        )
        for o in prediction.openings
    ]  # fmt: skip


def own(prediction: Prediction) -> dict[str, list[Row]]:
    """The router's own services that outsiders reach, by name."""
    found: dict[str, list[Row]] = {}
    for one in prediction.management:
        for way in one.ways:
            row = Row(f"{_numbers(way.outside_ports)}", _who(way), way.certain, way.family.value, way.lines)
            found.setdefault(one.service.name, []).append(row)
    return found


def _who(reach: Reach) -> str:
    return "any" if reach.anyone else _addresses(reach.sources & INTERNET)


def _numbers(found: Intervals) -> str:
    if found.ranges == ((0, 65535),):
        return "all"
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def _addresses(found: Intervals) -> str:
    spans = [(address_of(a), address_of(b)) for a, b in found]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans[:4]) + ("…" if len(spans) > 4 else "")
