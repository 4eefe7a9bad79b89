"""Which findings the address bar asks for, the words for what is asked, and the ways to ask otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict

from fushinban.controls import controls
from fushinban.messages import Text, say
from fushinban.model.control import Outcome, Severity
from fushinban.model.listing import Facet, FindingsQuery, FindingsSort
from fushinban.model.rights import SiteScope
from fushinban.model.site import SiteKind
from fushinban.record.store import Store
from fushinban.web import asked

#: Filters of the list, by their names in the address.
NAMES = ("outcome", "severity", "accepted", "control", "maker", "customer", "site", "device", "place", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter in force: what it is, what it is set to, and the address without it."""

    label: Text
    value: Text
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A way to look at the list. `count` None: not counted. `outcome`: the state whose shape it shows, or empty."""

    label: Text
    address: str
    here: bool
    count: int | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many findings one control or maker has, and the address of them."""

    title: Text
    detail: str
    facet: Facet
    address: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, as the store wants it, and its place in the address bar."""

    query: FindingsQuery
    sort: FindingsSort
    pairs: tuple[tuple[str, str], ...]

    def address(self, **changed: str | None) -> str:
        """The same question with some filters changed (None: taken out), from its beginning."""
        kept = [(key, value) for key, value in self.pairs if key not in changed]
        return "?" + urlencode([*kept, *((key, value) for key, value in changed.items() if value is not None)])

    @property
    def words(self) -> str:
        """The filters as the end of an address."""
        return urlencode([pair for pair in self.pairs if pair[0] in NAMES])

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What the form of the filters does not show and has to carry along."""
        shown = {"severity", "place", "text"}
        return tuple(pair for pair in self.pairs if pair[0] not in shown)


def asked_of(given: QueryDict) -> Asked:
    """Read the address bar."""
    accepted = {"yes": True, "no": False}.get(given.get("accepted", ""))
    query = FindingsQuery(
        outcomes=asked.choices(Outcome, given, "outcome"), severities=asked.choices(Severity, given, "severity"),
        accepted=accepted, control=asked.word(given, "control", 100), maker=asked.word(given, "maker"),
        customer=asked.number(given, "customer"), site=asked.word(given, "site", 100),
        device=_device(given), place=asked.choice(SiteKind, given, "place"), text=asked.text(given, "text", 100),
    )  # fmt: skip
    sort = asked.choice(FindingsSort, given, "sort") or FindingsSort.WORST
    return Asked(query=query, sort=sort, pairs=tuple(_pairs(query, sort)))


def _device(given: QueryDict) -> str | None:
    """`device=` alone means the site as a whole, and only together with a site."""
    return asked.text(given, "device") if "device" in given and given.get("site") else None


def _pairs(query: FindingsQuery, sort: FindingsSort) -> Iterable[tuple[str, str]]:
    yield from (("outcome", outcome.value) for outcome in Outcome if outcome in query.outcomes)
    yield from (("severity", severity.value) for severity in Severity if severity in query.severities)
    if query.accepted is not None:
        yield "accepted", "yes" if query.accepted else "no"
    for name in ("control", "maker", "customer", "site", "device", "place"):
        value = getattr(query, name)
        if value is not None:
            yield name, str(value)
    if query.text:
        yield "text", query.text
    if sort is not FindingsSort.WORST:
        yield "sort", sort.value


def tabs(given: Asked, counted: Mapping[str, int]) -> tuple[Tab, ...]:
    """The five states, what is accepted, and all."""
    query = given.query
    kinds: tuple[tuple[str, str, str | None, Text], ...] = (
        ("", "", None, say("page_findings.tab-all")),
        ("open", "fail", "no", say("page_findings.tab-open")),
        ("unknown", "unknown", None, Outcome.UNKNOWN.label),
        ("error", "error", None, Outcome.ERROR.label),
        ("accepted", "", "yes", say("page_findings.tab-accepted")),
        ("pass", "pass", None, Outcome.PASS.label),
        ("not-applicable", "not-applicable", None, Outcome.NOT_APPLICABLE.label),
    )
    asked_for = ({o.value for o in query.outcomes}, {None: None, True: "yes", False: "no"}[query.accepted])
    return tuple(
        Tab(
            label=label, address=given.address(outcome=outcome or None, accepted=accepted),
            here=asked_for == ({outcome} - {""}, accepted), count=counted.get(name), outcome=outcome,
        )
        for name, outcome, accepted, label in kinds
    )  # fmt: skip


def counts(facets: Iterable[Facet]) -> Mapping[str, int]:
    """How many are in each state that counters tell apart."""
    found = {"open": 0, "unknown": 0, "error": 0, "accepted": 0}
    for facet in facets:
        for name in found:
            found[name] += int(getattr(facet, name))
    return found


def by_control(given: Asked, facets: Iterable[Facet]) -> tuple[Share, ...]:
    """Controls with what they found."""
    known, before = controls(), given.address(control="")
    return tuple(
        Share(
            title=known[f.value].title if f.value in known else Text(f.value, f.value), detail=f.value, facet=f,
            address=before + quote_plus(f.value), here=given.query.control == f.value,
        )
        for f in facets
    )  # fmt: skip


def by_maker(given: Asked, facets: Iterable[Facet]) -> tuple[Share, ...]:
    """Makers with what was found at their devices."""
    before = given.address(maker="")
    return tuple(
        Share(
            title=Text(f.value, f.value),
            detail="",
            facet=f,
            address=before + quote_plus(f.value),
            here=given.query.maker == f.value,
        )
        for f in facets
    )


def chips(given: Asked, store: Store, scope: SiteScope) -> tuple[Chip, ...]:
    """The filters in force that the form does not show; names only of what lies inside the scope."""
    query = given.query
    found: list[Chip] = []

    def add(name: str, value: Text) -> None:
        found.append(Chip(label=say(f"page_findings.chip-{name}"), value=value, address=given.address(**{name: None})))

    if query.control is not None:
        control = controls().get(query.control)
        add("control", control.title if control else _plain(query.control))
    if query.maker is not None:
        add("maker", _plain(query.maker))
    if query.customer is not None:
        seen = scope.everything or query.customer in scope.customers
        customer = store.customers.get(query.customer) if seen else None
        add("customer", _plain(customer.name if customer else str(query.customer)))
    if query.site is not None:
        site = store.sites.get(query.site, scope)
        add("site", _plain(site.name if site else query.site))
    if query.device is not None:
        seen = bool(query.device) and store.sites.covered(scope, query.site or "")
        device = store.devices.get(query.site or "", query.device) if seen else None
        whole = say("page_findings.whole-site") if not query.device else _plain(query.device)
        add("device", _plain(device.title) if device else whole)
    return tuple(found)


def _plain(value: str) -> Text:
    return Text(value, value)
