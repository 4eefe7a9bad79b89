"""Findings on record, searchable across inspections and sites."""

from collections.abc import Sequence

from fushinban.model.control import Outcome, Severity
from fushinban.model.finding import Finding
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link
from fushinban.record.models import FindingRow, InspectionRow
from fushinban.record.values import FoundFinding

_COLUMNS = ("inspection_id", "position", "site", "device", "control", "outcome", "severity", "at", "payload")


class Findings:
    """Keep and search findings. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = FindingRow._base_manager.using(link.alias)

    def replace(self, inspection_id: str, findings: Sequence[Finding]) -> None:
        """Keep these as all the findings of an inspection, in their order."""
        with self._link.writing():
            self._rows.filter(inspection_id=inspection_id).delete()
            moment = self._link.moment
            self._link.insert(
                FindingRow,
                _COLUMNS,
                [
                    (
                        inspection_id,
                        position,
                        f.site,
                        f.device,
                        f.control,
                        f.outcome.value,
                        f.severity.value,
                        moment(f.at),
                        encode(f),
                    )
                    for position, f in enumerate(findings)
                ],
            )

    def of(self, inspection_id: str) -> tuple[Finding, ...]:
        """All findings of an inspection in their order."""
        with self._link.reading():
            rows = self._rows.filter(inspection_id=inspection_id).order_by("position")
            payloads = tuple(rows.values_list("payload", flat=True))
        return tuple(decode(Finding, payload) for payload in payloads)

    def find(
        self,
        *,
        site: str | None = None,
        device: str | None = None,
        control: str | None = None,
        outcome: Outcome | None = None,
        severity: Severity | None = None,
        newest_only: bool = True,
        most: int = 10_000,
    ) -> tuple[FoundFinding, ...]:
        """Findings of finished inspections that fit all that is given, the newest inspection first, at most `most`.

        `newest_only`: only those of each site's newest finished inspection.
        """
        wanted = {"site": site, "device": device, "control": control, "outcome": outcome, "severity": severity}
        with self._link.reading():
            rows = self._rows.filter(inspection__ended_at__isnull=False)
            rows = rows.filter(**{name: str(value) for name, value in wanted.items() if value is not None})
            if newest_only:
                rows = rows.filter(inspection_id__in=self._newest())
            order = rows.order_by("-inspection__started_at", "inspection_id", "position")[:most]
            found = tuple(order.values_list("inspection_id", "payload"))
        return tuple(FoundFinding(inspection=i, finding=decode(Finding, payload)) for i, payload in found)

    def _newest(self) -> list[str]:
        finished = InspectionRow._base_manager.using(self._link.alias).filter(ended_at__isnull=False)
        order = finished.order_by("started_at", "id").values_list("site_id", "id")
        return list(dict(order).values())
