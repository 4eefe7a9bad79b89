"""Jobs asked for by pages: the same calls as the API's, noted in the audit log."""

from fushinban.jobs.durable import asking
from fushinban.messages import Lang
from fushinban.model.job import Job
from fushinban.model.site import InspectionKind
from fushinban.web._page import Page
from fushinban.web.audit import note


def inspection(page: Page, site_id: str, kind: InspectionKind, *, documents: bool, lang: Lang) -> Job:
    """Ask for the inspection of a site. Raises InputError, OutOfScope."""
    order = asking.inspection_order(site_id, kind, documents=documents, lang=lang)
    asked = asking.ask_inspection(page.store, order, _name(page))
    if asked.new:
        note(page.request, "job.asked", "job", asked.job.id, site=site_id)
    return asked.job


def selection(page: Page, sites: tuple[str, ...], kind: InspectionKind, *, documents: bool, lang: Lang) -> Job:
    """Ask for the inspection of several sites. Raises InputError."""
    asked = asking.ask_selection(page.store, sites, kind, _name(page), documents=documents, lang=lang)
    note(page.request, "job.asked", "job", asked.job.id, sites=str(len(sites)))
    return asked.job


def documents(page: Page, inspection_id: str, lang: Lang) -> Job:
    """Ask for the documents of a finished inspection. Raises InputError."""
    asked = asking.ask_documents(page.store, inspection_id, lang, _name(page))
    if asked.new:
        note(page.request, "job.asked", "job", asked.job.id, inspection=inspection_id)
    return asked.job


def _name(page: Page) -> str:
    person = page.request.person
    return (person.name or person.email) if person is not None else ""
