"""G-3.5-4f: new versions are installed."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-4f",
    title=Text(
        "新しい版を見つけたら適用している",
        "New versions are installed when found",
    ),
    requirement=Text(
        "新しい版があることが分かったら、機器に入れること。",
        "A new version that was found is put into the device.",
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
            "見つかった新しい版を、すべての機器に適用しましたか。",
            "Were the new versions that were found installed on all devices?",
        ),
        hint=Text(
            "新しい版がなければ「該当なし」と答えてください。適用前後の版と、"
            "適用後に録画が続いていることの記録を残してください。",
            "Answer n/a if there was none. Keep the versions before and after, and a note that recording went on.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "修正版が公開されると、弱点の内容も知れ渡ります。適用していない機器は格好の的になります。",
        "With the repair the weakness becomes known too, and devices without it are easy targets.",
    ),
    remedy=Text(
        "設定の控えを取り、メーカーの手順に従って更新してください。"
        "更新後は録画・遠隔視聴・設定が元のままであることを確かめてください。",
        "Save the settings, update as the maker describes, then see that recording, remote viewing and settings "
        "are as before.",
    ),
    references=(guide("3.5 (4)"), etsi("5.3-8")),
)
