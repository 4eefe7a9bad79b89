"""G-3.3-T9: certified products are preferred."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.3-T9",
    title=Text("表の注 RBSS認定の製品を選んでいる", "Table note: RBSS-certified products are chosen"),
    requirement=Text(
        "優良防犯機器認定（RBSS）を受けた製品を選ぶこと（推奨）。",
        "Products certified under the RBSS scheme are the recommended choice.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.INFO,
    who=(Who.DESIGNER,),
    when=(When.DESIGN,),
    measures=(5,),
    question=Question(
        prompt=Text(
            "設置しているカメラとレコーダは、RBSSの認定を受けた製品ですか。",
            "Are the cameras and recorders installed RBSS-certified products?",
        ),
        hint=Text(
            "補足欄に認定番号を書いてください。JC-STARのラベルがあれば、その番号も書いてください。",
            "Note the certificate numbers, and those of JC-STAR labels where there are any.",
        ),
    ),
    rationale=Text(
        "第三者の認定は選ぶときの目安になります。認定だけで安全が保証されるわけではありません。",
        "A certificate of a third party helps in choosing. It does not by itself guarantee security.",
    ),
    remedy=Text(
        "次に機器を選ぶときは、協会の認定機器一覧（ssaj.or.jp）とJC-STARの一覧を見比べてください。",
        "When choosing next time, consult the association's list of certified products and the JC-STAR list.",
    ),
    references=(guide("3.3 表3.3.1 注"),),
)
