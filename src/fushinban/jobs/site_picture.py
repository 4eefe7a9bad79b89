"""The picture of a site's network at its newest finished inspection, drawn once for each and kept for a while."""

from collections import OrderedDict
from threading import Lock

from fushinban.model.text import Lang
from fushinban.record.store import Store
from fushinban.reports.network_svg import draw

#: How many drawings are kept in this process; a drawing of a large site takes about 100 kB.
_MOST = 64


class _Drawings:
    """The drawings asked for last, by inspection and look. An inspection never changes once it is finished."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._turn = Lock()

    def find(self, key: tuple[str, str]) -> str | None:
        """The drawing, if it is kept."""
        with self._turn:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def keep(self, key: tuple[str, str], drawn: str) -> None:
        """Keep a drawing, and let go of the one that nobody asked for the longest."""
        with self._turn:
            self._known[key] = drawn
            while len(self._known) > _MOST:
                self._known.popitem(last=False)


_drawings = _Drawings()


def site_picture(store: Store, site_id: str, lang: Lang, *, dark: bool = False, narrow: bool = False) -> str | None:
    """The SVG text (`dark`: for a dark page, `narrow`: for a phone). Raises StoreError.

    None where the site was never inspected to the end.
    """
    entry = store.inspections.newest_entry(site_id)
    if entry is None:
        return None
    key = (f"{store.place} {entry.id}", f"{lang} {dark} {narrow}")
    drawn = _drawings.find(key)
    if drawn is None:
        drawn = draw(store.inspections.get(entry.id, sheets=False), lang, dark=dark, narrow=narrow)
        _drawings.keep(key, drawn)
    return drawn
