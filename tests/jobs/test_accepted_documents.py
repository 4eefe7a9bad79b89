"""A document that tells acceptances replaces none that was handed over before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fushinban import clock
from fushinban.jobs.documents import place_of, with_acceptances, write_documents
from fushinban.model.control import Outcome
from fushinban.model.listing import FindingsQuery
from fushinban.model.rights import EVERYTHING
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.reports import reports
from record.console_samples import SEA, USUAL, inspected, result


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'fushinban.sqlite3'}", data_dir=tmp_path)
    inspected(store, result(SEA, USUAL))
    yield store
    store.close()


def _accept(store: Store) -> int:
    query = FindingsQuery(site=SEA.id, outcomes=frozenset({Outcome.FAIL}), accepted=False)
    number = store.findings.numbers(EVERYTHING, query)[0]
    until = clock.now() + timedelta(days=9)
    given = store.acceptances.accept(EVERYTHING, [number], reason="部品を待つ", by="海野", until=until)
    return given.accepted[0].id


def test_what_is_accepted_makes_another_document(kept: Store, tmp_path: Path) -> None:
    inspection = kept.inspections.newest(SEA.id)
    assert inspection is not None
    report = reports()["inspection-html"]
    plain = with_acceptances(inspection, kept)
    assert plain.acceptances == ()
    before = place_of(report, plain, tmp_path, "ja")
    number = _accept(kept)
    held = with_acceptances(inspection, kept)
    after = place_of(report, held, tmp_path, "ja")
    assert (before.parent, after.parent.parent, after.name) == (tmp_path, tmp_path, before.name)
    assert place_of(report, with_acceptances(inspection, kept), tmp_path, "ja") == after
    assert place_of(reports()["settings"], held, tmp_path, "ja").parent == tmp_path, "it tells no findings"
    kept.acceptances.withdraw(EVERYTHING, number, version=1, by="海野")
    assert place_of(report, with_acceptances(inspection, kept), tmp_path, "ja") == before
    passed = replace(inspection, findings=())
    _accept(kept)
    assert with_acceptances(passed, kept).acceptances == ()


def test_documents_of_the_command_line_tell_acceptances_too(kept: Store, tmp_path: Path) -> None:
    inspection = kept.inspections.newest(SEA.id)
    assert inspection is not None
    _accept(kept)
    paths = write_documents(inspection, tmp_path / "out", "ja", kept)
    (page,) = [p for p in paths if p.suffix == ".html"]
    assert "部品を待つ" in page.read_text(encoding="utf-8")
