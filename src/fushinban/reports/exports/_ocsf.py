"""Findings as OCSF events: class 2003, Compliance Finding. Sentences in one language; names as OCSF gives them."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import orjson

from fushinban import __version__
from fushinban.controls import controls
from fushinban.model.control import Outcome, Severity
from fushinban.model.device import Device
from fushinban.model.export import ExportedFinding
from fushinban.model.text import Lang, say

#: The version of the OCSF schema that the events follow.
OCSF_VERSION = "1.3.0"

_CLASS = 2003
_CREATE = 1

_SEVERITY: Mapping[Severity, tuple[int, str]] = MappingProxyType(
    {
        Severity.INFO: (1, "Informational"),
        Severity.LOW: (2, "Low"),
        Severity.MEDIUM: (3, "Medium"),
        Severity.HIGH: (4, "High"),
        Severity.CRITICAL: (5, "Critical"),
    }
)
#: OCSF's Warning is "did not yield a result due to missing information": our 検証不可, never a pass.
_COMPLIANCE: Mapping[Outcome, tuple[int, str]] = MappingProxyType(
    {
        Outcome.PASS: (1, "Pass"),
        Outcome.UNKNOWN: (2, "Warning"),
        Outcome.FAIL: (3, "Fail"),
        Outcome.NOT_APPLICABLE: (99, "Not Applicable"),
        Outcome.ERROR: (99, "Error"),
    }
)


def ocsf_line(exported: ExportedFinding, lang: Lang) -> bytes:
    """The event as one line of JSON in UTF-8, with its line end."""
    return orjson.dumps(ocsf_event(exported, lang)) + b"\n"


def ocsf_event(exported: ExportedFinding, lang: Lang) -> dict[str, Any]:
    """The event as plain values. Times in milliseconds since 1970."""
    finding = exported.finding
    severity_id, severity = _SEVERITY[Severity.INFO if finding.outcome is Outcome.PASS else finding.severity]
    status_id, status = _status(exported)
    at = _milliseconds(finding.at)
    event = {
        "activity_id": _CREATE,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Compliance Finding",
        "class_uid": _CLASS,
        "type_name": "Compliance Finding: Create",
        "type_uid": _CLASS * 100 + _CREATE,
        "time": at,
        "message": _clean(finding.message.of(lang)),
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "metadata": _metadata(exported),
        "finding_info": _info(exported, lang, at),
        "compliance": _compliance(exported, lang),
        "resources": [_resource(exported)],
        "unmapped": _unmapped(exported),
    }
    if exported.device is not None:
        event["device"] = _device(exported.device)
    remedy = _remedy(finding.control, lang)
    if finding.outcome is Outcome.FAIL and remedy:
        event["remediation"] = remedy
    return event


def _status(exported: ExportedFinding) -> tuple[int, str]:
    outcome = exported.finding.outcome
    if exported.acceptance is not None and outcome is Outcome.FAIL:
        return 3, "Suppressed"
    return (99, _COMPLIANCE[outcome][1]) if outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE) else (1, "New")


def _metadata(exported: ExportedFinding) -> dict[str, Any]:
    return {
        "version": OCSF_VERSION,
        "product": {"name": "fushinban", "vendor_name": "fushinban", "version": __version__},
        "uid": f"{exported.inspection}/{exported.number}",
    }


def _info(exported: ExportedFinding, lang: Lang, at: int) -> dict[str, Any]:
    finding = exported.finding
    return {
        "uid": _clean("/".join((finding.site, finding.device or "-", finding.control))),
        "title": _title(finding.control, lang),
        "desc": _clean(finding.message.of(lang)),
        "created_time": at,
        "types": ["Compliance"],
        "analytic": {"name": finding.control, "uid": finding.control, "type": "Rule", "type_id": 1},
        "data_sources": sorted({_clean(e.source) for e in finding.evidence if e.source})[:20],
    }


def _compliance(exported: ExportedFinding, lang: Lang) -> dict[str, Any]:
    finding = exported.finding
    status_id, status = _COMPLIANCE[finding.outcome]
    return {
        "standards": [say("export.guide").of(lang)],
        "control": finding.control,
        "requirements": _requirements(finding.control, lang),
        "status_id": status_id,
        "status": status,
        "status_detail": _clean(finding.message.of(lang)),
    }


def _resource(exported: ExportedFinding) -> dict[str, Any]:
    device = exported.device
    group = {"name": _clean(exported.site_name), "uid": exported.finding.site, "type": "Site"}
    if device is None:
        return {"uid": exported.finding.site, "name": _clean(exported.site_name), "type": "Site", "group": group}
    marks = {"maker": device.maker, "model": device.model, "kind": device.kind.value}
    return {
        "uid": _clean(device.id),
        "name": _clean(device.title),
        "type": "Device",
        "version": _clean(device.firmware),
        "labels": [f"{name}:{_clean(value)}" for name, value in marks.items() if value],
        "group": group,
    }


def _device(device: Device) -> dict[str, Any]:
    whole = {
        "type_id": 7,
        "type": "IOT",
        "uid": _clean(device.id),
        "name": _clean(device.title),
        "ip": device.address,
        "mac": device.mac,
    }
    return {name: value for name, value in whole.items() if value}


def _unmapped(exported: ExportedFinding) -> dict[str, Any]:
    finding, kept = exported.finding, exported.acceptance
    return {
        "site": finding.site,
        "customer": _clean(exported.customer),
        "inspection": exported.inspection,
        "outcome": finding.outcome.value,
        "decided_by": finding.decided_by.value,
        "accepted_until": _milliseconds(kept.until) if kept else None,
        "accepted_reason": _clean(kept.reason) if kept else None,
    }


@cache
def _title(control: str, lang: Lang) -> str:
    found = controls().get(control)
    return found.title.of(lang) if found else control


@cache
def _requirements(control: str, lang: Lang) -> list[str]:
    found = controls().get(control)
    return [found.requirement.of(lang)] if found else []


@cache
def _remedy(control: str, lang: Lang) -> dict[str, Any]:
    found = controls().get(control)
    if found is None:
        return {}
    links = [r for r in found.references if r.startswith("https://")]
    return {"desc": found.remedy.of(lang), **({"references": links} if links else {})}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _clean(text: str) -> str:
    """Without half characters, which no JSON in UTF-8 holds."""
    return text.encode("utf-8", "replace").decode("utf-8")
