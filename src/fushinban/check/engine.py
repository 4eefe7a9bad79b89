"""Judges a site: every control on every device it applies to. Pure, and the only place that makes answers outcomes.

What could not be read is 検証不可, never 適合. A person's answer decides only where the device itself decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from fushinban.check.answered import by_answer
from fushinban.check.openings import openings_of
from fushinban.check.ways import ways_of
from fushinban.controls._saying import could_not_read
from fushinban.model.control import (
    Control,
    DecidedBy,
    DeviceCheck,
    Evidence,
    Outcome,
    Verdict,
    When,
    not_applicable,
    unknown,
)
from fushinban.model.device import DeviceKind
from fushinban.model.facts import Fact, Interfaces, PortMappings, RouterConfiguration
from fushinban.model.finding import Coverage, CoverageState, Finding
from fushinban.model.reading import Answer
from fushinban.model.site import InspectionKind
from fushinban.model.text import Text, say
from fushinban.model.view import DeviceView, SiteView

#: Slips of a check that must not cost the rest of the inspection; anything else is a defect of the engine, and raised.
SLIPS = (KeyError, ValueError, TypeError, AttributeError, IndexError, ZeroDivisionError, AssertionError)

Decision = tuple[Verdict, DecidedBy]

_DECIDED = frozenset({Outcome.PASS, Outcome.FAIL})
_OPEN = frozenset({Outcome.UNKNOWN, Outcome.ERROR})


def judge(site: SiteView, controls: Mapping[str, Control]) -> tuple[Finding, ...]:
    """Findings of all controls in their order, roll-ups last. Ignored devices are left out.

    Roll-ups see what was found here and what `site.findings` brings along.
    """
    kept = tuple(v for v in site.devices if not v.device.ignored)
    routers = _addresses_of_routers(kept)
    openings = openings_of(kept)
    ways = ways_of(kept, site.exposure, openings)
    views = _Views(
        replace(
            v, allowed=None, routers=routers, openings=openings.get(v.device.id, ()), exposure=site.exposure,
            ways=ways.get(v.device.id, ()),
        )
        for v in kept
    )  # fmt: skip
    plain = tuple(f for c in controls.values() if not c.rollup for f in _judge_control(site, views, c))
    rollups = tuple(
        f for c in controls.values() if c.rollup for f in _judge_site(site, views, c, site.findings + plain)
    )
    return plain + rollups


class _Views:
    """The devices of a site as checks see them; controls that declare the same facts share their views."""

    def __init__(self, views: Iterable[DeviceView]) -> None:
        self.all = tuple(views)
        self._limited: dict[frozenset[type[Fact]], tuple[DeviceView, ...]] = {}

    def of(self, control: Control) -> tuple[DeviceView, ...]:
        """Views through which the control's check can reach only what it declares."""
        allowed = frozenset(control.reads) | frozenset(control.may_read)
        found = self._limited.get(allowed)
        if found is None:
            found = self._limited[allowed] = tuple(_limited(view, allowed) for view in self.all)
        return found


def coverage_of(findings: Iterable[Finding], controls: Mapping[str, Control]) -> Coverage:
    """The state of every control. VERIFIED: decided from facts on at least one device; `gaps` counts the open rest."""
    by_control: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_control[finding.control].append(finding)
    still_open = {name: sum(1 for f in by_control[name] if f.outcome in _OPEN) for name in controls}
    return Coverage(
        states={name: _state(by_control[name]) for name in controls},
        gaps={name: count for name, count in still_open.items() if count},
    )


def _state(findings: list[Finding]) -> str:
    decided = [f for f in findings if f.outcome in _DECIDED]
    if any(f.decided_by is DecidedBy.AUTO for f in decided):
        return CoverageState.VERIFIED
    if decided:
        return CoverageState.ANSWERED
    if findings and all(f.outcome is Outcome.NOT_APPLICABLE for f in findings):
        return CoverageState.NOT_APPLICABLE
    return CoverageState.COULD_NOT


def _judge_control(site: SiteView, views: _Views, control: Control) -> Iterator[Finding]:
    check = control.check_device
    if check is None:
        yield from _judge_site(site, views, control)
        return
    kinds = control.applies_to
    concerned = [v for v in views.of(control) if kinds is None or v.device.kind in kinds]
    if not concerned:
        verdict = _nothing_concerned(views.all, kinds)
        yield _finding(site, control, "", _settled(site, control, verdict, DecidedBy.AUTO))
        return
    for view in concerned:
        verdict = _check_device(check, view, control.reads)
        yield _finding(site, control, view.device.id, _settled(site, control, verdict, DecidedBy.AUTO))


def _judge_site(
    site: SiteView, views: _Views, control: Control, findings: tuple[Finding, ...] = ()
) -> Iterator[Finding]:
    if control.check_site is None:
        reason = control.not_verifiable or say("check.unanswered")
        yield _finding(site, control, "", _settled(site, control, unknown(reason), DecidedBy.NONE))
        return
    limited = SiteView(
        site=site.site,
        authorisation=site.authorisation,
        kind=site.kind,
        now=site.now,
        devices=views.of(control),
        discovery=site.discovery,
        answers=site.answers,
        findings=findings,
        previous_inspection=site.previous_inspection,
        looks=site.looks,
        exposure=site.exposure if RouterConfiguration in (*control.reads, *control.may_read) else None,
    )
    try:
        verdict = control.check_site(limited)
    except SLIPS as slip:
        verdict = _broken(slip)
    yield _finding(site, control, "", _settled(site, control, verdict, DecidedBy.AUTO))


def _limited(view: DeviceView, allowed: frozenset[type[Fact]]) -> DeviceView:
    """The view through which a check can reach only what its control declares."""
    predicted = RouterConfiguration in allowed
    return DeviceView(
        device=view.device, site=view.site, kind=view.kind, now=view.now, readings=view.readings, sheets=view.sheets,
        allowed=allowed, routers=view.routers, before=view.before,
        openings=view.openings if PortMappings in allowed else (),
        exposure=view.exposure if predicted else None, ways=view.ways if predicted else (),
    )  # fmt: skip


def _addresses_of_routers(views: Iterable[DeviceView]) -> frozenset[str]:
    """Every address under which a known router of the site was seen, or which it says it has."""
    found: set[str] = set()
    for view in views:
        if view.device.kind is DeviceKind.ROUTER:
            interfaces = view.find(Interfaces)
            rows = interfaces.interfaces if interfaces else ()
            found.add(view.device.address)
            found.update(a.partition("/")[0] for row in rows for a in (*row.ipv4, *row.ipv6))
    return frozenset(found)


def _check_device(check: DeviceCheck, view: DeviceView, reads: tuple[type[Fact], ...]) -> Verdict:
    missing = [fact for fact in reads if view.answer(fact) is not Answer.OK]
    if missing:
        return could_not_read(view, *missing)
    try:
        return check(view)
    except SLIPS as slip:
        return _broken(slip)


def _broken(slip: Exception) -> Verdict:
    detail = say("check.broken-detail", kind=type(slip).__name__, text=str(slip))
    return Verdict(outcome=Outcome.ERROR, message=say("check.broken"), evidence=(Evidence(text=detail),))


def _nothing_concerned(views: tuple[DeviceView, ...], kinds: frozenset[DeviceKind] | None) -> Verdict:
    """No device of the kinds concerned: 該当なし only where every device is known to be something else."""
    if not views or kinds is None:
        return unknown(say("check.no-device"))
    wanted = [k.label for k in DeviceKind if k in kinds]
    listed = Text("・".join(t.ja for t in wanted), ", ".join(t.en for t in wanted))
    unclear = sum(1 for v in views if v.device.kind is DeviceKind.OTHER)
    if unclear:
        return unknown(say("check.kind-unclear", kinds=listed, count=unclear))
    return not_applicable(say("check.no-device-of-kind", kinds=listed))


def _settled(site: SiteView, control: Control, verdict: Verdict, by: DecidedBy) -> Decision:
    """The verdict, or what a person answered where it is 検証不可; 該当なし where it is not yet time for this row."""
    if verdict.outcome is not Outcome.UNKNOWN:
        return verdict, by
    answer = site.answers.get(control.id)
    if control.question is None or answer is None:
        return (verdict, by) if _is_due(control, site.kind) else (_not_due(control), by)
    reason = verdict if by is DecidedBy.AUTO else None
    answered = by_answer(control.question, answer, site.now, reason)
    return answered, DecidedBy.NONE if answered.outcome is Outcome.UNKNOWN else DecidedBy.ANSWER


def _is_due(control: Control, kind: InspectionKind) -> bool:
    """Whether the guide asks for this row at such an inspection: on the day of installation nothing can be compared
    with an earlier state, and without an incident its response cannot be looked at."""
    times = set(control.when)
    if kind is InspectionKind.INSTALLATION:
        return bool(times & {When.DESIGN, When.INSTALLATION})
    return kind is InspectionKind.INCIDENT or times != {When.INCIDENT}


def _not_due(control: Control) -> Verdict:
    labels = [w.label for w in control.when]
    times = Text("・".join(t.ja for t in labels), ", ".join(t.en for t in labels))
    return not_applicable(say("check.not-due", times=times))


def _finding(site: SiteView, control: Control, device: str, decision: Decision) -> Finding:
    verdict, by = decision
    return Finding(
        control=control.id, site=site.site.id, device=device, outcome=verdict.outcome,
        severity=verdict.severity or control.severity, message=verdict.message, evidence=verdict.evidence,
        decided_by=by, at=site.now,
    )  # fmt: skip
