"""G-3.3-T1: seller and maker can be reached."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.3-T1",
    title=Text("表No.1 販売元とメーカーの連絡先が分かる", "Table row 1: seller and maker can be reached"),
    requirement=Text(
        "どの機器も、保守の相談ができる販売元またはメーカーの窓口（国内・海外を問わない）が明記されていること。",
        "For every device, the seller or maker, in Japan or abroad, states where to turn for maintenance.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.LOW,
    who=(Who.DESIGNER,),
    when=(When.DESIGN,),
    measures=(5,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "設置しているすべての機種について、販売元またはメーカーの保守窓口を控えていますか。",
            "Do you have the maintenance contact of seller or maker for every model installed?",
        )
    ),
    rationale=Text(
        "脆弱性や故障が見つかったとき、相談先がなければ対処できません。",
        "When a vulnerability or failure is found, nothing can be done without somebody to ask.",
    ),
    remedy=Text(
        "機種ごとに窓口の名前・電話・Webサイトを連絡先の表に書いてください。"
        "窓口が見つからない機器は入れ替えを検討してください。",
        "Write name, telephone and website of each contact into the list. Consider replacing devices that have none.",
    ),
    references=(guide("3.3 表3.3.1 No.1"), etsi("5.2-1")),
)
