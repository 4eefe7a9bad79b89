"""現場の設定: all of a site's set-up, part by part; two people who change the same part are told of each other."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from fushinban.errors import Conflict, InputError
from fushinban.jobs.site_form import Sections, WrongField, problems_of, site_of_form
from fushinban.jobs.site_setup import export_toml, load_setup, load_versioned, save_setup
from fushinban.messages import Lang, Text, say
from fushinban.model.details import DETAILS
from fushinban.model.device import DeviceKind
from fushinban.model.discovery import Method
from fushinban.model.rights import Permission
from fushinban.model.site import Site, SiteKind, TestKind
from fushinban.model.text import Named
from fushinban.web._page import Page, action
from fushinban.web.audit import note
from fushinban.web.pages._site_sections import (
    AuthorisationForm,
    FindingForm,
    LimitsForm,
    SectionForm,
    SiteForm,
    sections_of,
)

#: The parts of the page and the sections of a site file that each holds.
PARTS: Mapping[str, tuple[str, ...]] = {
    "site": ("site",),
    "authorisation": ("authorisation",),
    "devices": ("discovery", "device"),
    "limits": ("limits",),
}

_NAMED: Mapping[str, type[Named]] = {"kind": SiteKind, "tests": TestKind, "methods": Method}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value of a part that two people changed: what stands there now, and what this person wants."""

    label: str
    now: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the page. `base`: digest of what was shown, by which a conflict is seen; `differences`: of one."""

    name: str
    form: SectionForm
    base: str
    differences: tuple[Difference, ...] = ()

    @property
    def title(self) -> Text:
        """Its heading."""
        return say(f"page_settings_site.part-{self.name}")


class SiteSettingsPage(Page):
    """The set-up of a site."""

    path = "sites/<str:site_id>/settings/"
    name = "site-settings"
    permission = Permission.SITE_EDIT
    template = "pages/site_settings.html"

    def context(self, site_id: str) -> Mapping[str, object]:
        """Every part with its form."""
        site = self.site(site_id)
        return self._shown(site, self._sections(site))

    @action(Permission.SITE_EDIT)
    def save(self, site_id: str) -> HttpResponse:
        """Save one part, unless somebody else has changed the same part meanwhile."""
        site, part = self.site(site_id), self.request.POST.get("part", "")
        if part not in PARTS:
            raise Http404
        now, version = self._versioned(site)
        form, wanted = self._given(part, now)
        problems = problems_of({**now, **wanted}, PARTS[part][-1])
        for section in PARTS[part][:-1]:
            problems = {**problems_of({**now, **wanted}, section), **problems}
        form.complain(problems)
        if problems or form.errors:
            return self.show(self._shown(site, now, bound={part: form}), status=422)
        if self.request.POST.get("base") != _digest(now, part):
            return self._conflict(site, part, form, now, wanted)
        try:
            self._keep(site, _merged(now, wanted, part), version)
        except Conflict:
            now, _ = self._versioned(site)
            return self._conflict(site, part, form, now, wanted)
        self.tell(say("page_settings_site.saved", part=say(f"page_settings_site.part-{part}")))
        return self.to("site-settings", site_id=site.id)

    def _keep(self, site: Site, sections: Sections, version: int) -> None:
        try:
            wanted = site_of_form(sections)
        except WrongField as error:  # another part does not fit any more: a device outside the networks
            raise InputError(error.text) from error
        if wanted.site.customer != site.customer and not self.rights.may(Permission.SITE_EDIT):
            raise Http404
        with self.store.together():
            save_setup(self.store, wanted, version)
            note(self.request, "site.changed", "site", site.id)

    def _conflict(
        self, site: Site, part: str, form: SectionForm, now: Sections, wanted: Mapping[str, Any]
    ) -> HttpResponse:
        """Both states side by side; saving again takes this person's."""
        found = differences(part, now, wanted, self.lang)
        return self.show(self._shown(site, now, bound={part: form}, conflict={part: found}), status=409)

    def _given(self, part: str, now: Sections) -> tuple[SectionForm, dict[str, Any]]:
        """The form as it was sent, and the sections that it wants."""
        given = self.request.POST
        if part == "devices":
            form = FindingForm(self.lang, given, sections=now)
            form.is_valid()
            return form, form.sections()
        forms = {"site": self._site_form, "authorisation": AuthorisationForm, "limits": LimitsForm}
        other = forms[part](self.lang, given)
        other.is_valid()
        wanted = other.section(now["site"]) if isinstance(other, SiteForm) else other.section()  # type: ignore[attr-defined]
        return other, {part: wanted}

    def _site_form(self, lang: Lang, *args: Any, **kwargs: Any) -> SiteForm:
        """Without the id; the customer only for those who may edit every site: it decides who sees the site."""
        asked = ["name", "kind", *(f"detail-{key}" for key in DETAILS)]
        if self.rights.may(Permission.SITE_EDIT):
            asked.append("customer")
        return SiteForm(lang, *args, only=asked, **kwargs)

    def _shown(
        self,
        site: Site,
        sections: Sections,
        *,
        bound: Mapping[str, SectionForm] | None = None,
        conflict: Mapping[str, tuple[Difference, ...]] | None = None,
    ) -> Mapping[str, object]:
        forms: dict[str, SectionForm] = {
            "site": self._site_form(self.lang, initial=SiteForm.initial_of(sections["site"])),
            "authorisation": AuthorisationForm(
                self.lang, initial=AuthorisationForm.initial_of(sections.get("authorisation") or {})
            ),
            "devices": FindingForm(self.lang, sections=sections),
            "limits": LimitsForm(self.lang, initial=dict(sections.get("limits") or {})),
            **(bound or {}),
        }
        parts = [
            Part(name=name, form=forms[name], base=_digest(sections, name), differences=(conflict or {}).get(name, ()))
            for name in PARTS
        ]
        wrong = next(iter(bound or ()), "")
        customers = self.store.customers.list(self.scope, most=200).items
        return {
            "site": site,
            "parts": parts,
            "customers": [line.name for line in customers],
            "wrong": wrong,
            "conflict": bool(conflict),
            "may_logins": self.rights.may(Permission.CREDENTIAL_EDIT, site.id, self.store.ownership.of(site.id)),
        }

    def _sections(self, site: Site) -> Sections:
        return self._versioned(site)[0]

    def _versioned(self, site: Site) -> tuple[Sections, int]:
        """The set-up and its version (0: none yet; then what is on record of the site stands in for it)."""
        if self.store.setups.get(site.id) is None:
            details = dict(site.details)
            plain = {"id": site.id, "name": site.name, "customer": site.customer, "kind": site.kind.value}
            return {"site": {**plain, "details": details} if details else plain}, 0
        site_file, version = load_versioned(self.store, site.id)
        return sections_of(site_file), version


class SiteExportPage(Page):
    """The set-up as a site file."""

    path = "sites/<str:site_id>/settings/SITE.toml"
    name = "site-export"
    permission = Permission.SITE_EDIT

    def get(self, request: HttpRequest, *_: object, **kwargs: object) -> HttpResponseBase:
        """The file; secrets are named in it, never contained."""
        site = self.site(str(kwargs["site_id"]))
        text = export_toml(load_setup(self.store, site.id))
        note(request, "site.exported", "site", site.id)
        return HttpResponse(
            text,
            content_type="application/toml; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="SITE.toml"'},
        )


def differences(part: str, now: Sections, wanted: Mapping[str, Any], lang: Lang) -> tuple[Difference, ...]:
    """Where what stands there now and what is wanted are not the same, in words."""
    before, after = (_plain(sections, part, lang) for sections in (now, wanted))
    keys = dict.fromkeys([*before, *after])
    return tuple(
        Difference(label=key, now=before.get(key, "–"), wanted=after.get(key, "–"))
        for key in keys
        if before.get(key, "–") != after.get(key, "–")
    )


def _plain(sections: Mapping[str, Any], part: str, lang: Lang) -> dict[str, str]:
    """The values of a part by their labels."""
    found: dict[str, str] = {}
    for section in PARTS[part]:
        values = sections.get(section) or {}
        if section == "device":
            for row in values:
                found[str(row.get("address", ""))] = _device_words(row, lang)
            continue
        for key, value in values.items():
            if key == "details":
                found |= {DETAILS[k].of(lang): str(v) for k, v in value.items() if k in DETAILS}
            else:
                found[_label(section, key).of(lang)] = _words(key, value, lang)
    return found


def _label(section: str, key: str) -> Text:
    names = {("authorisation", "by"): "allowed_by", ("authorisation", "from"): "allowed_from",
             ("authorisation", "until"): "allowed_until", ("authorisation", "note"): "allowed_note"}  # fmt: skip
    return say(f"page_wizard.field-{names.get((section, key), key)}")


def _words(key: str, value: object, lang: Lang) -> str:
    kind = _NAMED.get(key)
    values = value if isinstance(value, list) else [value]
    shown = [next((m.label.of(lang) for m in kind or () if m.value == v), str(v)) for v in values]
    return "\n".join(sorted(shown)) if key in {"tests", "methods"} else "\n".join(shown)


def _device_words(row: Mapping[str, Any], lang: Lang) -> str:
    kind = next((k.label.of(lang) for k in DeviceKind if k.value == row.get("kind")), "")
    ports = ", ".join(f"{name}={port}" for name, port in (row.get("ports") or {}).items())
    aside = say("page_wizard.field-ignored").of(lang) if row.get("ignored") else ""
    texts = (str(row.get(key, "")) for key in ("maker", "note", "ssh_host_key"))
    return "\n".join(filter(None, (str(row.get("name", "")), kind, ports, *texts, aside)))


def _merged(now: Sections, wanted: Mapping[str, Any], part: str) -> Sections:
    """The whole with one part changed; what the part left out is gone."""
    kept = {key: value for key, value in now.items() if key not in PARTS[part]}
    return {**kept, **{key: value for key, value in wanted.items() if value}}


def _digest(sections: Sections, part: str) -> str:
    """By what a part is known to be as it was shown."""
    values = [sections.get(section) for section in PARTS[part]]
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:32]


PAGES = (SiteSettingsPage, SiteExportPage)
