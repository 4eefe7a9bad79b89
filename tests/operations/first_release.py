"""What a store holds, in plain words that every version can give: run by the first release too, to say what was there.

`first_release.sqlite3.gz` and `first_release.json` were made by the program of revision ed66b4e: the demonstration
(the pretend site on loopback), then two answers and an inspection that was broken off after three devices.
"""

from typing import Any

from fushinban.model.sheet import ParameterSheet
from fushinban.record.store import Store


def account(store: Store) -> dict[str, Any]:
    """Everything read back through the stores."""
    sites = store.sites.list()
    told: dict[str, Any] = {"sites": [[s.id, s.name, s.customer, s.kind.value] for s in sites]}
    for site in sites:
        told[site.id] = _site(store, site.id)
    return told


def _site(store: Store, site: str) -> dict[str, Any]:
    entries = store.inspections.list(site)
    return {
        "devices": [[d.id, d.kind.value, d.maker, d.model, d.target.address, d.mac] for d in store.devices.of(site)],
        "sheets": _sheets(store, site),
        "answers": {control: [a.value, a.note] for control, a in sorted(store.answers.newest(site).items())},
        "documents": [[d.kind, d.sha256, d.inspection] for d in store.documents.of(site)],
        "inspections": [[e.id, e.kind.value, e.devices, e.failed] for e in entries],
        "transcripts": {e.id: [[c.kind, c.outcome, c.count] for c in store.transcript.counts(e.id)] for e in entries},
        "finished": {e.id: _inspection(store, e.id) for e in entries if e.ended_at is not None},
        "unfinished": [[u.id, [r.device.id for r in u.records]] for u in store.inspections.unfinished(site)],
    }


def _inspection(store: Store, inspection_id: str) -> dict[str, Any]:
    found = store.inspections.get(inspection_id)
    return {
        "findings": [[f.device, f.control, f.outcome.value, f.message.ja] for f in found.findings],
        "readings": [
            [r.device.id, [[reading.fact.__name__, reading.answer.value] for reading in r.readings]]
            for r in found.records
        ],
        "coverage": {control: str(state) for control, state in sorted(found.coverage.states.items())},
        "networks": [str(network) for network in found.authorisation.networks],
    }


def _sheets(store: Store, site: str) -> list[Any]:
    newest = store.sheets.newest_of_site(site)
    return sorted(_sheet(sheet) for stages in newest.values() for sheet in stages.values())


def _sheet(sheet: ParameterSheet) -> list[Any]:
    return [sheet.device, sheet.stage.value, sheet.digest, [[p.key, p.value] for p in sheet.parameters]]
