"""公開状態: what outsiders reach at a site - predicted, looked at, explained - and the address it had, and when."""

from collections.abc import Mapping
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from fushinban import clock
from fushinban.errors import InputError
from fushinban.jobs import evidence_files, exposure, infection_check
from fushinban.jobs.durable.asking import ask_look
from fushinban.jobs.infection_check import CheckResult, InfectionCheck
from fushinban.jobs.site_setup import load_setup
from fushinban.messages import say
from fushinban.model.job import ACTIVE, Job, JobKind
from fushinban.model.mismatch import Agreement
from fushinban.model.rights import Permission
from fushinban.web._page import Page, action
from fushinban.web.audit import note
from fushinban.web.installation import current
from fushinban.web.pages import _exposure_parts as parts
from fushinban.web.pages.jobs import choice

#: A look older than this no longer says what is so today.
_OLD = timedelta(days=31)
_SPANS = 12
_FILES = 4


class ExposurePage(Page):
    """One site as strangers see it."""

    path = "sites/<str:site_id>/exposure/"
    name = "exposure"
    permission = Permission.SITE_VIEW
    template = "pages/exposure.html"

    def context(self, site_id: str) -> Mapping[str, object]:
        """Everything on one page; the look itself is a job."""
        site = self.site(site_id)
        known = exposure.exposure_of(self.store, site_id)
        sentence, mark = parts.headline(known)
        code, choices = parts.code_for(known, self.request.GET.get("try", ""))
        owner = self.store.customers.of_site(site_id)
        newest = max((look.at for look in known.looks), default=None)
        return {
            "site": site, "known": known, "sentence": sentence, "mark": mark, "newest": newest,
            "reached": tuple(text for text in known.reached if text != sentence),
            "old": newest is not None and newest < clock.now() - _OLD,
            "opened": sum(len(look.seen.open) for look in known.looks) if known.looks else None,
            "readable": sum(line.readable for part in _looks(known) for line in part.lines) if known.looks else None,
            "differing": len(known.comparison.mismatches) if known.comparison is not None else None,
            "looks": _looks(known),
            "without": [f"IPv{f}" for f in (4, 6) if f not in {look.family for look in known.looks}],
            **_compared(known),
            "stopped": tuple(map(parts.stopped_part, known.prediction.stopped)) if known.prediction else (),
            "code": code, "choices": choices,
            "spans": [(f, s) for f in (4, 6) for s in self.store.outside.addresses(site_id, f)[:_SPANS]],
            "reflector": self._reflector(site_id), "set_up": self.store.setups.get(site_id) is not None,
            "job": self._job(site_id), "results": tuple(CheckResult), "service": infection_check.SERVICE,
            "checked": self.store.answers.newest(site_id).get(infection_check.MADE),
            "today": clock.in_japan(clock.now()).date().isoformat(),
            "may": {p.name.lower(): self.rights.may(p, site_id, owner) for p in Permission},
            "kinds": exposure.known_makers(), "most": exposure.MOST_BYTES // 1024 // 1024,
        }  # fmt: skip

    @action(Permission.INSPECTION_START)
    def look(self, site_id: str) -> HttpResponse:
        """Ask for a look now, and go where it can be watched."""
        site = self.site(site_id)
        asked = ask_look(self.store, site.id, self.request.actor.name)
        if asked.new:
            note(self.request, "job.asked", "job", asked.job.id, site=site.id)
        return self.to("job", job_id=asked.job.id)

    @action(Permission.SITE_EDIT)
    def keep_router(self, site_id: str) -> HttpResponse:
        """Take over what a saved configuration says."""
        site, given = self.site(site_id), self.request.FILES.get("file")
        try:
            kept = exposure.keep_configuration(
                self.store, site.id, _content(given), str(given.name or "")[-100:] if given else "",
                self.request.actor.name, kind=self.request.POST.get("kind") or None, expected=self._seen(),
            )  # fmt: skip
        except InputError as error:
            self.tell(error.text, good=False)
        else:
            lines, unread = f"{kept.state.line_count:,}", len(kept.state.unread)
            self.tell(say("page_exposure.router-kept", lines=lines, unread=unread))
        return self.to("exposure", site_id=site.id)

    @action(Permission.SITE_EDIT)
    def drop_router(self, site_id: str) -> HttpResponse:
        """Forget the configuration."""
        site = self.site(site_id)
        asked = self.confirm(
            title=say("page_exposure.router-drop"), sentences=(say("page_exposure.router-drop-what"),),
            button=say("page_exposure.router-drop"),
        )  # fmt: skip
        if asked is not None:
            return asked
        self.store.routers.drop(site.id)
        self.tell(say("page_exposure.router-dropped"))
        return self.to("exposure", site_id=site.id)

    @action(Permission.CREDENTIAL_EDIT)
    def set_reflector(self, site_id: str) -> HttpResponse:
        """Register the service that looks."""
        site, given = self.site(site_id), self.request.POST
        try:
            exposure.save_reflector(
                self.store, current().vault, site.id, address=given.get("address", ""), key=given.get("key", ""),
                token=given.get("token", ""),
            )  # fmt: skip
        except InputError as error:
            self.tell(error.text, good=False)
        else:
            self.tell(say("page_exposure.reflector-kept"))
        return self.to("exposure", site_id=site.id)

    @action(Permission.ANSWER_EDIT)
    def record_check(self, site_id: str) -> HttpResponse:
        """Keep what a person saw in "Am I Infected?"."""
        site, given = self.site(site_id), self.request.POST
        by = self.request.actor.name
        try:
            result = choice(CheckResult, given.get("result")) or CheckResult.NO_RESULT
            uploads = self.request.FILES.getlist("file")[:_FILES]
            infection_check.is_own_line(self.store, site.id, given.get("shown", ""))
            files = tuple(evidence_files.take_file(self.store, site.id, f.name or "", f, by) for f in uploads)
            own = infection_check.record_check(
                self.store, site.id, InfectionCheck(
                    result=result, day=given.get("day", ""), shown=given.get("shown", ""), by=by,
                    note=given.get("note", "").strip()[:300], files=files,
                ),
            )  # fmt: skip
        except InputError as error:
            self.tell(error.text, good=False)
        else:
            self.tell(say("page_exposure.amii-kept" if own else "page_exposure.amii-kept-unsure"), good=own)
            if result is CheckResult.SUSPECT:
                self.tell(say("page_exposure.amii-suspect"), good=False)
        return self.to("exposure", site_id=site.id)

    def _seen(self) -> int | None:
        given = self.request.POST.get("seen", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None

    def _reflector(self, site_id: str) -> str:
        if self.store.setups.get(site_id) is None:
            return ""
        rule = load_setup(self.store, site_id).reflector
        return rule.address if rule is not None else ""

    def _job(self, site_id: str) -> Job | None:
        found = self.store.jobs.list(site=site_id, kind=JobKind.OUTSIDE_LOOK, states=ACTIVE, limit=1).jobs
        return found[0] if found else None


def _looks(known: exposure.Exposure) -> tuple[parts.LookPart, ...]:
    return tuple(parts.look_part(look, known) for look in known.looks)


def _compared(known: exposure.Exposure) -> dict[str, object]:
    compared, prediction = known.comparison, known.prediction
    if prediction is None:
        return {"differences": (), "agreeing": (), "beyond": ()}
    if compared is None:
        return {"differences": (), "agreeing": (), "beyond": parts.ways_in(prediction)}
    shown = tuple(map(parts.match_part, compared.notable))
    return {
        "differences": [p for p in shown if p.port.agreement is not Agreement.AGREES],
        "agreeing": [p for p in shown if p.port.agreement is Agreement.AGREES],
        "beyond": (
            *map(parts.way_part, compared.beyond),
            *(p for own in compared.own_beyond for p in parts.own_parts(own)),
        ),
    }


def _content(given: object) -> bytes:
    """The bytes of an upload. Raises InputError for none, or too many."""
    if not isinstance(given, UploadedFile):
        raise InputError(say("page_exposure.no-file"))
    if (given.size or 0) > exposure.MOST_BYTES:
        raise InputError(say("exposure_explain.too-large", most=exposure.MOST_BYTES // 1024 // 1024))
    return bytes(given.read(exposure.MOST_BYTES + 1))


PAGES = (ExposurePage,)
