"""The page that a customer reads first: what it means, in sentences, before any table."""

from collections import Counter

from fushinban.check.openings import exposed_sentences, inspected_openings
from fushinban.model.control import Outcome, Severity
from fushinban.model.discovery import Group as Seen
from fushinban.reports._document.acceptances import Held
from fushinban.reports._document.context import Context
from fushinban.reports._document.values import CoverageMap, Group, Row, State, Summary, Todo
from fushinban.reports._text import clipped, whole_sentences

_TODOS = 5
#: Cameras that outsiders reach, by name, above everything else.
_TOLD = 3
_URGENT = (Severity.CRITICAL, Severity.HIGH)
#: The order of the tiles: what asks for action first.
_TILES = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.PASS, Outcome.NOT_APPLICABLE)


def summary_of(context: Context, failed: tuple[Group, ...], coverage: CoverageMap) -> Summary:
    """Headline, counts, the first things to do, what could not be verified and what was not reached."""
    urgent = [g for g in failed if g.severity in _URGENT]
    reached = sum(1 for r in context.inspection.records if r.reached)
    headline, tone = _headline(context, failed, urgent, reached)
    not_reached = _not_reached(context)
    unknown = sum(c.state in (Outcome.UNKNOWN, Outcome.ERROR) for ch in coverage.chapters for c in ch.cells)
    return Summary(
        headline=headline,
        tone=tone,
        sentences=_sentences(context, failed, urgent, reached, coverage),
        states=_states(context, coverage),
        # What somebody accepted comes last, and says so: it is neither hidden nor the first thing to do.
        todos=tuple(_todo(context, g) for g in sorted(failed, key=lambda g: g.all_accepted)[:_TODOS]),
        more_todos=context.say("more-todos", count=len(failed) - _TODOS) if len(failed) > _TODOS else "",
        unknown_title=context.say("unknown-title", count=unknown) if unknown else "",
        unknown_reasons=_reasons(context),
        not_reached=not_reached,
        not_reached_title=context.say("not-reached-title", count=len(not_reached)),
    )


def _headline(context: Context, failed: tuple[Group, ...], urgent: list[Group], reached: int) -> tuple[str, str]:
    if not reached:
        return context.say("headline-nothing"), Outcome.UNKNOWN
    if urgent:
        return context.say("headline-urgent", count=len(urgent)), Outcome.FAIL
    if failed:
        return context.say("headline-some", count=len(failed)), Outcome.FAIL
    return context.say("headline-none"), Outcome.PASS


def _sentences(
    context: Context, failed: tuple[Group, ...], urgent: list[Group], reached: int, coverage: CoverageMap
) -> tuple[str, ...]:
    devices = len(context.inspection.records)
    exposed = tuple(exposed_sentences(inspected_openings(context.inspection)).values())
    sentences = [context.of(sentence) for sentence in exposed[:_TOLD]]
    if len(exposed) > _TOLD:
        sentences.append(context.say("sentence-more-exposed", count=len(exposed) - _TOLD))
    sentences.append(context.say("sentence-scope", devices=devices, reached=reached, controls=coverage.total))
    if urgent and len(failed) > len(urgent):
        sentences.append(context.say("sentence-rest", count=len(failed) - len(urgent)))
    accepted = Held(context).counted(context.inspection.findings)
    if accepted:
        sentences.append(context.say("sentence-accepted", accepted=accepted))
    groups = context.inspection.discovery.groups.values()
    new, gone = sum(g is Seen.NEW for g in groups), sum(g is Seen.GONE for g in groups)
    if context.inspection.previous_inspection and (new or gone):
        sentences.append(context.say("sentence-discovery", new=new, gone=gone))
    return tuple(sentences)


def _states(context: Context, coverage: CoverageMap) -> tuple[State, ...]:
    findings = Counter(f.outcome for f in context.inspection.findings)
    controls = Counter(c.state for ch in coverage.chapters for c in ch.cells)
    return tuple(
        State(id=o, word=context.of(o.label), findings=findings[o], controls=controls[o.value]) for o in _TILES
    )


def _todo(context: Context, group: Group) -> Todo:
    names = [d for o in group.observations for d in o.devices]
    where = context.say("list-separator").join(names[:3])
    count = group.devices or 1
    if count > 3:
        where = context.say("and-others", names=where, count=count - 3)
    return Todo(
        severity=group.severity,
        severity_word=group.severity_word,
        what=clipped(group.heading, 150),
        where=where,
        remedy=whole_sentences(group.remedy, 150),
        control=group.control,
        accepted=group.accepted,
    )


def _reasons(context: Context) -> tuple[Row, ...]:
    """The four commonest reasons, with the number of findings each."""
    told = Counter(
        context.of(f.message) for f in context.inspection.findings if f.outcome in (Outcome.UNKNOWN, Outcome.ERROR)
    )
    rows = [Row(label=clipped(text, 120), value=context.say("cases", count=n)) for text, n in told.most_common(4)]
    rest = sum(told.values()) - sum(n for _, n in told.most_common(4))
    if rest > 0:
        rows.append(Row(label=context.say("other-reasons"), value=context.say("cases", count=rest)))
    return tuple(rows)


def _not_reached(context: Context) -> tuple[str, ...]:
    silent = [r.device for r in context.inspection.records if not r.reached and not r.device.behind]
    gone = [d for d in context.inspection.discovery.of(Seen.GONE) if d.id not in {s.id for s in silent}]
    return tuple(context.device_name(d) for d in [*silent, *gone])
