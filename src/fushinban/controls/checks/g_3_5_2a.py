"""G-3.5-2a: the present settings are compared with the sheet of the installation."""

from fushinban.controls._saying import guide
from fushinban.controls.checks._changes import (
    basis,
    by_importance,
    compare,
    left_out,
    not_compared,
    nothing_to_compare,
)
from fushinban.model.control import Control, Evidence, Question, Severity, Strength, Verdict, When, Who, passed
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Passes where the comparison could be made; what it found is judged by G-3.5-2d to 2g."""
    comparison = compare(view, Stage.INSTALLED)
    if comparison is None or not (comparison.compared or comparison.unread):
        return nothing_to_compare(view, Stage.INSTALLED)
    if not comparison.compared:
        return not_compared(view, comparison)
    count = len(comparison.changes)
    kinds = by_importance(comparison.changes)
    result = Text(
        f"違い：{count}件" + (f"（{kinds.ja}）" if count else ""),
        f"Differences: {count}" + (f" ({kinds.en})" if count else ""),
    )
    return passed(
        Text(
            "設置時の設定シートと現在の設定を比べました。",
            "The present settings were compared with the installed sheet.",
        ),
        basis(comparison),
        Evidence(text=result),
        *left_out(view, comparison),
    )


CONTROL = Control(
    id="G-3.5-2a",
    title=Text("設置時の設定シートと比べている", "Settings are compared with the installed sheet"),
    requirement=Text(
        "現在の設定を、設置したときの設定シートと見比べること。",
        "The present settings are compared with the sheet made at installation.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(2,),
    measures=(2,),
    checkpoints=(2,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で比べられなかった機器について、設置時の設定シートと現在の設定を見比べましたか。",
            "For devices that could not be compared: did you compare the present settings with the installed sheet?",
        ),
        hint=Text(
            "見比べた日付と結果をシートに書き、写しを残してください。",
            "Write date and result on the sheet and keep a copy.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "攻撃者が変えた設定は、元の記録と比べて初めて見つかります。",
        "What an attacker changed shows only in comparison with the earlier record.",
    ),
    remedy=Text(
        "設置時の設定シートがない機器は、現在の設定が正しいことを確認してから、「設置時」の設定シートとして保存して"
        "ください。次の点検からは自動で比べられます。",
        "For devices without an installed sheet, make sure that the present settings are right, then keep them as "
        "the installed sheet. From the next inspection on they are compared automatically.",
    ),
    references=(guide("3.5 (2)"),),
)
