"""Sites of two customers with known findings, and texts that try to break out of a page."""

from dataclasses import replace

from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fushinban.model.control import Evidence, Outcome, Severity
from fushinban.model.finding import Coverage, CoverageState
from fushinban.model.inspection import Inspection
from fushinban.model.listing import FindingsQuery, ListedFinding
from fushinban.model.rights import EVERYTHING
from fushinban.model.text import Text
from fushinban.record.store import Store
from record.console_samples import CAM, HILL, REC, SEA, USUAL, inspected, result

__all__ = ["CAM", "HILL", "HOSTILE", "REC", "SEA", "finding_of", "hostile", "owner", "queries_of", "shown", "two_sites"]

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
FORMULA = '=HYPERLINK("http://192.0.2.9/","x")'
TURNED = "\u202egnp.exe"
HOSTILE = f"{SCRIPT}{IMAGE}{FORMULA}{TURNED}" + "長" * 1000


def two_sites(store: Store, more: int = 0) -> None:
    """One site of each of two customers, inspected twice; `more` findings that fail at the first."""
    extra = [(CAM, f"G-X-{n}", Outcome.FAIL, Severity.LOW) for n in range(more)]
    inspected(store, result(SEA, USUAL))
    newest = result(SEA, [*USUAL, *extra], minutes=60)
    states = {"G-2.1-2": CoverageState.VERIFIED, "G-3.6-2": CoverageState.COULD_NOT, "G-3.5-1a": CoverageState.ANSWERED}
    inspected(store, replace(newest, coverage=Coverage(states=states, gaps={"G-2.1-2": 1})))
    inspected(store, result(HILL, USUAL[2:4], minutes=2))


def hostile(plain: Inspection) -> Inspection:
    """The same inspection, where every text that a device or a file gives tries to break out."""
    bad = Text(HOSTILE, HOSTILE)
    records = tuple(
        replace(
            record,
            device=replace(
                record.device, name=HOSTILE, model=HOSTILE[:180], maker=SCRIPT, firmware=IMAGE, serial=FORMULA,
                note=HOSTILE,
            ),
        )
        for record in plain.records
    )  # fmt: skip
    proof = (Evidence(text=bad, source=HOSTILE, digest="ab" * 32),)
    findings = tuple(replace(f, message=bad, evidence=proof) for f in plain.findings)
    site = replace(plain.site, name=HOSTILE[:190], customer=f"{SCRIPT}{IMAGE}")
    return replace(plain, site=site, records=records, findings=findings)


def hostile_site(store: Store) -> None:
    """A site whose every text is hostile."""
    inspected(store, hostile(result(replace(SEA, id="bad-1"), USUAL, minutes=5)))


def finding_of(store: Store, site: str, control: str, device: str = CAM) -> ListedFinding:
    """The current finding of one control."""
    query = FindingsQuery(site=site, device=device, control=control)
    (found,) = store.findings.search(EVERYTHING, query).items
    return found


def owner(store: Store, site: str) -> int:
    """The customer of a site."""
    found = store.sites.owner(site)
    assert found is not None
    return found.id


def shown(answer: HttpResponse, status: int = 200) -> str:
    """The page's text; it holds no markup of hostile texts."""
    text = answer.content.decode()
    assert answer.status_code == status, (answer.status_code, text[:2000])
    for bad in ("<script>alert", "<img src=x"):
        assert bad not in text
    assert " style=" not in text
    assert "<script>" not in text
    return text


def queries_of(client: Client, store: Store, address: str) -> int:
    """How many queries a page asks."""
    client.get(address)
    with CaptureQueriesContext(connections[store._link.alias]) as captured:
        shown(client.get(address))
    return len(captured)
