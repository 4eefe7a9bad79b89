"""G-2.2-5: no device looks for others to infect."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-2.2-5",
    title=Text("外部へ感染を広げる通信をしていない", "No device searches the outside for others to infect"),
    requirement=Text(
        "感染先を探してよその機器へ次々に接続を試みる通信が、自分のネットワークから出ていないこと。",
        "No traffic that tries one outside device after another in search of victims leaves the site's network.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.CRITICAL,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(4,),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "インターネット側の通信記録を調べ、カメラやレコーダが、多数の宛先の23番・22番・2323番ポートなどに接続を"
            "試みた跡がないことを確かめましたか。",
            "Did you look through the records at the Internet side and find no attempts by cameras or recorders to "
            "reach ports 23, 22 or 2323 of many hosts?",
        ),
        hint=Text(
            "Miraiは内側（プライベート）のアドレスを調べないため、ルータのインターネット側の記録で確かめてください。",
            "Mirai does not try private addresses, so look at the records of the router's Internet side.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "正常なカメラが不特定の相手のTelnetへ接続することはありません。少しでも見つかれば、感染を疑ってください。",
        "A healthy camera never connects to the Telnet port of strangers. A few such attempts already mean infection.",
    ),
    remedy=Text(
        "該当する通信があれば、機器の電源を切らずにネットワークから切り離し、"
        "記録を保存して保守会社へ連絡してください。",
        "If there is such traffic, disconnect the device without switching it off, save the records "
        "and call the maintenance company.",
    ),
    references=(guide("2.2"),),
)
