"""What counters need by themselves: acceptances that run out, and sites that were never counted."""

from datetime import datetime
from pathlib import Path

from fushinban import clock
from fushinban.model.device import Device
from fushinban.model.site import Site
from fushinban.record._console_rows import CustomerRow, SiteStateRow
from fushinban.record._counters import MOST_WAITING, Counters, coverage_json, is_stale
from fushinban.record._inspection_result import result_of
from fushinban.record._search_index import SearchIndex, device_entry
from fushinban.record._site_words import customer_entry, document_entry, site_entry, site_words
from fushinban.record.codec import decode
from fushinban.record.connection import Link
from fushinban.record.models import DeviceRow, DocumentRow, InspectionRow, SiteRow

_AT_A_LOOK = 20
_AT_ONCE = MOST_WAITING


class Upkeep:
    """Brings counters up to date. Every method may raise StoreError."""

    def __init__(self, link: Link, counters: Counters, index: SearchIndex) -> None:
        self._link = link
        self._counters = counters
        self._index = index

    def settle(self, now: datetime | None = None, most: int = _AT_A_LOOK) -> int:
        """Count what is due to be counted anew by now, at most so many sites; how many were. Each list does so first.

        It costs one look where nothing is due.
        """
        moment = now or clock.now()
        with self._link.reading():
            waiting = self._counters.waiting(moment, most)
        if waiting:
            with self._link.writing():
                unknown = [site for site, at in waiting if is_stale(at)]
                for site in unknown:
                    self._learn(site)
                self._counters.recount([site for site, _ in waiting], moment)
        return len(waiting)

    def expire(self, now: datetime | None = None) -> int:
        """All of it, for the job that runs every day and after a new version was started; how many sites there were."""
        total = 0
        while done := self.settle(now, _AT_ONCE):
            total += done
        return total

    def _learn(self, site_id: str) -> None:
        """Words and coverage of a site that an older version, or a restore, left without."""
        alias = self._link.alias
        row = SiteRow._base_manager.using(alias).get(id=site_id)
        site, owner = decode(Site, row.payload), row.owner_id
        SiteStateRow._base_manager.using(alias).filter(site_id=site_id).update(words=site_words(site))
        devices = DeviceRow._base_manager.using(alias).filter(site_id=site_id).values_list("payload", flat=True)
        customer = CustomerRow._base_manager.using(alias).filter(id=owner).first() if owner is not None else None
        entries = [site_entry(site, owner), *(device_entry(decode(Device, p), owner) for p in devices)]
        papers = DocumentRow._base_manager.using(alias).filter(site=site_id).values_list("id", "kind", "path")
        entries += [document_entry(number, site_id, kind, Path(path).name, owner) for number, kind, path in papers]
        self._index.put(entries + ([customer_entry(customer.pk, customer.name)] if customer else []))
        inspections = InspectionRow._base_manager.using(alias).filter(site_id=site_id, ended_at__isnull=False)
        newest = inspections.order_by("-started_at", "-id").first()
        if newest is not None and newest.result is not None and not newest.outcomes:
            newest.outcomes = coverage_json(result_of(newest.result).coverage)
            newest.save(using=alias, update_fields=["outcomes"])
