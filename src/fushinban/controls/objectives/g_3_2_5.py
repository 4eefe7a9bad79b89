"""G-3.2-5: the network is not choked by one's own devices."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.2-5",
    title=Text("機器がネットワークをひっ迫させていない", "The devices do not overload the network"),
    requirement=Text(
        "感染や不正操作による通信で、ネットワーク全体が遅くなったり止まったりしていないこと。",
        "Traffic from infection or misuse does not slow down or stop the whole network.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    impacts=(3,),
    checkpoints=(5,),
    not_verifiable=Text(
        "判定するにはルータやスイッチの通信量を普段と比べる必要がありますが、この点検では通信量を測定していません。",
        "To judge this, the traffic of router and switches must be compared with its usual level; this inspection "
        "does not measure it.",
    ),
    rationale=Text(
        "ボットに感染した機器は大量の通信を出し、映像の途切れや通信障害を起こします。",
        "Infected devices send so much that pictures break up and connections fail.",
    ),
    remedy=Text(
        "ルータとスイッチのポートごとの通信量を定期的に控え、普段の値と比べてください。急に増えたポートがあれば、そ"
        "こにつながる機器を調べてください。",
        "Note the traffic at each port of router and switches regularly and compare. Where it jumps, look at the "
        "device behind that port.",
    ),
    references=(guide("3.2 (3)"), etsi("5.9-3")),
)
