"""G-3.5-3b: the test was made as a third party would."""

from fushinban.controls._exposure import for_everybody, hedge
from fushinban.controls._looks import fresh_looks, look_evidence, no_fresh_look
from fushinban.controls._own_services import is_not_vpn, own_ways, services_text
from fushinban.controls._saying import guide, joined
from fushinban.controls._ways import ways_evidence, ways_text
from fushinban.model.control import (
    Control,
    Outcome,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    passed,
    unknown,
)
from fushinban.model.exposure import SiteExposure
from fushinban.model.facts import Gate, RouterConfiguration
from fushinban.model.opening import WayIn
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(site: SiteView) -> Verdict:
    """Fails where a stranger came through; passes where a fresh look found every port shut.

    Not where the router's configuration lets everybody in at what was not looked at: then nobody has tried it yet.
    """
    verdict = _of_looks(site)
    if verdict.outcome is Outcome.FAIL or site.exposure is None:
        return verdict
    return _untried(site, site.exposure, verdict) or verdict


def _untried(site: SiteView, exposure: SiteExposure, verdict: Verdict) -> Verdict | None:
    """What should let a stranger in, and no look has tried; None where there is nothing of the kind."""
    rows = exposure.prediction.openings
    ways = [WayIn(row=r, device=None) for r in rows if r.reach.certain and for_everybody(r.reach)]
    own = [(s, way) for s, way in own_ways(exposure, is_not_vpn) if way.certain and for_everybody(way)]
    if not ways and not own:
        return None
    message = Text(
        "ルータの設定では、外部のだれからでも届くはずのものがあります（{list}）。{tried}{hedge}",
        "By the router's configuration, anybody outside should get through ({list}). {tried}{hedge}",
    )
    told = (*((ways_text(ways),) if ways else ()), *((services_text(own),) if own else ()))
    text = message.fill(list=joined(told), tried=verdict.message, hedge=hedge(exposure, site.now))
    return unknown(text, *verdict.evidence, *ways_evidence(exposure, ways))


def _of_looks(site: SiteView) -> Verdict:
    """What the looks alone decide."""
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
    may_read=(RouterConfiguration,),
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
