"""The inspection of one site: discover, collect, record, judge. What was collected is kept at once."""

from dataclasses import replace

from fushinban import clock
from fushinban.check.engine import coverage_of, judge
from fushinban.controls import controls
from fushinban.discover import check_size
from fushinban.jobs.answers import answers_of
from fushinban.jobs.collect_site import collect_site
from fushinban.jobs.known_devices import remember
from fushinban.jobs.last_run import last_run
from fushinban.jobs.logins import check_secrets
from fushinban.jobs.loop import run
from fushinban.jobs.means import Means
from fushinban.jobs.site_file import SiteFile, check_authorisation
from fushinban.model.discovery import Method
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.site import InspectionKind
from fushinban.model.text import say
from fushinban.model.view import DeviceView, SiteView


def inspect(site_file: SiteFile, kind: InspectionKind, means: Means) -> Inspection:
    """Inspect a site and keep the result.

    Raises OutOfScope before any packet when the authorisation does not hold now, InputError for a missing secret or
    a wrong answer, StoreError when nothing can be kept. What devices do never raises.
    """
    started_at = clock.now()
    check_authorisation(site_file.authorisation, started_at)
    check_secrets(site_file.credentials, means.vault, means.environ)
    if Method.SWEEP in site_file.methods:
        check_size(site_file.authorisation.networks)
    answers = answers_of(site_file, means.store, means.folder)
    store, site = means.store, site_file.site
    previous = store.inspections.newest_entry(site.id)
    before = last_run(store, site.id) or (previous.started_at if previous else None)
    known = store.devices.of(site.id)
    store.sites.save(site, site_file.authorisation)
    inspection_id = store.inspections.begin(site, kind, site_file.authorisation, started_at)
    collected = run(collect_site(site_file, kind, inspection_id, means, before))
    remember(store, known, collected.discovery, [r.device for r in collected.records])
    means.progress.stage(say("inspect.stage-check"))
    inspection = Inspection(
        id=inspection_id,
        site=site,
        authorisation=site_file.authorisation,
        kind=kind,
        started_at=started_at,
        ended_at=clock.now(),
        records=collected.records,
        discovery=collected.discovery,
        findings=(),
        coverage=coverage_of((), {}),
        answers=answers,
        transcript=collected.transcript,
        previous_inspection=previous.ended_at if previous else None,
    )
    judged = judged_inspection(inspection)
    store.inspections.finish(judged)
    return judged


def judged_inspection(inspection: Inspection) -> Inspection:
    """The inspection with findings and coverage, judged offline from what was recorded."""
    catalogue = controls()
    findings = judge(site_view(inspection), catalogue)
    return replace(inspection, findings=findings, coverage=coverage_of(findings, catalogue))


def site_view(inspection: Inspection) -> SiteView:
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
    )


def _device_view(record: DeviceRecord, inspection: Inspection) -> DeviceView:
    return DeviceView(
        device=record.device,
        site=inspection.site,
        kind=inspection.kind,
        now=inspection.ended_at,
        readings={r.fact: r for r in record.readings},
        sheets=record.sheets,
    )
