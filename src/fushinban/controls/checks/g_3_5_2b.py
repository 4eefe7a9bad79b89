"""G-3.5-2b: settings are compared with saved configuration files."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-2b",
    title=Text(
        "保存した設定ファイルと比べている",
        "Settings are compared with saved configuration files",
    ),
    requirement=Text(
        "機器から書き出しておいた設定ファイルと、現在の設定を見比べること。",
        "The present settings are compared with configuration files exported earlier.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.LOW,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(2,),
    measures=(2,),
    checkpoints=(2,),
    question=Question(
        prompt=Text(
            "ルータやレコーダの設定ファイルを書き出し、設置時のものと見比べましたか。",
            "Were the configuration files of router and recorder exported and compared with those of the installation?",
        ),
        hint=Text(
            "書き出したファイルを日付付きで保管してください。"
            "書き出す機能がない機器だけの場合は「該当なし」と答えてください。",
            "Keep the exported files with their date. Answer n/a where no device can export its settings.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "ルータのポート転送のように、このソフトウェアから見えない設定の変更も、設定ファイルを比べれば見つけられます。",
        "Changes that this software cannot see, such as port forwarding at a router, show when configuration files "
        "are compared.",
    ),
    remedy=Text(
        "機器ごとに設定ファイルを書き出して鍵のかかる場所に保管し、点検のたびに比べてください。",
        "Export the configuration of each device, keep it locked away, and compare at every inspection.",
    ),
    references=(guide("3.5 (2)"),),
)
