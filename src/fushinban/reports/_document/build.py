"""Puts the report together."""

import hashlib
from collections.abc import Mapping

from fushinban import __version__
from fushinban.clock import shown, shown_date
from fushinban.messages import ids
from fushinban.model.control import Control, Outcome
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, say
from fushinban.reports._document.context import Context
from fushinban.reports._document.coverage import coverage_of
from fushinban.reports._document.findings import groups_of
from fushinban.reports._document.overview import summary_of
from fushinban.reports._document.tables import (
    answers_of,
    changes_of,
    devices_of,
    period_of,
    requests_of,
    traffic_of,
    unread_of,
)
from fushinban.reports._document.values import Document, Row

#: Devices named for one control; more than this fills pages without telling anything new.
LISTED_AT_MOST = 40


def document(inspection: Inspection, controls: Mapping[str, Control], lang: Lang, network: str) -> Document:
    """The whole report in one language. `network`: the picture as SVG text."""
    context = Context(inspection=inspection, controls=controls, lang=lang)
    coverage = coverage_of(context)
    failed = groups_of(context, Outcome.FAIL, LISTED_AT_MOST)
    traffic, (sent, blocked) = traffic_of(context), requests_of(inspection)
    return Document(
        lang=lang,
        number=document_number(inspection),
        facts=_facts(context),
        site=inspection.site.name,
        customer=inspection.site.customer,
        date=shown_date(inspection.started_at),
        kind=context.of(inspection.kind.label),
        guide=_guide(context, coverage.total),
        summary=summary_of(context, failed, coverage),
        priorities=failed,
        errors=groups_of(context, Outcome.ERROR, LISTED_AT_MOST),
        coverage=coverage,
        devices=devices_of(context),
        unread=unread_of(context),
        changes=changes_of(context),
        answers=answers_of(context),
        traffic=traffic,
        requests=sent,
        blocked_note=context.say("traffic-blocked", count=blocked) if blocked else "",
        network=network,
        words={
            **{i.removeprefix("report."): context.of(say(i)) for i in ids() if i.startswith("report.")},
            "states-note": context.say("states-note", total=coverage.total),
            "coverage-intro": context.say("coverage-intro", total=coverage.total),
            "traffic-intro": context.say("traffic-intro", count=f"{sent:,}"),
            "network-alt": context.say("network-alt", site=inspection.site.name),
        },
    )


def document_number(inspection: Inspection) -> str:
    """`FSB-20261123-0199A1B2`: day in Japan, and a short digest of the inspection's id."""
    short = hashlib.sha256(inspection.id.encode("utf-8", "backslashreplace")).hexdigest()[:8].upper()
    return f"FSB-{shown_date(inspection.started_at).replace('-', '')}-{short}"


def _facts(context: Context) -> tuple[Row, ...]:
    """The table of the cover; lines without a value are left out, but for who inspected."""
    inspection = context.inspection
    details, allowed = inspection.site.details, inspection.authorisation
    networks = context.say("list-separator").join(str(n) for n in allowed.networks)
    tests = context.say("list-separator").join(context.of(t.label) for t in sorted(allowed.tests))
    inspector = " ".join(filter(None, (details.get(k) for k in ("installer", "installer_person", "installer_license"))))
    previous = inspection.previous_inspection
    rows = (
        ("fact-kind", context.of(inspection.kind.label)),
        ("fact-time", context.say("from-to", start=shown(inspection.started_at), end=shown(inspection.ended_at))),
        ("fact-previous", shown_date(previous) if previous else context.say("first-time")),
        ("fact-address", details.get("address", "")),
        ("fact-inspector", inspector or context.say("to-be-filled")),
        ("fact-allowed-by", f"{allowed.by} {period_of(context)}"),
        ("fact-networks", networks),
        ("fact-tests", tests),
    )
    return tuple(Row(label=context.say(label), value=value) for label, value in rows if value)


def _guide(context: Context, total: int) -> tuple[Row, ...]:
    return (
        Row(label=context.say("fact-guide"), value=context.say("guide-name")),
        Row(label=context.say("fact-rules"), value=context.say("rules-version", version=__version__, count=total)),
    )
