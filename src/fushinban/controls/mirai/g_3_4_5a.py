"""G-3.4-5a: only the ports that are needed are open."""

from fushinban.controls._openings import opening_evidence, openings_text, unplanned, worst
from fushinban.controls._ports import planned, ports_text
from fushinban.controls._saying import could_not_read, etsi, guide, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, unknown
from fushinban.model.facts import OpenPorts, Port, PortMappings
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails on ports that nobody planned: those that a router opened by UPnP, and those of the device itself.

    What somebody forwarded by hand in the router's pages cannot be seen from here.
    """
    let_in = unplanned(view)
    if let_in:
        message = Text(
            "設計で予定していない入口が、ルータでインターネットに向けて開いています：{list}。",
            "The router lets in from the internet what was not planned: {list}.",
        )
        text = message.fill(list=openings_text(view, let_in))
        return failed(text, *opening_evidence(let_in), severity=worst(let_in))
    ports = view.find(OpenPorts)
    return _of_ports(view, ports.open) if ports is not None else could_not_read(view, OpenPorts)


def _of_ports(view: DeviceView, opened: tuple[Port, ...]) -> Verdict:
    evidence = seen(
        view,
        OpenPorts,
        Text("開いているポート：{ports}", "Open ports: {ports}").fill(
            ports=ports_text(opened) if opened else Text("なし", "none")
        ),
    )
    sheet = view.sheets.get(Stage.PLANNED)
    if sheet is not None and any(p.key.startswith("ports[") for p in sheet.parameters):
        beyond = [p for p in opened if not planned(view, p.service)]
        if beyond:
            message = Text(
                "設計で予定していないポートが開いています。対象のポートは{ports}です。",
                "Ports that were not planned are open. Ports concerned: {ports}.",
            )
            return failed(message.fill(ports=ports_text(beyond)), evidence)
    return unknown(
        Text(
            "ルータの設定で人が決めたポート転送は、この点検では確認できません。",
            "Ports that somebody forwarded by hand in the router cannot be seen in this inspection.",
        ),
        evidence,
    )


CONTROL = Control(
    id="G-3.4-5a",
    title=Text("必要なポートだけを開けている", "Only the ports that are needed are open"),
    requirement=Text(
        "外部からの接続を許す場合でも、開けるポートは使うものだけにし、それぞれ理由を言えること。",
        "Even where access from outside is allowed, only ports in use are open, each for a reason that can be named.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(1, 2, 4),
    measures=(3,),
    checkpoints=(3,),
    may_read=(OpenPorts, PortMappings),
    check_device=check,
    question=Question(
        prompt=Text(
            "ルータのポート転送の一覧を見て、必要なものだけであることと、それぞれの理由が記録されていることを確かめ"
            "ましたか。",
            "Did you look at the router's list of forwarded ports: are only needed ones there, each with its reason "
            "on record?",
        ),
        hint=Text(
            "外部からの接続を一切許していない場合は「該当なし」と答えてください。",
            "If no access from outside is allowed at all, answer n/a.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "開いているポートの数だけ、攻撃を試せる場所が増えます。",
        "Every open port is one more place to try an attack.",
    ),
    remedy=Text(
        "使っていないポート転送と機能を止めてください。必要なものは、設定シートの「通信要件表」に相手先・理由・見直"
        "しの時期を書いてください。",
        "Remove forwardings and functions that are not used. Write the rest into the port table of the sheet with "
        "partner, reason and date of review.",
    ),
    references=(guide("3.4 (5)"), etsi("5.6-1")),
)
