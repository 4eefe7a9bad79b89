"""Search across all: customers, sites, devices, documents, and the controls of the guide."""

from functools import cache

from fushinban.model.listing import Hit, HitKind
from fushinban.model.rights import SiteScope
from fushinban.record._grams import fold
from fushinban.record._search_index import Found, SearchIndex
from fushinban.record.connection import Link

_STORED = (HitKind.CUSTOMER, HitKind.SITE, HitKind.DEVICE, HitKind.DOCUMENT)


class Search:
    """Finds by words. Every method may raise StoreError."""

    def __init__(self, link: Link, index: SearchIndex) -> None:
        self._link = link
        self._index = index

    def find(
        self, scope: SiteScope, text: str, most: int = 20, kinds: frozenset[HitKind] = frozenset(HitKind)
    ) -> tuple[Hit, ...]:
        """What fits all words of the text inside the scope: at most `most` of each kind, customers and sites first.

        Words fit by their beginning (Latin letters and figures, also after a `-`, `.`, `:` or between letters and
        figures) or by any part (Japanese); width and case do not matter. A customer is found by those who may see all
        its sites; controls of the guide by everybody who may see any site.
        """
        hits: list[Hit] = []
        with self._link.reading():
            for kind in _STORED:
                if kind in kinds:
                    hits += map(_hit, self._index.find(scope, text, kind, most=most))
        if HitKind.CONTROL in kinds and scope:
            hits += _controls_with(text)[:most]
        return tuple(hits)


def _hit(found: Found) -> Hit:
    return Hit(kind=found.kind, ref=found.ref, title=found.title, detail=found.detail, site=found.site)


def _controls_with(text: str) -> list[Hit]:
    words = fold(text).split()
    return [hit for said, hit in _controls() if words and all(word in said for word in words)]


@cache
def _controls() -> tuple[tuple[str, Hit], ...]:
    """Every control with the text it is found by, folded."""
    from fushinban.controls import controls  # noqa: PLC0415 - the catalogue is loaded when first asked for

    return tuple(
        (
            fold(f"{c.id} {c.title.ja} {c.title.en}"),
            Hit(kind=HitKind.CONTROL, ref=c.id, title=c.title.ja, detail=c.title.en),
        )
        for c in controls().values()
    )
