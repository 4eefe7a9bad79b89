"""Findings whose site or device is found by a text, whether one device fits it or a hundred thousand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from fushinban.model.listing import FindingsQuery, HitKind
from fushinban.model.rights import SiteScope
from fushinban.record._console_rows import SearchRow
from fushinban.record._grams import mark
from fushinban.record._search_index import SearchIndex
from fushinban.record.connection import Link

#: So many sites and devices are asked for one by one; so many are read together and sorted here. With more than that,
#: so many findings fit that a page is soon full when the list is read in its order, and each looked at.
_FEW = 8
_SOME_SITES, _SOME_DEVICES = 64, 400
_TOGETHER = 100
#: With more devices than this a page is full long before all that fit have been read.
_MANY_DEVICES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The sites and devices (site, id) that a text finds, as many as `_SOME_SITES` and `_MANY_DEVICES` and one more."""

    sites: tuple[str, ...]
    devices: tuple[tuple[str, str], ...]

    @property
    def few(self) -> bool:
        """Whether each may be asked for by itself."""
        return len(self.sites) <= _FEW and len(self.devices) <= _FEW

    @property
    def some(self) -> bool:
        """Whether they are all here, but too many for that."""
        return not self.few and len(self.sites) <= _SOME_SITES and len(self.devices) <= _SOME_DEVICES

    @property
    def many(self) -> bool:
        """Whether so many fit that nobody should read them all before the first finding."""
        return len(self.devices) > _MANY_DEVICES

    def keys(self) -> list[dict[str, Any]]:
        """Each by itself."""
        found: list[dict[str, Any]] = [{"site": site} for site in self.sites]
        return found + [{"site": s, "device": d} for s, d in self.devices if s not in self.sites]

    def conditions(self) -> Iterator[Q]:
        """All of them in a few conditions, each answered by an index."""
        if self.sites:
            yield Q(site__in=self.sites)
        known = frozenset(self.sites)
        rest = [(s, d) for s, d in self.devices if s not in known]
        for start in range(0, len(rest), _TOGETHER):
            yield _any_of(rest[start : start + _TOGETHER])


def matches(index: SearchIndex, scope: SiteScope, query: FindingsQuery) -> Matches:
    """What the text of a query finds inside the scope, and inside the site or customer that is asked for besides.

    A customer's name is among the words of its sites.
    """
    marks = [mark("s", query.site)] if query.site is not None else []
    marks += [mark("o", query.customer)] if query.customer is not None else []
    sites = index.find(scope, query.text, HitKind.SITE, marks=marks, most=_SOME_SITES + 1, in_order=False)
    devices = index.find(scope, query.text, HitKind.DEVICE, marks=marks, most=_MANY_DEVICES + 1, in_order=False)
    return Matches(sites=tuple(h.ref for h in sites), devices=tuple((h.site, h.ref) for h in devices))


def found_by(link: Link, index: SearchIndex, text: str, *, one_by_one: bool = False) -> Q:
    """The same as a condition on findings, that any number of matches fits into; a text without words fits nothing.

    `one_by_one`: each finding is looked at by itself, for a page that is soon full; else the database may read all
    matches first.
    """
    first, second = (_exists(link, index, text, kind, one_by_one) for kind in (HitKind.SITE, HitKind.DEVICE))
    return first | second


def _exists(link: Link, index: SearchIndex, text: str, kind: HitKind, one_by_one: bool) -> Q:
    """Whether the row of the finding's own site, or of its own device, holds every word of the text."""
    condition, question = index.condition(text, kind)
    if not question:
        return Q(pk__in=[])
    ref = OuterRef("site" if kind is HitKind.SITE else "device")
    # PostgreSQL makes a table of all rows that hold the words where the reference is compared by "=" alone.
    own = {"ref__gte": ref, "ref__lte": ref} if one_by_one else {"ref": ref}
    rows = SearchRow._base_manager.using(link.alias).filter(site=OuterRef("site"), kind=kind.value, **own)
    return Q(Exists(rows.extra(where=[condition], params=[question])))  # noqa: S610 - our own words, one place


def _any_of(devices: list[tuple[str, str]]) -> Q:
    sites: dict[str, list[str]] = {}
    for site, device in devices:
        sites.setdefault(site, []).append(device)
    condition = Q(pk__in=[])
    for site, mine in sites.items():
        condition |= Q(site=site, device__in=mine)
    return condition
