"""G-3.5-3b: the test was made as a third party would."""

from fushinban.controls._looks import fresh_looks, look_evidence, no_fresh_look
from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.facts import Gate
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(site: SiteView) -> Verdict:
    """Fails where a stranger came through; passes where a fresh look found every port shut."""
    looks = fresh_looks(site)
    if not looks:
        return no_fresh_look(site)
    opened = [port for look in looks for port in look.seen.open]
    evidence = tuple(map(look_evidence, looks))
    if any(port.picture is Gate.OPEN for port in opened):
        message = Text(
            "外の回線から試したところ、ログインなしで映像が見えました。",
            "Tried from an outside line: pictures can be seen without a login.",
        )
        return failed(message, *evidence, severity=Severity.CRITICAL)
    if opened:
        message = Text(
            "外の回線から試したところ、{count} 個のポートで機器の応答がありました。",
            "Tried from an outside line: devices answer at {count} ports.",
        )
        return failed(message.fill(count=len(opened)), *evidence, severity=Severity.HIGH)
    return passed(
        Text(
            "外の回線から試したところ、調べたポートではどこにもつながりませんでした。",
            "Tried from an outside line: nothing answered at the ports looked at.",
        ),
        *evidence,
    )


CONTROL = Control(
    id="G-3.5-3b",
    title=Text(
        "第三者の立場で外から接続を試している",
        "Access was tried from outside as a third party would",
    ),
    requirement=Text(
        "設置先の回線ではなく、外の回線につないだパソコンやスマートフォンから接続を試すこと。",
        "The test is made with a PC or phone on an outside line, not on the customer's own.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(1,),
    measures=(3,),
    checkpoints=(3,),
    check_site=check,
    question=Question(
        prompt=Text(
            "Wi-Fiを切ったスマートフォンなど、設置先とは別の回線から接続を試しましたか。",
            "Was access tried from another line, for example a phone with Wi-Fi switched off?",
        ),
        hint=Text(
            "設置先のWi-Fiにつながったままでは、外からの見え方を確かめたことになりません。画面の写真を残してください。",
            "A test on the customer's Wi-Fi does not show the view from outside. Keep a screenshot.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "内側からの接続は外からの接続と経路が違うため、外から試さなければ公開されているかどうか分かりません。",
        "Access from inside takes another path, so only a test from outside shows what is public.",
    ),
    remedy=Text(
        "スマートフォンのWi-Fiを切り、ログインしていないブラウザから接続を試し、結果を記録してください。",
        "Switch Wi-Fi off on a phone, try with a browser that is not logged in, and record the result.",
    ),
    references=(guide("3.5 (3)"),),
)
