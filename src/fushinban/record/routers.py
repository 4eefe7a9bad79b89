"""What the saved configuration of a site's router said, kept with the site. The text itself is never kept."""

from functools import lru_cache

from django.db import IntegrityError

from fushinban import clock
from fushinban.errors import Conflict
from fushinban.messages import say
from fushinban.model.outside import KeptRouter
from fushinban.model.router import RouterState
from fushinban.record._outside_rows import RouterStateRow
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link, cut


class Routers:
    """Keep, get and drop; one router per site. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = RouterStateRow._base_manager.using(link.alias)

    def keep(self, site_id: str, state: RouterState, name: str, by: str, expected: int | None = None) -> KeptRouter:
        """Keep it in the place of the one before. `state`: as parsed, with every secret blanked.

        `expected`: the version that was replaced (0: none yet; None: whatever is there). Raises Conflict where
        somebody else kept one meanwhile.
        """
        payload = encode(state)
        with self._link.writing():
            row = self._rows.select_for_update().filter(site=site_id).first()
            version = row.version if row is not None else 0
            if expected is not None and expected != version:
                raise Conflict(say("exposure_explain.router-conflict"))
            fresh = RouterStateRow(
                site=site_id, name=cut(name, 200), by=cut(by, 200), kept_at=clock.now(), version=version + 1,
                payload=payload,
            )  # fmt: skip
            try:
                fresh.save(using=self._link.alias, force_insert=row is None, force_update=row is not None)
            except IntegrityError as error:
                raise Conflict(say("exposure_explain.router-conflict")) from error
            said = {"version": version + 1, "kind": state.kind, "lines": state.line_count}
            self._link.audit.changed("router.kept", "router-state", site_id, said)
        return _kept(fresh)

    def get(self, site_id: str) -> KeptRouter | None:
        """The router of a site, or None."""
        with self._link.reading():
            row = self._rows.filter(site=site_id).first()
        return _kept(row) if row is not None else None

    def drop(self, site_id: str) -> bool:
        """Forget it; whether there was one."""
        with self._link.writing():
            gone = bool(self._rows.filter(site=site_id).delete()[0])
            if gone:
                self._link.audit.changed("router.dropped", "router-state", site_id)
        return gone


def _kept(row: RouterStateRow) -> KeptRouter:
    return KeptRouter(
        site=row.site, name=row.name, by=row.by, kept_at=row.kept_at, version=row.version,
        state=_state(row.payload),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _state(payload: str) -> RouterState:
    """Reading a configuration of thousands of lines back takes a tenth of a second; pages ask for it at every view."""
    return decode(RouterState, payload)
