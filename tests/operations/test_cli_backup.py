"""The two commands as a person types them."""

from pathlib import Path

import pytest

from fushinban.cli import main
from fushinban.record.setup import open_store
from fushinban.record.vault import Vault
from record import samples


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    seen = capsys.readouterr()
    return int(end.value.code or 0), seen.out, seen.err


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with open_store(data_dir=folder) as store:
        store.sites.save(samples.SITE, samples.AUTHORISATION)
        store.documents.save(samples.SITE.id, "", "x", tmp_path / "elsewhere.html", "0" * 64, samples.START)
    Vault(folder, {}).put("cameras", "audit", "invented-pass-1947")
    return folder


def test_there_and_back(capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "b.backup", tmp_path / "other"
    code, out, err = run(capsys, "backup", file, "--data", data)
    assert (code, err) == (0, "")
    assert str(file) in out
    assert "帳票 1件は含まれていません" in out
    assert str(data / "vault.key") in out
    code, out, err = run(capsys, "--lang", "en", "restore", file, "--data", other)
    assert (code, err) == (0, "")
    assert "The key that opens the logins is missing" in out
    code, out, err = run(capsys, "--lang", "en", "restore", file, "--data", other)
    assert (code, out) == (2, "")
    assert "--replace" in err
    code, out, _ = run(capsys, "--lang", "en", "restore", file, "--data", other, "--replace")
    assert code == 0
    assert "before-restore-" in out


def test_the_pass_phrase_comes_from_file_or_environment(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "invented words of ours"
    secret = tmp_path / "words"
    secret.write_text(words + "\n")
    file = tmp_path / "b.backup"
    code, out, err = run(capsys, "backup", file, "--data", data, "--with-key", "--pass-phrase-file", secret)
    assert (code, err) == (0, "")
    assert words not in out
    assert "暗号化されていません" not in out
    monkeypatch.setenv("BACKUP_WORDS", words)
    code, _, err = run(capsys, "restore", file, "--data", tmp_path / "o", "--pass-phrase-env", "BACKUP_WORDS")
    assert (code, err) == (0, "")
    assert Vault(tmp_path / "o", {}).get("cameras").secret == "invented-pass-1947"
    code, _, err = run(capsys, "restore", file, "--data", tmp_path / "p", "--pass-phrase-env", "NOT_SET")
    assert code == 2
    assert "NOT_SET" in err


def test_an_open_key_is_warned_of(capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path) -> None:
    code, out, _ = run(capsys, "backup", tmp_path / "b", "--data", data, "--with-key")
    assert code == 0
    assert "暗号化されていません" in out


def test_the_environment_names_the_database(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSHINBAN_DATA", str(data))
    monkeypatch.setenv("FUSHINBAN_DATABASE", f"sqlite:///{data / 'fushinban.sqlite3'}")
    assert run(capsys, "backup", tmp_path / "b")[0] == 0
    monkeypatch.setenv("FUSHINBAN_DATA", str(tmp_path / "new"))
    monkeypatch.setenv("FUSHINBAN_DATABASE", f"sqlite:///{tmp_path / 'apart' / 'records.sqlite3'}")
    assert run(capsys, "restore", tmp_path / "b")[0] == 0
    assert (tmp_path / "apart" / "records.sqlite3").is_file()
    with open_store() as store:
        assert store.sites.get(samples.SITE.id) == samples.SITE
