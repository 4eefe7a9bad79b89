"""G-3.6-16: notices are answered properly."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-16",
    title=Text(
        "通知をくれた相手に適切に返事をしている",
        "Senders of notices get a proper reply",
    ),
    requirement=Text(
        "通知をくれた相手に、受け取ったことや対応の状況をきちんと伝えること。",
        "The sender of a notice is told that it arrived and what is being done.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.INCIDENT,),
    question=Question(
        prompt=Text(
            "通知をくれた相手に、受け取ったこと・対応の予定・完了を伝えることにしていますか。",
            "Are senders told that the notice arrived, what will be done, and when it is done?",
        ),
        hint=Text(
            "返信には、内部のアドレス・パスワード・設置先の名前を書かないでください。通知を受けたことがなければ、そ"
            "のような決まりがあるかどうかで答えてください。",
            "Never write internal addresses, passwords or customers' names in a reply. Without any notice so far, "
            "answer whether there is such a rule.",
        ),
    ),
    rationale=Text(
        "応答がないと、相手は状況が分からず、公表や通報に進むことがあります。追加の情報ももらえません。",
        "Without an answer, the sender may go public or to the authorities, and gives no further information.",
    ),
    remedy=Text(
        "受付番号・受け取った日時・対応の予定・担当者を書いた返信文を用意し、1営業日以内に返信するようにしてください。",
        "Prepare a reply with case number, time of receipt, plan and contact, and send it within one working day.",
    ),
    references=(guide("3.6"),),
)
