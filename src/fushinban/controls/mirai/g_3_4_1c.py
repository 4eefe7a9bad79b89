"""G-3.4-1c: work-arounds are applied without delay."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.4-1c",
    title=Text("回避策の設定変更を速やかに行っている", "Workarounds are applied without delay"),
    requirement=Text(
        "更新がまだない、またはすぐに更新できない脆弱性には、設定の変更などの回避策を取ること。",
        "For vulnerabilities without an update, or where it must wait, settings are changed as a workaround.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.OPERATION,),
    measures=(2,),
    question=Question(
        prompt=Text(
            "更新で直せない脆弱性について、メーカーが示す回避策をすべて設定していますか。",
            "For vulnerabilities that no update fixes, are all workarounds named by the maker in place?",
        ),
        hint=Text(
            "対象となる脆弱性がなければ「該当なし」と答えてください。", "If there is no such vulnerability, answer n/a."
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "機能の停止や接続元の制限だけで、悪用を防げる脆弱性もあります。",
        "Some vulnerabilities can no longer be exploited once a function is off or the sources are limited.",
    ),
    remedy=Text(
        "メーカーの案内にある設定変更を行い、作業記録に残してください。回避策がなければ、外部から接続できないように"
        "切り離してください。",
        "Change the settings as the maker describes and record the work. Without a workaround, cut the device off "
        "from outside.",
    ),
    references=(guide("3.4 (1)"),),
)
