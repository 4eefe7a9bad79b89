"""G-3.2-5: the network is not choked by one's own devices."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.2-5",
    title=Text("機器がネットワークをひっ迫させていない", "The devices do not choke the network"),
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
        "判定にはルータやスイッチの通信量を普段と比べる必要があり、この点検では測定していません。",
        "This needs the traffic of router and switches compared with its usual level, which this inspection does not "
        "measure.",
    ),
    rationale=Text(
        "ボットに感染した機器は大量の通信を出し、映像の途切れや通信障害を起こします。",
        "Infected devices send so much that pictures break up and connections fail.",
    ),
    remedy=Text(
        "ルータとスイッチの通信量を定期的に控え、普段の値と比べてください。急に増えたポートにつながる機器を調べます。",
        "Note the traffic of router and switches regularly and compare. Look at the device behind a port that jumped.",
    ),
    references=(guide("3.2 (3)"), etsi("5.9-3")),
)
