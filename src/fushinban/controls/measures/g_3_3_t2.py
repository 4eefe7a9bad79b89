"""G-3.3-T2: firmware updates exist after purchase."""

from fushinban.controls._saying import etsi, guide, jc_star
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.3-T2",
    title=Text("表No.2 購入後もファームウェアを更新できる", "Table row 2: firmware updates are offered after purchase"),
    requirement=Text(
        "買ったあとも、メーカーが機器のファームウェアの更新を提供していること。",
        "The maker goes on offering firmware updates after the purchase.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.DESIGNER,),
    when=(When.DESIGN,),
    measures=(4, 5),
    question=Question(
        prompt=Text(
            "設置しているすべての機種で、"
            "メーカーが更新版を公開している（または提供を約束している）ことを確かめましたか。",
            "For every model installed: did you confirm that its maker publishes, or promises, firmware updates?",
        )
    ),
    rationale=Text(
        "機器に更新の仕組みがあっても、メーカーが更新を出さなければ脆弱性は残ります。",
        "However a device can be updated, its vulnerabilities stay where the maker publishes no updates.",
    ),
    remedy=Text(
        "メーカーのダウンロードページで更新の履歴を調べ、更新が出ていない機種は入れ替えを計画してください。",
        "Look at the history on the maker's download page, and plan to replace models that get no updates.",
    ),
    references=(guide("3.3 表3.3.1 No.2"), etsi("5.3-2"), jc_star("06")),
)
