"""The rows of the guide as controls."""

from ninja import Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Access, Resource
from fushinban.controls import controls
from fushinban.messages import Lang, Text
from fushinban.model.control import Control

RESOURCE = Resource("controls", Text("ガイドの項目", "Controls of the guide"))


class ControlOut(Schema):
    """One row of the guide; the title names the good state. 項目"""

    id: str = Field(examples=["G-3.5-3b"])
    title: str
    requirement: str
    strength: str
    severity: str
    decided_by: str = Field(description="auto, answer or none. 判定の方法")
    who: list[str]
    when: list[str]
    rationale: str
    remedy: str
    references: list[str]
    question: str | None
    not_verifiable: str | None


@RESOURCE.get(
    "/controls", "listControls", Text("項目の一覧", "List controls"), permission=Access.SIGNED_IN,
    answers={200: list[ControlOut]},
)  # fmt: skip
def list_controls(call: Call) -> list[ControlOut]:
    """Every row of the guide, in its order."""
    return [_out(c, call.lang) for c in controls().values()]


@RESOURCE.get(
    "/controls/{control_id}", "getControl", Text("項目の詳細", "One control"), permission=Access.SIGNED_IN,
    answers={200: ControlOut},
)  # fmt: skip
def get_control(call: Call, control_id: str) -> ControlOut:
    """One row of the guide."""
    return _out(call.had(controls().get(control_id)), call.lang)


def _out(control: Control, lang: Lang) -> ControlOut:
    return ControlOut(
        id=control.id, title=control.title.of(lang), requirement=control.requirement.of(lang),
        strength=control.strength.value, severity=control.severity.value, decided_by=control.decided_by.value,
        who=[w.value for w in control.who], when=[w.value for w in control.when],
        rationale=control.rationale.of(lang), remedy=control.remedy.of(lang), references=list(control.references),
        question=control.question.prompt.of(lang) if control.question else None,
        not_verifiable=control.not_verifiable.of(lang) if control.not_verifiable else None,
    )  # fmt: skip
