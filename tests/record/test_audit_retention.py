"""What is deleted because its time is over is taken out of the seals, and is no tampering."""

from datetime import timedelta

from fushinban.model.job import Keeping
from fushinban.record.store import Store
from fushinban.transport.values import Asked, Kind
from record.samples import AUTHORISATION, SITE, START, inspection, record


def _asked(minutes: int) -> Asked:
    return Asked(
        at=START + timedelta(minutes=minutes), target="192.0.2.2", kind=Kind.HTTP, operation="GET /", username="",
        outcome="200",
    )  # fmt: skip


def test_what_is_past_its_time_goes_without_a_complaint(store: Store) -> None:
    kind = inspection("x").kind
    old, new, unfinished = (
        store.inspections.begin(SITE, kind, AUTHORISATION, START + timedelta(days=days)) for days in (0, 300, 1)
    )
    for inspection_id, minutes in ((old, 0), (new, 300 * 1440)):
        store.transcript.append(inspection_id, [_asked(0), _asked(1)])
        store.inspections.finish(inspection(inspection_id, minutes=minutes))
    store.transcript.append("", [_asked(0), _asked(300 * 1440)])
    store.transcript.append(unfinished, [_asked(0)])
    store.inspections.keep_device(unfinished, record(1))
    assert list(store.audit.verify()) == []
    deleted = store.retention.sweep(Keeping(transcripts=30, records=30), START + timedelta(days=301))
    assert deleted.transcripts == 6
    assert deleted.records >= 3
    assert list(store.audit.verify()) == []
    entries = store.audit.entries(action="retention.deleted")
    assert {e.id for e in entries} == {old, new}
