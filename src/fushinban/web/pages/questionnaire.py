"""質問票: what no device can tell, asked of a person who stands in front of the rack with a tablet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from fushinban import clock
from fushinban.errors import InputError, StoreError
from fushinban.jobs import answering, evidence_files
from fushinban.jobs.answering import Given, is_needed, questions
from fushinban.messages import Text, say
from fushinban.model.control import AnswerKind, Control
from fushinban.model.finding import Coverage, EvidenceFile, PersonAnswer
from fushinban.model.rights import Permission
from fushinban.record.values import AnswerEntry
from fushinban.web import asked
from fushinban.web._page import Page, action
from fushinban.web.pages._guide import chapter, section_of

#: Files that one form may send at once; together they fit into what the gate lets through.
MOST_AT_ONCE = 6
_POLICY = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file handed in, and whether it is shown as a picture."""

    name: str
    digest: str
    picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to choose from."""

    value: str
    label: Text
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question with the answers so far and what the form shows.

    `needed` False: the last inspection settled it from the devices. `conflict`: somebody answered meanwhile; the form
    still holds what was typed. `files`: those that the form carries along.
    """

    control: Control
    history: tuple[AnswerEntry, ...]
    choices: tuple[Choice, ...]
    given: Given
    needed: bool = True
    files: tuple[File, ...] = ()
    error: Text | None = None
    conflict: bool = False
    saved: bool = False

    @property
    def newest(self) -> AnswerEntry | None:
        """The answer in force."""
        return self.history[0] if self.history else None

    @property
    def said(self) -> Text:
        """The answer in force, in words."""
        return worded(self.history[0].answer) if self.history else say("page_questionnaire.unanswered")

    @property
    def earlier(self) -> tuple[tuple[AnswerEntry, Text], ...]:
        """The answers before, in words."""
        return tuple((entry, worded(entry.answer)) for entry in self.history[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question in the list."""

    control: Control
    answer: PersonAnswer | None
    said: Text
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The questions of one section of the guide."""

    number: str
    title: Text
    lines: tuple[Line, ...]

    @property
    def answered(self) -> int:
        """How many that need one have an answer."""
        return sum(line.answer is not None for line in self.lines if line.needed)

    @property
    def needed(self) -> int:
        """How many need one."""
        return sum(line.needed for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is. `following`: the next question that is open, or empty."""

    answered: int
    needed: int
    following: str

    @property
    def left(self) -> int:
        """How many are open."""
        return self.needed - self.answered


class QuestionnairePage(Page):
    """The list of questions; `?question=` one after the other, `?group=` those of one section."""

    path = "sites/<str:site_id>/questionnaire/"
    name = "questionnaire"
    permission = Permission.SITE_VIEW
    template = "pages/questionnaire.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """The list, one question, or one group."""
        site_id = str(kwargs["site_id"])
        self.site(site_id)
        given = self.request.GET
        if "question" in given:
            control = questions().get(given["question"])
            if control is None:
                raise Http404
            return self._one(site_id, self._card(site_id, control))
        if "group" in given:
            return self._group(site_id, given["group"])
        return self.show(self._common(site_id))

    @action(Permission.ANSWER_EDIT)
    def answer(self, site_id: str) -> HttpResponseBase:
        """Keep one answer, then go to the next question, or show the card again."""
        self.site(site_id)
        control = questions().get(self.request.POST.get("question", ""))
        if control is None:
            raise Http404
        card = self._answered(site_id, control)
        if self.request.htmx:
            return self.part({**self._common(site_id), "card": card, "swapped": True}, template="pages/_question.html")
        if not card.saved:
            status = HTTPStatus.CONFLICT if card.conflict else HTTPStatus.UNPROCESSABLE_ENTITY
            return self._one(site_id, card, status)
        self.tell(say("page_questionnaire.saved"))
        return self._onward(site_id, control)

    def _onward(self, site_id: str, control: Control) -> HttpResponseBase:
        """To the next question, or back to the group that the form stood in."""
        address = reverse("questionnaire", args=[site_id])
        if self.request.POST.get("view") == "group":
            where = f"{address}?group={section_of(control.id)}#{control.id}"
        else:
            following = self._progress(self._groups(site_id), control.id).following
            where = f"{address}?question={following}" if following else address
        answer = redirect(where)
        answer.status_code = HTTPStatus.SEE_OTHER
        return answer

    def _answered(self, site_id: str, control: Control) -> Card:
        given = _given(self.request.POST, self.request.actor.name)
        history = self.store.answers.history(site_id, control.id)
        files = answering.kept_files(self.store, site_id, history, self.request.POST.getlist("keep")[:50])
        try:
            files += self._uploads(site_id, len(files))
            given = _with_files(given, files)
            done = answering.answer_question(self.store, site_id, control, given)
        except InputError as error:
            return self._card(site_id, control, given=_with_files(given, files), error=error.text)
        if not done.saved:
            again = _seen(given, len(done.history))
            return self._card(site_id, control, given=again, history=done.history, conflict=True)
        return self._card(site_id, control, history=done.history, saved=True)

    def _uploads(self, site_id: str, held: int) -> tuple[EvidenceFile, ...]:
        uploads = self.request.FILES.getlist("file")
        if len(uploads) > MOST_AT_ONCE or held + len(uploads) > evidence_files.MOST_FILES:
            raise InputError(say("page_questionnaire.files-many", most=MOST_AT_ONCE, all=evidence_files.MOST_FILES))
        by = self.request.actor.name
        return tuple(evidence_files.take_file(self.store, site_id, file.name or "", file, by) for file in uploads)

    def _one(self, site_id: str, card: Card, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        common = self._common(site_id)
        order = [line.control.id for group in cast("Sequence[Group]", common["groups"]) for line in group.lines]
        at = order.index(card.control.id)
        return self.show(
            {
                **common, "card": card, "number": at + 1, "all": len(order),
                "before": order[at - 1] if at else "", "after": order[at + 1] if at + 1 < len(order) else "",
                "section": chapter(section_of(card.control.id)),
            },
            template="pages/questionnaire_one.html", status=status,
        )  # fmt: skip

    def _group(self, site_id: str, number: str) -> HttpResponse:
        common = self._common(site_id)
        groups = cast("Sequence[Group]", common["groups"])
        group = next((group for group in groups if group.number == number), None)
        if group is None:
            raise Http404
        histories = self.store.answers.histories(site_id, (line.control.id for line in group.lines))
        cards = [
            self._made(line.control, histories.get(line.control.id, ()), needed=line.needed) for line in group.lines
        ]
        at = groups.index(group)
        after = groups[at + 1] if at + 1 < len(groups) else None
        context = {**common, "group": group, "cards": cards, "after": after}
        return self.show(context, template="pages/questionnaire_group.html")

    def _common(self, site_id: str) -> dict[str, object]:
        groups = self._groups(site_id)
        may = self.rights.scope(Permission.ANSWER_EDIT).covers(site_id, self.store.customers.of_site(site_id))
        site = self.store.sites.get(site_id)
        return {
            "site": site, "groups": groups, "progress": self._progress(groups), "may_answer": may,
            "today": clock.in_japan(clock.now()).date().isoformat(), "most_files": MOST_AT_ONCE,
            "most_size": evidence_files.MOST_BYTES // 1024 // 1024,
        }  # fmt: skip

    def _groups(self, site_id: str) -> tuple[Group, ...]:
        newest = self.store.answers.newest(site_id)
        coverage = self._coverage(site_id)
        found: dict[str, list[Line]] = {}
        for control in questions().values():
            answer = newest.get(control.id)
            found.setdefault(section_of(control.id), []).append(
                Line(
                    control=control, answer=answer, needed=answer is not None or is_needed(control.id, coverage),
                    said=worded(answer) if answer is not None else say("page_questionnaire.unanswered"),
                )
            )  # fmt: skip
        return tuple(Group(number=n, title=chapter(n), lines=tuple(lines)) for n, lines in found.items())

    def _coverage(self, site_id: str) -> Coverage | None:
        entry = self.store.inspections.newest_entry(site_id)
        scope = self.rights.scope(Permission.SITE_VIEW)
        summary = self.store.inspections.summary(scope, entry.id) if entry is not None else None
        return summary.coverage if summary is not None else None

    def _progress(self, groups: Sequence[Group], after: str = "") -> Progress:
        """Where it stands; the next open question after one, going round."""
        lines = [line for group in groups for line in group.lines]
        at = next((n for n, line in enumerate(lines) if line.control.id == after), -1)
        around = [*lines[at + 1 :], *lines[: at + 1]]
        following = next((line.control.id for line in around if line.needed and line.answer is None), "")
        return Progress(
            answered=sum(g.answered for g in groups), needed=sum(g.needed for g in groups), following=following
        )

    def _card(
        self, site_id: str, control: Control, history: tuple[AnswerEntry, ...] | None = None, **more: object
    ) -> Card:
        known = self.store.answers.history(site_id, control.id) if history is None else history
        needed = bool(known) or is_needed(control.id, self._coverage(site_id))
        return self._made(control, known, needed=needed, **more)

    def _made(self, control: Control, history: tuple[AnswerEntry, ...], **more: object) -> Card:
        given = more.pop("given", None)
        shown = given if isinstance(given, Given) else self._first(control, history)
        card = Card(
            control=control, history=history, given=shown, choices=_choices(control, shown.value),
            files=tuple(self._file(f) for f in shown.files),
        )  # fmt: skip
        return replace(card, **more)  # type: ignore[arg-type]

    def _first(self, control: Control, history: tuple[AnswerEntry, ...]) -> Given:
        """What the form shows at first: the answer in force, today, and whoever looks at it."""
        today = clock.in_japan(clock.now()).date().isoformat()
        by = self.request.actor.name
        if not history:
            return Given(value="", by=by, on=today)
        answer = history[0].answer
        kind = control.question.kind if control.question else AnswerKind.YES_NO
        dated = kind is AnswerKind.DATE and answer.value not in {"no", "n/a"}
        told = kind is AnswerKind.TEXT and answer.value not in {"no", "n/a"}
        return Given(
            value=answering.DATE if dated else "yes" if told else answer.value,
            day=answer.value if dated else "", text=answer.value if told else "", note=answer.note, by=by, on=today,
            files=answer.files, seen=len(history),
        )  # fmt: skip

    def _file(self, file: EvidenceFile) -> File:
        return File(name=file.name, digest=file.digest, picture=_kind(self, file.digest, file.name).shown)


class EvidencePage(Page):
    """One file that was handed in for a site: a picture is shown, everything else is saved."""

    path = "sites/<str:site_id>/evidence/<str:digest>/"
    name = "evidence"
    permission = Permission.SITE_VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """The file's bytes, as what its own first bytes say it is."""
        site_id, digest = str(kwargs["site_id"]), str(kwargs["digest"])
        self.site(site_id)
        names = {f.digest: f.name for a in self.store.answers.newest(site_id).values() for f in a.files}
        if digest not in names and not self.store.evidence_of_site.holds(site_id, digest):
            raise Http404
        try:
            content = self.store.evidence.path(digest).read_bytes()
        except (StoreError, OSError) as error:
            raise Http404 from error
        name = names.get(digest, digest)
        kind = evidence_files.kind_of(content[: evidence_files.HEAD], name) or evidence_files.OPAQUE
        answer = HttpResponse(content, content_type=kind.media_type)
        answer["Content-Disposition"] = content_disposition_header(not kind.shown, name) or "attachment"
        answer["Content-Security-Policy"] = _POLICY
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def worded(answer: PersonAnswer) -> Text:
    """An answer in words."""
    if answer.value in {"yes", "no", "n/a"}:
        return say(f"page_questionnaire.said-{answer.value.replace('/', '')}")
    return Text(answer.value, answer.value)


def _choices(control: Control, chosen: str) -> tuple[Choice, ...]:
    kind = control.question.kind if control.question is not None else AnswerKind.YES_NO
    first = {AnswerKind.DATE: answering.DATE, AnswerKind.TEXT: "yes"}.get(kind, "yes")
    word = {AnswerKind.DATE: "date", AnswerKind.TEXT: "text"}.get(kind, "yes")
    no = "not-yet" if kind is AnswerKind.DATE else "no"
    return tuple(
        Choice(value=value, label=say(f"page_questionnaire.said-{name}"), chosen=value == chosen)
        for value, name in ((first, word), ("no", no), ("n/a", "na"))
    )


def _given(form: QueryDict, who: str) -> Given:
    return Given(
        value=asked.text(form, "value", 10), day=asked.text(form, "day", 40), text=asked.prose(form, "text", 2000),
        note=asked.prose(form, "note", 2000), by=asked.text(form, "by", 200) or who, on=asked.text(form, "on", 40),
        seen=asked.number(form, "seen") or 0,
    )  # fmt: skip


def _with_files(given: Given, files: tuple[EvidenceFile, ...]) -> Given:
    return replace(given, files=tuple({f.digest: f for f in files}.values()))


def _seen(given: Given, count: int) -> Given:
    return replace(given, seen=count)


def _kind(page: Page, digest: str, name: str) -> evidence_files.FileKind:
    """What a kept file is; one that is gone is only named."""
    try:
        with page.store.evidence.path(digest).open("rb") as file:
            return evidence_files.kind_of(file.read(4096), name) or evidence_files.OPAQUE
    except (StoreError, OSError):
        return evidence_files.OPAQUE


PAGES = (QuestionnairePage, EvidencePage)
