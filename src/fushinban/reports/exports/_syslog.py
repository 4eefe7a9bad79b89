"""Findings as syslog messages (RFC 5424): the OCSF event as the message, its main values as structured data."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType
from typing import Any

from fushinban.model.control import Outcome, Severity
from fushinban.model.export import ExportedFinding
from fushinban.model.text import Lang
from fushinban.reports.exports._ocsf import ocsf_event

#: local0; the receiver sorts by the name of the program.
_FACILITY = 16
#: The number that RFC 5612 keeps for examples: we have no number of our own.
_SD_ID = "fushinban@32473"

_LEVEL: Mapping[Severity, int] = MappingProxyType(
    {Severity.CRITICAL: 2, Severity.HIGH: 3, Severity.MEDIUM: 4, Severity.LOW: 5, Severity.INFO: 6}
)
_SPARE = ("remediation", "resources", "device", "unmapped")


def syslog_message(exported: ExportedFinding, lang: Lang, host: str, most: int | None = None) -> bytes:
    """One message, without framing. `most`: bytes at most (UDP); then parts that can be spared are left out first."""
    event = ocsf_event(exported, lang)
    message = _whole(exported, event, host)
    if most is None or len(message) <= most:
        return message
    event["unmapped"] = {"shortened": True, **event["unmapped"]}
    event["compliance"] = {k: v for k, v in event["compliance"].items() if k not in ("requirements", "status_detail")}
    for name in (None, *_SPARE):
        event.pop(name or "", None)
        message = _whole(exported, event, host)
        if len(message) <= most:
            return message
    event["finding_info"]["desc"] = ""
    event["message"] = event["message"][:60]
    return _whole(exported, event, host)


def _whole(exported: ExportedFinding, event: Mapping[str, Any], host: str) -> bytes:
    finding = exported.finding
    level = 6 if finding.outcome is not Outcome.FAIL else _LEVEL[finding.severity]
    at = finding.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    values = {
        "site": finding.site,
        "device": finding.device,
        "control": finding.control,
        "outcome": finding.outcome.value,
        "severity": finding.severity.value,
        "inspection": exported.inspection,
    }
    data = "".join(f' {name}="{_escaped(value)}"' for name, value in values.items() if value)
    head = f"<{_FACILITY * 8 + level}>1 {at} {_word(host, 255)} fushinban - finding [{_SD_ID}{data}] "
    # JSON with every other character escaped is plain ASCII: no receiver has to guess its encoding.
    return head.encode("utf-8", "replace") + json.dumps(event, ensure_ascii=True, separators=(",", ":")).encode()


def _escaped(value: str) -> str:
    plain = "".join("?" if unicodedata.category(c) in ("Cc", "Cs") else c for c in value[:200])
    return plain.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def _word(text: str, most: int) -> str:
    kept = "".join(c for c in text if "!" <= c <= "~")[:most]
    return kept or "-"
