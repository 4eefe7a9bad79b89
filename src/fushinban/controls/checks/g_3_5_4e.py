"""G-3.5-4e: new versions are looked for regularly."""

from fushinban.controls._periods import half_yearly
from fushinban.controls._saying import etsi, guide
from fushinban.controls._thresholds import HALF_YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-4e",
    title=Text(
        "新しいバージョンが出ていないかを定期的に調べている",
        "New versions are looked for regularly",
    ),
    requirement=Text(
        "不具合の修正も含めて新しいバージョンが出ていないかを、定期的に調べること。",
        "It is looked up regularly whether a new version has appeared, including those that fix ordinary bugs.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.PERIODIC,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "すべての機器（ルータを含む）について、新しいバージョンの有無を最後に調べた日はいつですか。",
            "On which day were new versions last looked up for all devices, including the router?",
        ),
        kind=AnswerKind.DATE,
        hint=half_yearly(
            "調べた機種・バージョン・ページのアドレスを書き残してください。",
            "Note models, versions and the addresses of the pages.",
        ),
        max_age_days=HALF_YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "攻撃の多くは、すでに修正版が出ている脆弱性を狙います。調べなければ、修正版があることに気付けません。",
        "Most attacks use vulnerabilities for which a fix already exists. Without looking, nobody learns of it.",
    ),
    remedy=Text(
        "機種ごとにメーカーのサポートページを控えておき、半年に1回は新しいバージョンを調べてください。",
        "Keep a list of the support pages of all models and look them up at least every half year.",
    ),
    references=(guide("3.5 (4)"), etsi("5.3-5")),
)
