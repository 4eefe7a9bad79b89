"""Devices, changes, answers and what the inspection sent."""

from collections import Counter, defaultdict

from fushinban.clock import shown_date
from fushinban.messages import ids
from fushinban.model.control import Outcome
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.reading import Answer
from fushinban.model.text import say
from fushinban.reports._document.context import Context
from fushinban.reports._document.values import AnswerRow, ChangeRow, DeviceRow, Row, State, Traffic, Unread
from fushinban.reports._marks import worst
from fushinban.reports._values import form_of, shown_value

_COUNTED = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.PASS)


def devices_of(context: Context) -> tuple[DeviceRow, ...]:
    """Every device of the site, numbered."""
    outcomes: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    for finding in context.inspection.findings:
        outcomes[finding.device][finding.outcome] += 1
    return tuple(
        _device(context, number, record, outcomes[record.device.id])
        for number, record in enumerate(context.inspection.records, start=1)
    )


def _device(context: Context, number: int, record: DeviceRecord, outcomes: Counter[Outcome]) -> DeviceRow:
    device, state = record.device, worst(outcomes)
    group = context.inspection.discovery.groups.get(device.id)
    return DeviceRow(
        number=number,
        name=device.name or device.title,
        kind=context.of(device.kind.label),
        product=" ".join(filter(None, (device.maker, device.model))),
        firmware=device.firmware,
        serial=device.serial,
        address=device.target.key,
        mac=device.mac,
        identity=context.of(device.identity.label),
        reached=record.reached,
        reached_word=_reached_word(context, record),
        group=context.of(group.label) if group else "",
        state=State(id=state, word=context.of(state.label)),
        counts=tuple(State(id=o, word=context.of(o.label), findings=outcomes[o]) for o in _COUNTED if outcomes[o]),
    )


def _reached_word(context: Context, record: DeviceRecord) -> str:
    if record.device.behind:
        return context.of(say("recorders.behind-mark"))
    return context.say("reached" if record.reached else "not-reached")


def unread_of(context: Context) -> tuple[Unread, ...]:
    """Facts that devices did not give, devices that lack the same named together.

    What a device says it does not have is not among them.
    """
    joint = context.say("list-separator")
    same: defaultdict[tuple[Row, ...], list[str]] = defaultdict(list)
    for record in context.inspection.records:
        named: defaultdict[Answer, list[str]] = defaultdict(list)
        for reading in record.readings:
            if reading.answer not in (Answer.OK, Answer.NOT_SUPPORTED):
                named[reading.answer].append(context.of(reading.fact.title))
        rows = tuple(Row(label=context.of(a.label), value=joint.join(dict.fromkeys(t))) for a, t in named.items())
        if rows:
            same[rows].append(context.device_name(record.device))
    return tuple(Unread(devices=tuple(devices), rows=rows) for rows, devices in same.items())


def changes_of(context: Context) -> tuple[ChangeRow, ...]:
    """Differences from the sheets of the installation, device by device."""
    return tuple(
        ChangeRow(
            device=context.device_name(record.device),
            label=context.of(c.label),
            before=before_or_after(context, c.key, c.before),
            after=before_or_after(context, c.key, c.after),
            importance=c.importance,
            importance_word=context.of(c.importance.label),
        )
        for record in context.inspection.records
        for c in record.changes
    )


def before_or_after(context: Context, key: str, value: str) -> str:
    """A sheet value for a reader: in words where it has them, a missing one as such."""
    return shown_value(value, form_of(key), context.lang) or context.say("absent")


def answers_of(context: Context) -> tuple[AnswerRow, ...]:
    """What people answered, in the order of the controls."""
    words = {"yes": "answer-yes", "no": "answer-no", "n/a": "answer-na"}
    return tuple(
        AnswerRow(
            id=a.control.removeprefix("G-"),
            title=context.title(a.control),
            value=context.say(words[a.value]) if a.value in words else a.value,
            by=a.by,
            on=a.on.isoformat() if a.on else "",
            note=a.note,
            files=tuple(f"{f.name}（SHA-256 {f.digest[:16]}…）" for f in a.files),
        )
        for _, a in sorted(context.inspection.answers.items())
    )


def traffic_of(context: Context) -> tuple[Traffic, ...]:
    """Requests by kind with their outcomes, most frequent first."""
    known = ids()
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in context.inspection.transcript:
        kinds[row.kind][row.outcome] += row.count
    rows = []
    for kind, outcomes in sorted(kinds.items(), key=lambda pair: -pair[1].total()):
        label = f"words.kind-{kind}"
        told = (
            context.say("sent-count", outcome=_ending(context, o), count=f"{n:,}") for o, n in outcomes.most_common()
        )
        rows.append(
            Traffic(
                kind=context.of(say(label)) if label in known else kind,
                total=outcomes.total(),
                outcomes=context.say("list-separator").join(told),
            )
        )
    return tuple(rows)


def _ending(context: Context, outcome: str) -> str:
    if f"report.sent-{outcome}" in ids():
        return context.say(f"sent-{outcome}")
    return context.say("sent-status", code=outcome) if outcome.isdecimal() else outcome


def requests_of(inspection: Inspection) -> tuple[int, int]:
    """How many requests left, and how many were held back by the authorisation."""
    blocked = sum(t.count for t in inspection.transcript if t.outcome == "out-of-scope")
    return sum(t.count for t in inspection.transcript) - blocked, blocked


def period_of(context: Context) -> str:
    """The authorised period, as dates in Japan."""
    given = context.inspection.authorisation
    return context.say("period", start=shown_date(given.start), end=shown_date(given.end))
