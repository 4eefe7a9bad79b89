"""G-3.3-T6: the router can do VPN where the design needs it."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

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
