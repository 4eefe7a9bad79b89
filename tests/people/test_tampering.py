"""Whatever somebody with only the database changes, adds or takes away is found, with its table and its row.

The subjects are found by themselves: every sealed kind, each of its columns.
"""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from fushinban.model.audit import SYSTEM, AuditProblem, Fault
from fushinban.record._audit_rows import AuditHeadRow, AuditRow, SealRow
from fushinban.record.audit_chain import entry_hash, entry_of
from fushinban.record.sealed import Sealed, sealed_kinds
from fushinban.record.sealed_rows import model_of, table_of
from fushinban.record.store import Store
from fushinban.web.settings import open_console
from people.conftest import NewDatabase, _closed
from people.full_console import fill
from record.samples import SITE, START

PASS_PHRASE = "invented-Words-42-for-tests"

#: Tables that are not sealed, and why. This list may only shrink.
NOT_SEALED = {
    "record_auditrow": "the log itself, which is a chain",
    "record_auditheadrow": "the end of the log, which has its seal",
    "record_sealrow": "seals",
    "record_sitestaterow": "counted from sealed rows",
    "record_sitesharerow": "counted from sealed rows",
    "record_tallyrow": "counted from sealed rows",
    "record_searchrow": "words of sealed rows",
    "record_jobrow": "passing state of work; what was asked and done is in the log",
    "record_jobcounterrow": "passing state of work",
    "record_jobnoterow": "passing state of work",
    "record_jobreadingrow": "passing state of work",
    "record_workerrow": "passing state of work",
    "record_deliveryrow": "passing state of work",
    "record_attemptrow": "passing state of work",
    "record_replyrow": "answers that are kept for a day",
    "record_requestcountrow": "counts that are kept for minutes",
    "console_draftrow": "a form that somebody has not sent yet",
    "auth_permission": "not used: permissions stand in the program",
    "auth_group": "not used: permissions stand in the program",
    "django_content_type": "not used: names of tables",
    "django_session": "signed with a key that the database does not hold; ends within hours",
    "usersessions_usersession": "ends within hours; says only what a session is called",
    "account_emailconfirmation": "not used: nothing is mailed",
    "socialaccount_socialtoken": "not used: tokens of providers are not kept",
}


@pytest.fixture(scope="module")
def full(new_url: NewDatabase) -> Iterator[Store]:
    """A console with everything in it; tests tamper and take it back."""
    url, folder = new_url.make()
    store = open_console(url, data_dir=folder)
    fill(store)
    assert list(store.audit.verify()) == []
    yield store
    assert list(store.audit.verify()) == []
    _closed(store)


class _Back(Exception):
    """Takes back what was tampered."""


@contextmanager
def _taken_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Back
    except _Back:
        return


def _rows(sealed: Sealed) -> models.QuerySet[Any]:
    return model_of(sealed)._base_manager.using("default").order_by("pk")


def _named(problems: list[AuditProblem], fault: Fault, table: str) -> list[str]:
    assert all(p.text.ja and p.text.en and not p.note for p in problems)
    return [p.row for p in problems if p.fault is fault and p.table == table]


def _other(value: object) -> object:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, bytes | memoryview):
        return bytes(value) + b"x"
    if isinstance(value, dict):
        return {**value, "x": 1}
    return str(value)[:-1] + ("y" if str(value).endswith("x") else "x")


def _filled(field: models.Field[Any, Any]) -> object:
    """A value for a field that is empty."""
    if isinstance(field, models.DateTimeField):
        return START
    if isinstance(field, models.BinaryField):
        return b"x"
    return 1 if isinstance(field, models.IntegerField | models.ForeignKey) else "x"


def _set(sealed: Sealed, pk: object, column: str, value: object) -> None:
    """By raw SQL, as somebody would who has only the database."""
    field = next(f for f in model_of(sealed)._meta.concrete_fields if f.attname == column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table_of(sealed)} SET {connection.ops.quote_name(field.column)} = %s "
            f"WHERE {model_of(sealed)._meta.pk.column} = %s",
            [field.get_db_prep_save(value, connection), pk],
        )


KINDS = sorted(sealed_kinds())


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_column_is_found(full: Store, kind: str) -> None:
    sealed = sealed_kinds()[kind]
    row = _rows(sealed).first()
    assert row is not None, "the sample has no row of this kind"
    for column in (*sealed.columns, *sealed.moving):
        field = next(f for f in model_of(sealed)._meta.concrete_fields if f.attname == column)
        if field.primary_key:
            continue
        value = getattr(row, column)
        with _taken_back():
            _set(sealed, row.pk, column, _other(value) if value not in (None, b"") else _filled(field))
            found = _only(full, sealed)
            assert _named(found, Fault.CHANGED, table_of(sealed)), column


def _only(store: Store, *kinds: Sealed) -> list[AuditProblem]:
    """What verification finds in one kind: the same code, without the time for the others."""
    from fushinban.record.audit_verify_rows import RowCheck

    check = RowCheck(store.audit, store._link, begun=True)
    parts = {part for k in kinds for part in k.parts}
    check._rows.present = lambda _: tuple(  # type: ignore[method-assign] # see above
        s for s in sealed_kinds().values() if s in kinds or s.kind in parts or s.parts
    )
    check._unknown = lambda _: iter(())  # type: ignore[method-assign] # the others are left out on purpose
    try:
        return list(check.problems())
    finally:
        del check._rows.present


@pytest.mark.parametrize("kind", KINDS)
def test_a_removed_row_is_found(full: Store, kind: str) -> None:
    sealed = sealed_kinds()[kind]
    row = _rows(sealed).first()
    assert row is not None
    with _taken_back():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table_of(sealed)} WHERE {model_of(sealed)._meta.pk.column} = %s", [row.pk])
        found = list(full.audit.verify())
        if sealed.group:
            owner = str(getattr(row, sealed.group)) or "-"
            hit = [p for p in found if p.fault in {Fault.MISSING, Fault.CHANGED} and owner in p.row]
            assert hit
            assert {p.table for p in hit} <= {table_of(sealed), "record_inspectionrow"}
        else:
            assert _named(found, Fault.MISSING, table_of(sealed)) == [str(row.pk)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_added_row_is_found(full: Store, kind: str) -> None:
    sealed = sealed_kinds()[kind]
    row = _rows(sealed).last()
    assert row is not None
    unique = {"email", "digest", "device", "name", "uid"}
    row.pk = 999_001 if isinstance(row.pk, int) else "other"
    for field in row._meta.concrete_fields:
        if field.attname in unique and not field.primary_key:
            setattr(row, field.attname, _other(getattr(row, field.attname)))
        if kind in {"factor", "acceptance"} and field.attname in {"type", "control"}:
            setattr(row, field.attname, "webauthn")
    with _taken_back():
        model_of(sealed)._base_manager.using("default").bulk_create([row])  # sends no signal
        found = list(full.audit.verify())
        table = table_of(sealed)
        assert _named(found, Fault.INSERTED, table) or _named(found, Fault.CHANGED, table)


def test_a_finding_without_its_seal_is_found_by_name(full: Store) -> None:
    sealed = sealed_kinds()["findings"]
    row = _rows(sealed).first()
    with _taken_back():
        _set(sealed, row.pk, "seal", None)
        assert f"{row.inspection_id} 0 {row.control} {row.device}" in _named(
            list(full.audit.verify()), Fault.INSERTED, table_of(sealed)
        )


def test_the_place_of_a_removed_finding_is_named(full: Store) -> None:
    sealed = sealed_kinds()["findings"]
    row = _rows(sealed).filter(position=1).first()
    with _taken_back():
        row.delete()
        found = list(full.audit.verify())
        assert _named(found, Fault.MISSING, table_of(sealed)) == [f"{row.inspection_id} [1]"]
        assert _named(found, Fault.CHANGED, "record_inspectionrow") == [row.inspection_id]


def test_rows_put_back_to_an_older_state_with_their_old_seals_are_found(full: Store) -> None:
    sealed = sealed_kinds()["devices"]
    with _taken_back():
        old_rows = list(_rows(sealed).filter(site=SITE.id).values())
        old_state = SealRow.objects.filter(kind="devices", object=SITE.id).values().get()
        full.devices.ignore(SITE.id, "cam-001")
        assert list(full.audit.verify()) == []
        for row in old_rows:
            model_of(sealed).objects.filter(pk=row["id"]).update(**row)
        SealRow.objects.filter(pk=old_state["id"]).update(**old_state)
        found = list(full.audit.verify())
        assert _named(found, Fault.CHANGED, "record_sealrow") == [f"devices {SITE.id}"]


@pytest.mark.parametrize("column", ["version", "count", "total", "seal"])
def test_a_changed_seal_of_a_group_is_found(full: Store, column: str) -> None:
    row = SealRow.objects.filter(kind="sheets").get()
    with _taken_back():
        value = getattr(row, column)
        other = value + 1 if isinstance(value, int) else ("00" if value[:2] != "00" else "01") + value[2:]
        SealRow.objects.filter(pk=row.pk).update(**{column: other})
        found = list(full.audit.verify())
        assert _named(found, Fault.CHANGED, "record_sealrow") == [f"sheets {SITE.id}"]


def test_removed_seals_of_groups_are_found(full: Store) -> None:
    with _taken_back():
        kinds = [f"{s.kind} {s.object or '-'}" for s in SealRow.objects.order_by("kind", "object")]
        SealRow.objects.all().delete()
        assert sorted(_named(list(full.audit.verify()), Fault.CHANGED, "record_sealrow")) == sorted(kinds)


@pytest.mark.parametrize("column", [f.attname for f in AuditRow._meta.concrete_fields if f.attname != "number"])
def test_a_changed_entry_is_found(full: Store, column: str) -> None:
    row = AuditRow.objects.order_by("number")[3]
    with _taken_back():
        AuditRow.objects.filter(number=4).update(**{column: _other(getattr(row, column))})
        found = list(full.audit.verify(content=False))
        assert {p.fault for p in found} <= {Fault.CHANGED, Fault.OTHER_KEY}
        assert [p.number for p in found] == [4]


def test_an_entry_written_anew_with_a_fitting_hash_is_found(full: Store) -> None:
    """The chain alone can be computed by anybody; the seals cannot."""
    with _taken_back():
        rows = list(AuditRow.objects.filter(number__gte=5).order_by("number"))
        rows[0].actor_name = "somebody else"
        before = rows[0].previous
        for row in rows:
            row.previous = before
            before = row.hash = entry_hash(entry_of(row), row.detail)
            row.save()
        AuditHeadRow.objects.update(hash=before)
        found = list(full.audit.verify(content=False))
        assert ((Fault.CHANGED, f"5-{rows[-1].number}")) in [(p.fault, p.row) for p in found]
        assert _named(found, Fault.CHANGED, "record_auditheadrow") == ["1"]


def test_removed_entries_are_found(full: Store) -> None:
    with _taken_back():
        AuditRow.objects.filter(number__in=[4, 5, 9]).delete()
        found = list(full.audit.verify(content=False))
        assert _named(found, Fault.MISSING, "record_auditrow") == ["4-5", "9"]


def test_an_inserted_entry_is_found(full: Store) -> None:
    with _taken_back():
        row = AuditRow.objects.order_by("-number").first()
        assert row is not None
        row.number += 1
        row.save(force_insert=True)
        found = list(full.audit.verify(content=False))
        assert _named(found, Fault.INSERTED, "record_auditrow") == [str(row.number)]


def test_a_log_that_was_cut_off_is_found(full: Store) -> None:
    last = full.audit.head.number
    with _taken_back():
        AuditRow.objects.filter(number__gt=last - 2).delete()
        found = list(full.audit.verify(content=False))
        assert _named(found, Fault.MISSING, "record_auditrow") == [f"{last - 1}-{last}"]


def test_a_log_that_was_put_back_to_an_older_end_is_found(full: Store) -> None:
    """Somebody kept the row of the end, with its good seal, and put it back together with a shorter log."""
    with _taken_back():
        old = AuditHeadRow.objects.values().get()
        number, kept = full.audit.head.number, full.audit.head_file.path.read_bytes()
        full.audit.write(SYSTEM, "to be forgotten")
        full.audit.head_file.move(full.audit.head, full.audit.keys)  # as after the commit
        AuditRow.objects.filter(number__gt=number).delete()
        AuditHeadRow.objects.update(**old)
        found = list(full.audit.verify(content=False))
        assert [(p.fault, p.row) for p in found] == [(Fault.CUT_OFF, str(number + 1))]
        full.audit.head_file.path.write_bytes(kept)


def test_a_log_that_was_emptied_is_found(full: Store) -> None:
    last = full.audit.head.number
    with _taken_back():
        AuditRow.objects.all().delete()
        AuditHeadRow.objects.all().delete()
        found = list(full.audit.verify())
        assert (Fault.CUT_OFF, f"1-{last}") in [(p.fault, p.row) for p in found]
        assert _named(found, Fault.CHANGED, "record_auditheadrow") == ["1"]
        assert _named(found, Fault.INSERTED, "people_person") == [str(_rows(sealed_kinds()["person"])[0].pk)]


def test_a_missing_mark_is_found(full: Store) -> None:
    path = full.audit.head_file.path
    content = path.read_bytes()
    path.unlink()
    found = list(full.audit.verify(content=False))
    path.write_bytes(content)
    assert [(p.fault, p.row) for p in found] == [(Fault.MISSING, str(path))]
    assert found[0].note is (full._link.file is None)


def test_every_table_is_sealed_or_said_not_to_be() -> None:
    sealed = {table_of(s) for s in sealed_kinds().values()}
    tables = {model._meta.db_table for model in apps.get_models()}
    assert tables - sealed == NOT_SEALED.keys() & tables
    assert not sealed & NOT_SEALED.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_sealed_or_left_out_with_a_reason(kind: str) -> None:
    sealed = sealed_kinds()[kind]
    columns = {field.attname for field in model_of(sealed)._meta.concrete_fields}
    known = {*sealed.columns, *sealed.moving, *sealed.left_out} | ({"seal"} if sealed.group else set())
    assert columns == known
    assert all(sealed.left_out.values())
