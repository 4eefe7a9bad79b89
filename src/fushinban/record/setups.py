"""How sites are inspected, as the console keeps it; its form belongs to `jobs.site_setup`."""

from collections.abc import Mapping

from django.db import IntegrityError

from fushinban import clock
from fushinban.errors import Conflict
from fushinban.messages import say
from fushinban.record._job_rows import SetupRow
from fushinban.record.connection import Link
from fushinban.record.job_values import Setup


class Setups:
    """Save and get. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = SetupRow._base_manager.using(link.alias)

    def save(self, site_id: str, payload: str, expected: int | None) -> int:
        """Keep the payload; its new version.

        `expected`: the version that was changed (0: none yet; None: whatever is there). Raises Conflict where
        somebody else saved meanwhile.
        """
        with self._link.writing():
            row = self._rows.select_for_update().filter(site=site_id).first()
            version = row.version if row is not None else 0
            if expected is not None and expected != version:
                raise Conflict(say("jobs.setup-conflict", site=site_id))
            fresh = SetupRow(site=site_id, payload=payload, version=version + 1, saved_at=clock.now())
            try:
                fresh.save(using=self._link.alias, force_insert=row is None, force_update=row is not None)
            except IntegrityError as error:
                raise Conflict(say("jobs.setup-conflict", site=site_id)) from error
            self._link.audit.changed("setup.saved", "setup", site_id, {"version": version + 1})
        return version + 1

    def get(self, site_id: str) -> Setup | None:
        """What was saved, or None."""
        with self._link.reading():
            row = self._rows.filter(site=site_id).first()
        return Setup(payload=row.payload, version=row.version, saved_at=row.saved_at) if row is not None else None

    def versions(self) -> Mapping[str, int]:
        """Sites that have one, and its version."""
        with self._link.reading():
            return dict(self._rows.order_by("site").values_list("site", "version"))

    def drop(self, site_id: str) -> None:
        """Forget it."""
        with self._link.writing():
            if self._rows.filter(site=site_id).delete()[0]:
                self._link.audit.changed("setup.dropped", "setup", site_id)
