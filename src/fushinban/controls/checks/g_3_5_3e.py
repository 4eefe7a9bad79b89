"""G-3.5-3e: the public address was read at the router."""

from fushinban.controls._saying import guide
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-3e",
    title=Text(
        "ルータでグローバルIPアドレスを調べている",
        "The public IP address was read at the router",
    ),
    requirement=Text(
        "アドレスが固定でない場合は、ルータの画面などで現在のグローバルIPアドレスを調べること。",
        "Where the address is not fixed, the present public IP address is read at the router or the like.",
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
            "On which day was the present public IP address read on the router's status page?",
        ),
        kind=AnswerKind.DATE,
        hint=Text(
            "ルータの画面の写真を残してください。固定アドレスの契約書で確かめた場合は、その日を答えてください。",
            "Keep a photograph of the page. With a fixed address confirmed by the contract, give the day on which "
            "the contract was looked at.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "ルータに表示されるアドレスがプライベートアドレスなら、その上にもう1台ルータがあるなど、想定と違う構成である"
        "ことが分かります。",
        "A private address on the router's page shows a structure other than assumed, for example another router "
        "above it.",
    ),
    remedy=Text(
        "ルータの管理画面の「回線状態」などでIPアドレスを調べ、設定シートに日付とともに書いてください。",
        "Look up the address on the router's line status page and write it on the sheet with the date.",
    ),
    references=(guide("3.5 (3)"),),
)
