"""G-3.4-2a: it is known which products update themselves."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.4-2a",
    title=Text("自動更新できる機種を把握している", "Models that can update themselves are known"),
    requirement=Text(
        "使っている製品に、ファームウェアを自動で更新する機能があるか知っておくこと。",
        "It is known which of the products in use can update their firmware automatically.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.DESIGNER, Who.INSTALLER),
    when=(When.DESIGN, When.INSTALLATION),
    measures=(4,),
    question=Question(
        prompt=Text(
            "機種ごとに自動更新機能の有無を調べ、機器一覧に記入していますか。",
            "Is it noted in the device list, for each model, whether it can update itself?",
        )
    ),
    rationale=Text(
        "機能があることを知らなければ、有効にすることもできません。",
        "A function that nobody knows of is never switched on.",
    ),
    remedy=Text(
        "取扱説明書で自動更新の有無を調べ、機器一覧の「自動更新」欄に書いてください。ルータも忘れずに調べてください。",
        "Look it up in the manuals and write it into the device list. Do not forget the router.",
    ),
    references=(guide("3.4 (2)"), etsi("5.3-4")),
)
