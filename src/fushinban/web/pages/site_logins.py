"""ログイン情報: the logins of a site by name. Secrets go in and never come out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpResponse

from fushinban.errors import InputError
from fushinban.jobs.site_file import CredentialKind, CredentialRule, SiteFile
from fushinban.jobs.site_form import site_of_form
from fushinban.jobs.site_logins import entry_of, forget_login, keep_login, weaknesses
from fushinban.jobs.site_setup import load_versioned, save_setup
from fushinban.messages import Text, say
from fushinban.model.rights import Permission
from fushinban.model.site import Site
from fushinban.web._page import Page, action
from fushinban.web.audit import note
from fushinban.web.installation import current
from fushinban.web.pages._site_sections import networks_of, sections_of, short_network

_EDIT = Permission.CREDENTIAL_EDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One login as it is listed. `weak`: what was found when it was kept; None where it was not judged."""

    number: int
    match: str
    username: str
    saved_at: datetime | None
    weak: tuple[Text, ...] | None
    outside: str


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
        taken = {short_network(r.match) for r in site_file.credentials if r.kind is CredentialKind.LOGIN}
        offered = [str(n) for n in site_file.authorisation.networks] + [d.address for d in site_file.listed]
        return {
            "site": site,
            "lines": tuple(_line(n, rule) for n, rule in enumerate(site_file.credentials)),
            "networks": [one for one in dict.fromkeys(offered) if one not in taken][:200],
            "set_up": True,
        }

    @action(_EDIT)
    def add_login(self, site_id: str) -> HttpResponse:
        """Keep one more."""
        site, given = self.site(site_id), self.request.POST
        site_file, version = load_versioned(self.store, site.id)
        match, username = "".join(networks_of(given.get("match", ""))[:1]), given.get("username", "").strip()
        sections = sections_of(site_file)
        rules = [*(sections.get("credential") or ()), {"match": match, "username": username, "secret": "vault:new"}]
        try:
            new = site_of_form({**sections, "credential": rules}).credentials[-1]
            secret_ref, weak = keep_login(current().vault, site, username, given.get("secret", ""))
        except InputError as error:
            self.tell(error.text, good=False)
            return self.to("site-logins", site_id=site.id)
        rule = replace(new, secret_ref=secret_ref)
        self._save(site, replace(site_file, credentials=(*site_file.credentials, rule)), version, "saved", secret_ref)
        return self._told("page_wizard.login-kept", weak, site)

    @action(_EDIT)
    def replace_login(self, site_id: str) -> HttpResponse:
        """Another password for a login that is there."""
        site = self.site(site_id)
        site_file, version = load_versioned(self.store, site.id)
        number, rule = self._rule(site_file)
        before = rule.secret_ref
        secret_ref, weak = keep_login(
            current().vault, site, rule.title, self.request.POST.get("secret", ""), before=before
        )
        rules = [*site_file.credentials]
        rules[number] = replace(rule, secret_ref=secret_ref)
        self._save(site, replace(site_file, credentials=tuple(rules)), version, "saved", secret_ref)
        return self._told("page_settings_site.login-replaced", weak, site)

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
        self._save(site, replace(site_file, credentials=rules), version, "removed", rule.secret_ref)
        forget_login(current().vault, site.id, rule.secret_ref)
        return self._told("page_settings_site.login-removed", (), site)

    def _rule(self, site_file: SiteFile) -> tuple[int, CredentialRule]:
        """The rule that the form names: by place and range, so that a stale page cannot reach another."""
        number, match = self.request.POST.get("number", ""), self.request.POST.get("of", "")
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else -1
        rules = site_file.credentials
        if not 0 <= place < len(rules) or short_network(rules[place].match) != match:
            raise InputError(say("page_wizard.no-login"))
        return place, rules[place]

    def _save(self, site: Site, site_file: SiteFile, version: int, done: str, secret_ref: str) -> None:
        with self.store.together():
            save_setup(self.store, site_file, version)
            note(self.request, f"credential.{done}", "credential", secret_ref.partition(":")[2], site=site.id)

    def _told(self, message: str, weak: tuple[Text, ...], site: Site) -> HttpResponse:
        self.tell(say(message))
        for sentence in weak:
            self.tell(sentence, good=False)
        return self.to("site-logins", site_id=site.id)


def _line(number: int, rule: CredentialRule) -> Line:
    source, _, name = rule.secret_ref.partition(":")
    entry = entry_of(current().vault, rule.secret_ref)
    quality = entry.quality if entry is not None else None
    return Line(
        number=number,
        match=short_network(rule.match),
        username=rule.title,
        saved_at=entry.saved_at if entry is not None else None,
        weak=weaknesses(quality) if quality is not None else None,
        outside=name if source == "env" else "",
    )


PAGES = (SiteLoginsPage,)
