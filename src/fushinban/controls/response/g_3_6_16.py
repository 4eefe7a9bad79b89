"""G-3.6-16: notices are answered properly."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-16",
    title=Text(
        "知らせをくれた相手に適切に応答している",
        "Those who tell are answered properly",
    ),
    requirement=Text(
        "知らせてくれた相手に、受け取ったことや対応の状況をきちんと伝えること。",
        "Whoever tells is told that the notice arrived and what is being done.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.INCIDENT,),
    question=Question(
        prompt=Text(
            "知らせをくれた相手に、受け取ったこと・対応の予定・完了を伝えることにしていますか。",
            "Are senders told of receipt, of what will be done, and of the end?",
        ),
        hint=Text(
            "返信には、内部のアドレス・パスワード・設置先の名前を書かないでください。知らせを受けたことがなければ、"
            "決まりの有無で答えてください。",
            "Replies must not hold internal addresses, passwords or customers' names. Without any notice yet, "
            "answer by the rule you have.",
        ),
    ),
    rationale=Text(
        "応答がないと、相手は状況が分からず、公表や通報に進むことがあります。追加の情報ももらえません。",
        "Without an answer the sender may go public or to the police, and gives no further information.",
    ),
    remedy=Text(
        "受付番号・受け取った日時・対応の予定・担当者を書いた返信文を用意し、一営業日以内に返してください。",
        "Prepare a reply with number, time of receipt, plan and contact, and send it within one working day.",
    ),
    references=(guide("3.6"),),
)
