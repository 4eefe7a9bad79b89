"""G-3.3-T6: the router can do VPN where the design needs it."""

from fushinban.controls._exposure import told_evidence
from fushinban.controls._router import vpn_text
from fushinban.controls._saying import guide, names, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, passed, unknown
from fushinban.model.facts import RouterConfiguration
from fushinban.model.router import Purpose
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(site: SiteView) -> Verdict:
    """Passes where a router's VPN server runs; that none runs does not say that it could not."""
    found = [(v, vpn) for v in site.devices if (c := v.find(RouterConfiguration)) and (vpn := vpn_text(c))]
    if not found:
        handed_in = _handed_in(site)
        if handed_in is not None:
            return handed_in
        text = Text(
            "VPNのサーバ機能が動いているルータは見つかりませんでした。対応しているかどうかは、設定からは分かりません。",
            "No router with a running VPN server was found; whether it supports VPN cannot be told from its settings.",
        )
        return unknown(text)
    message = Text("ルータのVPN機能が動いています。", "The router's VPN server is running.")
    text = Text("動いているVPN：{list}", "VPN that runs: {list}")
    return passed(message, *(seen(v, RouterConfiguration, text.fill(list=vpn)) for v, vpn in found))


def _handed_in(site: SiteView) -> Verdict | None:
    """The same by a configuration that a person handed in."""
    exposure = site.exposure
    services = exposure.prediction.management if exposure is not None else ()
    vpn = dict.fromkeys(own.service.name for own in services if own.service.purpose is Purpose.VPN)
    if exposure is None or not vpn:
        return None
    message = Text(
        "ルータの設定で、VPN機能（{list}）が有効です。", "VPN ({list}) is switched on in the router's configuration."
    )
    return passed(message.fill(list=names(vpn)), told_evidence(exposure))


CONTROL = Control(
    id="G-3.3-T6",
    title=Text("表No.6 ルータがVPNに対応している", "Table row 6: the router supports VPN"),
    requirement=Text(
        "全体の設計でVPNを使うなら、それに対応したルータを選んでいること。",
        "Where the overall design calls for a VPN, the router chosen supports it.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.DESIGNER,),
    when=(When.DESIGN,),
    measures=(3, 5),
    may_read=(RouterConfiguration,),
    check_site=check,
    question=Question(
        prompt=Text(
            "カメラのネットワークのルータには、設計に必要なVPN機能がありますか。",
            "Does the router of the camera network have the VPN functions that the design needs?",
        ),
        hint=Text(
            "外部から接続しない設計なら「該当なし」と答えてください。",
            "If the design has no access from outside, answer n/a.",
        ),
    ),
    rationale=Text(
        "VPN（暗号化された専用の通り道）を使えば、ルータのポートを開けずに外部から映像を見られます。",
        "With a VPN (an encrypted private path), pictures can be watched from outside without opening ports at the "
        "router.",
    ),
    remedy=Text(
        "ルータの仕様でVPN（IPsec、L2TP/IPsec、WireGuardなど）に対応しているか調べ、非対応なら対応機種への交換を検討"
        "してください。",
        "Look for VPN (IPsec, L2TP/IPsec, WireGuard or the like) in the router's data sheet; if it has none, "
        "consider a router that does.",
    ),
    references=(guide("3.3 表3.3.1 No.6"),),
)
