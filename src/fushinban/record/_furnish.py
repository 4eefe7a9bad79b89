"""Gives a store its nouns. Loaded only after Django has been set up, because the tables come with it."""

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
from fushinban.record.finding_stream import FindingStream
from fushinban.record.findings import Findings
from fushinban.record.inspections import Inspections
from fushinban.record.job_notes import JobNotes
from fushinban.record.job_settings import JobSettingsStore
from fushinban.record.jobs import Jobs
from fushinban.record.overview import Overview
from fushinban.record.ownership import Ownership
from fushinban.record.replies import Replies
from fushinban.record.request_counts import RequestCounts
from fushinban.record.retention import Retention
from fushinban.record.schedules import Schedules
from fushinban.record.search import Search
from fushinban.record.setups import Setups
from fushinban.record.sheets import Sheets
from fushinban.record.site_evidence import SiteEvidence
from fushinban.record.site_turn import SiteTurns
from fushinban.record.sites import Sites
from fushinban.record.store import Store
from fushinban.record.transcript import Transcript
from fushinban.record.upkeep import Upkeep
from fushinban.record.webhooks import Webhooks


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
    store.webhooks = Webhooks(link)
    store.evidence_of_site = SiteEvidence(link)
    store.ownership = Ownership(link)
    store.finding_stream = FindingStream(link)
    store.replies = Replies(link)
    store.request_counts = RequestCounts(link)
    store.jobs = Jobs(link)
    store.job_notes = JobNotes(link)
    store.job_settings = JobSettingsStore(link)
    store.retention = Retention(link)
    store.schedules = Schedules(link)
    store.setups = Setups(link)
    store.turns = SiteTurns(link)
