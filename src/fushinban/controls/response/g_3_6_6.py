"""G-3.6-6: the registration with the Internet provider is current."""

from fushinban.controls._periods import yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-6",
    title=Text(
        "回線契約の登録情報を管理している",
        "The registration with the Internet provider is current",
    ),
    requirement=Text(
        "インターネット回線の契約で届け出た連絡先などを、正しく保っておくこと。",
        "The contact and other data registered with the Internet provider are kept correct.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    question=Question(
        prompt=Text(
            "回線事業者に登録した契約者名・住所・連絡先メールが今も正しいことを、最後に確かめた日はいつですか。",
            "On which day was it last confirmed that the name, address and mail registered with the provider are "
            "correct?",
        ),
        kind=AnswerKind.DATE,
        hint=yearly(
            "回線事業者から付与されたメールアドレスなど、普段見ていない宛先になっていないかも見てください。",
            "See also whether notices go to an address that nobody reads, such as one given by the provider.",
        ),
        max_age_days=YEARLY,
    ),
    rationale=Text(
        "マルウェア感染の通知は、回線事業者に登録された連絡先に届くのが一般的です。",
        "Notices of infections usually go to the contact registered with the provider.",
    ),
    remedy=Text(
        "回線事業者の会員ページで登録内容を見て、連絡先を担当者が必ず読むメールアドレスに変え、確認した日を記録して"
        "ください。",
        "Look at the provider's member page, set a mail address that the person in charge reads, and note the day.",
    ),
    references=(guide("3.6"),),
)
