"""G-3.5-4i: there is a working way to hear of urgent updates from makers."""

from fushinban.controls._contacts import by_last_test
from fushinban.controls._saying import etsi, guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, Verdict, When, Who
from fushinban.model.text import Text
from fushinban.model.view import SiteView

ROUTE = ("contact_maker", "contact_seller", "contact_maintenance", "maintenance_contact")


def check(view: SiteView) -> Verdict:
    """Passes while a maker, seller or maintenance contact is on record and was tried within a year."""
    return by_last_test(view, ROUTE)


CONTROL = Control(
    id="G-3.5-4i",
    title=Text("緊急の更新情報が届く連絡経路がある", "Urgent update notices from makers reach us"),
    requirement=Text(
        "急いで適用すべき更新の知らせをメーカーから受け取れるよう、連絡の経路を整えておくこと。",
        "There is a maintained way for the maker to tell about updates that cannot wait.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.PERIODIC,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    check_site=check,
    question=Question(
        prompt=Text(
            "メーカー・販売元・保守会社からの緊急の連絡が届くことを、最後に確かめた日はいつですか。",
            "On which day was it last confirmed that urgent notices from maker, seller or maintainer arrive?",
        ),
        kind=AnswerKind.DATE,
        hint=Text(
            "メール配信の登録や保守会社の連絡先が今も使えるかを確かめてください。ガイドに間隔の定めはなく、一年に一度を目安とします。",
            "See that mail subscriptions and the maintainer's contact still work. The guide names no interval; a "
            "year is "
            "our measure.",
        ),
        max_age_days=YEARLY,
    ),
    rationale=Text(
        "弱点が公表されると、数日のうちに攻撃が始まることがあります。知らせが届かなければ間に合いません。",
        "Attacks may begin within days of a weakness becoming known. A notice that does not arrive is too late.",
    ),
    remedy=Text(
        "メーカーのお知らせメールや保守契約に、今使っている連絡先を登録してください。連絡先は設定シートの「連絡先」に書き、"
        "年に一度は届くことを確かめてください。",
        "Register a working address with the maker's mailing list and the maintenance contract, put the contacts "
        "on the "
        "sheet, and try them once a year.",
    ),
    references=(guide("3.5 (4)"), etsi("5.3-11")),
)
