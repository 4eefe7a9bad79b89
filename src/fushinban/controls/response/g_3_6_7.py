"""G-3.6-7: registrations with makers and maintainers are current."""

from fushinban.controls._periods import yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-7",
    title=Text(
        "メーカー保守・サービスの登録情報を管理している",
        "Registrations with makers and maintainers are current",
    ),
    requirement=Text(
        "メーカーの保守や遠隔視聴などのサービスに登録した情報を、常に正しくしておくこと。",
        "The data registered for makers' maintenance and services are kept correct.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.PERIODIC,),
    question=Question(
        prompt=Text(
            "メーカーの製品登録・保守契約・クラウドサービスの登録情報を、最後に確かめた日はいつですか。",
            "On which day were the registrations of products, maintenance contract and cloud services last looked at?",
        ),
        kind=AnswerKind.DATE,
        hint=yearly(
            "名義が設置業者か設置先か、退職した人のメールになっていないかを見てください。登録がなければ「該当なし」"
            "と答えてください。",
            "See in whose name they are (installer or customer) and whether the mail belongs to somebody who left. "
            "Without any, answer n/a.",
        ),
        max_age_days=YEARLY,
    ),
    rationale=Text(
        "登録が古いままだと、脆弱性や製品回収のお知らせが届かず、退職者が映像を見られるままになることもあります。",
        "With an outdated registration, notices of vulnerabilities and recalls do not arrive, and former staff may "
        "still see the pictures.",
    ),
    remedy=Text(
        "サービスごとに名義・連絡先・期限を一覧にし、年に1回見直してください。",
        "List name, contact and end date of each service and review the list once a year.",
    ),
    references=(guide("3.6"),),
)
