"""検索: one field for everything: customers, sites, devices, controls of the guide, documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from fushinban.messages import Text
from fushinban.model.listing import Hit, HitKind
from fushinban.model.rights import Permission
from fushinban.web import asked
from fushinban.web._page import Page

_FEW, _MANY = 8, 100
_ORDER = (HitKind.SITE, HitKind.DEVICE, HitKind.CUSTOMER, HitKind.CONTROL, HitKind.DOCUMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One thing found and where it is."""

    title: Text
    detail: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What was found of one kind. `more`: the address of the rest, where there may be more."""

    kind: HitKind
    results: tuple[Result, ...]
    more: str


class SearchPage(Page):
    """Results in groups; `?kind=` shows more of one kind."""

    path = "search/"
    name = "search"
    permission = Permission.SITE_VIEW
    template = "pages/search.html"

    def context(self) -> Mapping[str, object]:
        """What fits all words."""
        text = asked.text(self.request.GET, "q", 200)
        kind = asked.choice(HitKind, self.request.GET, "kind")
        most = _MANY if kind is not None else _FEW
        kinds = frozenset({kind}) if kind is not None else self._kinds()
        hits = self.store.search.find(self.scope, text, most + 1, kinds & self._kinds()) if text else ()
        names = self.store.sites.names({hit.site for hit in hits if hit.site})
        groups = tuple(
            self._group(group, [hit for hit in hits if hit.kind is group], names, text, most)
            for group in _ORDER
            if any(hit.kind is group for hit in hits)
        )
        count = sum(len(group.results) for group in groups)
        return {"text": text, "kind": kind, "groups": groups, "count": count, "cut": any(g.more for g in groups)}

    def _kinds(self) -> frozenset[HitKind]:
        """Documents are for those who may see documents."""
        hidden = set() if self.rights.anywhere(Permission.DOCUMENT_VIEW) else {HitKind.DOCUMENT}
        return frozenset(set(HitKind) - hidden)

    def _group(self, kind: HitKind, hits: list[Hit], names: Mapping[str, str], text: str, most: int) -> Group:
        more = "?" + urlencode({"q": text, "kind": kind.value}) if len(hits) > most and most < _MANY else ""
        return Group(kind=kind, results=tuple(_result(hit, names) for hit in hits[:most]), more=more)


def _result(hit: Hit, names: Mapping[str, str]) -> Result:
    title = Text(hit.title, hit.title)
    detail = hit.detail
    if hit.kind is HitKind.CONTROL:  # its detail is the English title
        title, detail = Text(hit.title, hit.detail), hit.ref
    elif hit.kind is not HitKind.SITE and hit.site:
        detail = " · ".join(filter(None, (names.get(hit.site, hit.site), hit.detail)))
    return Result(title=title, detail=detail, address=_address(hit))


def _address(hit: Hit) -> str:
    if hit.kind is HitKind.SITE:
        return reverse("site", args=[hit.ref])
    if hit.kind is HitKind.DEVICE:
        return reverse("device", args=[hit.site, hit.ref])
    if hit.kind is HitKind.DOCUMENT:
        return reverse("document", args=[int(hit.ref)])
    if hit.kind is HitKind.CONTROL:
        return f"{reverse('coverage')}#{hit.ref}"
    return f"{reverse('overview')}?{urlencode({'text': hit.title})}"


PAGES = (SearchPage,)
