"""G-3.5-5h: router traffic is noted at every periodic check."""

from fushinban.controls._periods import yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5h",
    title=Text(
        "定期点検のときにルータの通信量を控えている",
        "Router traffic is noted at every periodic inspection",
    ),
    requirement=Text(
        "定期点検のたびに、ルータを通った通信量を書き留めること。",
        "At every periodic inspection, the amount of traffic that passed the router is noted.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(3, 4),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "ルータを通った通信量を、最後に書き留めた日はいつですか。",
            "On which day was the amount of traffic that passed the router last noted?",
        ),
        kind=AnswerKind.DATE,
        hint=yearly(
            "上り・下りの値、数え始めの日時（再起動で0に戻ります）、書き留めた日時を書いてください。",
            "Note sent, received, since when the router counts (a restart sets it to 0), and the time of reading.",
        ),
        max_age_days=YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "普段の値の記録がなければ、今の通信量が異常かどうかを判断できません。",
        "Without the usual values on record, nobody can say whether today's are abnormal.",
    ),
    remedy=Text(
        "設定シートの「定期点検」の欄に、点検のたびに上り・下りの値を書いてください。",
        "Write the values for sent and received on the sheet at every inspection.",
    ),
    references=(guide("3.5 (5)"),),
)
