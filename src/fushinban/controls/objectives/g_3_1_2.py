"""G-3.1-2: settings and recordings are whole."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.1-2",
    title=Text("設定と録画に改ざんや欠落がない", "Settings and recordings are complete and unaltered"),
    requirement=Text(
        "機器の設定と録画が、書き換えられたり欠けたりせずに保たれていること。",
        "The settings of the devices and the recordings stay correct and without gaps.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(2,),
    checkpoints=(2,),
    question=Question(
        prompt=Text(
            "録画を実際に再生し、日時が正しいこと、抜けている時間帯や意図しない上書きがないことを確かめましたか。",
            "Did you play recordings back and find the times right, no gaps, and nothing overwritten unexpectedly?",
        ),
        hint=Text(
            "カメラごとに、昼と夜の好きな時間帯を選んで再生してください。",
            "Play a daytime and a night-time section of every camera.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "録画の欠落は再生するまで気付きません。録画の中身は、ネットワーク越しの点検では確認できません。",
        "Nobody notices gaps in a recording before it is played, and an inspection over the network cannot see them.",
    ),
    remedy=Text(
        "欠落や日時のずれがあれば、レコーダの容量・録画予定・時刻合わせを見直してください。心当たりのない変更があれ"
        "ば、誰がいつ変えたのかを作業記録で調べてください。",
        "Where there are gaps or wrong times, look at the recorder's disk, schedule and clock, and look up changes "
        "that nobody can explain in the work record.",
    ),
    references=(guide("3.1"),),
)
