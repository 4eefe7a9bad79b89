"""G-2.1-6: the trend of attacks is known."""

from fushinban.controls._saying import guide
from fushinban.controls._thresholds import HALF_YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-2.1-6",
    title=Text("攻撃の動向を定期的に確かめている", "The trend of attacks is looked up regularly"),
    requirement=Text(
        "どのポートや機器が狙われているか、公的な観測情報で動向をつかんでおくこと。",
        "Which ports and devices are being attacked is followed in public observation reports.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR, Who.VENDOR),
    when=(When.PERIODIC,),
    measures=(4,),
    question=Question(
        prompt=Text(
            "NICTER観測レポートなどで攻撃の動向を最後に確かめた日はいつですか。",
            "When did you last look up the trend of attacks, for example in the NICTER reports?",
        ),
        kind=AnswerKind.DATE,
        max_age_days=HALF_YEARLY,
    ),
    rationale=Text(
        "狙われるポートは年ごとに変わります。動向を知っていれば、閉じるべき入口を先に閉じられます。",
        "The ports under attack change from year to year. Whoever knows the trend can close the right doors first.",
    ),
    remedy=Text(
        "NICTER観測レポート（csl.nict.go.jp）を見て、狙われているポートが自分のシステムで開いていないか確かめ、"
        "確認日を記録してください。",
        "Read the NICTER report (csl.nict.go.jp), see whether the ports under attack are open here, and note the date.",
    ),
    references=(guide("2.1"), "NICTER観測レポート https://csl.nict.go.jp/nicter-report.html"),
)
