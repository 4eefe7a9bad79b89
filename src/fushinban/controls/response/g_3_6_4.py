"""G-3.6-4: there is a response procedure, and it is followed in order."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-4",
    title=Text(
        "被害時の対応手順があり、順番どおりに進められる",
        "There is a response procedure to follow step by step",
    ),
    requirement=Text(
        "あらかじめ用意した手順に沿って、順番に対応を進めること。",
        "The response follows a prepared procedure step by step.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.INCIDENT,),
    question=Question(
        prompt=Text(
            "被害が起きたときの対応手順が書いてあり、関係者がすぐに見られますか。",
            "Is there a written response procedure at hand for everyone concerned?",
        ),
        hint=Text(
            "記録・証拠の保存・切り離し・調査・復旧・連絡の順番が分かるものを残してください。",
            "It should show the order: take notes, save evidence, isolate, examine, restore, inform.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "慌てて対処すると、問題が解決しないまま証拠が消え、再び侵入されることがあります。",
        "Hasty action may lose the evidence, leave the cause in place and let the intruder come back.",
    ),
    remedy=Text(
        "手順書を作り、連絡先・機器の場所・証拠の残し方を書いてください。年に1回は読み合わせをしてください。",
        "Write a procedure with contacts, locations of devices and how to save evidence, and go through it once a "
        "year.",
    ),
    references=(guide("3.6"),),
)
