"""The inspection of one site, in durable steps: begin, find, read, judge, write documents.

A device that is on record is not asked again. Of one that was being read when the process died, the answers that had
been written down are not asked for again either.
"""

from collections.abc import Sequence
from functools import partial

from fushinban.jobs.answers import answers_of
from fushinban.jobs.collect_site import CollectedSite, Trail, find_site, keep_links, named, read_site
from fushinban.jobs.durable.kinds import Kind
from fushinban.jobs.durable.kinds._turn import site_turn
from fushinban.jobs.durable.kinds._written import write_missing
from fushinban.jobs.durable.task import Task
from fushinban.jobs.inspect import Beginning, begin, check_ready, conclude
from fushinban.jobs.site_setup import load_setup
from fushinban.model.discovery import DiscoverySummary
from fushinban.model.inspection import DeviceRecord
from fushinban.model.job import JobKind
from fushinban.model.text import Text, say

_BEGUN, _FOUND = "begun", "found"


def _run(task: Task) -> Text:
    with site_turn(task):
        for name, work in (("begin", _begin), ("find", _find), ("read", _read), ("judge", _judge)):
            task.step(name, partial(work, task))
    if task.order.documents:
        task.step("documents", partial(_documents, task))
    return _summary(task)


def _begin(task: Task) -> None:
    store = task.store
    if store.job_notes.get(task.id, _BEGUN, Beginning) is not None:
        return
    site_file = load_setup(store, task.order.site)
    check_ready(site_file, task.means)
    with store.together():
        begun = begin(site_file, task.order.inspection_kind, store)
        store.job_notes.keep(task.id, _BEGUN, begun)
        store.jobs.inspecting(task.id, begun.inspection)


def _find(task: Task) -> None:
    store, begun = task.store, _begun(task)
    if store.job_notes.get(task.id, _FOUND, DiscoverySummary) is not None:
        return
    site_file = load_setup(store, task.order.site)
    check_ready(site_file, task.means)
    trail = Trail(inspection=begun.inspection, kind=begun.kind, transcript=task.attendant.flush_too)
    summary = task.run(find_site(site_file, task.means, begun.before, trail))
    store.job_notes.keep(task.id, _FOUND, summary)


def _read(task: Task) -> None:
    store, begun, summary = task.store, _begun(task), _found(task)
    kept = {r.device.id: r for r in store.inspections.collected(begun.inspection)}
    if all(d.id in kept for d in summary.asked):
        return
    site_file = load_setup(store, task.order.site)
    check_ready(site_file, task.means)
    remembered = store.job_notes.readings(task.id)
    attendant = task.attendant
    trail = Trail(
        inspection=begun.inspection,
        kind=begun.kind,
        kept=kept,
        memory=lambda device: attendant.memory(device.id, remembered.get(device.id, ())),
        also=attendant.kept,
        transcript=attendant.flush_too,
    )
    task.run(read_site(site_file, task.means, summary, trail))


def _judge(task: Task) -> None:
    store, begun = task.store, _begun(task)
    entry = store.inspections.entry(begun.inspection)
    if entry is not None and entry.ended_at is not None:
        return
    site_file, means = load_setup(store, task.order.site), task.means
    trail = Trail(inspection=begun.inspection, kind=begun.kind)
    linked = keep_links(site_file, store, _found(task), _in_order(task), trail)
    collected = CollectedSite(
        discovery=named(linked.summary, linked.records),
        records=linked.records,
        # What earlier turns asked counts too, so the counts come from the record.
        transcript=store.transcript.counts(begun.inspection),
    )
    conclude(site_file, begun, collected, answers_of(site_file, store, means.folder), means)


def _documents(task: Task) -> None:
    task.attendant.stage(say("inspect.stage-report"))
    write_missing(task, task.store.inspections.get(_begun(task).inspection))


def _in_order(task: Task) -> tuple[DeviceRecord, ...]:
    """The records of the inspection in the order of discovery, whatever order they were kept in."""
    kept = {r.device.id: r for r in task.store.inspections.collected(_begun(task).inspection)}
    return tuple(kept[d.id] for d in _found(task).devices if d.id in kept)


def _begun(task: Task) -> Beginning:
    begun = task.store.job_notes.get(task.id, _BEGUN, Beginning)
    assert begun is not None, "the step before has kept it"
    return begun


def _found(task: Task) -> DiscoverySummary:
    found = task.store.job_notes.get(task.id, _FOUND, DiscoverySummary)
    assert found is not None, "the step before has kept it"
    return found


def _summary(task: Task) -> Text:
    records = task.store.inspections.collected(_begun(task).inspection)
    missed = _missed(records)
    task.attendant.settled(len(records), missed)
    if missed == 0:
        return say("jobs.inspected", total=len(records))
    if missed == len(records):
        return say("jobs.inspected-nothing", total=len(records))
    return say("jobs.inspected-some", total=len(records), missed=missed)


def _missed(records: Sequence[DeviceRecord]) -> int:
    return sum(1 for r in records if not r.reached and not r.device.behind)


def _broken_off(task: Task, reason: Text) -> Text:
    found = task.store.job_notes.get(task.id, _FOUND, DiscoverySummary)
    if found is None:
        return reason
    total = len(found.asked)
    entry = task.store.inspections.entry(_begun(task).inspection)
    return say("jobs.read-so-far", reason=reason, read=entry.devices if entry else 0, total=total)


KIND = Kind(kind=JobKind.INSPECTION, run=_run, broken_off=_broken_off)
