"""Backup files from strangers, damaged ones and full disks: refused in one sentence, and nothing is changed."""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fushinban import __version__, clock
from fushinban.errors import InputError
from fushinban.jobs.backup import Place, Wanted, backup, restore, verify
from fushinban.jobs.backup._archive import ArchiveWriter, check_name
from fushinban.jobs.backup._pg_schema import check_statement
from fushinban.jobs.backup._sealed import Sealer, Unsealer
from fushinban.jobs.backup.values import ABOUT, MANIFEST, SQLITE_PART, About, Engine, Manifest, Section
from fushinban.record.codec import encode
from fushinban.record.setup import open_store
from record import samples

NOTHING = "Nothing was restored"


@pytest.fixture(autouse=True)
def quick_pass_phrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each guess would take half a second, and so does each test."""
    monkeypatch.setattr("fushinban.jobs.backup._sealed._COST", 2**10)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'fushinban.sqlite3'}"
    with open_store(url, data_dir=data) as store:
        store.sites.save(samples.SITE, samples.AUTHORISATION)
        store.evidence.keep(os.urandom(300_000))
    return backup(tmp_path / "good.backup", Wanted(data_dir=data, database_url=url)).path


def _refused(file: Path, target: Path, match: str, pass_phrase: str | None = None) -> None:
    place = Place(data_dir=target, database_url=f"sqlite:///{target / 'fushinban.sqlite3'}")
    with pytest.raises(InputError, match=match) as caught:
        restore(file, place, pass_phrase)
    assert caught.value.text.ja != caught.value.text.en
    assert not target.exists()


def _about(**changes: Any) -> About:
    about = About(
        program=__version__, made_at=clock.now(), engine=Engine.SQLITE, schema=("0001_initial",), data_dir="/x",
        keyed=False, with_key=False,
    )  # fmt: skip
    return replace(about, **changes)


def _archive(tmp_path: Path, about: About, write: Callable[[ArchiveWriter, io.BytesIO], None]) -> Path:
    stream = io.BytesIO()
    archive = ArchiveWriter(stream)
    archive.add_bytes(ABOUT, Section.OTHER, encode(about).encode())
    write(archive, stream)
    archive.add_bytes(MANIFEST, Section.OTHER, encode(Manifest(about=about, parts=tuple(archive.parts))).encode())
    archive.end()
    path = tmp_path / "made.backup"
    path.write_bytes(gzip.compress(stream.getvalue(), 9))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "data/../../evil", "/etc/passwd", "data//x", "data/./x", "data/", "other/x", "data/a\\..\\b",
        "data/a\nb", "database/../x", "data/" + "x" * 300, "data/..", "", "about.json/x",
    ],
)  # fmt: skip
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    file = _archive(tmp_path, _about(), lambda archive, _: archive.add_bytes(name, Section.OTHER, b"evil"))
    _refused(file, tmp_path / "target", NOTHING)
    assert not (tmp_path / "evil").exists()


@given(st.text(max_size=60))
def test_no_accepted_name_leads_out(name: str) -> None:
    for given_name in (name, "data/" + name):
        try:
            check_name(given_name)
        except InputError:
            continue
        path = os.path.normpath(os.path.join("/restore", given_name))  # noqa: PTH118 - the point of the test
        assert path.startswith("/restore/")
        assert path == "/restore/" + given_name


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE,
     tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, tarfile.XHDTYPE, tarfile.XGLTYPE, b"Z"],
)  # fmt: skip
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    def write(_: ArchiveWriter, stream: io.BytesIO) -> None:
        info = tarfile.TarInfo("data/link")
        info.type, info.linkname = kind, "/etc/passwd"
        stream.write(info.tobuf(tarfile.GNU_FORMAT))

    _refused(_archive(tmp_path, _about(), write), tmp_path / "target", NOTHING)


def test_a_bomb_is_refused_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = 64 * 1024**2
    monkeypatch.setattr("fushinban.jobs.backup._restore._USUAL_BYTES", usual)  # as a real one would take seconds

    class Zeros:
        def read(self, size: int, /) -> bytes:
            return bytes(size)

    about, path = _about(), tmp_path / "bomb.backup"
    with gzip.open(path, "wb", compresslevel=9) as stream:
        archive = ArchiveWriter(stream)  # type: ignore[arg-type] # a stream that can be written
        archive.add_bytes(ABOUT, Section.OTHER, encode(about).encode())
        archive.add("data/zeros", Section.OTHER, usual + 1, Zeros())
        manifest = Manifest(about=about, parts=tuple(archive.parts))
        archive.add_bytes(MANIFEST, Section.OTHER, encode(manifest).encode())
        archive.end()
    assert path.stat().st_size < 200_000
    _refused(path, tmp_path / "target", "no real backup")


def test_a_header_that_promises_too_long_a_name_costs_nothing(tmp_path: Path) -> None:
    def write(_: ArchiveWriter, stream: io.BytesIO) -> None:
        info = tarfile.TarInfo("././@LongLink")
        info.type, info.size = tarfile.GNUTYPE_LONGNAME, 8 * 1024**4
        stream.write(info.tobuf(tarfile.GNU_FORMAT))

    _refused(_archive(tmp_path, _about(), write), tmp_path / "target", NOTHING)


@pytest.mark.parametrize("changes", [{"version": 2}, {"program": "99.0.0"}, {"schema": ("0001_initial", "9999_later")}])
def test_a_newer_backup_is_refused_in_one_sentence(tmp_path: Path, changes: dict[str, Any]) -> None:
    file = _archive(
        tmp_path, _about(**changes), lambda archive, _: archive.add_bytes(SQLITE_PART, Section.DATABASE, b"")
    )
    _refused(file, tmp_path / "target", "newer version")


def test_a_newer_layout_of_the_description_is_refused_too(tmp_path: Path) -> None:
    stream = io.BytesIO()
    archive = ArchiveWriter(stream)
    later = {**json.loads(encode(_about())), "something_new": 1}
    archive.add_bytes(ABOUT, Section.OTHER, json.dumps(later).encode())
    archive.end()
    path = tmp_path / "later"
    path.write_bytes(gzip.compress(stream.getvalue()))
    _refused(path, tmp_path / "target", "newer version")


def test_what_is_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for content, match in ((b"", "no backup file"), (b"hello", "no backup file"), (gzip.compress(b"x"), "too early")):
        path.write_bytes(content)
        _refused(path, tmp_path / "target", match)
    _refused(tmp_path / "none", tmp_path / "target", "none")


def test_every_damage_is_noticed(made: Path, tmp_path: Path) -> None:
    whole = made.read_bytes()
    path, plain, noticed = tmp_path / "damaged", gzip.decompress(whole), 0
    for place in range(12, len(whole) - 9, max(1, len(whole) // 60)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            verify(path)
        except InputError:
            noticed += 1
        else:  # a bit that the compression does not use: what is inside is as it was
            assert gzip.decompress(path.read_bytes()) == plain
    assert noticed > 50
    for end in (20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        with pytest.raises(InputError):
            verify(path)
    path.write_bytes(whole)
    assert verify(path).parts


def test_an_altered_part_is_noticed_though_the_file_is_well_formed(made: Path, tmp_path: Path) -> None:
    plain = bytearray(gzip.decompress(made.read_bytes()))
    place = plain.index(b"SQLite format 3\0") + 2000
    plain[place] ^= 1
    path = tmp_path / "altered"
    path.write_bytes(gzip.compress(bytes(plain)))
    _refused(path, tmp_path / "target", "damaged or was altered")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=2000), zipped=st.booleans())
def test_any_bytes_are_refused_with_a_sentence(tmp_path: Path, content: bytes, zipped: bool) -> None:
    path = tmp_path / "any"
    path.write_bytes(gzip.compress(content) if zipped else b"\x1f\x8b" + content)
    with pytest.raises(InputError):
        verify(path)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=1500))
def test_any_tar_is_refused_with_a_sentence(content: bytes) -> None:
    head = tarfile.TarInfo("data/x")
    head.size = len(content)
    block = bytearray(head.tobuf(tarfile.GNU_FORMAT))
    block[: min(len(content), 512)] = content[:512]
    from fushinban.jobs.backup._archive import members

    def read() -> list[str]:
        return [member.finish() for member in members(io.BytesIO(bytes(block) + content))]

    with pytest.raises(InputError):
        read()


def test_a_sealed_backup_opens_for_its_pass_phrase_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'fushinban.sqlite3'}"
    with open_store(url, data_dir=data) as store:
        store.sites.save(samples.SITE, samples.AUTHORISATION)
        store.evidence.keep(os.urandom(700_000))
    path = backup(tmp_path / "s", Wanted(data_dir=data, database_url=url, pass_phrase="invented words of ours")).path
    whole = path.read_bytes()
    _refused(path, tmp_path / "target", "encrypted")
    _refused(path, tmp_path / "target", "pass phrase is wrong", "other words of theirs")
    for change in (whole[:-1], whole[:-300_000], whole + b"x", whole[:400_000] + b"\0" + whole[400_001:]):
        (tmp_path / "t").write_bytes(change)
        _refused(tmp_path / "t", tmp_path / "target", NOTHING, "invented words of ours")
    assert verify(path, "invented words of ours").about.engine is Engine.SQLITE


def test_chunks_cannot_change_places() -> None:
    target = io.BytesIO()
    with Sealer(target, "invented words of ours") as sealer:
        sealer.write(bytes(256 * 1024) + b"\1" * 256 * 1024 + b"\2")
    sealed = target.getvalue()
    head, chunk = 21 + 16 + 7, 4 + 256 * 1024 + 16
    first, second, rest = (
        sealed[head : head + chunk],
        sealed[head + chunk : head + 2 * chunk],
        sealed[head + 2 * chunk :],
    )
    for body in (second + first + rest, first + rest, first + second, first + first + rest):
        with pytest.raises(InputError):
            Unsealer(io.BytesIO(sealed[:head] + body), "invented words of ours").readall()
    assert len(Unsealer(io.BytesIO(sealed), "invented words of ours").readall()) == 2 * 256 * 1024 + 1


@pytest.mark.parametrize("pass_phrase", ["short", "aaaaaaaaaaaaaaaa", "ababababababab"])
def test_weak_pass_phrases_are_refused(tmp_path: Path, pass_phrase: str) -> None:
    with pytest.raises(InputError, match="pass phrase"):
        backup(tmp_path / "b", Wanted(data_dir=tmp_path, database_url="sqlite:////none", pass_phrase=pass_phrase))


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE x", "COPY x TO PROGRAM 'id'", "CREATE EXTENSION x", "ALTER TABLE x OWNER TO y", "SELECT 1",
        "CREATE OR REPLACE FUNCTION f() RETURNS int\n LANGUAGE c\nAS 'x'", "ALTER SYSTEM SET x = 1", "CREATE ROLE x",
        "CREATE OR REPLACE FUNCTION f() RETURNS int\n LANGUAGE sql\n SECURITY DEFINER AS 'x'",
    ],
)  # fmt: skip
def test_statements_that_no_backup_holds_are_refused(statement: str) -> None:
    with pytest.raises(InputError):
        check_statement(statement)


def test_nothing_can_be_hung_on_behind_a_statement(postgres: Any) -> None:
    import psycopg

    with psycopg.connect(postgres.database()) as connection, pytest.raises(psycopg.errors.SyntaxError):
        connection.execute("CREATE TABLE a (b int); DROP TABLE a", prepare=True)


def test_a_full_disk_leaves_no_file(made: Path, tmp_path: Path) -> None:
    """The limit of file sizes stands for a full disk: writing fails in the middle, as it does there."""
    code = """
        import resource, signal, sys
        from pathlib import Path
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
        from fushinban.cli import main
        main(["--lang", "en", "backup", sys.argv[1], "--data", sys.argv[2]])
    """
    for limit in (200_000, 60_000):
        ended = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), tmp_path / "full.backup", tmp_path / "data", str(limit)],
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert ended.returncode == 3, ended.stderr
        assert ended.stderr.count("\n") == 1
        assert "is full" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "good.backup"]
        assert not list((tmp_path / "data").glob(".backup-*"))
