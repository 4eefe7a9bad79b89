"""Asking for jobs. Needs the store alone: any process may ask, a worker takes it up."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from fushinban import clock
from fushinban.clock import shown
from fushinban.errors import InputError
from fushinban.jobs.site_file import check_authorisation
from fushinban.jobs.site_setup import load_setup
from fushinban.model.job import ACTIVE, JobKind, JobOrder
from fushinban.model.site import InspectionKind
from fushinban.model.text import Lang, say
from fushinban.record.job_values import Asked
from fushinban.record.store import Store

#: Sites of one selection at most.
MOST_SITES = 20_000


def new_id(kind: JobKind) -> str:
    """An id for a job: its kind, the moment, and what makes it the only one."""
    return f"{kind.value}-{clock.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def child_id(parent: str, number: int) -> str:
    """The id of the job for one site of a selection: the same whenever the selection is taken up again."""
    return f"{parent}.{number}"


def due_id(site_id: str, due: datetime) -> str:
    """The id of a scheduled inspection: the same in every worker, so that it is made once."""
    return f"due-{due:%Y%m%dT%H%M}-{site_id}"[:120]


def ask_inspection(store: Store, order: JobOrder, asked_by: str, *, job_id: str = "", parent: str = "") -> Asked:
    """Ask for the inspection of one site; the one that waits or runs already, where there is one.

    Raises InputError for a site without a setup or one that must rest, OutOfScope when its authorisation does not hold.
    """
    known = store.jobs.active(order.site)
    if known is not None:
        return Asked(job=known, new=False)
    site_file = load_setup(store, order.site)
    check_authorisation(site_file.authorisation, clock.now())
    _check_rest(store, order.site)
    return store.jobs.ask(job_id or new_id(order.kind), order, asked_by, parent)


def inspection_order(site_id: str, kind: InspectionKind | None, *, documents: bool, lang: Lang) -> JobOrder:
    """The order for one site; `kind` None: a periodic inspection."""
    chosen = kind or InspectionKind.PERIODIC
    return JobOrder(kind=JobKind.INSPECTION, site=site_id, inspection_kind=chosen, documents=documents, lang=lang)


def ask_selection(
    store: Store, site_ids: Iterable[str], kind: InspectionKind | None, asked_by: str, *, documents: bool, lang: Lang
) -> Asked:
    """Ask for the inspection of several sites. Raises InputError where none, or too many, are given."""
    sites = tuple(dict.fromkeys(site_ids))
    if not 0 < len(sites) <= MOST_SITES:
        raise InputError(say("jobs.selection-size", most=MOST_SITES))
    chosen = kind or InspectionKind.PERIODIC
    order = JobOrder(kind=JobKind.SELECTION, sites=sites, inspection_kind=chosen, documents=documents, lang=lang)
    return store.jobs.ask(new_id(order.kind), order, asked_by)


def ask_documents(store: Store, inspection_id: str, lang: Lang, asked_by: str) -> Asked:
    """Ask for the documents of a finished inspection. Raises InputError where there is none."""
    entry = store.inspections.entry(inspection_id)
    if entry is None or entry.ended_at is None:
        raise InputError(say("jobs.no-inspection", id=inspection_id[:60]))
    order = JobOrder(kind=JobKind.DOCUMENTS, site=entry.site, inspection=inspection_id, lang=lang)
    return store.jobs.ask(new_id(order.kind), order, asked_by)


def ask_look(store: Store, site_id: str, asked_by: str) -> Asked:
    """Ask for a look from outside at a site's line; the one that waits or runs already, where there is one.

    Raises InputError for a site without a setup or without a reflector, OutOfScope when its authorisation does not
    hold.
    """
    active = store.jobs.list(site=site_id, kind=JobKind.OUTSIDE_LOOK, states=ACTIVE, limit=1).jobs
    if active:
        return Asked(job=active[0], new=False)
    site_file = load_setup(store, site_id)
    if site_file.reflector is None:
        raise InputError(say("exposure_explain.no-reflector"))
    check_authorisation(site_file.authorisation, clock.now())
    order = JobOrder(kind=JobKind.OUTSIDE_LOOK, site=site_id)
    return store.jobs.ask(new_id(order.kind), order, asked_by)


def ask_retention(store: Store, asked_by: str, *, job_id: str = "") -> Asked:
    """Ask for the deletion of what has been kept long enough."""
    order = JobOrder(kind=JobKind.RETENTION)
    return store.jobs.ask(job_id or new_id(order.kind), order, asked_by)


def _check_rest(store: Store, site_id: str) -> None:
    minutes = store.job_settings.get().settings.site_pause
    ended = store.jobs.last_end(site_id) if minutes else None
    if ended is not None and clock.now() < ended + timedelta(minutes=minutes):
        raise InputError(say("jobs.site-rests", until=shown(ended + timedelta(minutes=minutes))))
