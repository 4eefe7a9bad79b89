"""G-3.5-5c: access logs are reviewed."""

from fushinban.controls._periods import half_yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import HALF_YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5c",
    title=Text(
        "アクセスログを確認している",
        "Access logs are reviewed",
    ),
    requirement=Text(
        "誰がいつ機器に接続したかのログを読み、知らない相手がいないかを見ること。",
        "The logs of who connected and when are read for unknown users.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(1,),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "カメラ・レコーダ・ルータのアクセスログ（ログインの記録）に、最後に目を通した日はいつですか。",
            "On which day were the access logs (records of logins) of cameras, recorders and the router last read?",
        ),
        kind=AnswerKind.DATE,
        hint=half_yearly(
            "知らないアドレスや、夜間・休業日のログイン、失敗の繰り返しがないかを見てください。"
            "この点検による接続も記録に残ります。",
            "Look for unknown addresses, logins at night or on holidays, and repeated failures. This inspection "
            "leaves entries too.",
        ),
        max_age_days=HALF_YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "盗んだパスワードによる侵入は、正しいログインとして記録されます。時刻と接続元を見なければ分かりません。",
        "A login with a stolen password is logged as a good one. Only the time and the address give it away.",
    ),
    remedy=Text(
        "ログインの記録を書き出し、心当たりのない時刻・アドレス・ユーザー名がないか、担当者に確認してください。",
        "Export the login records and ask the person in charge about unknown times, addresses and user names.",
    ),
    references=(guide("3.5 (5)"),),
)
