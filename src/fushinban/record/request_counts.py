"""Counts of requests per window of time, shared by all workers of one database."""

from datetime import datetime

from django.db.models import F

from fushinban.record._webhook_rows import RequestCountRow
from fushinban.record.connection import Link

#: Length of a window, seconds.
WINDOW = 60


def window_of(moment: datetime) -> int:
    """The number of the window that a moment lies in."""
    return int(moment.timestamp()) // WINDOW


class RequestCounts:
    """Hand out shares of a limit. May raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = RequestCountRow._base_manager.using(link.alias)

    def take(self, who: str, window: int, wanted: int, limit: int) -> int:
        """Up to `wanted` requests of what is left for `who` (at most 100 characters) in this window; 0: none left.

        Over all workers never more than `limit` are handed out in one window.
        """
        with self._link.writing():
            self._rows.get_or_create(id=who, defaults={"window": window})
            row = self._rows.select_for_update().get(id=who)
            used = row.count if row.window == window else 0
            given = max(0, min(wanted, limit - used))
            if row.window != window:
                self._rows.filter(id=who).update(window=window, count=given)
            elif given:
                self._rows.filter(id=who).update(count=F("count") + given)
        return given

    def forget(self, before: int) -> int:
        """Drop counts of windows before this one; how many."""
        with self._link.writing():
            return self._rows.filter(window__lt=before).delete()[0]
