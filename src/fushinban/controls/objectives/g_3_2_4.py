"""G-3.2-4: no restart that nobody planned."""

from fushinban.controls._restarts import restarted
from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.facts import Uptime
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.2-4",
    title=Text("予定外の再起動がない", "No unplanned restart happened"),
    requirement=Text(
        "作業や停電で説明できない再起動が、機器に起きていないこと。",
        "No device restarted without maintenance or a power failure to explain it.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(3,),
    checkpoints=(5,),
    may_read=(Uptime,),
    check_device=restarted,
    question=Question(
        prompt=Text(
            "機器のシステムログで再起動の記録を確かめ、すべて保守作業や停電などで説明できましたか。",
            "Did you look up restarts in the system logs, and does maintenance or a power failure explain each of "
            "them?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "不正な操作や感染の前後に、機器が勝手に再起動することがあります。",
        "Devices often restart by themselves around tampering or infection.",
    ),
    remedy=Text(
        "説明のつかない再起動があれば、ログを保存し、アカウントと設定の変更点、電源の状態を調べてください。",
        "If a restart cannot be explained, save the logs and look at accounts, changed settings and the power supply.",
    ),
    references=(guide("3.2 (3)"),),
)
