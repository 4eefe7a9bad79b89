"""Logins as forms give them and lists show them: a device's own, with a router's second password, and for SNMP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from fushinban.errors import InputError
from fushinban.jobs.site_file import CredentialKind
from fushinban.jobs.site_logins import SECRETS
from fushinban.messages import Text, say
from fushinban.model.credential import SnmpHash
from fushinban.web.pages._site_sections import networks_of

#: Stands where the vault's name of a secret will stand.
TO_COME = "vault:to-be-entered"
#: How the algorithms are called (RFC 3414, RFC 7860).
HASHES: Mapping[str, str] = {
    SnmpHash.SHA256.value: "SHA-256", SnmpHash.SHA512.value: "SHA-512", SnmpHash.SHA384.value: "SHA-384",
    SnmpHash.SHA224.value: "SHA-224", SnmpHash.SHA1.value: "SHA-1", SnmpHash.MD5.value: "MD5",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLogin:
    """A login that somebody typed. `row`: its table `[[credential]]`, with `TO_COME` for each secret.

    `secrets`: by the keys of the table; not shown by `repr`.
    """

    row: dict[str, Any]
    secrets: Mapping[str, str]

    def __repr__(self) -> str:
        return f"GivenLogin({self.row!r})"

    @property
    def title(self) -> str:
        """Whose login it is, as the vault notes it."""
        return title_of(self.row)


def given_login(given: QueryDict) -> GivenLogin:
    """The login in a form. Raises InputError for a user of SNMPv3 without a name."""
    match = "".join(networks_of(given.get("match", ""))[:1])
    username, secret = given.get("username", "").strip(), given.get("secret", "")
    row: dict[str, Any] = {"match": match, "username": username, "secret": TO_COME}
    secrets = {"secret": secret}
    if given.get("kind") != CredentialKind.SNMP.value:
        second = "administrator"
        if given.get("clear_text"):
            row["clear_text"] = True
    else:
        second = "privacy"
        row["kind"] = CredentialKind.SNMP.value
        if given.get("version") != "3":
            return GivenLogin(row=_community(row), secrets={"secret": given.get("community", "")})
        if not username:
            raise InputError(say("page_logins.no-user"))
        row["digest"] = given.get("digest", "")[:20]
    if given.get(second):
        row[second], secrets[second] = TO_COME, given.get(second, "")
    return GivenLogin(row=row, secrets=secrets)


def _community(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "username"}


def is_snmp(row: Mapping[str, Any]) -> bool:
    """Whether a rule is for SNMP."""
    return row.get("kind") == CredentialKind.SNMP.value


def title_of(row: Mapping[str, Any]) -> str:
    """Whose login it is, as lists show it; a community of SNMP is nobody's."""
    return f"{'SNMP ' if is_snmp(row) else ''}{row.get('username', '')}".strip()


def refs_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Where each secret of a rule is, by its key; empty where it has to be entered yet."""
    return {key: row[key] for key in SECRETS if key in row}


def traits_of(row: Mapping[str, Any]) -> tuple[Text, ...]:
    """What else can be said of a login; never of its secrets."""
    if not is_snmp(row):
        return (say("page_logins.has-administrator"),) if "administrator" in row else ()
    if not row.get("username"):
        return (say("page_logins.is-v2c"),)
    digest = HASHES.get(row.get("digest", SnmpHash.SHA1.value), "")
    return (say("page_logins.is-v3-private" if "privacy" in row else "page_logins.is-v3", digest=digest),)


def warnings_of(row: Mapping[str, Any]) -> tuple[Text, ...]:
    """What about a login lets others on the network listen."""
    return (say("page_logins.is-clear-text"),) if row.get("clear_text") else ()


def weak_words(weak: Sequence[tuple[str, Text]]) -> tuple[Text, ...]:
    """What is weak about the secrets of a login, each with the name of the secret where it is not the usual one."""
    return tuple(
        text if key == "secret" else say("page_logins.weak-one", which=say(f"page_logins.secret-{key}"), text=text)
        for key, text in weak
    )
