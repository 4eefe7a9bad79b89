"""G-3.5-0b: somebody watches that the system works as meant."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-0b",
    title=Text(
        "システムが意図どおり動いているか日ごろ見ている",
        "Somebody watches that the system works as intended",
    ),
    requirement=Text(
        "カメラや機器が決めたとおりに動き続けているか、日ごろから気を配ること。",
        "In daily use, somebody pays attention to whether cameras and devices keep working as decided.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    impacts=(3,),
    question=Question(
        prompt=Text(
            "映像が映り録画が続いていることを、担当者を決めて日ごろから確かめていますか。",
            "Is somebody assigned to look regularly whether pictures appear and recording goes on?",
        ),
        hint=Text(
            "日常点検表に、確かめた日と気付いたことを書き残してください。",
            "Note the day and what was seen on a daily check form.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "映像の途切れや動きの遅さは、攻撃の最初の兆しであることがあります。見ている人がいなければ気付けません。",
        "Gaps in the picture or slowness may be the first signs of an attack. Nobody notices when nobody looks.",
    ),
    remedy=Text(
        "担当者と確かめる間隔を決め、日常点検表を作ってください。異常を見つけたときの連絡先も書いておいてください。",
        "Name a person and an interval, make a daily check form, and put on it whom to call.",
    ),
    references=(guide("3.5"),),
)
