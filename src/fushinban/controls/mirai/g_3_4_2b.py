"""G-3.4-2b: automatic updates are on where they exist."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.4-2b",
    title=Text("自動更新を有効にしている", "Automatic updates are switched on"),
    requirement=Text(
        "自動でファームウェアを更新できる製品では、その機能を使うこと。",
        "Products that can update their firmware automatically are set to do so.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION, When.PERIODIC),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "自動更新機能のある機器では、すべて有効にしていますか。",
            "Is automatic update switched on in every device that has it?",
        ),
        hint=Text(
            "わざと無効にしている機器がある場合は「いいえ」と答え、理由を補足欄に書いてください。機能のある機器がな"
            "ければ「該当なし」と答えてください。",
            "If it is off on purpose somewhere, answer no and note the reason. If no device has it, answer n/a.",
        ),
    ),
    rationale=Text(
        "自動更新を使えば、担当者が気付く前に修正が適用されます。",
        "With automatic updates, vulnerabilities are fixed before anybody has to notice them.",
    ),
    remedy=Text(
        "機器の設定で自動更新を有効にし、更新の時間帯を録画への影響が少ない時間にしてください。",
        "Switch automatic updates on, and choose a time of day when recording suffers least.",
    ),
    references=(guide("3.4 (2)"), etsi("5.3-4", "5.3-5", "5.3-6")),
)
