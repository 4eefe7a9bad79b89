"""G-3.6-10: whoever calls about an incident reaches somebody."""

from fushinban.controls._contacts import by_last_test
from fushinban.controls._periods import yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, Verdict, When, Who
from fushinban.model.text import Text
from fushinban.model.view import SiteView

#: Where a notice from outside is taken.
DESKS = ("contact_internal", "contact_night", "contact_maintenance", "contact_isp")


def check(view: SiteView) -> Verdict:
    """Passes while a contact of the site is on record and was tried within a year."""
    return by_last_test(view, DESKS)


CONTROL = Control(
    id="G-3.6-10",
    title=Text("外部からの通知を受け取れる", "Notices from outside reach the person in charge"),
    requirement=Text(
        "被害の通知がきちんと届くよう、連絡先を使える状態に保つこと。",
        "Contacts are kept working so that a notice of damage arrives.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    check_site=check,
    question=Question(
        prompt=Text(
            "連絡先に実際に電話やメールをして、届くことを最後に確かめた日はいつですか。",
            "On which day were the contacts last tried by a real call or mail?",
        ),
        kind=AnswerKind.DATE,
        hint=yearly(
            "送ったメールや通話の記録（日時と相手）を残してください。",
            "Keep the mail or a note of the call (time and person).",
        ),
        max_age_days=YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "攻撃の被害は、自分より先に外部の人が気付くことがほとんどです。通知が届かなければ、悪用が続きます。",
        "Others nearly always notice the damage first. As long as their notice reaches nobody, the abuse goes on.",
    ),
    remedy=Text(
        "社内責任者・夜間・保守会社・回線事業者の連絡先を設定シートに書き、1件ずつ実際に連絡してみて、確認した日を書"
        "いてください。",
        "Write the contacts (person in charge, night, maintenance company, provider) on the sheet, try each, and "
        "note the date.",
    ),
    references=(guide("3.6"),),
)
