"""G-3.5-5j: an outside check such as Am I Infected? is made."""

from fushinban.controls._periods import half_yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import HALF_YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5j",
    title=Text(
        "外部の感染チェックサービスで確かめている",
        "An outside infection check service is used",
    ),
    requirement=Text(
        "横浜国立大学の「Am I Infected?」などで、ボットに感染していないかを外部から調べること。",
        "A service such as Am I Infected? of Yokohama National University is used to see whether a bot is present.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(4,),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "「Am I Infected?」などの外部の感染チェックを、最後に行った日はいつですか。",
            "On which day was an outside check such as Am I Infected? last made?",
        ),
        kind=AnswerKind.DATE,
        hint=half_yearly(
            "https://amii.ynu.codes を開き、届いた結果のメールを残してください。"
            "同じブラウザで結果を開く必要があります。この確認は自動では行えません。",
            "Open https://amii.ynu.codes and keep the mail with the result, which opens in the same browser only. "
            "This check cannot be made automatically.",
        ),
        max_age_days=HALF_YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "内側の点検では見えない感染や、外から見える弱点を、外部の観測情報から知ることができます。",
        "Observations from outside show infections and weak points that an inspection from inside cannot see.",
    ),
    remedy=Text(
        "カメラのネットワークにつないだパソコンのブラウザから行い、結果を定期点検の記録に残してください。"
        "調べられるのはルータとポート転送された機器だけです。",
        "Do it from the browser of a PC on the camera network, and keep the result with the periodic inspection "
        "records. It covers only the router and devices with forwarded ports.",
    ),
    references=(guide("3.5 (5)"), "Am I Infected? https://amii.ynu.codes"),
)
