"""G-2.2-4: no device takes part in an attack."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-2.2-4",
    title=Text("DDoSなどの攻撃に使われていない", "No device takes part in DDoS or other attacks"),
    requirement=Text(
        "大量のパケットを送りつける攻撃に、自分のカメラやレコーダが使われていないこと。",
        "The site's own cameras and recorders are not used to flood others with packets.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.CRITICAL,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(3, 4),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "ルータの上り通信量を普段と比べ、説明のつかない急な増加がないことを確かめましたか。",
            "Did you compare the router's outgoing traffic with its usual level and find no rise that nobody can "
            "explain?",
        ),
        hint=Text(
            "攻撃に使われていると知らせる通知を受け取っている場合は「いいえ」と答えてください。",
            "If a notice said that your system took part in an attack, answer no.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "攻撃に使われると、他者に被害を与えるうえ、回線を止められて映像も見られなくなることがあります。",
        "Taking part harms others, and the provider may cut the line, so that the pictures are lost as well.",
    ),
    remedy=Text(
        "上り通信量が急に増えていれば、その機器をネットワークから切り離し、記録を保存して保守会社へ連絡してください。",
        "If outgoing traffic jumped, disconnect that device, save the records and call the maintenance company.",
    ),
    references=(guide("2.2"),),
)
