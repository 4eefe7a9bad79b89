"""The whole way: a site file, a real reflector, what is kept, and what is told when there is none."""

import subprocess
import sys
from pathlib import Path

import pytest

from fushinban.errors import InputError, OutOfScope
from fushinban.jobs.outside import look_from_outside
from fushinban.jobs.site_file import site_of
from fushinban.jobs.site_setup import export_toml, load_setup, save_setup
from fushinban.jobs.toml_table import parse_toml
from fushinban.record.setup import open_store
from fushinban.record.vault import Vault
from fushinban.reflector.guests import GuestBook
from fushinban.reflector.service import Reflector
from reflector.test_reflector import LOOPBACK, line, serving

SITE = """
[site]
id = "minato"
name = "みなと商店（見本）"
[authorisation]
by = "店主（見本）"
from = 2026-01-01
until = {until}
networks = ["192.0.2.0/24"]
"""


def site_text(address: str, key: str, *, until: str = "2099-01-01", token: str = "env:TEST_TOKEN") -> str:
    return SITE.format(until=until) + f'[reflector]\naddress = "{address}"\nkey = "{key}"\ntoken = "{token}"\n'


def read(text: str):  # type: ignore[no-untyped-def]  # a site file
    return site_of(parse_toml(text.encode(), "SITE.toml"), {})


def test_a_look_is_asked_believed_and_kept(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    token = GuestBook(there).add("Minato")
    with line() as inside:
        app = Reflector(there, LOOPBACK, (inside.camera, inside.closed))
        with serving(app) as address, open_store(data_dir=here) as store:
            site_file = read(site_text(address, app.signer.public))
            result = look_from_outside(site_file, store, Vault(here), {"TEST_TOKEN": token})
            assert [(look.family, look.address) for look in result.looks] == [(4, "127.0.0.1")]
            assert set(result.missing) == {6}
            assert store.outside.last("minato", 4) == result.looks[0]
            assert [p.port for p in result.looks[0].seen.open] == [inside.camera]
            wrong = look_from_outside(site_file, store, Vault(here), {"TEST_TOKEN": "invented"})
            assert wrong.looks == ()
            assert "合い言葉" in wrong.missing[4].ja
            with pytest.raises(InputError):
                look_from_outside(site_file, store, Vault(here), {})
            over = read(site_text(address, app.signer.public, until="2026-02-01"))
            with pytest.raises(OutOfScope):
                look_from_outside(over, store, Vault(here), {"TEST_TOKEN": token})
            with pytest.raises(InputError):
                look_from_outside(read(SITE.format(until="2099-01-01")), store, Vault(here), {})


def test_the_rule_survives_the_store_and_the_file(tmp_path: Path) -> None:
    key = Reflector(tmp_path).signer.public
    site_file = read(site_text("https://reflector.example", key))
    assert read(export_toml(site_file)).reflector == site_file.reflector
    with open_store(data_dir=tmp_path / "here") as store:
        save_setup(store, site_file, 0)
        assert load_setup(store, "minato").reflector == site_file.reflector


@pytest.mark.parametrize(
    "change",
    [
        ('token = "env:TEST_TOKEN"', 'token = "the token itself"'),
        ('address = "https', 'address = "ftp'),
        ('address = "https://reflector.example', 'address = "http://reflector.example'),
        ('address = "https://reflector.example', 'address = "https://192.168.1.1'),
        ("ed25519:", "rsa:"),
        ("token =", "secret ="),
    ],
)
def test_a_wrong_rule_is_one_sentence_with_its_key(tmp_path: Path, change: tuple[str, str]) -> None:
    text = site_text("https://reflector.example", Reflector(tmp_path).signer.public)
    with pytest.raises(InputError) as error:
        read(text.replace(*change))
    assert "reflector" in str(error.value)
    assert "the token itself" not in str(error.value)


def test_tokens_are_issued_by_the_command(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "fushinban", "--lang", "en", "reflector", "--data", str(tmp_path), *words]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)

    first = run("--new-token", "Minato")
    assert first.returncode == 0
    assert "shown here only" in first.stdout
    again = run("--new-token", "Minato")
    assert again.returncode == 2
    assert "taken" in again.stderr
    assert run("--remove-token", "Minato").returncode == 0
    assert run("--listen", "0.0.0.0:0").returncode == 2  # nothing would be encrypted


@pytest.mark.parametrize(("name", "context"), [("theirs", "site:other"), ("webhook.1", "")])
def test_a_secret_of_somebody_else_never_leaves(tmp_path: Path, name: str, context: str) -> None:
    key, vault = Reflector(tmp_path).signer.public, Vault(tmp_path)
    vault.put(name, "reflector", "invented-secret", context)
    site_file = read(site_text("http://127.0.0.1:9", key, token=f"vault:{name}"))
    with open_store(data_dir=tmp_path / "here") as store, pytest.raises(InputError) as error:
        look_from_outside(site_file, store, vault, {})
    assert "送りません" in error.value.text.ja
