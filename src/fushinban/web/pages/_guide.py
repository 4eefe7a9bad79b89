"""The guide as pages name its parts: chapters, impacts, measures, checkpoints."""

from collections.abc import Iterator
from dataclasses import dataclass

from fushinban.messages import Text, ids, say
from fushinban.model.control import Control

_CIRCLED = "①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A part of the guide that controls belong to: `impact`, `measure` or `checkpoint` and its number."""

    kind: str
    number: int

    @property
    def word(self) -> str:
        """As the address bar says it."""
        return f"{self.kind}-{self.number}"

    @property
    def label(self) -> Text:
        """As a person reads it: the circled number of the guide, and the name."""
        name = say(f"report.{self.word}")
        return say(f"report.link-{self.kind}", number=_CIRCLED[self.number - 1], name=name)

    def has(self, control: Control) -> bool:
        """Whether the control belongs to it."""
        return self.number in getattr(control, f"{self.kind}s")


AREAS = tuple(
    Area(kind=kind, number=number)
    for kind, last in (("impact", 4), ("measure", 5), ("checkpoint", 5))
    for number in range(1, last + 1)
)


def links(control: Control) -> tuple[Area, ...]:
    """The parts of the guide that a control belongs to."""
    return tuple(area for area in AREAS if area.has(control))


def section_of(control: str) -> str:
    """`3.5` for `G-3.5-4c`; empty for an id of another form."""
    parts = control.split("-")
    return parts[1] if len(parts) > 2 and parts[0] == "G" else ""


def chapter(section: str) -> Text:
    """What a section of the guide is about."""
    name = f"report.chapter-{section.replace('.', '-')}"
    return say(name) if name in ids() else say("report.other-controls")


def sections(controls: Iterator[Control] | tuple[Control, ...]) -> dict[str, list[Control]]:
    """Controls by section, in the order given."""
    found: dict[str, list[Control]] = {}
    for control in controls:
        found.setdefault(section_of(control.id), []).append(control)
    return found
