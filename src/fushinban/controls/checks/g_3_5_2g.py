"""G-3.5-2g: dynamic DNS, DNS, gateway, NTP and the router's configuration are as they were."""

from fushinban.controls._saying import guide
from fushinban.controls.checks._changes import basis, compare, left_out, listed, not_compared, nothing_to_compare
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.facts import Dns, DynamicDns, DynamicDnsService, Gateway, Ntp, RouterConfiguration
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

FACTS = (DynamicDns, DynamicDnsService, Dns, Gateway, Ntp, RouterConfiguration)


def check(view: DeviceView) -> Verdict:
    """Fails where one of these differs from the installed sheet."""
    comparison = compare(view, Stage.INSTALLED, FACTS)
    if comparison is None or not (comparison.compared or comparison.unread):
        return nothing_to_compare(view, Stage.INSTALLED)
    if comparison.changes:
        message = Text(
            "通信先に関わる設定（DDNS・DNS・ゲートウェイ・時刻サーバ・ルータの設定）が設置時から変わっています。",
            "Settings that decide with whom the device communicates (DDNS, DNS, gateway, time server, router) have "
            "changed since installation.",
        )
        return failed(message, basis(comparison), *listed(comparison), *left_out(view, comparison))
    if comparison.unread:
        return not_compared(view, comparison)
    message = Text(
        "通信先に関わる設定は、設置時から変わっていませんでした。",
        "Settings that decide with whom the device communicates are as they were at installation.",
    )
    return passed(message, basis(comparison))


CONTROL = Control(
    id="G-3.5-2g",
    title=Text("DDNSなどのネットワーク設定が変わっていない", "DDNS and other network settings are unchanged"),
    requirement=Text(
        "DDNS・DNS・ゲートウェイ・時刻サーバなどの設定が、設置時から変えられていないかを確かめること。",
        "It is checked that DDNS, DNS, gateway, time server and the like have not been changed since installation.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(2, 4),
    measures=(2, 3),
    checkpoints=(2,),
    may_read=FACTS,
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器とルータについて、DDNS・DNS・ゲートウェイの設定が設置時と同じことを確かめましたか。",
            "For the router and devices that could not be checked: are DDNS, DNS and gateway the same as at "
            "installation?",
        ),
        hint=Text(
            "メーカー独自のDDNSや遠隔視聴サービスの設定は自動では見えません。設定画面で確かめてください。",
            "A maker's own DDNS or remote viewing service cannot be seen automatically. Look at the settings pages.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "過去には、攻撃者がDDNSの設定を変え、いつでも機器に接続できるようにしていた例があります。DNSの変更は偽の更新"
        "先への誘導に使われます。",
        "In past attacks, DDNS was changed so that the attacker could always reach the device. A changed DNS server "
        "can lead it to false updates.",
    ),
    remedy=Text(
        "値が変わったのが、回線やルータの変更によるものか調べてください。説明がつかなければ、ログを保存したうえで設"
        "置時の値に戻し、ルータのDNS設定とアカウントも調べてください。",
        "Find out whether a new line or router explains the new value. If not, save the logs, set the installed "
        "value again, and look at the router's DNS settings and the accounts.",
    ),
    references=(guide("3.5 (2)"),),
)
