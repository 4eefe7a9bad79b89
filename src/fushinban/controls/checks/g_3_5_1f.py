"""G-3.5-1f: the sheet says what the device really has."""

from fushinban.controls._saying import guide
from fushinban.controls.checks._changes import basis, compare, left_out, listed, not_compared, nothing_to_compare
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Compares only what the sheet names: what nobody wrote down cannot be inaccurate."""
    stage = Stage.PLANNED if Stage.PLANNED in view.sheets else Stage.INSTALLED
    sheet = view.sheets.get(stage)
    written = frozenset(sheet.values()) if sheet else frozenset()
    comparison = compare(view, stage, concerns=written.__contains__)
    if comparison is None or not (comparison.compared or comparison.unread):
        return nothing_to_compare(view, stage)
    if comparison.changes:
        count = len(comparison.changes)
        message = Text(
            f"設定シートと機器の実際の設定が、{count}か所で違っています。",
            f"The sheet and the actual settings of the device differ in {count} places.",
        )
        return failed(message, basis(comparison), *listed(comparison), *left_out(view, comparison))
    if comparison.unread:
        return not_compared(view, comparison)
    message = Text(
        "設定シートと機器の実際の設定に、違いは見つかりませんでした。",
        "No difference was found between the sheet and the actual settings of the device.",
    )
    return passed(message, basis(comparison))


CONTROL = Control(
    id="G-3.5-1f",
    title=Text("設定シートと実際の設定が一致している", "The sheet agrees with the actual settings"),
    requirement=Text(
        "設定シートに書いた値と、機器に入っている値が同じかどうかを確かめること。",
        "It is checked that the device holds the values that the sheet says.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(2,),
    measures=(2,),
    checkpoints=(1,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で比べられなかった機器について、設定シートと実際の設定画面を見比べて、一致することを確かめましたか。",
            "For devices that could not be compared: did you compare the sheet with the actual settings pages and "
            "find them equal?",
        ),
        hint=Text(
            "見比べた設定シートに印を付け、写しを残してください。", "Tick off the sheet as you go and keep a copy."
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "シートが実際の設定と違っていると、後で変更を調べるときに誤った判断をしてしまいます。",
        "A sheet that differs from the device misleads everyone who looks for changes later.",
    ),
    remedy=Text(
        "違っている項目ごとに、機器とシートのどちらが正しいかを決めてください。機器が誤りなら設定を直し、シートが誤りなら"
        "シートを直して、変更した理由を作業記録に書いてください。",
        "Decide for each difference whether the device or the sheet is right. Correct the wrong one and write "
        "the reason "
        "into the work record.",
    ),
    references=(guide("3.5 (1)"),),
)
