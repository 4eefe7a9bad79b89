"""`[[credential]] kind = "snmp"`: read, refused, written again, and turned into what sessions ask with."""

import json
from dataclasses import replace
from importlib import resources
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fushinban.errors import InputError
from fushinban.jobs.logins import check_secrets, logins_for, snmp_for
from fushinban.jobs.site_file import CredentialKind, CredentialRule, SiteFile, site_of
from fushinban.jobs.site_logins import context_of, usable
from fushinban.jobs.site_setup import export_toml
from fushinban.jobs.toml_table import parse_toml
from fushinban.model.credential import SnmpHash
from fushinban.model.device import Device, Target
from fushinban.model.site import Site, SiteKind
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
"""
COMMUNITY = '[[credential]]\nkind = "snmp"\nmatch = "192.0.2.0/24"\nsecret = "env:COMMUNITY"\n'
USER = """
[[credential]]
kind = "snmp"
match = "192.0.2.1"
username = "kanshi"
secret = "vault:proof"
privacy = "vault:cover"
digest = "sha256"
"""
LOGIN = '[[credential]]\nmatch = "192.0.2.0/24"\nusername = "audit"\nsecret = "env:PASSWORD"\n'
ENVIRON = {"COMMUNITY": "invented-community", "PASSWORD": "Invented-Suzu-41"}
PLACE = Site(id="s", name="駅前店", customer="みなと", kind=SiteKind.SHOP)


def read(text: str) -> SiteFile:
    return site_of(parse_toml((SITE + text).encode(), "SITE.toml"), ENVIRON)


def device(address: str) -> Device:
    return Device(id=address, site="s", target=Target(address=address))


def test_a_community_and_a_user_stand_beside_the_login_of_the_same_network() -> None:
    login, community, user = read(LOGIN + COMMUNITY + USER).credentials
    assert (login.kind, login.title) == (CredentialKind.LOGIN, "audit")
    assert (community.kind, community.username, community.title) == (CredentialKind.SNMP, "", "SNMP")
    assert (user.username, user.digest, user.title) == ("kanshi", SnmpHash.SHA256, "SNMP kanshi")
    assert user.refs == ("vault:proof", "vault:cover")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (COMMUNITY + COMMUNITY, "there is also number 1"),
        (COMMUNITY + 'privacy = "env:COMMUNITY"\n', "for a user of SNMPv3 only"),
        (COMMUNITY + 'digest = "sha1"\n', "for a user of SNMPv3 only"),
        (LOGIN + 'digest = "sha1"\n', "for a user of SNMPv3 only"),
        (COMMUNITY.replace("env:COMMUNITY", "public"), "cannot be written in this file"),
        (COMMUNITY + 'password = "public"\n', "cannot be written in this file"),
        (USER.replace("vault:cover", "cover"), "cannot be written in this file"),
        (USER.replace("sha256", "des"), "sha256"),
        (USER.replace("kanshi", "k" * 33), "32"),
        (LOGIN.replace('username = "audit"\n', ""), "username"),
        (COMMUNITY.replace("snmp", "telnet"), "snmp"),
    ],
)
def test_what_is_wrong_is_told(text: str, says: str) -> None:
    with pytest.raises(InputError, match=r"line \d+, credential\[\d\]\.") as caught:
        read(text)
    assert says in str(caught.value)


def test_it_is_written_as_it_is_read_and_fits_the_schema() -> None:
    site_file = read(LOGIN + COMMUNITY + USER)
    text = export_toml(site_file)
    again = site_of(parse_toml(text.encode(), "SITE.toml"), ENVIRON)
    assert again.credentials == site_file.credentials
    file = resources.files("fushinban.jobs") / "schemas" / "site.schema.json"
    validator = Draft202012Validator(json.loads(file.read_text(encoding="utf-8")))
    values: Any = json.loads(json.dumps(parse_toml(text.encode(), "x").values, default=lambda d: d.isoformat()))
    assert list(validator.iter_errors(values)) == []
    for wrong in ({"digest": "sha1"}, {"privacy": "vault:x"}):
        values["credential"][1] |= wrong
        assert list(validator.iter_errors(values)), wrong


def test_each_kind_of_rule_gives_its_own(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put("proof", "-", "invented-proof-1")
    vault.put("cover", "-", "invented-cover-1")
    rules = read(LOGIN + COMMUNITY + USER).credentials
    devices = [device("192.0.2.1"), device("192.0.2.9"), device("198.51.100.1")]
    logins = logins_for(devices, rules, PLACE, vault, ENVIRON)
    access = snmp_for(devices, rules, vault, ENVIRON)
    assert {d: login.credential.username for d, login in logins.items()} == dict.fromkeys(
        ("192.0.2.1", "192.0.2.9"), "audit"
    )
    assert set(access) == {"192.0.2.1", "192.0.2.9"}
    assert (access["192.0.2.9"].version, access["192.0.2.9"].secret) == ("2c", "invented-community")
    user = access["192.0.2.1"]
    assert (user.version, user.username, user.digest) == ("3", "kanshi", SnmpHash.SHA256)
    assert (user.secret, user.privacy) == ("invented-proof-1", "invented-cover-1")
    assert user.origin == "vault:proof vault:cover"
    for secret in ("invented-proof-1", "invented-cover-1", "invented-community"):
        assert secret not in repr(access)


def test_secrets_that_are_nowhere_are_named_before_a_packet_leaves(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    with pytest.raises(InputError, match="COMMUNITY"):
        check_secrets(read(COMMUNITY).credentials, vault, {})
    vault.put("proof", "-", "invented-proof-1")
    with pytest.raises(InputError, match="cover"):
        check_secrets(read(USER).credentials, vault, {})


def test_a_site_may_not_name_another_sites_secret_for_encryption(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put("own", "-", "invented-own-1", context_of("s"))
    vault.put("foreign", "-", "invented-foreign-1", context_of("t"))
    rule = CredentialRule(
        match=ip_network("192.0.2.1/32"), kind=CredentialKind.SNMP, username="kanshi", secret_ref="vault:own",
        privacy_ref="vault:foreign",
    )  # fmt: skip
    assert usable(vault, "s", [rule], (), all_logins=False) == ((), (rule,))
    own = replace(rule, privacy_ref="vault:own")
    assert usable(vault, "s", [own], (), all_logins=False) == ((own,), ())
