"""What an earlier program sealed stays as it was sealed: the seals of today's program are the same.

`sealed_before.sqlite3.gz` is a console's database as `full_console` filled it, with an invented key (all zeros).
"""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from fushinban.model.audit import Fault
from fushinban.record._audit_rows import SealRow
from fushinban.record.sealed import sealed_kinds
from fushinban.record.sealed_rows import model_of
from fushinban.record.store import Store
from fushinban.web import installation
from fushinban.web.settings import open_console
from record.samples import SITE, inspection, record

HERE = Path(__file__).resolve().parent


#: Kinds that the earlier program did not know.
NEWER = frozenset({"outside-behind", "outside-look", "router-state"})


@pytest.fixture
def earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The earlier program's console, opened by this one."""
    monkeypatch.setenv("FUSHINBAN_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    file = tmp_path / "fushinban.sqlite3"
    file.write_bytes(gzip.decompress((HERE / "sealed_before.sqlite3.gz").read_bytes()))
    store = open_console(f"sqlite:///{file}", data_dir=tmp_path)
    yield store
    store.close()
    connections["default"].close()
    installation.use(None)


def test_what_an_earlier_program_sealed_still_fits(earlier: Store) -> None:
    assert [(p.fault, p.table) for p in earlier.audit.verify()] == [(Fault.MISSING, "")]  # the file beside it is gone
    earlier.audit.adopt("a copy without its mark")
    assert list(earlier.audit.verify()) == []
    for sealed in sealed_kinds().values():
        rows = model_of(sealed)._base_manager.using("default")
        assert rows.exists() is (sealed.kind not in NEWER), sealed.kind
        assert not sealed.group or not rows.filter(seal__isnull=True).exists(), sealed.kind


def test_each_seal_is_made_anew_just_as_it_was(earlier: Store) -> None:
    for sealed in sealed_kinds().values():
        if not sealed.group:
            continue
        columns = (*sealed.columns, *sealed.moving)
        kept = list(model_of(sealed)._base_manager.using("default").values_list(*columns, "seal"))
        assert [earlier.audit.seal(sealed.kind, row[:-1]) for row in kept] == [row[-1] for row in kept]
        assert list(map(earlier.audit.sealing(sealed.kind), (row[:-1] for row in kept))) == [row[-1] for row in kept]


def test_the_work_goes_on_where_an_earlier_program_left_it(earlier: Store) -> None:
    earlier.audit.adopt("a copy without its mark")
    (unfinished,) = earlier.inspections.unfinished(SITE.id)
    states = SealRow.objects.filter(object=unfinished.id).count()
    earlier.inspections.keep_device(unfinished.id, record(1))
    earlier.devices.ignore(SITE.id, "cam-001")
    assert list(earlier.audit.verify()) == []
    earlier.inspections.finish(inspection(unfinished.id, minutes=60))
    assert list(earlier.audit.verify()) == []
    assert SealRow.objects.filter(object=unfinished.id).count() < states
