"""Evidence files: kept by hash, once, private, and checked."""

import hashlib
import stat
import threading
from pathlib import Path

import pytest

from fushinban.errors import InputError, StoreError
from fushinban.record.evidence import EvidenceFolder
from fushinban.record.files import locked_file

CONTENT = "契約書の写し".encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> EvidenceFolder:
    return EvidenceFolder(tmp_path / "evidence")


def test_a_file_is_kept_once_by_its_hash(folder: EvidenceFolder, tmp_path: Path) -> None:
    source = tmp_path / "契約.pdf"
    source.write_bytes(CONTENT)
    kept = folder.keep_file(source)
    assert (kept.name, kept.digest) == ("契約.pdf", DIGEST)
    assert folder.keep(CONTENT) == DIGEST
    assert folder.path(DIGEST).read_bytes() == CONTENT
    assert [p.name for p in (tmp_path / "evidence").iterdir()] == [DIGEST]
    assert stat.S_IMODE(folder.path(DIGEST).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "evidence").stat().st_mode) == 0o700
    folder.check(DIGEST)


def test_an_altered_or_missing_file_is_told(folder: EvidenceFolder) -> None:
    folder.keep(CONTENT)
    folder.path(DIGEST).write_bytes(b"other")
    with pytest.raises(StoreError, match="no longer has the content"):
        folder.check(DIGEST)
    assert folder.keep(CONTENT) == DIGEST
    folder.check(DIGEST)
    for wrong in ("0" * 64, "../../etc/passwd", "", DIGEST.upper()):
        with pytest.raises(StoreError, match="not on record"):
            folder.check(wrong)


def test_what_cannot_be_read_is_told(folder: EvidenceFolder, tmp_path: Path) -> None:
    for wrong in (tmp_path / "none.pdf", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            folder.keep_file(wrong)


def test_a_file_that_is_too_large_is_refused(
    folder: EvidenceFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fushinban.record.evidence.MOST_BYTES", 5)
    (tmp_path / "big").write_bytes(b"123456")
    with pytest.raises(InputError, match="too large"):
        folder.keep_file(tmp_path / "big")
    assert list((tmp_path / "evidence").iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(
    folder: EvidenceFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        folder.keep(CONTENT)
    assert list((tmp_path / "evidence").iterdir()) == []


def test_a_lock_is_held_by_one_alone(tmp_path: Path) -> None:
    seen = []

    def other() -> None:
        try:
            with locked_file(tmp_path / "lock", seconds=0.1):
                seen.append("entered")
        except StoreError as error:
            seen.append(error.text.en)

    with locked_file(tmp_path / "lock"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    other()
    assert "in use by another process" in seen[0]
    assert seen[1:] == ["entered"]
