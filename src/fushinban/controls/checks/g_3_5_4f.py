"""G-3.5-4f: new versions are installed."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-4f",
    title=Text(
        "新しいバージョンを見つけたら適用している",
        "New versions are installed when found",
    ),
    requirement=Text(
        "新しいバージョンがあることが分かったら、機器に適用すること。",
        "A new version that was found is installed on the device.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.PERIODIC,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "見つかった新しいバージョンを、すべての機器に適用しましたか。",
            "Were the new versions that were found installed on all devices?",
        ),
        hint=Text(
            "新しいバージョンがなければ「該当なし」と答えてください。適用前後のバージョンと、適用後に録画が続いてい"
            "ることの記録を残してください。",
            "Answer n/a if there was none. Keep the versions before and after, and a note that recording went on.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "修正版が公開されると、脆弱性の内容も知れ渡ります。適用していない機器は格好の的になります。",
        "With the fix, the vulnerability becomes known too, and devices without the fix are easy targets.",
    ),
    remedy=Text(
        "設定の控えを取り、メーカーの手順に従って更新してください。更新後は、録画・遠隔視聴・設定が元のままであるこ"
        "とを確認してください。",
        "Save the settings, update as the maker describes, then see that recording, remote viewing and settings "
        "are as before.",
    ),
    references=(guide("3.5 (4)"), etsi("5.3-8")),
)
