"""G-3.2-6: the system can be rebuilt after ransomware."""

from fushinban.controls._saying import guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.2-6",
    title=Text("ランサムウェアに遭っても復旧できる", "The system can be restored after ransomware"),
    requirement=Text(
        "レコーダなどが使えなくなっても、別に保管した設定から運用を再開できること。",
        "Should recorders become unusable, operation can be resumed from settings kept elsewhere.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(4,),
    question=Question(
        prompt=Text(
            "ネットワークから切り離して保管した設定のバックアップ（レコーダ・管理用パソコン）から、元に戻せることを"
            "最後に確かめた日はいつですか。",
            "When did you last confirm that backups of recorder and management PC settings, kept off the network, "
            "can be restored?",
        ),
        hint=Text(
            "バックアップがない場合や、確かめたことがない場合は「いいえ」と答えてください。",
            "Answer no if there is no backup or this was never confirmed.",
        ),
        kind=AnswerKind.DATE,
        max_age_days=YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "ネットワークにつないだままのバックアップは、一緒に暗号化されてしまうことがあります。",
        "A backup that stays connected may be encrypted together with everything else.",
    ),
    remedy=Text(
        "設定ファイルを書き出して、ふだんは取り外しておくUSBメモリなどに保管し、年に1回は元に戻す手順を試してくださ"
        "い。",
        "Export the settings, keep them on a USB stick or the like that is normally unplugged, and try restoring "
        "once a year.",
    ),
    references=(guide("3.2 (4)"),),
)
