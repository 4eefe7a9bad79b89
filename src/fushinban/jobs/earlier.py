"""What a device said at the inspection before, where a check compares with it."""

from collections.abc import Sequence
from dataclasses import replace

from fushinban.model.facts import Uptime
from fushinban.model.facts.base import Fact
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer
from fushinban.record.store import Store

#: Facts of which a single value says little, and two say what happened between.
COMPARED: frozenset[type[Fact]] = frozenset({Uptime})


def with_earlier(store: Store, site_id: str, records: Sequence[DeviceRecord]) -> tuple[DeviceRecord, ...]:
    """The records with those readings of the site's newest finished inspection. Only devices that tell such a fact now
    are looked up."""
    telling = {r.device.id for r in records if any(x.fact in COMPARED and x.answer is Answer.OK for x in r.readings)}
    entry = store.inspections.newest_entry(site_id) if telling else None
    if entry is None:
        return tuple(records)

    def one(record: DeviceRecord) -> DeviceRecord:
        earlier = store.inspections.record(entry.id, record.device.id) if record.device.id in telling else None
        found = (r for r in (earlier.readings if earlier else ()) if r.fact in COMPARED and r.answer is Answer.OK)
        return replace(record, before=tuple(found))

    return tuple(one(r) for r in records)
