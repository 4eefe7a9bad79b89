"""G-3.4-1a: the makers' advisories are watched."""

from fushinban.controls._saying import etsi, guide
from fushinban.controls._thresholds import QUARTERLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.4-1a",
    title=Text("メーカーの脆弱性情報に注意を払っている", "The makers' security notices are watched"),
    requirement=Text(
        "使っている機器のメーカーが出す脆弱性のお知らせを、見逃さないようにすること。",
        "Announcements of vulnerabilities by the makers of the devices in use are not missed.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.PERIODIC,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "すべての機器のメーカーの脆弱性情報を最後に確かめた日はいつですか。",
            "When did you last look through the security notices of the makers of all devices?",
        ),
        kind=AnswerKind.DATE,
        max_age_days=QUARTERLY,
    ),
    rationale=Text(
        "脆弱性（プログラムの弱点）は、公表から数日で悪用されることがあります。",
        "Vulnerabilities may be exploited within days of their publication.",
    ),
    remedy=Text(
        "メーカーのお知らせとJVN（jvn.jp）で型番を調べ、確認日を記録し、次の確認日を予定に入れてください。",
        "Look up your models on the makers' pages and at JVN (jvn.jp), note the date, and schedule the next time.",
    ),
    references=(guide("3.4 (1)"), etsi("5.2-3")),
)
