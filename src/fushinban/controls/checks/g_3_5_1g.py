"""G-3.5-1g: the customer confirmed the settings before hand-over."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-1g",
    title=Text(
        "使い始める前に設置先と設定内容を確認している",
        "The customer confirmed the settings before use began",
    ),
    requirement=Text(
        "使い始める前に、設定した内容を設置先（お客様）と一緒に確認すること。",
        "Before use begins, the settings are gone through together with the customer.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.INSTALLATION,),
    impacts=(2,),
    checkpoints=(1,),
    question=Question(
        prompt=Text(
            "使い始める前に、設置先と設定内容を確認し、受領の署名や印をもらいましたか。",
            "Were the settings gone through with the customer before use, and did the customer sign for them?",
        ),
        hint=Text(
            "署名や印のある受領書、または確認のメールを残してください。",
            "Keep the signed receipt or a confirming mail.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "設置先が設定を知っていれば、後で心当たりのない変更に気付けます。映像を見られる範囲などの思い違いも防げます。",
        "A customer who knows the settings notices changes that nobody can explain, and misunderstandings about who "
        "can watch are avoided.",
    ),
    remedy=Text(
        "設定シートを印刷して設置先に説明し、受領確認の欄に署名をもらってください。",
        "Print the sheet, explain it to the customer and have the receipt signed.",
    ),
    references=(guide("3.5 (1)"),),
)
