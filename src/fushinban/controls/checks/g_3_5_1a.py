"""G-3.5-1a: every device has a parameter sheet."""

from fushinban.controls._saying import guide
from fushinban.controls.checks._stages import recorded_stage
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(view: SiteView) -> Verdict:
    """Passes where every device has such a sheet; paper that we do not hold is asked for."""
    return recorded_stage(view, Stage.FACTORY, Stage.PLANNED, Stage.INSTALLED, Stage.ACTUAL)


CONTROL = Control(
    id="G-3.5-1a",
    title=Text("すべての機器に設定シートがある", "Every device has a parameter sheet"),
    requirement=Text(
        "機器ごとの設定を一覧にした設定シート（パラメーターシート）を作ること。",
        "A parameter sheet that lists the settings of each device is made.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(2,),
    measures=(1, 2),
    checkpoints=(1,),
    check_site=check,
    question=Question(
        prompt=Text(
            "設定シートが手元にない機器についても、設定シートを作成して保管していますか。",
            "For devices without a sheet at hand, has a parameter sheet been made and kept?",
        ),
        hint=Text(
            "紙や表計算ファイルでもかまいません。パスワードは書かないでください。",
            "Paper or a spreadsheet will do. Passwords do not belong in it.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "元の設定が分からなければ、攻撃者に何を変えられたのかも分かりません。設定シートは、すべての確認の土台です。",
        "Without knowing how a device was set, nobody can tell what an attacker changed. The sheet is the basis of "
        "every check.",
    ),
    remedy=Text(
        "機器のログイン情報を登録してもう一度点検すると、設定シートが自動で作られます。読み取れない機器は、設定画面"
        "を見ながらシートに書き写してください。",
        "Store a login for the device and inspect again: the sheet is made automatically. For devices that cannot "
        "be read, copy the settings from their pages by hand.",
    ),
    references=(guide("3.5 (1)"),),
)
