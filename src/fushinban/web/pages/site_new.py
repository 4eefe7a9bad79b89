"""現場の登録: a new site in steps that survive leaving, up to its first inspection."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse

from fushinban.errors import FushinbanError, InputError
from fushinban.jobs.file_answers import FileAnswers, answers_in, kept_answers, take_over
from fushinban.jobs.site_file import site_of
from fushinban.jobs.site_form import Sections, WrongField, problems_of, site_of_form
from fushinban.jobs.site_logins import forget_login, keep_secrets, rebind_login, reflector_usable, usable
from fushinban.jobs.site_setup import save_setup
from fushinban.jobs.toml_table import MOST_BYTES, parse_toml
from fushinban.messages import Text, say
from fushinban.model.discovery import Method
from fushinban.model.rights import EVERYTHING, Permission
from fushinban.model.site import InspectionKind, Site, SiteKind, TestKind
from fushinban.web import drafts
from fushinban.web._page import Page, action
from fushinban.web.audit import note
from fushinban.web.installation import current
from fushinban.web.pages import _ask
from fushinban.web.pages._login_form import HASHES, given_login, refs_of, weak_words
from fushinban.web.pages._site_sections import AuthorisationForm, FindingForm, SiteForm, sections_of
from fushinban.web.pages._wizard import (
    ALLOWED,
    OFFERED,
    STEPS,
    alone,
    device_problems,
    fact_fields,
    free_networks,
    is_kept,
    login_lines,
    login_problem,
    not_ours,
    own,
    steps_done,
    steps_shown,
    usable_logins,
    with_login,
)

if TYPE_CHECKING:
    from fushinban.record.people.models import Person

_MOST_LOGINS = 500

#: Addresses below `sites/` that are pages of their own.
_ADDRESSES = frozenset({"new"})
_NOT_ID = re.compile(r"[^\w.-]+")


class NewSitePage(Page):
    """The wizard."""

    path = "sites/new/"
    name = "site-new"
    permission = Permission.SITE_EDIT
    whole = True
    template = "pages/site_new.html"

    def context(self) -> Mapping[str, object]:
        """The step asked for, or the first that is not finished."""
        draft = drafts.load(self._who)
        sections = draft.sections if draft is not None else {}
        ready = steps_done(sections)
        asked = self.request.GET.get("step", "")
        step = asked if asked in STEPS and STEPS.index(asked) <= ready else STEPS[ready]
        if not asked and draft is None:
            step = STEPS[0]
        return self._step(step, sections, ready=ready, saved_at=draft.saved_at if draft is not None else None)

    # --- what the steps do ---

    @action(Permission.SITE_EDIT)
    def customer(self) -> HttpResponse:
        """Whose site it is."""
        return self._site_step("customer", ("customer",))

    @action(Permission.SITE_EDIT)
    def facts(self) -> HttpResponse:
        """What the place is."""
        return self._site_step("site", ())

    @action(Permission.SITE_EDIT)
    def authorisation(self) -> HttpResponse:
        """What the owner allowed."""
        sections = dict(self._sections())
        form = AuthorisationForm(self.lang, self.request.POST)
        form.is_valid()
        sections["authorisation"] = form.section()
        problems = own(problems_of(alone(sections, "authorisation"), "authorisation"), "authorisation")
        form.complain(problems)
        if not sections["authorisation"]["tests"]:
            form.add_error(None, say("page_wizard.no-tests").of(self.lang))
        if form.errors:
            return self._again("authorisation", form)
        return self._next("authorisation", sections)

    @action(Permission.SITE_EDIT)
    def devices(self) -> HttpResponse:
        """How devices are found, and those that are known."""
        sections = {k: v for k, v in self._sections().items() if k not in {"device", "discovery"}}
        form = FindingForm(self.lang, self.request.POST, sections=sections)
        form.is_valid()
        sections |= form.sections()
        problems = device_problems(sections)
        form.complain(problems)
        if problems:
            return self._again("devices", form)
        if self.request.POST.get("more"):
            drafts.save(self._who, sections)
            return self._to("devices")
        return self._next("devices", sections)

    @action(Permission.CREDENTIAL_EDIT)
    def add_login(self) -> HttpResponse:
        """Keep a login in the vault; what is weak about it is said once."""
        sections = dict(self._sections())
        rules = list(sections.get("credential") or ())
        site = self._whole_site(sections)
        try:
            given = given_login(self.request.POST)
        except InputError as error:
            return self._said(error.text, "logins")
        wanted, place = with_login(rules, given.row)
        mine = login_problem(sections, wanted)
        if mine is not None or len(wanted) > _MOST_LOGINS:
            return self._said(mine or say("page_wizard.too-many-logins", most=_MOST_LOGINS), "logins")
        try:
            refs, weak = keep_secrets(current().vault, site, given.title, given.secrets)
        except InputError as error:
            return self._said(error.text, "logins")
        wanted[place] |= refs
        drafts.save(self._who, {**sections, "credential": wanted})
        for ref in refs.values():
            note(self.request, "credential.saved", "credential", ref.partition(":")[2], site=site.id)
        self.tell(say("page_wizard.login-kept"))
        for sentence in weak_words(weak):
            self.tell(sentence, good=False)
        return self._to("logins")

    @action(Permission.CREDENTIAL_EDIT)
    def drop_login(self) -> HttpResponse:
        """Take a login out, and its secret out of the vault."""
        sections = dict(self._sections())
        rules = list(sections.get("credential") or ())
        number = self.request.POST.get("number", "")
        if not number.isascii() or not number.isdigit() or len(number) > 6 or int(number) >= len(rules):
            raise InputError(say("page_wizard.no-login"))
        gone = refs_of(rules.pop(int(number)))
        for ref in gone.values():
            forget_login(current().vault, self._whole_site(sections).id, ref)
        drafts.save(self._who, {**sections, "credential": rules})
        for ref in gone.values():
            note(self.request, "credential.removed", "credential", ref.partition(":")[2])
        self.tell(say("page_wizard.login-dropped"))
        return self._to("logins")

    @action(Permission.SITE_EDIT)
    def upload(self) -> HttpResponse:
        """Take a site file over; logins whose secrets are not here are to be entered."""
        try:
            return self._to(self._imported(self.request.FILES.get("file")))
        except InputError as error:
            return self._said(error.text, "customer")

    def _imported(self, given: object) -> str:
        """Make the draft from a file that was sent; the step to go on with. Raises InputError."""
        if not isinstance(given, UploadedFile):
            raise InputError(say("page_wizard.no-file"))
        name = str(given.name or "SITE.toml")[-60:]
        if (given.size or 0) > MOST_BYTES:
            raise InputError(say("site.too-large", file=name, most=MOST_BYTES // 1024))
        raw = given.read(MOST_BYTES + 1)
        site_file = site_of(parse_toml(raw, name), {})
        answers = answers_in(site_file, raw, name) if self.rights.may(Permission.ANSWER_EDIT) else None
        if self._taken(site_file.site.id):
            raise InputError(say("page_wizard.id-taken", id=site_file.site.id))
        self._forget()
        every = self.rights.scope(Permission.CREDENTIAL_EDIT) == EVERYTHING
        good, _ = usable(current().vault, site_file.site.id, site_file.credentials, (), all_logins=every)
        sections = {k: v for k, v in sections_of(site_file).items() if k != "answers"}
        if answers is not None:
            sections["answers"] = answers.plain()
        if "credential" in sections:
            sections["credential"] = usable_logins(sections["credential"], good)
        if not reflector_usable(current().vault, site_file.site.id, site_file.reflector, None, all_logins=every):
            del sections["reflector"]
            self.tell(say("page_wizard.imported-reflector"), good=False)
        drafts.save(self._who, sections)
        missing = len(site_file.credentials) - len(good)
        self.tell(say("page_wizard.imported", name=site_file.site.name))
        if missing:
            self.tell(say("page_wizard.imported-logins", count=missing), good=False)
        self._tell_answers(len(site_file.answers), answers)
        return "logins" if missing else "summary"

    def _tell_answers(self, count: int, taken: FileAnswers | None) -> None:
        if count and taken is None:
            self.tell(say("page_wizard.answers-no-right", count=count), good=False)
        elif taken is not None:
            self.tell(say("page_wizard.imported-answers", count=count))
            if taken.missing:
                self.tell(say("page_wizard.answers-files", names=" / ".join(taken.missing)[:500]), good=False)

    @action(Permission.SITE_EDIT)
    def discard(self) -> HttpResponse:
        """Throw the draft away, with the logins that were entered for it."""
        asked = self.confirm(
            title=say("page_wizard.discard-title"),
            sentences=(say("page_wizard.discard-what"),),
            button=say("page_wizard.discard"),
        )
        if asked is not None:
            return asked
        self._forget()
        drafts.drop(self._who)
        self.tell(say("page_wizard.discarded"))
        return self.to("overview")

    @action(Permission.SITE_EDIT)
    def finish(self) -> HttpResponse:
        """Put the site on record, and begin its first inspection."""
        sections = self._sections()
        kept = [rule for rule in sections.get("credential") or () if is_kept(rule)]
        try:
            site_file = site_of_form({**sections, "credential": kept})
        except WrongField as error:
            return self._said(error.text, "")
        site_id = site_file.site.id
        if self._taken(site_id):
            raise InputError(say("page_wizard.id-taken", id=site_id))
        if (wrong := not_ours(site_file, self.rights)) is not None:
            return self._said(wrong, "logins")
        with self.store.together():
            save_setup(self.store, site_file, 0)
            note(self.request, "site.made", "site", site_id)
            if site_file.answers and self.rights.may(Permission.ANSWER_EDIT):
                proof = take_over(self.store, site_id, kept_answers(site_file.answers), self.request.actor.name)
                note(self.request, "evidence.kept", "evidence", proof.digest, site=site_id)
            drafts.drop(self._who)
        self.tell(say("page_wizard.made", name=site_file.site.name))
        return self._begin(site_id)

    def _begin(self, site_id: str) -> HttpResponse:
        """The first inspection, where it is wanted and may begin now."""
        given = self.request.POST
        if not given.get("start") or not self.rights.may(Permission.INSPECTION_START):
            return self.to("site", site_id=site_id)
        kind = next((k for k in InspectionKind if k.value == given.get("kind")), InspectionKind.INSTALLATION)
        try:
            job = _ask.inspection(self, site_id, kind, documents=bool(given.get("documents")), lang=self.lang)
        except FushinbanError as error:
            self.tell(error.text, good=False)
            return self.to("site", site_id=site_id)
        return self.to("job", job_id=job.id)

    # --- inside ---

    @property
    def _who(self) -> "Person":
        """The visitor: the page opens for nobody else."""
        if self.request.person is None:
            raise Http404
        return self.request.person

    def _site_step(self, step: str, only: tuple[str, ...]) -> HttpResponse:
        sections = dict(self._sections())
        before = dict(sections.get("site") or {})
        form = SiteForm(self.lang, self.request.POST, only=only or fact_fields())
        form.is_valid()
        sections["site"] = after = form.section(before)
        if step == "site" and not after.get("id"):
            after["id"] = self._free_id(after.get("name", ""))
        problems = problems_of(alone(sections, "site"), "site")
        form.complain({p: t for p, t in problems.items() if p[0] == "site" and (step == "site" or p[-1] == "customer")})
        if step == "site" and self._taken(after["id"]):
            form.add_error("id", say("page_wizard.id-taken", id=after["id"]).of(self.lang))
        if form.errors:
            return self._again(step, form)
        for rule in sections.get("credential") or () if before.get("id") not in {None, after.get("id")} else ():
            for ref in refs_of(rule).values():
                rebind_login(current().vault, ref, before["id"], after["id"])
        return self._next(step, sections)

    def _taken(self, site_id: str) -> bool:
        """Whether a site has this id, or its address would be another page's."""
        fit = len(site_id) <= 100 and "\0" not in site_id
        return site_id in _ADDRESSES or (fit and self.store.sites.get(site_id) is not None)

    def _free_id(self, name: str) -> str:
        """An id made from the name, that no site has yet."""
        plain = _NOT_ID.sub("-", name.strip().lower()).strip("-._")[:40] or "site"
        taken = (f"{plain}-{n}" if n > 1 else plain for n in range(1, 1000))
        return next((one for one in taken if not self._taken(one)), plain)

    def _sections(self) -> Sections:
        draft = drafts.load(self._who)
        return draft.sections if draft is not None else {}

    def _forget(self) -> None:
        """The logins that were entered for the draft leave the vault with it."""
        sections = self._sections()
        site_id = (sections.get("site") or {}).get("id", "")
        if site_id and self.store.sites.get(site_id) is None:
            for ref in {ref for rule in sections.get("credential") or () for ref in refs_of(rule).values()}:
                forget_login(current().vault, site_id, ref)

    def _whole_site(self, sections: Sections) -> Site:
        """The site that the logins are for. Raises InputError while it has no name and id."""
        known = sections.get("site") or {}
        if not known.get("id") or not known.get("name"):
            raise InputError(say("page_wizard.site-first"))
        return site_of_form({**alone(sections, "site"), **ALLOWED}).site

    def _next(self, step: str, sections: Sections) -> HttpResponse:
        drafts.save(self._who, sections)
        return self._to(STEPS[STEPS.index(step) + 1])

    @action(Permission.SITE_EDIT)
    def logins_done(self) -> HttpResponse:
        """No more logins."""
        sections = self._sections()
        return self._next("logins", {**sections, "credential": sections.get("credential") or []})

    def _said(self, text: Text, step: str) -> HttpResponse:
        """Say what is wrong, and show the step again."""
        self.tell(text, good=False)
        return self._to(step)

    def _to(self, step: str) -> HttpResponse:
        answer = self.to("site-new")
        if step:
            answer["Location"] += f"?step={step}"
        return answer

    def _again(self, step: str, form: object) -> HttpResponse:
        sections = self._sections()
        return self.show(self._step(step, sections, ready=steps_done(sections), form=form), status=422)

    def _step(
        self, step: str, sections: Sections, *, ready: int, form: object = None, saved_at: object = None
    ) -> Mapping[str, object]:
        here = STEPS.index(step)
        return {
            "step": step,
            "steps": steps_shown(here, ready),
            "back": STEPS[here - 1] if here else "",
            "form": form or self._form(step, sections),
            "sections": sections,
            "saved_at": saved_at,
            "begun": bool(sections),
            "number": here + 1,
            **self._around(step, sections),
        }

    def _form(self, step: str, sections: Sections) -> object:
        site = sections.get("site") or {}
        if step in {"customer", "site"}:
            only = ("customer",) if step == "customer" else fact_fields()
            return SiteForm(self.lang, initial=SiteForm.initial_of(site), only=only)
        if step == "authorisation":
            initial = AuthorisationForm.initial_of(sections.get("authorisation") or {"by": site.get("customer", "")})
            return AuthorisationForm(self.lang, initial=initial)
        return FindingForm(self.lang, sections=sections) if step == "devices" else None

    def _around(self, step: str, sections: Sections) -> Mapping[str, object]:
        """What a step shows besides its form."""
        if step == "customer":
            found = self.store.customers.list(self.scope, most=OFFERED)
            return {"customers": [line.name for line in found.items], "most_kb": MOST_BYTES // 1024}
        if step == "logins":
            return {
                "logins": login_lines(sections.get("credential") or ()),
                "networks": free_networks(sections),
                "snmp_networks": free_networks(sections, snmp=True),
                "hashes": HASHES,
                "may_keep": self.rights.may(Permission.CREDENTIAL_EDIT),
            }
        return self._summary(sections) if step == "summary" else {}

    def _summary(self, sections: Sections) -> Mapping[str, object]:
        site, allowed = sections.get("site") or {}, sections.get("authorisation") or {}
        return {
            "place": next((k for k in SiteKind if k.value == site.get("kind")), SiteKind.SHOP),
            "tests": [t for t in TestKind if t.value in (allowed.get("tests") or ())],
            "methods": [m for m in Method if m.value in ((sections.get("discovery") or {}).get("methods") or ())],
            "logins": login_lines(sections.get("credential") or ()),
            "kinds": tuple(InspectionKind),
            "details": len(site.get("details") or ()),
            "may_start": self.rights.may(Permission.INSPECTION_START),
        }


PAGES = (NewSitePage,)
