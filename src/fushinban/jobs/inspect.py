"""The inspection of one site: discover, collect, record, judge. What was collected is kept at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from time import sleep

from fushinban import clock
from fushinban.check.engine import coverage_of, judge
from fushinban.controls import controls
from fushinban.discover import check_size
from fushinban.errors import Conflict
from fushinban.jobs.answers import answers_of
from fushinban.jobs.collect_site import CollectedSite, collect_site
from fushinban.jobs.known_devices import remember
from fushinban.jobs.last_run import last_run
from fushinban.jobs.logins import check_secrets
from fushinban.jobs.loop import run
from fushinban.jobs.means import Means
from fushinban.jobs.site_file import SiteFile, check_authorisation
from fushinban.model.device import Device, DeviceKind
from fushinban.model.discovery import Method
from fushinban.model.exposure import SiteExposure
from fushinban.model.finding import PersonAnswer
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.outside import OutsideLook
from fushinban.model.site import InspectionKind
from fushinban.model.text import say
from fushinban.model.view import DeviceView, SiteView
from fushinban.record.store import Store

#: How long an inspection waits for another one of its site, and how often it looks, in seconds.
PATIENCE, _LOOK = 900.0, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What an inspection knows before the network is touched. `before`: the run to compare discovery with;
    `previous`: end of the inspection before this one; `known`: devices on record when it began."""

    inspection: str
    kind: InspectionKind
    started_at: datetime
    before: datetime | None
    previous: datetime | None
    known: tuple[Device, ...]


def inspect(site_file: SiteFile, kind: InspectionKind, means: Means) -> Inspection:
    """Inspect a site and keep the result.

    Raises OutOfScope before any packet when the authorisation does not hold now, InputError for a missing secret or
    a wrong answer, Conflict when another inspection of the site does not end in time, StoreError when nothing can be
    kept. What devices do never raises.
    """
    check_ready(site_file, means)
    answers = answers_of(site_file, means.store, means.folder)
    with _turn(site_file.site.id, means):
        begun = begin(site_file, kind, means.store)
        collected = run(collect_site(site_file, kind, begun.inspection, means, begun.before))
        return conclude(site_file, begun, collected, answers, means)


@contextmanager
def _turn(site_id: str, means: Means) -> Iterator[None]:
    """The site's turn; waits while somebody else inspects it. Raises Conflict when that takes too long."""
    end = clock.monotonic() + PATIENCE
    turn = means.store.turns.take(site_id)
    if turn is None:
        means.progress.stage(say("inspect.stage-waiting"))
    while turn is None:
        if clock.monotonic() > end:
            raise Conflict(say("jobs.site-busy", site=site_id))
        sleep(_LOOK)
        turn = means.store.turns.take(site_id)
    with turn:
        yield


def check_ready(site_file: SiteFile, means: Means) -> None:
    """Whether the inspection may and can begin. Raises OutOfScope or InputError; no packet leaves."""
    check_authorisation(site_file.authorisation, clock.now())
    check_secrets(site_file.credentials, means.vault, means.environ)
    if Method.SWEEP in site_file.methods:
        check_size(site_file.authorisation.networks)


def begin(site_file: SiteFile, kind: InspectionKind, store: Store) -> Beginning:
    """Put a new inspection on record."""
    started_at = clock.now()
    site = site_file.site
    previous = store.inspections.newest_entry(site.id)
    before = last_run(store, site.id) or (previous.started_at if previous else None)
    known = store.devices.of(site.id)
    store.sites.save(site, site_file.authorisation)
    return Beginning(
        inspection=store.inspections.begin(site, kind, site_file.authorisation, started_at),
        kind=kind,
        started_at=started_at,
        before=before,
        previous=previous.ended_at if previous else None,
        known=known,
    )


def conclude(
    site_file: SiteFile,
    begun: Beginning,
    collected: CollectedSite,
    answers: Mapping[str, PersonAnswer],
    means: Means,
) -> Inspection:
    """Judge what was collected, and mark the inspection finished."""
    remember(means.store, begun.known, collected.discovery, [r.device for r in collected.records])
    means.progress.stage(say("inspect.stage-check"))
    inspection = Inspection(
        id=begun.inspection,
        site=site_file.site,
        authorisation=site_file.authorisation,
        kind=begun.kind,
        started_at=begun.started_at,
        ended_at=clock.now(),
        records=collected.records,
        discovery=collected.discovery,
        findings=(),
        coverage=coverage_of((), {}),
        answers=answers,
        transcript=collected.transcript,
        previous_inspection=begun.previous,
    )
    looks = newest_looks(means.store, site_file.site.id)
    judged = judged_inspection(inspection, looks, _exposure(means.store, inspection))
    means.store.inspections.finish(judged)
    return judged


def newest_looks(store: Store, site_id: str) -> tuple[OutsideLook, ...]:
    """The newest look from outside of each family that there is."""
    found = (store.outside.last(site_id, family) for family in (4, 6))
    return tuple(look for look in found if look is not None)


def _exposure(store: Store, inspection: Inspection) -> SiteExposure | None:
    """What outsiders reach by what is known of the site's router; None where nothing is."""
    met = any(record.device.kind is DeviceKind.ROUTER for record in inspection.records)
    if not met and store.routers.get(inspection.site.id) is None:
        return None
    from fushinban.jobs.exposure import inspected_exposure  # noqa: PLC0415 - much of its own, which few sites need

    return inspected_exposure(store, inspection)


def judged_inspection(
    inspection: Inspection, looks: tuple[OutsideLook, ...] = (), exposure: SiteExposure | None = None
) -> Inspection:
    """The inspection with findings and coverage, judged offline from what was recorded."""
    catalogue = controls()
    findings = judge(site_view(inspection, looks, exposure), catalogue)
    return replace(inspection, findings=findings, coverage=coverage_of(findings, catalogue))


def site_view(
    inspection: Inspection, looks: tuple[OutsideLook, ...] = (), exposure: SiteExposure | None = None
) -> SiteView:
    """What the checks may look at."""
    return SiteView(
        site=inspection.site,
        authorisation=inspection.authorisation,
        kind=inspection.kind,
        now=inspection.ended_at,
        devices=tuple(_device_view(r, inspection) for r in inspection.records),
        discovery=inspection.discovery,
        answers=inspection.answers,
        previous_inspection=inspection.previous_inspection,
        looks=looks,
        exposure=exposure,
    )


def _device_view(record: DeviceRecord, inspection: Inspection) -> DeviceView:
    return DeviceView(
        device=record.device,
        site=inspection.site,
        kind=inspection.kind,
        now=inspection.ended_at,
        readings={r.fact: r for r in record.readings},
        sheets=record.sheets,
        before={r.fact: r for r in record.before},
    )
