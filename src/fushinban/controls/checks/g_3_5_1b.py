"""G-3.5-1b: the factory state is recorded."""

from fushinban.controls._saying import guide
from fushinban.controls.checks._stages import recorded_stage
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(view: SiteView) -> Verdict:
    """Passes where every device has such a sheet; paper that we do not hold is asked for."""
    return recorded_stage(view, Stage.FACTORY)


CONTROL = Control(
    id="G-3.5-1b",
    title=Text("機器の初期設定が記録されている", "The factory settings of each device are on record"),
    requirement=Text(
        "箱から出したままの、何も変える前の設定を控えること。",
        "The settings fresh from the box, before any change, are written down.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(2,),
    measures=(1, 2),
    checkpoints=(1,),
    check_site=check,
    question=Question(
        prompt=Text(
            "設定を変える前の初期設定を、機器ごとに記録していますか。",
            "Were the factory settings of each device written down before anything was changed?",
        ),
        hint=Text(
            "取扱説明書の初期値一覧に、対象の型番とバージョンを書き添えたものでもかまいません。",
            "A list of defaults from the manual will do, with model and version written on it.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "初期設定のまま残っている項目を見つけるには、初期設定が何であったかの記録が必要です。",
        "To find what was left at its default, one has to know what the default was.",
    ),
    remedy=Text(
        "次に機器を追加・交換するときは、設定を始める前に点検を実行し、「初期設定」の設定シートとして保存してください。設置済みの機器は、メーカーの資料から初期値を書き写してください。",
        "Next time a device is added or replaced, run an inspection before setting it up and keep it as the "
        "factory sheet. For devices already in place, copy the defaults from the maker's documents.",
    ),
    references=(guide("3.5 (1)"),),
)
