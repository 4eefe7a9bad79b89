"""G-2.1-6: the trend of attacks is known."""

from fushinban.controls._saying import guide
from fushinban.controls._thresholds import HALF_YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-2.1-6",
    title=Text("攻撃の動向を定期的に確認している", "Attack trends are looked up regularly"),
    requirement=Text(
        "どのポートや機器が狙われているか、公的な観測情報で動向をつかんでおくこと。",
        "Public observation reports are followed to know which ports and devices are being attacked.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR, Who.VENDOR),
    when=(When.PERIODIC,),
    measures=(4,),
    question=Question(
        prompt=Text(
            "NICTER観測レポートなどで攻撃の動向を最後に確かめた日はいつですか。",
            "When did you last look up attack trends, for example in the NICTER reports?",
        ),
        kind=AnswerKind.DATE,
        max_age_days=HALF_YEARLY,
    ),
    rationale=Text(
        "狙われるポートは年ごとに変わります。動向を知っていれば、閉じるべき入口を先に閉じられます。",
        "The ports under attack change from year to year. Knowing the trend lets you close the right ones first.",
    ),
    remedy=Text(
        "NICTER観測レポート（csl.nict.go.jp）を見て、狙われているポートが自分のシステムで開いていないか調べ、確認日"
        "を記録してください。",
        "Read the NICTER report (csl.nict.go.jp), check whether the ports under attack are open in your own system, "
        "and note the date.",
    ),
    references=(guide("2.1"), "NICTER観測レポート https://csl.nict.go.jp/nicter-report.html"),
)
