"""G-3.5-5e: there was no suspicious access that nobody can explain."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5e",
    title=Text(
        "心当たりのない不審な接続がない",
        "There was no suspicious connection that nobody can explain",
    ),
    requirement=Text(
        "心当たりのない相手や時刻の接続がないかを、ログなどで確かめること。",
        "Logs or the like are looked at for connections from strangers or at odd times.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(1,),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "前回の点検から後のログインや接続が、すべて関係者によるものであることを確かめましたか。",
            "Was every login and connection since the last inspection confirmed to be by your own people?",
        ),
        hint=Text(
            "この点検を行ったパソコンからの接続は除いてください。確かめていない場合はEnterで飛ばしてください。",
            "Leave out connections from the PC of this inspection. Skip the question if you did not look.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "映像をのぞき見られても、機器の様子は変わりません。接続の記録だけが手がかりになります。",
        "Nothing shows on a device whose picture is watched by a stranger. Only the connection records tell.",
    ),
    remedy=Text(
        "不審な接続があれば、ログを保存し、ルータでその相手からの通信を止め、パスワードを変更し、被害対応の手順に進"
        "んでください。",
        "If there is a suspicious connection, save the logs, block its address at the router, change the passwords "
        "and follow the incident procedure.",
    ),
    references=(guide("3.5 (5)"),),
)
