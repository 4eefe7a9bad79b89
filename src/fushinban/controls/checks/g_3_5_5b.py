"""G-3.5-5b: system logs are reviewed."""

from fushinban.controls._periods import half_yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import HALF_YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5b",
    title=Text(
        "システムログを確認している",
        "System logs are reviewed",
    ),
    requirement=Text(
        "機器が自分の動作を記録したログを読み、不審な点がないかを見ること。",
        "The logs in which devices record their own operation are read for anything suspicious.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(3, 4),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "カメラ・レコーダ・ルータのシステムログに、最後に目を通した日はいつですか。",
            "On which day were the system logs of cameras, recorders and the router last read?",
        ),
        kind=AnswerKind.DATE,
        hint=half_yearly(
            "心当たりのない再起動・設定変更・エラーの繰り返しがないかを見て、ログの写しを残してください。ログを取得"
            "しただけでは、内容を確認したことになりません。",
            "Look for unexplained restarts, changes and repeated errors, and keep a copy. Obtaining a log is not "
            "the same as reading it.",
        ),
        max_age_days=HALF_YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "侵入や感染の跡は、まずログに残ります。古いログは上書きされて消えていきます。",
        "Traces of an intrusion show first in the logs, and old entries are overwritten.",
    ),
    remedy=Text(
        "機器ごとにログを書き出し、半年に1回は目を通してください。不審な記録があれば、ログを保存してから対応を始めて"
        "ください。",
        "Export the logs of each device and read them every half year. If something is suspicious, save the logs "
        "before acting.",
    ),
    references=(guide("3.5 (5)"),),
)
