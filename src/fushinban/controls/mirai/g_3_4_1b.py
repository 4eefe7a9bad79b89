"""G-3.4-1b: firmware with flaws is updated without delay."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.4-1b",
    title=Text("脆弱性があれば速やかに更新している", "Firmware with vulnerabilities is updated without delay"),
    requirement=Text(
        "使っている機器に脆弱性が見つかったら、待たずにファームウェアを更新すること。",
        "When a vulnerability is found in a device in use, its firmware is updated without waiting.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.HIGH,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.OPERATION,),
    measures=(4,),
    question=Question(
        prompt=Text(
            "これまでに知った脆弱性について、対象となる機器の更新がすべて済んでいますか。",
            "Have all devices affected by the vulnerabilities you know of been updated?",
        ),
        hint=Text("対象となる機器がなければ「該当なし」と答えてください。", "If no device is affected, answer n/a."),
        evidence_wanted=True,
    ),
    rationale=Text(
        "更新が出てから適用するまでの間が、最も攻撃を受けやすい時期です。",
        "The time between a fix and its installation is when attacks are most likely.",
    ),
    remedy=Text(
        "対象の機器と更新版を書き出し、設定を控えてから更新し、更新前後のバージョンを記録してください。",
        "List devices and new versions, save the settings, update, and record the versions before and after.",
    ),
    references=(guide("3.4 (1)"), etsi("5.3-8")),
)
