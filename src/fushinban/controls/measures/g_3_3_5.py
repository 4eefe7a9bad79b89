"""G-3.3-5: firmware is kept up to date."""

from fushinban.controls._saying import etsi, guide, jc_star
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.3-5",
    title=Text("【対策④】ファームウェアが更新されている", "Measure 4: firmware is up to date"),
    requirement=Text(
        "カメラ、レコーダ、ルータ、スイッチのファームウェアを常に更新しておくこと。",
        "The firmware of cameras, recorders, router and switches is kept updated.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "すべての機器のファームウェアが、メーカーのWebサイトで確認した最新版になっていますか。",
            "Does every device run the newest firmware shown on its maker's website?",
        ),
        hint=Text(
            "報告書の機器一覧にあるバージョンと見比べ、確認した日とページの写しを残してください。",
            "Compare with the versions in the report's device list, and keep a copy of the page and the date.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "古いバージョンに残った脆弱性は公開されており、攻撃者はそれを使って入り込みます。",
        "The vulnerabilities of old versions are publicly known, and attackers use them to get in.",
    ),
    remedy=Text(
        "設定を控えてから、メーカーの手順で最新版に更新し、更新後の映像と録画を確認してください。更新できない機器は"
        "交換を計画してください。",
        "Save the settings, update as the maker describes, then check picture and recording. Plan to replace "
        "devices that cannot be updated.",
    ),
    references=(guide("3.3 (4)"), etsi("5.3-1", "5.3-2", "5.3-3"), jc_star("06")),
)
