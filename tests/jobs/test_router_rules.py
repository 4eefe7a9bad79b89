"""`administrator` and `clear_text` of a router's login: read, refused, written again, and given to the session."""

import json
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from fushinban.errors import InputError
from fushinban.jobs.logins import check_secrets, logins_for
from fushinban.jobs.site_file import SiteFile, site_of
from fushinban.jobs.site_setup import export_toml
from fushinban.jobs.toml_table import parse_toml
from fushinban.model.device import Device, Target
from fushinban.record.vault import Vault

SITE = """
[site]
id = "s"
name = "駅前店"
[authorisation]
by = "店主"
from = 2026-01-01
until = 2099-12-31
networks = ["192.0.2.0/24"]
[[credential]]
match = "192.0.2.0/24"
username = "audit"
secret = "env:FIRST"
"""
ABOVE = 'administrator = "env:SECOND"\nclear_text = true\n'
ENVIRON = {"FIRST": "Invented-Suzu-41", "SECOND": "Invented-Kane-52"}
ROUTER = Device(id="r", site="s", target=Target(address="192.0.2.1"))


def read(text: str, environ: dict[str, str] = ENVIRON) -> SiteFile:
    return site_of(parse_toml(text.encode(), "SITE.toml"), environ, need_secrets=True)


def test_both_passwords_reach_the_session_and_no_text(tmp_path: Path) -> None:
    site_file = read(SITE + ABOVE)
    (rule,) = site_file.credentials
    assert rule.refs == ("env:FIRST", "env:SECOND")
    login = logins_for((ROUTER,), site_file.credentials, site_file.site, Vault(tmp_path), ENVIRON)["r"].credential
    assert (login.secret, login.administrator, login.clear_text) == (ENVIRON["FIRST"], ENVIRON["SECOND"], True)
    assert login.origin == "env:FIRST env:SECOND"
    assert not [word for word in ENVIRON.values() if word in repr(login)]


def test_nothing_leaves_in_clear_text_unless_it_is_said(tmp_path: Path) -> None:
    site_file = read(SITE)
    login = logins_for((ROUTER,), site_file.credentials, site_file.site, Vault(tmp_path), ENVIRON)["r"].credential
    assert (login.administrator, login.clear_text) == ("", False)


def test_they_are_written_again_as_they_were_read() -> None:
    site_file = read(SITE + ABOVE)
    again = read(export_toml(site_file))
    assert again.credentials == site_file.credentials


@pytest.mark.parametrize(
    "text",
    [
        SITE + 'administrator = "Invented-Kane-52"\n',
        SITE + 'clear_text = "yes"\n',
        SITE + 'kind = "snmp"\n' + ABOVE,
        SITE + 'administrator = "env:NOBODY_SET_THIS"\n',
    ],
)
def test_what_is_wrong_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert ENVIRON["SECOND"] not in caught.value.text.en


def test_a_missing_second_password_is_told_before_the_network(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        check_secrets(read(SITE + ABOVE).credentials, Vault(tmp_path), {"FIRST": "x"})


def test_the_schema_knows_them() -> None:
    schema = json.loads((resources.files("fushinban.jobs") / "schemas" / "site.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)
    rule = {"match": "192.0.2.0/24", "username": "audit", "secret": "env:FIRST", "clear_text": True}
    site = {
        "site": {"id": "s", "name": "n"},
        "authorisation": {"by": "b", "from": "2026-01-01", "until": "2099-12-31", "networks": ["192.0.2.0/24"]},
    }
    assert validator.is_valid({**site, "credential": [{**rule, "administrator": "vault:router"}]})
    assert not validator.is_valid({**site, "credential": [{**rule, "administrator": "in clear"}]})
    assert not validator.is_valid({**site, "credential": [{**rule, "kind": "snmp"}]})
