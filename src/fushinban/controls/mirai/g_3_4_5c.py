"""G-3.4-5c: access from outside goes through a VPN."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

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
