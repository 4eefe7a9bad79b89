"""One row of the guide as a control, and what its check may say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fushinban.model.device import DeviceKind
from fushinban.model.facts.base import Fact
from fushinban.model.text import Named, Text

if TYPE_CHECKING:
    from fushinban.model.view import DeviceView, SiteView


class Outcome(Named):
    """適合 / 不適合 / 検証不可 / 該当なし / エラー."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class Severity(Named):
    """How bad a failed control is."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Strength(Named):
    """How strongly the guide words it: 必須 (することと書く) or 推奨 (望ましい・推奨する)."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"


class Who(Named):
    """Whose work it is."""

    DESIGNER = "designer"
    INSTALLER = "installer"
    OPERATOR = "operator"
    VENDOR = "vendor"


class When(Named):
    """At which time of a system's life."""

    DESIGN = "design"
    INSTALLATION = "installation"
    PERIODIC = "periodic"
    OPERATION = "operation"
    INCIDENT = "incident"


class DecidedBy(Named):
    """How a finding came about."""

    AUTO = "auto"
    ANSWER = "answer"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that a verdict stands on: a sentence, and where it was read (`driver request`, digest)."""

    text: Text
    source: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check says. `severity` overrides the control's own."""

    outcome: Outcome
    message: Text
    evidence: tuple[Evidence, ...] = ()
    severity: Severity | None = None


class AnswerKind(Named):
    """What a questionnaire answer looks like."""

    YES_NO = "yes-no"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to a person. YES_NO: yes passes, no fails, `n/a` does not apply.

    DATE: passes while not older than `max_age_days`. TEXT: passes when not empty.
    """

    prompt: Text
    kind: AnswerKind = AnswerKind.YES_NO
    hint: Text | None = None
    max_age_days: int | None = None
    evidence_wanted: bool = False


DeviceCheck = Callable[["DeviceView"], Verdict]
SiteCheck = Callable[["SiteView"], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One row of the guide; the title names the good state.

    `reads`: facts without which `check` cannot decide (any not OK: 検証不可, said by the engine, the check is not
    called). `may_read`: facts it uses when there. A check touches no other fact. Exactly one of `check_device` and
    `check_site` for an automatic control; `question` for what a person can answer, also used where the automatic
    check ends in 検証不可. Neither: `not_verifiable` says why. `applies_to` limits a device check to these kinds.
    `rollup`: judged last, over the findings of all others.
    """

    id: str
    title: Text
    requirement: Text
    strength: Strength
    severity: Severity
    who: tuple[Who, ...]
    when: tuple[When, ...]
    impacts: tuple[int, ...] = ()
    measures: tuple[int, ...] = ()
    checkpoints: tuple[int, ...] = ()
    applies_to: frozenset[DeviceKind] | None = None
    reads: tuple[type[Fact], ...] = ()
    may_read: tuple[type[Fact], ...] = ()
    check_device: DeviceCheck | None = None
    check_site: SiteCheck | None = None
    question: Question | None = None
    not_verifiable: Text | None = None
    rationale: Text
    remedy: Text
    references: tuple[str, ...] = ()
    rollup: bool = False

    @property
    def decided_by(self) -> DecidedBy:
        """How this control is decided in principle."""
        if self.check_device or self.check_site:
            return DecidedBy.AUTO
        return DecidedBy.ANSWER if self.question else DecidedBy.NONE


def _verdict(outcome: Outcome, message: Text, evidence: tuple[Evidence, ...], severity: Severity | None) -> Verdict:
    return Verdict(outcome=outcome, message=message, evidence=evidence, severity=severity)


def passed(message: Text, *evidence: Evidence) -> Verdict:
    """適合."""
    return _verdict(Outcome.PASS, message, evidence, None)


def failed(message: Text, *evidence: Evidence, severity: Severity | None = None) -> Verdict:
    """不適合."""
    return _verdict(Outcome.FAIL, message, evidence, severity)


def unknown(message: Text, *evidence: Evidence) -> Verdict:
    """検証不可, with the reason."""
    return _verdict(Outcome.UNKNOWN, message, evidence, None)


def not_applicable(message: Text, *evidence: Evidence) -> Verdict:
    """該当なし."""
    return _verdict(Outcome.NOT_APPLICABLE, message, evidence, None)
