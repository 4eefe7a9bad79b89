"""G-3.5-1c: the planned or installed settings are recorded."""

from fushinban.controls._saying import guide
from fushinban.controls.checks._stages import recorded_stage
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(view: SiteView) -> Verdict:
    """Passes where every device has such a sheet; paper that we do not hold is asked for."""
    return recorded_stage(view, Stage.PLANNED, Stage.INSTALLED)


CONTROL = Control(
    id="G-3.5-1c",
    title=Text("設置時の設定が記録されている", "The settings as installed are on record"),
    requirement=Text(
        "設計で決めた設定、または設置を終えたときの設定を控えること。",
        "The settings as designed, or as left after installation, are written down.",
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
            "設置したときの設定を、機器ごとに記録していますか。",
            "Were the settings of each device written down at installation?",
        ),
        hint=Text(
            "引き渡した設定シートや完成図書の写しを用意してください。",
            "Have a copy of the sheets or documents of the hand-over ready.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "設置時の設定は、後で「意図しない変更」を見つけるための基準になります。",
        "The settings at installation are the baseline for finding unintended changes later.",
    ),
    remedy=Text(
        "現在の設定が正しいことを確認したうえで、「設置時」の設定シートとして保存してください。次の点検から、この記"
        "録との違いが分かります。",
        "Make sure that the present settings are right, then keep them as the installed sheet. From the next "
        "inspection on, differences are shown.",
    ),
    references=(guide("3.5 (1)"),),
)
