"""G-3.6-11: it is settled how to decide on reports by the kind of incident."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-11",
    title=Text(
        "被害の内容により報告が必要になることを把握している",
        "It is known which incidents must be reported",
    ),
    requirement=Text(
        "報告が常に義務とは限らないが、個人情報が漏れたときなど、被害の内容によっては報告が必要になると知っておくこ"
        "と。",
        "It is known that, though there is no general duty, some incidents must be reported, such as leaks of "
        "personal data.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.INCIDENT,),
    impacts=(1,),
    question=Question(
        prompt=Text(
            "個人情報の漏えいなど、報告が必要になる被害の種類と、判断する人を決めてありますか。",
            "Is it settled which incidents need a report, such as leaks of personal data, and who decides?",
        ),
        hint=Text(
            "顔認証や人物検索を使う場合は、とくに確かめてください。このソフトウェアは法律上の助言をしません。",
            "Look closely where face recognition or person search is used. This software gives no legal advice.",
        ),
    ),
    rationale=Text(
        "個人データの漏えいの報告には、知ってからおおむね3～5日以内という短い期限があり、その場で調べていては間に合"
        "いません。",
        "A leak of personal data has to be reported within about three to five days, too short to begin asking then.",
    ),
    remedy=Text(
        "個人情報保護委員会の案内を読み、判断する人・相談先・期限を手順書に書いてください。",
        "Read the guidance of the Personal Information Protection Commission, and write into the procedure who "
        "decides, whom to ask and the deadline.",
    ),
    references=(guide("3.6"), "個人情報の保護に関する法律 第26条"),
)
