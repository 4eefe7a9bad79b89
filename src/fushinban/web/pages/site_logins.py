"""ログイン情報: the logins of a site by name. Secrets go in and never come out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from fushinban.errors import InputError
from fushinban.jobs.site_file import CredentialKind, CredentialRule, SiteFile
from fushinban.jobs.site_form import site_of_form
from fushinban.jobs.site_logins import entry_of, forget_login, keep_secrets, weaknesses
from fushinban.jobs.site_setup import load_versioned, save_setup
from fushinban.messages import Text, say
from fushinban.model.credential import SnmpHash
from fushinban.model.rights import Permission
from fushinban.model.site import Site
from fushinban.web._page import Page, action
from fushinban.web.audit import note
from fushinban.web.installation import current
from fushinban.web.pages._login_form import (
    HASHES,
    given_login,
    is_snmp,
    refs_of,
    title_of,
    traits_of,
    warnings_of,
    weak_words,
)
from fushinban.web.pages._site_sections import sections_of, short_network

_EDIT = Permission.CREDENTIAL_EDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One secret of a login. `weak`: what was found when it was kept; None where it was not judged.

    `name`: what it is called; `outside`: the variable that has it.
    """

    name: Text
    saved_at: datetime | None
    weak: tuple[Text, ...] | None
    outside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One login as it is listed. `row`: its table, which never has a secret; `user`: SNMPv3 rather than a community."""

    number: int
    match: str
    username: str
    secrets: tuple[Kept, ...]
    traits: tuple[Text, ...]
    warnings: tuple[Text, ...]
    row: Mapping[str, object]
    snmp: bool
    user: bool


class SiteLoginsPage(Page):
    """Names, and what is known of the passwords behind them."""

    path = "sites/<str:site_id>/logins/"
    name = "site-logins"
    permission = _EDIT
    template = "pages/site_logins.html"

    def context(self, site_id: str) -> Mapping[str, object]:
        """The logins, and where another may be used."""
        site = self.site(site_id)
        if self.store.setups.get(site.id) is None:
            return {"site": site, "lines": (), "networks": (), "set_up": False}
        site_file, _ = load_versioned(self.store, site.id)
        rules = site_file.credentials
        offered = [str(n) for n in site_file.authorisation.networks] + [d.address for d in site_file.listed]
        free = {
            kind: [one for one in dict.fromkeys(offered) if one not in _taken(rules, kind)][:200]
            for kind in CredentialKind
        }
        rows = sections_of(site_file).get("credential") or ()
        return {
            "site": site,
            "lines": tuple(_line(n, row) for n, row in enumerate(rows)),
            "networks": free[CredentialKind.LOGIN],
            "snmp_networks": free[CredentialKind.SNMP],
            "hashes": HASHES,
            "set_up": True,
        }

    @action(_EDIT)
    def add_login(self, site_id: str) -> HttpResponse:
        """Keep one more."""
        site = self.site(site_id)
        site_file, version = load_versioned(self.store, site.id)
        sections = sections_of(site_file)
        try:
            given = given_login(self.request.POST)
            rows = [*(sections.get("credential") or ()), given.row]
            new = site_of_form({**sections, "credential": rows}).credentials[-1]
            refs, weak = keep_secrets(current().vault, site, given.title, given.secrets)
        except InputError as error:
            self.tell(error.text, good=False)
            return self.to("site-logins", site_id=site.id)
        rule = _with_refs(new, refs)
        self._save(site, replace(site_file, credentials=(*site_file.credentials, rule)), version, "saved", rule, refs)
        return self._told("page_wizard.login-kept", weak, site)

    @action(_EDIT)
    def replace_login(self, site_id: str) -> HttpResponse:
        """Other secrets for a login that is there, or other rules for using them; what is left empty stays."""
        site, given = self.site(site_id), self.request.POST
        site_file, version = load_versioned(self.store, site.id)
        number, rule = self._rule(site_file)
        used = Counter(ref for r in site_file.credentials for ref in r.refs)
        before = {key: ref for key, ref in _refs(rule).items() if used[ref] == 1}
        wanted = [key for key in _keys(rule) if given.get(key) and not given.get(f"forget_{key}")]
        changed = self._changed(rule)
        if not wanted and changed == rule:
            raise InputError(say("page_logins.nothing"))
        refs, weak = keep_secrets(current().vault, site, rule.title, {key: given[key] for key in wanted}, before=before)
        changed = _with_refs(changed, refs)
        rules = tuple(changed if n == number else r for n, r in enumerate(site_file.credentials))
        self._save(site, replace(site_file, credentials=rules), version, "saved", changed, refs)
        self._forget(site, set(rule.refs), rules)
        return self._told("page_settings_site.login-replaced" if refs else "page_logins.changed", weak, site)

    def _changed(self, rule: CredentialRule) -> CredentialRule:
        """The rule with what the form says besides secrets. A form that does not ask changes nothing."""
        given = self.request.POST
        if not given.get("more"):
            return rule
        for key in ("administrator", "privacy"):
            if given.get(f"forget_{key}"):
                rule = _with_refs(rule, {key: ""})
        if rule.kind is CredentialKind.LOGIN:
            return replace(rule, clear_text=bool(given.get("clear_text")))
        digest = next((h for h in SnmpHash if h.value == given.get("digest")), rule.digest)
        return replace(rule, digest=digest)

    @action(_EDIT)
    def remove_login(self, site_id: str) -> HttpResponse:
        """Take one out, and its secret out of the vault where it is this site's own."""
        site = self.site(site_id)
        site_file, version = load_versioned(self.store, site.id)
        number, rule = self._rule(site_file)
        asked = self.confirm(
            title=say("page_settings_site.login-remove-title", match=short_network(rule.match)),
            sentences=(say("page_settings_site.login-remove-what", username=rule.username),),
            button=say("page_settings_site.login-remove"),
        )
        if asked is not None:
            return asked
        rules = tuple(r for n, r in enumerate(site_file.credentials) if n != number)
        self._save(site, replace(site_file, credentials=rules), version, "removed", rule, _refs(rule))
        self._forget(site, set(rule.refs), rules)
        return self._told("page_settings_site.login-removed", (), site)

    def _rule(self, site_file: SiteFile) -> tuple[int, CredentialRule]:
        """The rule that the form names: by place and range, so that a stale page cannot reach another."""
        number, match = self.request.POST.get("number", ""), self.request.POST.get("of", "")
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else -1
        rules = site_file.credentials
        if not 0 <= place < len(rules) or short_network(rules[place].match) != match:
            raise InputError(say("page_wizard.no-login"))
        return place, rules[place]

    def _save(  # noqa: PLR0917 - the site, what is saved, and what of it is written down
        self, site: Site, site_file: SiteFile, version: int, done: str, rule: CredentialRule, refs: Mapping[str, str]
    ) -> None:
        said = {"site": site.id, "match": short_network(rule.match)}
        if done != "removed" and rule.clear_text:
            said["clear_text"] = "true"
        with self.store.together():
            save_setup(self.store, site_file, version)
            for ref in refs.values():
                note(self.request, f"credential.{done}", "credential", ref.partition(":")[2], **said)
            if not refs:
                note(self.request, "credential.changed", "credential", rule.secret_ref.partition(":")[2], **said)

    def _forget(self, site: Site, refs: Iterable[str], rules: Iterable[CredentialRule]) -> None:
        """Secrets that no rule names any more leave the vault, where they are this site's own."""
        for ref in set(refs) - {ref for rule in rules for ref in rule.refs}:
            forget_login(current().vault, site.id, ref)

    def _told(self, message: str, weak: Sequence[tuple[str, Text]], site: Site) -> HttpResponse:
        self.tell(say(message))
        for sentence in weak_words(weak):
            self.tell(sentence, good=False)
        return self.to("site-logins", site_id=site.id)


def _taken(rules: Iterable[CredentialRule], kind: CredentialKind) -> set[str]:
    return {short_network(rule.match) for rule in rules if rule.kind is kind}


def _keys(rule: CredentialRule) -> tuple[str, ...]:
    """The secrets that a rule of its kind may have."""
    if rule.kind is CredentialKind.LOGIN:
        return ("secret", "administrator")
    return ("secret", "privacy") if rule.username else ("secret",)


def _refs(rule: CredentialRule) -> dict[str, str]:
    """Where its secrets are, by the keys of the site file."""
    every = {"secret": rule.secret_ref, "administrator": rule.administrator_ref, "privacy": rule.privacy_ref}
    return {key: ref for key, ref in every.items() if ref}


def _with_refs(rule: CredentialRule, refs: Mapping[str, str]) -> CredentialRule:
    names = {"secret": rule.secret_ref, "administrator": rule.administrator_ref, "privacy": rule.privacy_ref}
    names |= refs
    return replace(
        rule, secret_ref=names["secret"], administrator_ref=names["administrator"], privacy_ref=names["privacy"]
    )


def _line(number: int, row: Mapping[str, Any]) -> Line:
    return Line(
        number=number,
        match=row["match"],
        username=title_of(row),
        secrets=tuple(_kept(key, ref) for key, ref in refs_of(row).items()),
        traits=traits_of(row),
        warnings=warnings_of(row),
        row=row,
        snmp=is_snmp(row),
        user=is_snmp(row) and bool(row.get("username")),
    )


def _kept(key: str, secret_ref: str) -> Kept:
    source, _, name = secret_ref.partition(":")
    entry = entry_of(current().vault, secret_ref)
    quality = entry.quality if entry is not None else None
    return Kept(
        name=say(f"page_logins.secret-{key}"),
        saved_at=entry.saved_at if entry is not None else None,
        weak=weaknesses(quality) if quality is not None else None,
        outside=name if source == "env" else "",
    )


PAGES = (SiteLoginsPage,)
