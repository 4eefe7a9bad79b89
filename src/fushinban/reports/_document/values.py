"""What the inspection report holds: plain strings of one language in reading order, ready for a template."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One of the five states. `id`: outcome value; counts of findings and of controls that ended so."""

    id: str
    word: str
    findings: int = 0
    controls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was read from one answer of a device; its digest (hex SHA-256) may be empty."""

    texts: tuple[str, ...]
    source: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The same message and evidence for one or several devices (`name（address）`).

    `accepted`: until when, why and by whom it is accepted, or that this is over (`over`); empty where it never was.
    """

    devices: tuple[str, ...]
    message: str
    proofs: tuple[Proof, ...]
    accepted: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All findings of one control and one outcome. `title` names the good state, `heading` says what is wrong.

    `hidden`: devices not listed because there are too many. `accepted`: how many of its findings are, in words.
    """

    control: str
    title: str
    heading: str
    state: State
    severity: str
    severity_word: str
    strength: str
    decided_by: str
    section: str
    why: str
    remedy: str
    links: tuple[str, ...]
    references: tuple[str, ...]
    observations: tuple[Observation, ...]
    devices: int
    hidden: int
    accepted: str = ""
    all_accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One of the first things to do: what is wrong, where, what to do."""

    severity: str
    severity_word: str
    what: str
    where: str
    remedy: str
    control: str
    accepted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One page that a customer understands."""

    headline: str
    tone: str
    sentences: tuple[str, ...]
    states: tuple[State, ...]
    todos: tuple[Todo, ...]
    more_todos: str
    unknown_title: str
    unknown_reasons: tuple[Row, ...]
    not_reached: tuple[str, ...]
    not_reached_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One control in the coverage map: `id` without its letter, `state` an outcome id, `how` a coverage state id."""

    control: str
    id: str
    short: str
    title: str
    state: str
    state_word: str
    how: str
    how_word: str
    strength: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The controls of one section of the guide."""

    number: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMap:
    """How every control ended: counts by way, and all cells."""

    total: int
    counts: tuple[State, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """One device with the number of its findings per state."""

    number: int
    name: str
    kind: str
    product: str
    firmware: str
    serial: str
    address: str
    mac: str
    identity: str
    reached: bool
    reached_word: str
    group: str
    state: State
    counts: tuple[State, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What devices did not answer: the way they answered, and the facts."""

    devices: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One difference from the sheet of the installation."""

    device: str
    label: str
    before: str
    after: str
    importance: str
    importance_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """What a person answered."""

    id: str
    title: str
    value: str
    by: str
    on: str
    note: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How many requests of one kind were made, and how they ended."""

    kind: str
    total: int
    outcomes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole report. `words`: the fixed labels by message name; `network`: SVG text."""

    lang: str
    number: str
    facts: tuple[Row, ...]
    site: str
    customer: str
    date: str
    kind: str
    guide: tuple[Row, ...]
    summary: Summary
    priorities: tuple[Group, ...]
    errors: tuple[Group, ...]
    coverage: CoverageMap
    devices: tuple[DeviceRow, ...]
    unread: tuple[Unread, ...]
    changes: tuple[ChangeRow, ...]
    answers: tuple[AnswerRow, ...]
    traffic: tuple[Traffic, ...]
    requests: int
    blocked_note: str
    network: str
    words: Mapping[str, str]
