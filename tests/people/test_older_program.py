"""What an older program wrote is said not to be sealed yet, and is sealed with the first entry."""

from django.db import transaction

from fushinban.model.audit import SYSTEM, Fault
from fushinban.record._audit_rows import AuditHeadRow, AuditRow, SealRow
from fushinban.record.sealed import sealed_kinds
from fushinban.record.sealed_rows import model_of, table_of
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from people.conftest import NewDatabase
from people.full_console import fill
from record.samples import SITE, inspection, record


def _as_an_older_program_left_it(console: Store) -> None:
    with transaction.atomic():
        for table in (AuditRow, AuditHeadRow, SealRow):
            table.objects.all().delete()
        for sealed in sealed_kinds().values():
            if sealed.group:
                model_of(sealed)._base_manager.using("default").update(seal=None)
    console.audit.head_file.path.unlink()


def test_what_is_on_record_is_sealed_with_the_first_entry(new_url: NewDatabase, console: Store) -> None:
    fill(console)
    _as_an_older_program_left_it(console)
    with open_store(new_url.last, data_dir=console.data_dir) as store:
        notes = list(store.audit.verify())
        assert {p.fault for p in notes} == {Fault.UNSEALED}
        assert all(p.note for p in notes)
        assert {p.table for p in notes} == {table_of(s) for s in sealed_kinds().values()}
        store.audit.write(SYSTEM, "begin")
        assert list(store.audit.verify()) == []
        entries = store.audit.entries(action="audit.sealed-existing", most=1000)
        assert {"site", "person", "inspection", "devices", "audit"} <= {e.kind for e in entries}
        (unfinished,) = store.inspections.unfinished(SITE.id)
        store.inspections.keep_device(unfinished.id, record(1))
        store.inspections.finish(inspection(unfinished.id, minutes=60))
        assert list(store.audit.verify()) == []


def test_the_first_work_on_an_older_record_counts_its_own_rows_once(new_url: NewDatabase, console: Store) -> None:
    fill(console)
    _as_an_older_program_left_it(console)
    with open_store(new_url.last, data_dir=console.data_dir) as store:
        (unfinished,) = store.inspections.unfinished(SITE.id)
        store.inspections.keep_device(unfinished.id, record(1))
        assert list(store.audit.verify()) == []


def test_the_command_line_writes_into_a_console_s_database(new_url: NewDatabase, console: Store) -> None:
    fill(console)
    with open_store(new_url.last, data_dir=console.data_dir) as store:
        store.devices.ignore(SITE.id, "cam-001")
        assert list(store.audit.verify()) == []
    assert list(console.audit.verify()) == []
