"""The vault: secrets come back only with the right key, and never show anywhere else. All logins here are invented."""

import json
import os
import stat
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban.errors import FushinbanError, InputError, StoreError
from fushinban.model.facts import CredentialQuality
from fushinban.record.vault import Vault

SECRET = "invented-Kawa8-Yama!"
QUALITY = CredentialQuality(username="admin", length=20, score=4)


def _key(byte: int) -> dict[str, str]:
    return {"FUSHINBAN_KEY": b64encode(bytes([byte]) * 32).decode()}


def _vault(folder: Path, environ: dict[str, str] | None = None) -> Vault:
    return Vault(folder, environ if environ is not None else {})


def test_a_login_comes_back(tmp_path: Path) -> None:
    put = _vault(tmp_path).put("cam.main", "管理者", SECRET, "見本商店のカメラ", quality=QUALITY)
    vault = _vault(tmp_path)
    got = vault.get("cam.main")
    assert got == put
    assert (got.username, got.secret, got.origin) == ("管理者", SECRET, "vault:cam.main")
    entry = vault.entry("cam.main")
    assert entry.context == "見本商店のカメラ"
    assert entry.quality is not None
    assert (entry.quality.score, entry.quality.fingerprint) == (4, got.fingerprint)


def test_names_and_removal(tmp_path: Path) -> None:
    vault = _vault(tmp_path)
    assert vault.names() == ()
    vault.put("b", "admin", SECRET)
    vault.put("a", "admin", SECRET)
    vault.put("a", "root", SECRET + "2")
    assert vault.names() == ("a", "b")
    assert vault.get("a").username == "root"
    vault.remove("a")
    assert vault.names() == ("b",)
    for action in (vault.get, vault.remove, vault.entry):
        with pytest.raises(InputError, match='no credential "a"'):
            action("a")


def test_files_are_private_and_hold_no_secret(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    vault = _vault(folder)
    credential = vault.put("main", "admin", SECRET, quality=QUALITY)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert SECRET.encode() not in path.read_bytes()
    shown = repr((vault, credential, vault.entry("main"), vault._keys))
    assert SECRET not in shown
    assert (folder / "vault.key").read_text().strip() not in shown
    assert {path.name for path in folder.iterdir()} == {"vault.json", "vault.key", "vault.lock"}


def test_fingerprints_are_keyed(tmp_path: Path) -> None:
    one, two = _vault(tmp_path / "1"), _vault(tmp_path / "2")
    found = one.fingerprint(SECRET)
    assert len(found) == 32
    assert int(found, 16) > 0
    assert one.put("a", "admin", SECRET).fingerprint == found
    assert one.put("b", "other", SECRET).fingerprint == found
    assert one.fingerprint(SECRET + " ") != found
    assert two.fingerprint(SECRET) != found
    assert _vault(tmp_path / "1").fingerprint(SECRET) == found


def test_the_key_may_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(_key(7)["FUSHINBAN_KEY"] + "\n")
    folder = tmp_path / "data"
    _vault(folder, _key(7)).put("a", "admin", SECRET)
    named = {"FUSHINBAN_KEY_FILE": str(tmp_path / "key")}
    assert _vault(folder, named).get("a").secret == SECRET
    assert not (folder / "vault.key").exists()
    both = {**_key(7), "FUSHINBAN_KEY_FILE": "/nowhere"}
    assert _vault(folder, both).get("a").secret == SECRET


def test_a_wrong_key_is_told(tmp_path: Path) -> None:
    _vault(tmp_path, _key(1)).put("a", "admin", SECRET)
    wrong = _vault(tmp_path, _key(2))
    actions: list[Callable[[], object]] = [
        lambda: wrong.get("a"),
        lambda: wrong.put("b", "admin", SECRET),
        lambda: wrong.fingerprint("x"),
    ]
    for action in actions:
        with pytest.raises(StoreError, match="not the one it was made with"):
            action()
    assert _vault(tmp_path, _key(1)).names() == ("a",)


def test_a_lost_key_is_told_and_not_made_anew(tmp_path: Path) -> None:
    _vault(tmp_path).put("a", "admin", SECRET)
    (tmp_path / "vault.key").unlink()
    actions: list[Callable[[], object]] = [
        lambda: _vault(tmp_path).get("a"),
        lambda: _vault(tmp_path).put("b", "admin", SECRET),
    ]
    for action in actions:
        with pytest.raises(StoreError, match="is missing"):
            action()
    assert not (tmp_path / "vault.key").exists()
    _vault(tmp_path).remove("a")
    _vault(tmp_path).put("b", "admin", SECRET)
    assert _vault(tmp_path).get("b").secret == SECRET


@pytest.mark.parametrize("text", ["short", "AAAA", b64encode(bytes(31)).decode(), "é" * 44])
def test_a_key_of_the_wrong_shape_is_told_without_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="FUSHINBAN_KEY is not right") as caught:
        _vault(tmp_path, {"FUSHINBAN_KEY": text}).put("a", "admin", SECRET)
    assert text not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    _vault(tmp_path).put("a", "admin", SECRET)
    (tmp_path / "vault.key").chmod(0o644)
    with pytest.raises(StoreError, match="read by other users"):
        _vault(tmp_path).get("a")


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        _vault(tmp_path, {"FUSHINBAN_KEY_FILE": str(tmp_path / "none")}).fingerprint("x")


def _altered(path: Path, change: Mapping[str, object]) -> None:
    content = json.loads(path.read_text())
    content["entries"]["a"].update(change)
    path.write_text(json.dumps(content))


def test_an_altered_entry_is_told(tmp_path: Path) -> None:
    vault = _vault(tmp_path)
    vault.put("a", "admin", SECRET)
    vault.put("b", "admin", SECRET + "b")
    other = json.loads((tmp_path / "vault.json").read_text())["entries"]["b"]["sealed"]
    for change in (
        {"username": "root"},
        {"sealed": other},
        {"sealed": "AAAA"},
        {"sealed": "not base64"},
        {"sealed": ""},
    ):
        before = (tmp_path / "vault.json").read_bytes()
        _altered(tmp_path / "vault.json", change)
        with pytest.raises(StoreError, match="altered or is damaged") as caught:
            _vault(tmp_path).get("a")
        assert SECRET not in str(caught.value)
        assert _vault(tmp_path).get("b").secret == SECRET + "b"
        (tmp_path / "vault.json").write_bytes(before)


def test_a_newer_vault_is_told(tmp_path: Path) -> None:
    (tmp_path / "vault.json").write_text('{"format": "fushinban-vault", "version": 2}')
    with pytest.raises(StoreError, match="newer version"):
        _vault(tmp_path).names()


@given(st.binary() | st.text().map(str.encode))
@settings(max_examples=60)
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("vault")
    (folder / "vault.json").write_bytes(data)
    with pytest.raises(StoreError, match="cannot be read"):
        _vault(folder, _key(1)).names()


@pytest.mark.parametrize("head", ["[]", "{}", "null", '{"format": "fushinban-vault", "version": 1}', "[" * 100_000])
def test_json_that_is_no_vault_is_refused(tmp_path: Path, head: str) -> None:
    (tmp_path / "vault.json").write_text(head)
    with pytest.raises(StoreError, match="cannot be read"):
        _vault(tmp_path, _key(1)).put("a", "admin", SECRET)
    assert (tmp_path / "vault.json").read_text() == head


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "名前", "x" * 65, "a\n"])
def test_a_name_must_be_plain(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="name of a credential"):
        _vault(tmp_path).put(name, "admin", SECRET)


@pytest.mark.parametrize(
    ("username", "secret"), [("", SECRET), ("admin", ""), ("admin", "a\nb"), ("a\0", SECRET), ("admin", "\ud800")]
)
def test_a_login_must_be_usable(tmp_path: Path, username: str, secret: str) -> None:
    with pytest.raises(InputError, match="User name or password"):
        _vault(tmp_path).put("a", username, secret)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), min_size=1, max_size=100))
@settings(max_examples=25, deadline=None)
def test_any_usable_secret_comes_back(tmp_path_factory: pytest.TempPathFactory, secret: str) -> None:
    folder = tmp_path_factory.mktemp("vault")
    _vault(folder, _key(3)).put("a", "admin", secret)
    assert _vault(folder, _key(3)).get("a").secret == secret


def test_several_processes_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from fushinban.record.vault import Vault\n"
        "for n in range(5): Vault(Path(sys.argv[1])).put(f'{sys.argv[2]}-{n}', 'admin', 'invented-secret')"
    )
    source = str(Path(__file__).resolve().parents[2] / "src")
    environ = {**os.environ, "PYTHONPATH": source}
    started = [subprocess.Popen([sys.executable, "-c", code, tmp_path, str(n)], env=environ) for n in range(4)]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0, 0]
    vault = _vault(tmp_path)
    assert len(vault.names()) == 20
    assert {vault.get(name).secret for name in vault.names()} == {"invented-secret"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = _vault(tmp_path, _key(1))
    vault.put("a", "admin", SECRET)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FushinbanError, match="No space left"):
        vault.put("b", "admin", SECRET)
    monkeypatch.undo()
    assert _vault(tmp_path, _key(1)).names() == ("a",)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
