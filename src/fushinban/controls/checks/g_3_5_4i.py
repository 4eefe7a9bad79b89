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
    title=Text("緊急の更新のお知らせが届く連絡経路がある", "Urgent update notices from makers arrive"),
    requirement=Text(
        "急いで適用すべき更新のお知らせをメーカーから受け取れるよう、連絡の経路を整えておくこと。",
        "Contacts are kept up so that the maker can tell of updates that cannot wait.",
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
            "On which day was it last confirmed that urgent notices from maker, seller or maintenance company arrive?",
        ),
        kind=AnswerKind.DATE,
        hint=Text(
            "メール配信の登録や保守会社の連絡先が今も使えるかを確かめてください。ガイドは間隔を定めていないため、こ"
            "のソフトウェアでは1年に1回を目安とします。",
            "See that mail subscriptions and the contact of the maintenance company still work. The guide names no "
            "interval; this software takes a year as its measure.",
        ),
        max_age_days=YEARLY,
    ),
    rationale=Text(
        "脆弱性が公表されると、数日のうちに攻撃が始まることがあります。お知らせが届かなければ、対応が間に合いません。",
        "Attacks may begin within days of a vulnerability becoming known. A notice that does not arrive is too late.",
    ),
    remedy=Text(
        "メーカーのお知らせメールや保守契約に、今使っている連絡先を登録してください。連絡先は設定シートの「連絡先」"
        "に書き、年に1回は届くことを確認してください。",
        "Register a working address with the maker's mailing list and the maintenance contract, write the contacts "
        "on the sheet, and try them once a year.",
    ),
    references=(guide("3.5 (4)"), etsi("5.3-11")),
)
