"""Gives a store its nouns. Loaded only after Django has been set up, because the tables come with it."""

from importlib import import_module
from typing import Any

from fushinban.record._counters import Counters
from fushinban.record._packed import PackedSheets
from fushinban.record._search_index import SearchIndex
from fushinban.record.acceptances import Acceptances
from fushinban.record.answers import Answers
from fushinban.record.audit import AuditLog
from fushinban.record.connection import Link
from fushinban.record.customers import Customers
from fushinban.record.devices import Devices
from fushinban.record.documents import Documents
from fushinban.record.evidence import EvidenceFolder
from fushinban.record.figures import FigureTable
from fushinban.record.findings import Findings
from fushinban.record.inspections import Inspections
from fushinban.record.overview import Overview
from fushinban.record.search import Search
from fushinban.record.sheets import Sheets
from fushinban.record.site_evidence import SiteEvidence
from fushinban.record.site_turn import SiteTurns
from fushinban.record.sites import Sites
from fushinban.record.store import Store
from fushinban.record.transcript import Transcript
from fushinban.record.upkeep import Upkeep

#: Nouns that stand on the link alone and that only the console and its jobs use: loaded when first asked for.
_LATER = {
    "finding_stream": "FindingStream",
    "job_notes": "JobNotes",
    "job_settings": "JobSettingsStore",
    "jobs": "Jobs",
    "outside": "Outside",
    "ownership": "Ownership",
    "replies": "Replies",
    "request_counts": "RequestCounts",
    "retention": "Retention",
    "routers": "Routers",
    "schedules": "Schedules",
    "setups": "Setups",
    "webhooks": "Webhooks",
}


def furnish(store: Store, link: Link) -> None:
    """Make each noun on this link, those first that others work with."""
    store.audit = link.audit = AuditLog(link, store.data_dir)
    index, counters = SearchIndex(link), Counters(link)
    upkeep = Upkeep(link, counters, index)
    store.customers = Customers(link, index)
    store.sites = Sites(link, store.customers, counters, index)
    store.devices = Devices(link, counters, index, upkeep)
    packed = PackedSheets()
    store.sheets = Sheets(link, packed)
    store.figures = FigureTable(link)
    store.findings = Findings(link, index, upkeep)
    store.inspections = Inspections(link, store.sites, store.findings, packed, counters, upkeep)
    store.acceptances = Acceptances(link, counters, upkeep)
    store.overview = Overview(link, counters, upkeep)
    store.search = Search(link, index)
    store.transcript = Transcript(link)
    store.answers = Answers(link)
    store.documents = Documents(link, index)
    store.evidence = EvidenceFolder(store.data_dir / "evidence")
    store.evidence_of_site = SiteEvidence(link)
    store.turns = SiteTurns(link)


def furnish_later(link: Link, name: str) -> Any:
    """One of the nouns that are not made at the start. Raises AttributeError for what is none."""
    kind = _LATER.get(name)
    if kind is None:
        raise AttributeError(name)
    return getattr(import_module(f"fushinban.record.{name}"), kind)(link)
