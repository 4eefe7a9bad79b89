"""Logins of a site as the console keeps them: whose they are, which a site may use, how good they are at entry."""

import re
import secrets
from collections.abc import Iterable, Mapping

from fushinban.errors import InputError
from fushinban.jobs.site_file import CredentialRule
from fushinban.jobs.site_reflector import ReflectorRule, rules_for
from fushinban.model.facts import CredentialQuality
from fushinban.model.site import Site
from fushinban.model.text import Text, say
from fushinban.record.vault import INTERNAL, Vault, VaultEntry, check_login, is_internal

#: How the vault notes that a login belongs to one site.
_SITE = "site:"
_VAULT = "vault:"
#: Under this name the vault keeps tokens of reflectors, which are sent to whatever address a site names.
_REFLECTOR = "reflector"
#: The keys of a rule that name secrets.
SECRETS = ("secret", "administrator", "privacy")


def context_of(site_id: str) -> str:
    """The vault's note for a login of this site."""
    return f"{_SITE}{site_id}"


def site_of(context: str) -> str | None:
    """The site to which the vault's note says that a login belongs; None: to the whole organisation."""
    return context.removeprefix(_SITE) if context.startswith(_SITE) else None


def names(vault: Vault) -> tuple[str, ...]:
    """The names of all logins that people keep, in order."""
    return tuple(name for name in vault.names() if not is_internal(name))


def check_name(name: str) -> None:
    """Raises InputError for a name that the program keeps for itself."""
    if is_internal(name):
        raise InputError(say("record.vault-internal-name", start=INTERNAL))


def entry_of(vault: Vault, secret_ref: str) -> VaultEntry | None:
    """What the vault says openly of a login that a rule names; None where it is not there (or nobody's to use)."""
    source, _, name = secret_ref.partition(":")
    if source != "vault" or is_internal(name):
        return None
    try:
        return vault.entry(name)
    except InputError:
        return None


def owned_by(vault: Vault, secret_ref: str, site_id: str) -> bool:
    """Whether a rule names a login of the vault that belongs to this site alone."""
    entry = entry_of(vault, secret_ref)
    return entry is not None and entry.context == context_of(site_id)


def usable(
    vault: Vault,
    site_id: str,
    wanted: Iterable[CredentialRule],
    known: Iterable[CredentialRule],
    *,
    all_logins: bool,
    to_come: bool = False,
) -> tuple[tuple[CredentialRule, ...], tuple[CredentialRule, ...]]:
    """Rules that a site may have when a person brings them in a file, and those whose secret has to be entered anew.

    What the site uses already stays. Otherwise a login must be the site's own, or the person must manage all logins:
    nobody may have another customer's login sent to devices of their own. Variables of our environment are never taken.
    `to_come`: who manages all logins may name one that is put into the vault later.
    """
    before = {ref for rule in known for ref in rule.refs}
    good, other = list[CredentialRule](), list[CredentialRule]()
    for rule in wanted:
        allowed = all(
            ref in before
            or owned_by(vault, ref, site_id)
            or (all_logins and (entry_of(vault, ref) is not None or (to_come and _nameable(ref))))
            for ref in rule.refs
        )
        (good if allowed else other).append(rule)
    return tuple(good), tuple(other)


def reflector_usable(
    vault: Vault, site_id: str, wanted: ReflectorRule | None, known: ReflectorRule | None, *, all_logins: bool
) -> bool:
    """Whether a site may have this reflector when a person brings it in a file.

    Its token is sent to its address: whoever could name any secret of ours there, or a variable of our environment,
    could have it sent to themselves. What the site has already stays; otherwise it must be the site's own token, at an
    address of the internet, or the person must manage all logins and name no other site's.
    """
    if wanted is None or wanted == known:
        return True
    entry = entry_of(vault, wanted.token_ref)
    if all_logins:
        return _nameable(wanted.token_ref) and (entry is None or site_of(entry.context) in (None, site_id))
    own = entry is not None and entry.username == _REFLECTOR and owned_by(vault, wanted.token_ref, site_id)
    return own and not rules_for(wanted.address).plain_loopback


def keep_token(vault: Vault, site_id: str, token: str, *, before: str = "") -> str:
    """Keep a reflector's token for a site; its reference. `before`: the one whose place it takes, where it may."""
    entry = entry_of(vault, before)
    own = entry is not None and entry.username == _REFLECTOR and owned_by(vault, before, site_id)
    name = before.removeprefix(_VAULT) if own else _fresh(site_id)
    vault.put(name, _REFLECTOR, token, context_of(site_id))
    return f"{_VAULT}{name}"


def _nameable(secret_ref: str) -> bool:
    source, _, name = secret_ref.partition(":")
    return source == "vault" and not is_internal(name)


def keep_login(
    vault: Vault, site: Site, username: str, secret: str, *, before: str = ""
) -> tuple[str, tuple[Text, ...]]:
    """Keep a login for devices of a site; the reference for its rule, and what is weak about it.

    It is judged without trying it. `before`: the reference whose place it takes, where that is the site's own. Raises
    InputError for a login that no device could be sent.
    """
    from fushinban.check.credential import assess  # noqa: PLC0415 - loads the estimator

    name = before.removeprefix(_VAULT) if before and owned_by(vault, before, site.id) else _fresh(site.id)
    words = [site.id, site.name, site.customer, username, *site.details.values()]
    quality = assess(username, secret, context=words, maker=None, model="")
    vault.put(name, username, secret, context_of(site.id), quality=quality)
    return f"{_VAULT}{name}", weaknesses(quality)


def keep_secrets(
    vault: Vault, site: Site, username: str, secrets: Mapping[str, str], before: Mapping[str, str] | None = None
) -> tuple[dict[str, str], tuple[tuple[str, Text], ...]]:
    """Keep every secret of a rule; their references, and what is weak about which, by the keys of the rule.

    `before`: references whose places they take, as in `keep_login`. Raises InputError before anything is kept.
    """
    for secret in secrets.values():
        check_login(username, secret)
    refs, weak = dict[str, str](), list[tuple[str, Text]]()
    for key, secret in secrets.items():
        refs[key], found = keep_login(vault, site, username, secret, before=(before or {}).get(key, ""))
        weak += [(key, text) for text in found]
    return refs, tuple(weak)


def forget_login(vault: Vault, site_id: str, secret_ref: str) -> None:
    """Forget the secret of a rule, where it is the site's own."""
    if owned_by(vault, secret_ref, site_id):
        vault.remove(secret_ref.removeprefix(_VAULT))


def rebind_login(vault: Vault, secret_ref: str, before: str, after: str) -> None:
    """A site that is not on record yet gets another id: its login goes with it."""
    entry = entry_of(vault, secret_ref)
    if entry is not None and owned_by(vault, secret_ref, before):
        name = secret_ref.removeprefix(_VAULT)
        vault.put(name, entry.username, vault.get(name).secret, context_of(after), quality=entry.quality)


def weaknesses(quality: CredentialQuality) -> tuple[Text, ...]:
    """What is wrong with a password, in sentences that do not give it away."""
    found = []
    if quality.list_row:
        found.append(say("cli.weak-list", row=quality.list_row))
    if quality.factory_default:
        found.append(say("cli.weak-factory"))
    if quality.contains_context:
        found.append(say("cli.weak-context"))
    if quality.score < 3:
        found.append(say("cli.weak-score", score=quality.score))
    return tuple(found)


def _fresh(site_id: str) -> str:
    """A name that no other login has; the vault takes plain letters only, and names with a dot may be the program's."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", site_id).strip("-_")[:40] or "site"
    return f"{plain}-{secrets.token_hex(6)}"
