"""G-3.6-13: the need for reports was confirmed with the customer beforehand."""

from fushinban.controls._contacts import noted, recorded
from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, passed, unknown
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(view: SiteView) -> Verdict:
    """Passes where the outcome of the talk is on record."""
    if recorded(view, ("incident_reporting",)):
        message = Text("設置先に確認した結果が記録されています。", "The customer's answer is on record.")
        return passed(message, *noted(view, "incident_reporting"))
    return unknown(
        Text(
            "被害時の報告が必要かどうかを設置先に確認した記録がありません。",
            "There is no record that the customer was asked about reporting incidents.",
        )
    )


CONTROL = Control(
    id="G-3.6-13",
    title=Text("報告の要否を設置先にあらかじめ確認している", "The customer was asked beforehand about reporting"),
    requirement=Text(
        "被害が起きる前に、報告の義務や社内の決まりがあるかを設置先に尋ねておくこと。",
        "Before anything happens, the customer is asked about duties and house rules for reporting.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.DESIGN, When.INSTALLATION),
    check_site=check,
    question=Question(
        prompt=Text(
            "被害が起きたときの報告の義務や報告先を、設置先にあらかじめ確認しましたか。",
            "Was the customer asked beforehand about duties to report and whom to report to?",
        ),
        hint=Text("打合せの議事録やメールを残してください。", "Keep the minutes or the mail."),
        evidence_wanted=True,
    ),
    rationale=Text(
        "報告の義務があるかどうかは設置先の業種や契約で変わり、設置業者だけでは判断できません。",
        "Whether a report is due depends on the customer's business and contracts; the installer alone cannot tell.",
    ),
    remedy=Text(
        "引渡しまでに設置先に確認し、結果と確認した日を設定シートの「インシデント時の報告義務」に書いてください。",
        "Ask the customer before the hand-over and write the result with its date into the basic information of "
        "the sheet.",
    ),
    references=(guide("3.6"),),
)
