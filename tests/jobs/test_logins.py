"""Which login a device gets, and what is said of its password."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from fushinban.errors import InputError
from fushinban.jobs.logins import Rules, logins_for
from fushinban.jobs.site_file import CredentialRule
from fushinban.model.device import Device, Target
from fushinban.model.site import Site, SiteKind
from fushinban.record.vault import Vault

SITE = Site(id="s", name="駅前店", customer="みなと", kind=SiteKind.SHOP)
STRONG = "Hagoromo-vK7-Rondo-52"  # invented


def device(address: str, **more: str) -> Device:
    return Device(id=address, site="s", target=Target(address=address), **more)


def rule(network: str, secret: str, username: str = "audit") -> CredentialRule:
    return CredentialRule(match=ip_network(network), username=username, secret_ref=secret)


def test_the_most_exact_rule_wins() -> None:
    rules = (rule("192.0.2.0/24", "env:A"), rule("192.0.2.7/32", "env:B"), rule("2001:db8::/64", "env:C"))
    assert Rules(rules).of(device("192.0.2.7")) is rules[1]
    assert Rules(rules).of(device("192.0.2.8")) is rules[0]
    assert Rules(rules).of(device("2001:db8::9")) is rules[2]
    assert Rules(rules).of(device("198.51.100.1")) is None


def test_a_secret_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="MISSING"):
        logins_for([device("192.0.2.7")], [rule("192.0.2.0/24", "env:MISSING")], SITE, Vault(tmp_path), {})


def test_a_login_of_the_vault_takes_the_account_of_the_rule(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put("cams", "someone", STRONG)
    login = logins_for([device("192.0.2.7")], [rule("192.0.2.0/24", "vault:cams")], SITE, vault, {})["192.0.2.7"]
    assert (login.credential.username, login.credential.secret) == ("audit", STRONG)
    assert STRONG not in repr(login)


def test_the_same_password_on_several_devices_is_seen(tmp_path: Path) -> None:
    devices = [device(f"192.0.2.{n}") for n in (1, 2, 3)]
    rules = [rule("192.0.2.0/24", "env:A"), rule("192.0.2.3/32", "env:B")]
    logins = logins_for(devices, rules, SITE, Vault(tmp_path), {"A": STRONG, "B": "Koharu-Bolero-Zd8-36"})
    shared = {d.id: logins[d.id].quality(d).shared_with for d in devices}
    assert shared == {"192.0.2.1": 1, "192.0.2.2": 1, "192.0.2.3": 0}


def test_the_factory_default_is_known_once_the_maker_is(tmp_path: Path) -> None:
    login = logins_for(
        [device("192.0.2.1")], [rule("192.0.2.0/24", "env:A", "admin")], SITE, Vault(tmp_path),
        {"A": "asagiri-lab-default"},
    )["192.0.2.1"]  # fmt: skip
    quality = login.quality(device("192.0.2.1", maker="Asagiri Denki", model="AG-210"))
    assert quality.factory_default
    assert "asagiri-lab-default" not in repr(quality)
