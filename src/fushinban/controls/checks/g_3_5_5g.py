"""G-3.5-5g: the amount of traffic is checked."""

from fushinban.controls._periods import yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5g",
    title=Text(
        "通信量を確認している",
        "The amount of traffic is checked",
    ),
    requirement=Text(
        "ネットワークの通信量を見て、想定外の通信がないかを調べること。",
        "The amount of traffic is looked at for unexpected communication.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(3, 4),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "カメラのネットワークの通信量を、最後に確かめた日はいつですか。",
            "On which day was the traffic of the camera network last looked at?",
        ),
        kind=AnswerKind.DATE,
        hint=yearly(
            "ルータの状態画面の送受信量を見てください。とくに送信（上り）が普段より多くないかを確かめてください。",
            "See the counters on the router's status page, above all whether more is sent than usual.",
        ),
        max_age_days=YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "乗っ取られた機器は、ほかへの攻撃や感染を広げるために大量の通信を行うことがあります。",
        "A device that was taken over may send large amounts to attack others or to spread the infection.",
    ),
    remedy=Text(
        "ルータの管理画面で送受信量を調べ、日付とともに記録してください。普段より多い場合は、機器を1台ずつネットワー"
        "クから切り離して（電源は切らずに）原因を探してください。",
        "Read the counters on the router's pages and note them with the date. If there is more than usual, "
        "disconnect devices from the network one by one (without switching them off) to find the cause.",
    ),
    references=(guide("3.5 (5)"),),
)
