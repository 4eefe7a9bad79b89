"""By what sites and customers are found."""

from fushinban.model.listing import HitKind
from fushinban.model.site import Site
from fushinban.record._grams import fold
from fushinban.record._search_index import Entry


def customer_entry(customer_id: int, name: str) -> Entry:
    """A customer is found by its name."""
    return Entry(kind=HitKind.CUSTOMER, ref=str(customer_id), site="", owner=customer_id, title=name, words=(name,))


def site_entry(site: Site, owner: int | None) -> Entry:
    """A site is found by its name, its id, its customer and its address."""
    words = (site.name, site.id, site.customer, site.details.get("address", ""))
    return Entry(
        kind=HitKind.SITE, ref=site.id, site=site.id, owner=owner, title=site.name, detail=site.customer, words=words
    )


def document_entry(number: int, site_id: str, kind: str, name: str, owner: int | None) -> Entry:
    """A document is found by the name of its file and its kind."""
    return Entry(
        kind=HitKind.DOCUMENT, ref=str(number), site=site_id, owner=owner, title=name, detail=kind, words=(name, kind)
    )


def site_words(site: Site) -> str:
    """What the list of sites is narrowed by."""
    return fold(f"{site.name} {site.customer} {site.id}")
