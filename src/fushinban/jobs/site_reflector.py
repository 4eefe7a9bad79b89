"""`[reflector]` of a site file: which service looks at the site's line from outside."""

import re
from dataclasses import dataclass

from fushinban.errors import InputError
from fushinban.jobs.toml_table import TomlTable
from fushinban.transport.outward import OutwardRules, web_place
from fushinban.transport.reflector import public_key

REFLECTOR_KEYS = ("address", "key", "token")
_SECRET = re.compile(r"vault:[A-Za-z0-9][A-Za-z0-9._-]{0,63}|env:[A-Za-z_][A-Za-z0-9_]{0,99}")
_HERE = re.compile(r"http://(?:127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectorRule:
    """Where the reflector is, its public key (`ed25519:…`), and where the token is kept (`vault:NAME`, `env:NAME`)."""

    address: str
    key: str
    token_ref: str


def rules_for(address: str) -> OutwardRules:
    """A reflector for drills may stand on this machine, without TLS; any other is on the internet and has TLS."""
    return OutwardRules(plain_loopback=_HERE.fullmatch(address) is not None)


def read_reflector(table: TomlTable) -> ReflectorRule | None:
    """The rule of this table; None where it is empty. Raises InputError naming the key."""
    if not table.values:
        return None
    table.only(REFLECTOR_KEYS)
    rule = ReflectorRule(
        address=table.text("address", most=500), key=table.text("key"), token_ref=table.text("token", most=1000)
    )
    if not _SECRET.fullmatch(rule.token_ref):
        raise table.wrong("token", "site.secret-in-clear")
    try:
        web_place(rule.address, rules_for(rule.address))
    except InputError as error:
        raise table.wrong("address", "site.reflector-wrong", problem=error.text) from None
    try:
        public_key(rule.key)
    except InputError as error:
        raise table.wrong("key", "site.reflector-wrong", problem=error.text) from None
    return rule
