"""Findings, grouped by control and put in order of priority."""

from collections import defaultdict
from collections.abc import Iterable

from fushinban.model.control import Control, Evidence, Outcome, Severity, Strength
from fushinban.model.finding import Finding
from fushinban.reports._document.acceptances import Held
from fushinban.reports._document.context import CIRCLED, Context, section_of
from fushinban.reports._document.values import Group, Observation, Proof, State
from fushinban.reports._text import whole_sentences

_SEVERITIES = list(Severity)


def groups_of(context: Context, outcome: Outcome, listed_at_most: int) -> tuple[Group, ...]:
    """All findings of one outcome, one group for each control: gravest first, then 必須 before 推奨, then many devices.

    At most `listed_at_most` devices of a group are named; the group says how many are not.
    """
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in context.inspection.findings:
        if finding.outcome is outcome:
            found[finding.control].append(finding)
    ordered = sorted(found.items(), key=lambda pair: _rank(context, *pair))
    names = {r.device.id: context.device_name(r.device) for r in context.inspection.records}
    held = Held(context)
    return tuple(_group(context, members, names, held, listed_at_most) for _, members in ordered)


def severity_of(findings: Iterable[Finding]) -> Severity:
    """The gravest severity among findings."""
    return min((f.severity for f in findings), key=_SEVERITIES.index)


def _rank(context: Context, control: str, findings: list[Finding]) -> tuple[int, bool, int, str]:
    known = context.controls.get(control)
    recommended = known is not None and known.strength is Strength.RECOMMENDED
    return (_SEVERITIES.index(severity_of(findings)), recommended, -len(findings), control)


def _group(context: Context, findings: list[Finding], names: dict[str, str], held: Held, at_most: int) -> Group:
    name = findings[0].control
    control = context.controls.get(name)
    severity, outcome = severity_of(findings), findings[0].outcome
    shown = findings[:at_most]
    return Group(
        control=name,
        title=context.title(name),
        heading=_heading(context, name, findings),
        state=State(id=outcome, word=context.of(outcome.label), findings=len(findings)),
        severity=severity,
        severity_word=context.of(severity.label),
        strength=context.of(control.strength.label) if control else "",
        decided_by=context.of(findings[0].decided_by.label),
        section=_section(context, name),
        why=context.of(control.rationale) if control else "",
        remedy=context.of(control.remedy) if control else "",
        links=_links(context, control) if control else (),
        references=control.references if control else (),
        observations=_observations(context, shown, names, held),
        devices=sum(1 for f in findings if f.device),
        hidden=len(findings) - len(shown),
        accepted=held.counted(findings),
        all_accepted=all(map(held.holds, findings)),
    )


def _heading(context: Context, name: str, findings: list[Finding]) -> str:
    """What is wrong in one plain sentence: what all devices have in common, or the wanted state that is missing."""
    if findings[0].outcome is Outcome.ERROR:
        return context.say("not-decided", title=context.title(name))
    said = {context.of(f.message) for f in findings}
    return whole_sentences(said.pop(), 110) if len(said) == 1 else context.say("not-so", title=context.title(name))


def _section(context: Context, control: str) -> str:
    section = section_of(control)
    return context.say("guide-section", section=section, title=chapter_title(context, section)) if section else ""


def chapter_title(context: Context, section: str) -> str:
    """What a section of the guide is about."""
    known = ("2.1", "2.2", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6")
    return context.say(f"chapter-{section.replace('.', '-')}") if section in known else section


def _links(context: Context, control: Control) -> tuple[str, ...]:
    kinds = (("impact", control.impacts), ("measure", control.measures), ("checkpoint", control.checkpoints))
    return tuple(
        context.say(f"link-{kind}", number=CIRCLED[n], name=context.say(f"{kind}-{n}"))
        for kind, numbers in kinds
        for n in numbers
    )


def _observations(
    context: Context, findings: list[Finding], names: dict[str, str], held: Held
) -> tuple[Observation, ...]:
    """Devices that show exactly the same, and are accepted the same way, are named together."""
    same: defaultdict[tuple[str, tuple[Proof, ...], str, bool], list[str]] = defaultdict(list)
    for finding in findings:
        proofs = _proofs(context, finding.evidence)
        device = names.get(finding.device, finding.device) if finding.device else context.say("whole-site")
        same[context.of(finding.message), proofs, *held.told(finding)].append(device)
    return tuple(
        Observation(devices=tuple(d), message=m, proofs=p, accepted=told, over=over)
        for (m, p, told, over), d in same.items()
    )


def _proofs(context: Context, evidence: Iterable[Evidence]) -> tuple[Proof, ...]:
    """Evidence in its order; what was read from the same answer stands together."""
    told: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item in evidence:
        told[item.source, item.digest].append(context.of(item.text))
    return tuple(Proof(texts=tuple(t), source=source, digest=digest) for (source, digest), t in told.items())
