"""The questionnaire: questions, answers with their history, files as evidence."""

from collections.abc import Sequence
from datetime import date, datetime

from django.http import StreamingHttpResponse
from ninja import File, Schema
from ninja.files import UploadedFile
from pydantic import Field

from fushinban.api.body import MOST_UPLOAD, too_large
from fushinban.api.call import Call
from fushinban.api.download import attachment
from fushinban.api.operation import Resource
from fushinban.api.problems import Fault, ProblemError, not_found
from fushinban.api.shapes import Day, Given, LineOrNone, Prose
from fushinban.controls import controls
from fushinban.jobs import answering, evidence_files
from fushinban.messages import Text, say
from fushinban.model.finding import EvidenceFile, PersonAnswer
from fushinban.model.rights import Permission

RESOURCE = Resource("questionnaire", Text("質問票", "Questionnaire"))


class FileOut(Schema):
    """A file handed in as evidence."""

    name: str
    sha256: str = Field(examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"])


class AnswerOut(Schema):
    """An answer of a person. `value`: yes, no, n/a, an ISO date, or text. 回答"""

    control: str
    value: str
    by: str
    on: date | None
    note: str
    files: list[FileOut]


class QuestionOut(Schema):
    """A question of the guide to a person, with the newest answer. 質問"""

    control: str
    title: str
    prompt: str
    kind: str = Field(examples=["yes-no"])
    hint: str | None
    evidence_wanted: bool
    answer: AnswerOut | None


class OldAnswer(Schema):
    """One answer of the history."""

    answer: AnswerOut
    saved_at: datetime


class FileIn(Given):
    """A file that was uploaded before."""

    name: str = Field(min_length=1, max_length=200)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class AnswerIn(Given):
    """An answer: yes, no, n/a, a date, or text, as the question asks."""

    value: str = Field(min_length=1, max_length=2000, examples=["yes"])
    on: Day | None = Field(None, description="The day it was looked at; today without it. 確認日")
    by: LineOrNone = Field("", description="Who looked; the caller without it. 確認者")
    note: Prose = ""
    files: list[FileIn] = Field(default_factory=list, max_length=20)


@RESOURCE.get(
    "/sites/{site_id}/questions", "listQuestions", Text("質問と回答の一覧", "Questions and answers"),
    permission=Permission.SITE_VIEW, answers={200: list[QuestionOut]},
)  # fmt: skip
def list_questions(call: Call, site_id: str) -> list[QuestionOut]:
    """Every question of the guide to a person, in the order of the guide."""
    call.site(site_id)
    newest = call.store.answers.newest(site_id)
    return [
        QuestionOut(
            control=c.id, title=c.title.of(call.lang), prompt=q.prompt.of(call.lang), kind=q.kind.value,
            hint=q.hint.of(call.lang) if q.hint else None, evidence_wanted=q.evidence_wanted,
            answer=_out(newest[c.id]) if c.id in newest else None,
        )
        for c in controls().values()
        if (q := c.question) is not None
    ]  # fmt: skip


@RESOURCE.get(
    "/sites/{site_id}/answers/{control_id}", "getAnswers", Text("回答の履歴", "History of an answer"),
    permission=Permission.SITE_VIEW, answers={200: list[OldAnswer]},
)  # fmt: skip
def get_answers(call: Call, site_id: str, control_id: str) -> list[OldAnswer]:
    """All answers to one question, the newest first."""
    call.require(site_id)
    _asked(control_id)
    history = call.store.answers.history(site_id, control_id)
    call.versioned(len(history))
    return [OldAnswer(answer=_out(e.answer), saved_at=e.saved_at) for e in history]


@RESOURCE.put(
    "/sites/{site_id}/answers/{control_id}", "saveAnswer", Text("回答する", "Answer a question"),
    permission=Permission.ANSWER_EDIT, edits=True, answers={200: AnswerOut},
)  # fmt: skip
def save_answer(call: Call, site_id: str, control_id: str, body: AnswerIn) -> AnswerOut:
    """Answer a question; the ones before stay as history. For the first answer send `If-Match: "v0"`."""
    call.site(site_id)
    _asked(control_id)
    expected = call.expected()
    given = answering.Given(
        value=body.value, day=body.value, text=body.value, note=body.note, by=body.by or call.caller.shown,
        on=body.on.isoformat() if body.on else "", files=_known_files(call, site_id, control_id, body.files),
        seen=expected,
    )  # fmt: skip
    done = answering.answer_question(call.store, site_id, controls()[control_id], given, same_again=False)
    if not done.saved:
        raise ProblemError("changed-meanwhile", say("api.changed-meanwhile"))
    call.versioned(len(done.history))
    return _out(done.history[0].answer)


@RESOURCE.post(
    "/sites/{site_id}/evidence", "uploadEvidence", Text("証拠のファイルを送る", "Upload evidence"),
    permission=Permission.ANSWER_EDIT, answers={201: FileOut}, upload=True, most_body=MOST_UPLOAD,
)  # fmt: skip
def upload_evidence(call: Call, site_id: str, file: File[UploadedFile]) -> FileOut:
    """Keep a picture, PDF, office file or text (at most 20 MiB) as evidence; name its SHA-256 in an answer."""
    call.site(site_id)
    if (file.size or 0) > evidence_files.MOST_BYTES:
        raise too_large(evidence_files.MOST_BYTES)
    kept = evidence_files.take_file(call.store, site_id, file.name or "", file, call.caller.shown)
    call.audit("evidence.kept", "evidence", kept.digest, site=site_id)
    return _file(kept)


@RESOURCE.get(
    "/sites/{site_id}/evidence/{digest}", "downloadEvidence", Text("証拠のファイルを受け取る", "Download evidence"),
    permission=Permission.SITE_VIEW, answers={200: str}, produces=("application/octet-stream",),
)  # fmt: skip
def download_evidence(call: Call, site_id: str, digest: str) -> StreamingHttpResponse:
    """A file that was handed in for this site."""
    call.require(site_id)
    names = {f.digest: f.name for a in call.store.answers.newest(site_id).values() for f in a.files}
    if digest not in names and not call.store.evidence_of_site.holds(site_id, digest):
        raise not_found()
    return attachment(call.store.evidence.path(digest), names.get(digest, digest))


def _known_files(call: Call, site_id: str, control_id: str, files: Sequence[FileIn]) -> tuple[EvidenceFile, ...]:
    """The files of an answer: handed in for this site, or with an earlier answer to this question."""
    history = call.store.answers.history(site_id, control_id)
    wanted = [f"{f.sha256}:{evidence_files.clean_name(f.name)}" for f in files]
    found = answering.kept_files(call.store, site_id, history, wanted)
    if {f.digest for f in found} != {f.sha256 for f in files}:
        raise ProblemError("invalid", faults=(Fault(pointer="#/files", detail=say("api.file-unknown")),))
    return found


def _asked(control_id: str) -> None:
    control = controls().get(control_id)
    if control is None or control.question is None:
        raise not_found()


def _out(answer: PersonAnswer) -> AnswerOut:
    return AnswerOut(
        control=answer.control, value=answer.value, by=answer.by, on=answer.on, note=answer.note,
        files=[_file(f) for f in answer.files],
    )  # fmt: skip


def _file(file: EvidenceFile) -> FileOut:
    return FileOut(name=file.name, sha256=file.digest)
