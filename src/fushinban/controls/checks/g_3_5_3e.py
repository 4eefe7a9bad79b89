"""G-3.5-3e: the public address was read at the router."""

from fushinban.controls._saying import guide
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-3e",
    title=Text(
        "ルータでグローバルIPアドレスを確かめている",
        "The public address was read at the router",
    ),
    requirement=Text(
        "アドレスが固定でない場合は、ルータの画面などで現在のグローバルIPアドレスを調べること。",
        "Where the address is not fixed, the present one is read at the router.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    measures=(3,),
    checkpoints=(3,),
    question=Question(
        prompt=Text(
            "ルータの状態画面で、現在のグローバルIPアドレスを確かめた日はいつですか。",
            "On which day was the present public address read on the router's status page?",
        ),
        kind=AnswerKind.DATE,
        hint=Text(
            "ルータの画面の写真を残してください。固定アドレスの契約書で確かめた場合は、その日を答えてください。",
            "Keep a photograph of the page. With a fixed address, give the day on which the contract was looked at.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "ルータに表示されるアドレスが私設アドレスの場合、上位にもう一台ルータがあるなど、"
        "想定と違う構成であることが分かります。",
        "A private address on the router's page shows that another router stands above it, unlike what was assumed.",
    ),
    remedy=Text(
        "ルータの管理画面の「回線状態」などでIPアドレスを調べ、設定シートに日付とともに書いてください。",
        "Look up the address on the router's line status page and put it on the sheet with the date.",
    ),
    references=(guide("3.5 (3)"),),
)
