"""G-3.5-2c: changes are matched with the record of work."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-2c",
    title=Text(
        "設定変更の作業記録と照らし合わせている",
        "Changes are matched with the record of work",
    ),
    requirement=Text(
        "見つかった設定の違いを、設定変更の作業記録と突き合わせること。",
        "Differences of settings are matched with the record of change work.",
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
            "作業記録のない違いが一つでも残っていれば「いいえ」と答えてください。違いがなければ「該当なし」です。",
            "Answer no while a single difference has no record; n/a where there is no difference.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "作業記録にない変更は、誰かが勝手に変えたものである可能性があります。",
        "A change without a record may be somebody else's doing.",
    ),
    remedy=Text(
        "設定を変えるたびに作業記録を書く決まりにし、記録のない変更は担当者に一つずつ確かめてください。",
        "Make it a rule to record every change, and ask about each one without a record.",
    ),
    references=(guide("3.5 (2)"),),
)
