"""G-2.2-3: no device talks to a command-and-control server."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-2.2-3",
    title=Text("攻撃者の指令サーバと通信していない", "No device talks to an attacker's command server"),
    requirement=Text(
        "感染した機器に命令を送るサーバ（C&Cサーバ）との通信が、カメラのネットワークから出ていないこと。",
        "No traffic leaves the camera network for servers that send orders to infected devices.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.CRITICAL,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(4,),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "ルータの通信記録（24時間以上）を調べ、カメラやレコーダから見覚えのない外部の宛先への通信がないことを確"
            "かめましたか。",
            "Did you look through 24 hours or more of the router's records and find no unknown outside destinations "
            "of cameras and recorders?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "カメラが自分から外へ通信する相手は限られます。見慣れない宛先への定期的な通信は感染の兆しです。",
        "A camera has few reasons to talk to the outside. Regular traffic to unknown places is a sign of infection.",
    ),
    remedy=Text(
        "ルータのログまたはパケット記録を取り、宛先を一覧にして、メーカーのクラウド・時刻サーバ・DNS以外の宛先がない"
        "か、保守会社と確認してください。",
        "Take the router's log or a packet record, list the destinations, and check with the maintenance company that "
        "there is nothing beyond the maker's cloud, time servers and DNS.",
    ),
    references=(guide("2.2"), etsi("5.10-1")),
)
