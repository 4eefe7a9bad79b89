"""G-3.4-5c: access from outside goes through a VPN."""

from fushinban.controls._exposure import because, doubts, for_everybody, hedge, told_evidence
from fushinban.controls._own_services import is_not_vpn, is_vpn, own_evidence, own_ways
from fushinban.controls._saying import etsi, guide
from fushinban.controls._ways import ways_evidence, ways_text
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.exposure import SiteExposure
from fushinban.model.facts import RouterConfiguration
from fushinban.model.opening import WayIn
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(site: SiteView) -> Verdict:
    """Fails where everybody gets inside without a VPN; passes where a VPN is the only way in, and that is all."""
    exposure = site.exposure
    if exposure is None:
        return _undecided(Text("", ""))
    ways = tuple(WayIn(row=row, device=None) for row in exposure.prediction.openings)
    past = [w for w in ways if w.row.reach.certain and for_everybody(w.row.reach)]
    if past:
        message = Text(
            "VPNを通らずに、外部から内側の機器に接続できます（{list}）。{hedge}",
            "Outsiders reach inside devices without a VPN: {list}.{hedge}",
        )
        text = message.fill(list=ways_text(past), hedge=hedge(exposure, site.now))
        return failed(text, *ways_evidence(exposure, past))
    doubted = doubts(exposure, site.now)
    if doubted:
        return _undecided(Text("（{why}）", " ({why})").fill(why=because(doubted)))
    return _closed(exposure, ways)


def _closed(exposure: SiteExposure, ways: tuple[WayIn, ...]) -> Verdict:
    vpn, others = own_ways(exposure, is_vpn), own_ways(exposure, is_not_vpn)
    if not vpn and not ways:
        nothing = Text(
            "ルータの設定では、外部から内側に入れる道も、VPNもありません。外部から映像を見ている場合は、メーカーのクラウド"
            "（P2P）など別の方法です。",
            "By the router's configuration there is no way in from outside, and no VPN. Whoever views from outside "
            "uses another way, such as the maker's cloud (P2P).",
        )
        return unknown(nothing, told_evidence(exposure))
    if not vpn or ways or others:
        return _undecided(Text("", ""))
    message = Text(
        "ルータの設定で、外部から内側に入れる道はVPNだけでした。",
        "By the router's configuration, a VPN is the only way in from outside.",
    )
    return passed(message, *own_evidence(exposure, vpn))


def _undecided(why: Text) -> Verdict:
    text = Text(
        "外部からの閲覧や保守にVPNを使っているかどうかを、ルータの設定からは判断できませんでした{why}。",
        "Whether a VPN is used from outside could not be told from the router's configuration{why}.",
    )
    return unknown(text.fill(why=why))


CONTROL = Control(
    id="G-3.4-5c",
    title=Text("外部からはVPNで接続している", "Access from outside goes through a VPN"),
    requirement=Text(
        "外部から映像を見るときは、VPNを使う方法を検討すること。",
        "Using a VPN for viewing from outside is considered.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.DESIGNER, Who.INSTALLER),
    when=(When.DESIGN, When.INSTALLATION),
    measures=(3,),
    may_read=(RouterConfiguration,),
    check_site=check,
    question=Question(
        prompt=Text(
            "外部からの閲覧や保守に、VPNを使っていますか。",
            "Is a VPN used for viewing and maintenance from outside?",
        ),
        hint=Text(
            "外部から接続しない場合は「該当なし」、検討して別の方法にした場合は「いいえ」と答え、理由を補足欄に書い"
            "てください。",
            "If there is no access from outside, answer n/a. If another way was chosen, answer no and note the reason.",
        ),
    ),
    rationale=Text(
        "VPN（暗号化された専用の通り道）を使えば、カメラ自体をインターネットに公開せずに済みます。",
        "With a VPN (an encrypted private path), the cameras themselves need not be exposed to the Internet.",
    ),
    remedy=Text(
        "ルータのVPN機能を設定し、外部閲覧用のポート転送を廃止してください。使う人ごとに鍵やIDを分けてください。",
        "Set up the router's VPN and remove the port forwarding for outside viewing. Give each user a key or ID of "
        "their own.",
    ),
    references=(guide("3.4 (5)"), etsi("5.5-7")),
)
