"""Backup and restore: whole, equal, while others write, and nothing at all when something speaks against it."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fushinban import clock
from fushinban.errors import InputError, StoreError
from fushinban.jobs.backup import Place, Section, Wanted, backup, last_backup, restore
from fushinban.record.document_files import find_document
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.transport.budget import AttemptBudget
from operations.first_release import account
from record import samples

SECRET = "invented-pass-1947"


def filled(store: Store) -> str:
    """A store with something of everything, and the files beside it; the inspection's id."""
    data = store.data_dir
    inspection_id = store.inspections.begin(
        samples.SITE, samples.inspection("x").kind, samples.AUTHORISATION, samples.START
    )
    store.inspections.finish(replace(samples.inspection("x"), id=inspection_id))
    store.devices.save([samples.device(n) for n in range(3)])
    store.sheets.save(samples.SITE.id, samples.sheet("cam-001"))
    Vault(data, {}).put("cameras", "audit", SECRET)
    digest = store.evidence.keep("証拠写真（架空）".encode())
    assert store.evidence.path(digest).is_file()
    folder = data / "documents" / "見本商店" / ("長い名前" * 12)
    folder.mkdir(parents=True)
    document = folder / "点検報告書.html"
    document.write_bytes(b"<p>report</p>" * 5000)
    sha = hashlib.sha256(document.read_bytes()).hexdigest()
    store.documents.save(samples.SITE.id, inspection_id, "inspection-html", document, sha, samples.START)
    lake = data / "lake" / "2026" / "11"
    lake.mkdir(parents=True)
    (lake / "events.parquet").write_bytes(b"PAR1" + bytes(range(256)) * 9)
    budget = AttemptBudget(data / "attempts.sqlite3")
    budget.settle(budget.reserve("192.0.2.9", "audit", "f" * 32, None, clock.now()), accepted=False)
    budget.close()
    return inspection_id


def same_everywhere(before: Store, after: Store) -> None:
    """All that the two stores tell is equal, and so are the files beside them."""
    assert account(after) == account(before)
    assert account(after)["sites"]
    for one in sorted((before.data_dir / "documents").rglob("*")):
        other = after.data_dir / one.relative_to(before.data_dir)
        assert other.is_dir() if one.is_dir() else other.read_bytes() == one.read_bytes()
    names = {path.name for path in (before.data_dir / "evidence").iterdir()}
    assert names
    for digest in names:
        after.evidence.check(digest)
    assert (after.data_dir / "lake/2026/11/events.parquet").read_bytes().startswith(b"PAR1")
    for document in after.documents.of(samples.SITE.id):
        found = find_document(document, after.data_dir)
        assert found is not None
        assert found.is_relative_to(after.data_dir)
    budget = AttemptBudget(after.budget_path)
    assert budget.failures("192.0.2.9", None, clock.now()) == 1
    budget.close()


@pytest.mark.parametrize("pass_phrase", [None, "正しい馬 battery staple"])
def test_everything_comes_back(
    store: Store, database_url: str, another_url: Callable[[], str], tmp_path: Path, pass_phrase: str | None
) -> None:
    filled(store)
    wanted = Wanted(data_dir=store.data_dir, database_url=database_url, with_key=True, pass_phrase=pass_phrase)
    result = backup(tmp_path / "b.backup", wanted)
    assert {part.section for part in result.manifest.parts} > {
        Section.DATABASE, Section.VAULT, Section.KEY, Section.ATTEMPTS, Section.EVIDENCE, Section.DOCUMENTS,
        Section.LAKE,
    }  # fmt: skip
    assert (result.elsewhere, result.key_apart) == (0, False)
    assert (b"about.json" in result.path.read_bytes()) is False  # compressed, or sealed
    note = last_backup(store.data_dir)
    assert note is not None
    assert (note.path, note.size) == (str(result.path), result.path.stat().st_size)
    url = another_url()
    other = tmp_path / "other"
    restored = restore(result.path, Place(data_dir=other, database_url=url), pass_phrase)
    assert (restored.aside, restored.key_missing) == (None, False)
    with open_store(url, data_dir=other) as again:
        same_everywhere(store, again)
        assert [str(problem) for problem in again.audit.verify()] == []
        assert list(again.audit.all())[-1].action == "backup.restored"
        assert list(store.audit.all())[-1].action == "backup.made"
        assert Vault(other, {}).get("cameras").secret == SECRET
        assert again.inspections.begin(
            samples.SITE, samples.inspection("x").kind, samples.AUTHORISATION, samples.START
        )  # counters go on
        again.devices.save([samples.device(77)])
        again.documents.save(samples.SITE.id, "", "x", other / "x", "0" * 64, samples.START)
    assert {path.stat().st_mode & 0o077 for path in other.rglob("*")} == {0}
    assert result.path.stat().st_mode & 0o077 == 0


def test_without_the_key_it_says_so_and_the_key_may_be_put_there_first(
    store: Store, database_url: str, another_url: Callable[[], str], tmp_path: Path
) -> None:
    filled(store)
    result = backup(tmp_path / "b", Wanted(data_dir=store.data_dir, database_url=database_url))
    assert result.key_apart
    key = (store.data_dir / "vault.key").read_bytes()
    assert not [part for part in result.manifest.parts if part.section is Section.KEY]
    assert restore(result.path, Place(data_dir=tmp_path / "other", database_url=another_url())).key_missing
    third = tmp_path / "third"
    third.mkdir(mode=0o700)
    (third / "vault.key").write_bytes(key)
    (third / "vault.key").chmod(0o600)
    url = f"sqlite:///{third}/fushinban.sqlite3" if database_url.startswith("sqlite") else another_url()
    assert not restore(result.path, Place(data_dir=third, database_url=url)).key_missing
    assert Vault(third, {}).get("cameras").secret == SECRET


def test_backups_made_while_others_write_are_whole(
    store: Store, database_url: str, another_url: Callable[[], str], tmp_path: Path
) -> None:
    inspection_id = filled(store)
    stop, errors = threading.Event(), list[BaseException]()

    def write() -> None:
        try:
            number = 0
            while not stop.is_set():
                # Two rows of one piece of work: a backup has both or none.
                with store.together():
                    store.documents.save(
                        samples.SITE.id, f"pair-{number}", "a", tmp_path / "a", "0" * 64, samples.START
                    )
                    store.documents.save(
                        samples.SITE.id, f"pair-{number}", "b", tmp_path / "b", "0" * 64, samples.START
                    )
                number += 1
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    try:
        for number in range(3):
            made = backup(tmp_path / f"b{number}", Wanted(data_dir=store.data_dir, database_url=database_url))
            url = another_url().replace("/other/", f"/other{number}/")
            other = tmp_path / f"other{number}"
            restore(made.path, Place(data_dir=other, database_url=url))
            with open_store(url, data_dir=other) as again:
                documents = again.documents.of(samples.SITE.id)
                assert made.elsewhere == len(documents) - 1
                pairs = [d.inspection for d in documents if d.inspection != inspection_id]
                assert sorted(pairs) == sorted([*dict.fromkeys(pairs)] * 2)
                counts.append(len(pairs))
    finally:
        stop.set()
        writer.join()
    assert errors == []
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_a_place_that_is_not_empty_is_refused_or_moved_aside(tmp_path: Path) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'fushinban.sqlite3'}"
    with open_store(url, data_dir=data) as store:
        filled(store)
        made = backup(tmp_path / "b", Wanted(data_dir=data, database_url=url, with_key=True))
        store.documents.save(samples.SITE.id, "later", "a", tmp_path / "a", "0" * 64, samples.START)
        with pytest.raises(InputError, match="--replace"):
            restore(made.path, Place(data_dir=data, database_url=url))
        with pytest.raises(InputError, match="in use"):
            restore(made.path, Place(data_dir=data, database_url=url, replace=True))
        before = account(store)
    done = restore(made.path, Place(data_dir=data, database_url=url, replace=True))
    assert done.aside is not None
    with open_store(url, data_dir=data) as store:
        assert not store.documents.of(samples.SITE.id, "later")
    with open_store(f"sqlite:///{done.aside / 'fushinban.sqlite3'}", data_dir=done.aside) as store:
        assert account(store) == before
    # What was moved aside is not backed up again and again.
    again = backup(tmp_path / "b2", Wanted(data_dir=data, database_url=url))
    assert not [part.name for part in again.manifest.parts if "before-restore" in part.name]


def test_a_postgresql_database_that_is_not_empty_is_left_alone(
    postgres: object, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url: str = request.getfixturevalue("postgres").database()
    data = tmp_path / "data"
    with open_store(url, data_dir=data) as store:
        filled(store)
        made = backup(tmp_path / "b", Wanted(data_dir=data, database_url=url))
        other = tmp_path / "other"
        with pytest.raises(InputError, match="not empty"):
            restore(made.path, Place(data_dir=other, database_url=url))
        assert list(other.iterdir()) == []
        assert len(store.inspections.list()) == 1
    with pytest.raises(InputError, match="of PostgreSQL"):
        restore(made.path, Place(data_dir=other, database_url=f"sqlite:///{other}/fushinban.sqlite3"))


def test_a_restore_that_fails_at_the_end_puts_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'fushinban.sqlite3'}"
    with open_store(url, data_dir=data) as store:
        filled(store)
        before = account(store)
    made = backup(tmp_path / "b", Wanted(data_dir=data, database_url=url, with_key=True))
    files = _files(data)

    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fushinban.jobs.backup._restore.sync_folder", full)
    with pytest.raises(StoreError, match="cannot be written"):
        restore(made.path, Place(data_dir=data, database_url=url, replace=True))
    assert _files(data) == files
    with open_store(url, data_dir=data) as store:
        assert account(store) == before


def _files(data: Path) -> dict[Path, bytes]:
    """All files but the database, whose journal mode was asked for."""
    found = {path.relative_to(data): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    return {path: content for path, content in found.items() if not path.name.startswith("fushinban.sqlite3")}


def test_a_folder_gives_a_name_and_keeps_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, target = tmp_path / "data", tmp_path / "backups"
    target.mkdir()
    (target / "notes.txt").write_text("mine")
    url = f"sqlite:///{data / 'fushinban.sqlite3'}"
    open_store(url, data_dir=data).close()
    for day in (1, 2, 3):
        monkeypatch.setattr("fushinban.clock.now", lambda day=day: samples.START.replace(day=day))
        made = backup(target, Wanted(data_dir=data, database_url=url, keep=2))
    assert [path.name for path in made.removed] == ["fushinban-20261101-010203.backup"]
    assert sorted(path.name for path in target.iterdir()) == [
        "fushinban-20261102-010203.backup",
        "fushinban-20261103-010203.backup",
        "notes.txt",
    ]


def test_a_file_that_is_there_stays_unless_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'fushinban.sqlite3'}"
    open_store(url, data_dir=data).close()
    target = tmp_path / "b"
    target.write_bytes(b"precious")
    with pytest.raises(InputError, match="--overwrite"):
        backup(target, Wanted(data_dir=data, database_url=url))
    assert target.read_bytes() == b"precious"
    backup(target, Wanted(data_dir=data, database_url=url, overwrite=True))
    assert target.read_bytes().startswith(b"\x1f\x8b")


def test_nothing_to_back_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.sqlite3'}"
    with pytest.raises(InputError, match="no record database"):
        backup(tmp_path / "b", Wanted(data_dir=tmp_path, database_url=url))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_not_taken_for_a_good_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'fushinban.sqlite3'}"
    with open_store(url, data_dir=data) as store:
        filled(store)
        with store._link.connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = data / "fushinban.sqlite3"
    whole = bytearray(file.read_bytes())
    whole[8192:40960] = b"\xa5" * 32768
    file.write_bytes(whole)
    with pytest.raises(StoreError, match="damaged"):
        backup(tmp_path / "b", Wanted(data_dir=data, database_url=url))
    assert not (tmp_path / "b").exists()
    assert not list(data.glob(".backup-*"))


def test_the_pass_phrase_is_in_no_repr() -> None:
    wanted = Wanted(data_dir=Path("d"), database_url="postgres://u:hidden-word@127.0.0.1/x", pass_phrase="hidden words")
    assert "hidden" not in repr(wanted)
