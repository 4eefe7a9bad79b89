"""G-3.6-5: evidence is kept before anything is restarted or reset."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-5",
    title=Text(
        "慌てた対処で証拠を失わないようにしている",
        "Evidence is not lost by hasty action",
    ),
    requirement=Text(
        "急いで再起動や初期化などをして、調査に必要な証拠を消してしまわないこと。",
        "No evidence that the examination needs is wiped by a hasty restart or reset.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.INCIDENT,),
    question=Question(
        prompt=Text(
            "被害が疑われる機器を再起動・初期化・更新する前に、ログなどの証拠を残すことを、関係者が知っていますか。",
            "Do all concerned know that evidence is saved before a suspect device is restarted, reset or updated?",
        ),
        hint=Text(
            "手順書に「電源を切らない。先にログを保存する」と書いてあれば、その写しを残してください。",
            "Keep a copy of the procedure that says: do not switch off, save the logs first.",
        ),
    ),
    rationale=Text(
        "カメラに感染するマルウェアの多くはメモリの中だけで動き、再起動すると跡形もなく消えます。原因が残っていれば"
        "、また感染します。",
        "Most camera malware lives in memory only and vanishes with a restart, while the cause remains and it "
        "comes back.",
    ),
    remedy=Text(
        "①ネットワークから切り離す（電源は切らない）、②ログと設定を保存する、③再起動や初期化をする、という順番を手順"
        "書に書いてください。",
        "Write this order into the procedure: unplug the network but keep the power on, save logs and settings, and "
        "only then restart or reset.",
    ),
    references=(guide("3.6"),),
)
