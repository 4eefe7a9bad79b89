"""G-3.5-1d: the actual settings are recorded."""

from fushinban.controls._saying import guide
from fushinban.controls.checks._stages import recorded_stage
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(view: SiteView) -> Verdict:
    """Passes where every device has such a sheet; paper that we do not hold is asked for."""
    return recorded_stage(view, Stage.ACTUAL)


CONTROL = Control(
    id="G-3.5-1d",
    title=Text("実際の設定が記録されている", "The actual settings are on record"),
    requirement=Text(
        "機器に実際に入っている設定を読み取って控えること。",
        "The settings that the device actually has are read and written down.",
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
            "自動で読み取れなかった機器について、実際の設定を画面で確かめて記録しましたか。",
            "For devices that could not be read: did you look at the actual settings and write them down?",
        ),
        hint=Text(
            "設定画面の写真や書き出した設定ファイルを残してください。",
            "Keep photographs of the settings pages or an exported settings file.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "設計書どおりに設定したつもりでも、実際の機器の設定が違っていることがあります。",
        "The actual settings of a device may differ from what was meant to be set.",
    ),
    remedy=Text(
        "機器のログイン情報を登録し、もう一度点検してください。通信で読み取れない機器は、設定画面を見ながらシートに"
        "書き写してください。",
        "Store the login of the device and inspect again. For devices that cannot be read over the network, copy "
        "the settings from their pages by hand.",
    ),
    references=(guide("3.5 (1)"),),
)
