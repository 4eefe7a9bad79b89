"""G-3.5-5d: there was no reboot that nobody can explain."""

from fushinban.controls._restarts import restarted
from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.facts import Uptime
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5d",
    title=Text(
        "心当たりのない再起動がない",
        "There was no restart that nobody can explain",
    ),
    requirement=Text(
        "予定していない機器の再起動が起きていないかを、ログなどで確かめること。",
        "Logs or the like are looked at for restarts that nobody planned.",
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
            "前回の点検から後の再起動が、停電や作業などで、すべて説明できますか。",
            "Can every restart since the last inspection be explained by a power failure, work or the like?",
        ),
        hint=Text(
            "ログの起動記録と、停電や作業の記録を見比べてください。確かめていない場合はEnterで飛ばしてください。",
            "Compare the start entries of the log with power failures and work. Skip the question if you did not look.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "不正な操作や感染の影響で、機器が勝手に再起動することがあります。再起動によって証拠が消えることもあります。",
        "Tampering or infection may make devices restart by themselves, and a restart may wipe evidence.",
    ),
    remedy=Text(
        "説明のつかない再起動があれば、ログを保存し、直前のログイン記録と設定の変更を調べてください。",
        "If a restart cannot be explained, save the logs and look at the logins and changes just before it.",
    ),
    references=(guide("3.5 (5)"),),
)
