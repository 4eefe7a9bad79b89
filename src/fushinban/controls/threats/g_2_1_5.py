"""G-2.1-5: no device serves as a stepping stone."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-2.1-5",
    title=Text("機器が感染し、攻撃の踏み台にされていない", "No device is infected and used as a stepping stone"),
    requirement=Text(
        "カメラやレコーダがマルウェアに感染し、よそへの攻撃に使われていないことを確かめること。",
        "It is confirmed that no camera or recorder is infected and used to attack others.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.CRITICAL,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(4,),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "前回の点検以降、回線事業者・NOTICE・警察などから感染や不審な通信の通知を受けておらず、ルータの通信記録"
            "にも不審な点がないことを確かめましたか。",
            "Since the last inspection: did no notice of infection come from the provider, NOTICE or the police, "
            "and is nothing suspicious in the router's records?",
        ),
        hint=Text(
            "通知を受けている場合は「いいえ」と答え、その文書を証拠ファイルとして添えてください。",
            "If there was a notice, answer no and add the document as an evidence file.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "感染した機器は普段どおり動き続けることが多く、外部からの通知で初めて分かる例が大半です。",
        "An infected device usually goes on working, and most owners learn of it only from others.",
    ),
    remedy=Text(
        "感染が疑われる場合は、電源を切らずにネットワークから切り離し、記録を保存してから、"
        "保守会社へ連絡してください。",
        "If infection is suspected, disconnect the device from the network without switching it off, save the records, "
        "and call the maintenance company.",
    ),
    references=(guide("2.1 (3)"), etsi("5.10-1")),
)
