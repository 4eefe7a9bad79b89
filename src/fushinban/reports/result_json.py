"""The whole result as JSON, for machines; its form is `schemas/result.schema.json`."""

import json
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import orjson

from fushinban.controls import controls
from fushinban.model.acceptance import Acceptance
from fushinban.model.control import Evidence, Outcome
from fushinban.model.discovery import Group
from fushinban.model.facts.access import Accounts
from fushinban.model.finding import CoverageState, Finding
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.reading import Answer, Reading
from fushinban.model.text import Lang, Text
from fushinban.reports import Report

_WAYS = (CoverageState.VERIFIED, CoverageState.ANSWERED, CoverageState.COULD_NOT, CoverageState.NOT_APPLICABLE)


def make(inspection: Inspection, lang: Lang) -> bytes:
    """The result as a JSON file, UTF-8, indented for people who open it."""
    return to_bytes(inspection, lang)


def to_bytes(inspection: Inspection, lang: Lang) -> bytes:
    """The result as indented JSON text in UTF-8, ending with a line break."""
    plain = to_json(inspection, lang)
    try:
        return orjson.dumps(plain, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # half characters from a device: the slow writer can escape them
        text = json.dumps(plain, ensure_ascii=False, indent=2) + "\n"
        return text.encode("utf-8", "backslashreplace")


def to_json(inspection: Inspection, lang: Lang) -> dict[str, Any]:
    """The result as plain values; sentences in one language, times ISO 8601 in UTC."""
    accepted = {(a.device, a.control): a for a in inspection.acceptances}
    return {
        "schema": 1,
        "id": inspection.id,
        "lang": lang,
        "kind": str(inspection.kind),
        "site": _site(inspection),
        "started_at": _time(inspection.started_at),
        "ended_at": _time(inspection.ended_at),
        "discovery": {str(g): [d.id for d in inspection.discovery.of(g)] for g in Group},
        "devices": [_device(r, lang) for r in inspection.records],
        "findings": [_finding(f, lang, accepted.get((f.device, f.control))) for f in inspection.findings],
        "coverage": {
            "counts": {w: inspection.coverage.count(w) for w in _WAYS},
            "controls": dict(inspection.coverage.states),
        },
        "transcript": [{"kind": t.kind, "outcome": t.outcome, "count": t.count} for t in inspection.transcript],
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `to_json`."""
    file = resources.files("fushinban.reports") / "schemas" / "result.schema.json"
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


REPORT = Report(id="result", title=Text("結果データ", "Result"), suffix=".json", make=make, findings=True)


def _site(inspection: Inspection) -> dict[str, Any]:
    site = inspection.site
    return {"id": site.id, "name": site.name, "customer": site.customer, "kind": str(site.kind)}


def _device(record: DeviceRecord, lang: Lang) -> dict[str, Any]:
    device = record.device
    return {
        "id": device.id,
        "name": device.name,
        "address": device.address,
        "kind": str(device.kind),
        "maker": device.maker,
        "model": device.model,
        "firmware": device.firmware,
        "serial": device.serial,
        "mac": device.mac,
        "identity": str(device.identity),
        "reached": record.reached,
        "drivers": list(record.drivers),
        "accounts": [
            {"name": a.name, "level": str(a.level)}
            for reading in record.readings
            if isinstance(reading.value, Accounts)
            for a in reading.value.accounts
        ],
        "unanswered": [_unanswered(r, lang) for r in record.readings if r.answer is not Answer.OK],
    }


def _unanswered(reading: Reading[Any], lang: Lang) -> dict[str, str]:
    detail = {"detail": reading.detail.of(lang)} if reading.detail else {}
    return {"fact": reading.fact.key, "answer": str(reading.answer), **detail}


def _finding(finding: Finding, lang: Lang, accepted: Acceptance | None) -> dict[str, Any]:
    control = controls().get(finding.control)
    told = {"acceptance": _accepted(accepted)} if accepted and finding.outcome is Outcome.FAIL else {}
    return {
        "control": finding.control,
        "title": control.title.of(lang) if control else finding.control,
        "device": finding.device,
        "outcome": str(finding.outcome),
        "severity": str(finding.severity),
        "message": finding.message.of(lang),
        "decided_by": str(finding.decided_by),
        "evidence": [_evidence(e, lang) for e in finding.evidence],
        "at": _time(finding.at),
        **told,
    }


def _accepted(held: Acceptance) -> dict[str, str]:
    return {
        "reason": held.reason, "by": held.by, "at": _time(held.at), "until": _time(held.until),
        "end": held.end.value if held.end else "",
    }  # fmt: skip


def _evidence(evidence: Evidence, lang: Lang) -> dict[str, str]:
    return {"text": evidence.text.of(lang), "source": evidence.source, "digest": evidence.digest}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
