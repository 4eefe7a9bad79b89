"""G-3.5-2c: changes are matched with the record of work."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-2c",
    title=Text(
        "設定変更の作業記録と照らし合わせている",
        "Changes are matched with the work record",
    ),
    requirement=Text(
        "見つかった設定の違いを、設定変更の作業記録と突き合わせること。",
        "Differences in settings are matched with the record of change work.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(2,),
    measures=(2,),
    checkpoints=(2,),
    question=Question(
        prompt=Text(
            "前回の点検から後の設定の違いを、すべて作業記録と照らし合わせましたか。",
            "Were all differences since the last inspection matched with the work record?",
        ),
        hint=Text(
            "作業記録のない違いが1つでも残っていれば「いいえ」、違いがなければ「該当なし」と答えてください。",
            "Answer no as long as a single difference has no record, n/a where there is no difference.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "作業記録にない変更は、誰かが勝手に行ったものかもしれません。",
        "A change without a record may have been made without permission.",
    ),
    remedy=Text(
        "設定を変えるたびに作業記録を書く決まりにし、記録のない変更は、担当者に1つずつ確認してください。",
        "Make it a rule to record every change, and ask the person in charge about each one without a record.",
    ),
    references=(guide("3.5 (2)"),),
)
