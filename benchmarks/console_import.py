"""How many findings a second the store takes in when an inspection finishes: `python benchmarks/console_import.py URL`.

The pattern of console_data as one large site: the finish of its inspection alone is timed, the first time and
the second (when the findings of the first stop being current). Wall time and processor time of this process.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from console_data import Pattern, pattern

from fushinban.model.inspection import Inspection
from fushinban.record.setup import open_store
from fushinban.record.store import Store


def large(base: Pattern, devices: int) -> Inspection:
    """One inspection of so many devices with all findings that they really had."""
    site = replace(base.inspection.site, id="large", customer="架空の大口")
    records, findings = [], [replace(f, site=site.id) for f in base.of_site]
    for n in range(devices):
        which = n % len(base.of_device)
        record = base.inspection.records[which]
        device = replace(record.device, id=f"cam-{n:05d}", site=site.id)
        records.append(replace(record, device=device))
        findings += [replace(f, site=site.id, device=device.id) for f in base.of_device[which]]
    return replace(base.inspection, site=site, records=tuple(records), findings=tuple(findings))


def run(store: Store, inspection: Inspection) -> None:
    """Keep the devices as a job does on the way, then time the finish."""
    for turn in ("first", "again"):
        start = inspection.started_at + timedelta(days=turn == "again")
        number = store.inspections.begin(inspection.site, inspection.kind, inspection.authorisation, start)
        store.devices.save(r.device for r in inspection.records)
        store.inspections.keep_devices(number, inspection.records)
        begun, busy = time.perf_counter(), time.process_time()
        store.inspections.finish(replace(inspection, id=number, started_at=start))
        wall, cpu = time.perf_counter() - begun, time.process_time() - busy
        count = len(inspection.findings)
        print(f"{turn}: {count} findings, {count / wall:,.0f} a second, {count / cpu:,.0f} a second of processor time")


def main() -> None:
    """Into the database of a URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--devices", type=int, default=1024)
    given = parser.parse_args()
    inspection = large(pattern(), given.devices)
    with tempfile.TemporaryDirectory() as folder, open_store(given.url, data_dir=Path(folder)) as store:
        run(store, inspection)


if __name__ == "__main__":
    main()
