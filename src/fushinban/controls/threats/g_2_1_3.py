"""G-2.1-3: SSH is closed, or somebody decided that it is open."""

from fushinban.controls._own_services import from_outside, graver, is_ssh
from fushinban.controls._ports import planned, ports_text, speaking, unclear
from fushinban.controls._saying import could_not_read, etsi, guide, note, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.device import VIDEO_KINDS
from fushinban.model.facts import OpenPorts, RouterConfiguration
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails where the router's configuration lets everybody on the internet reach its SSH, and by what answers here."""
    outside = from_outside(view, is_ssh, Severity.HIGH)
    ports = view.find(OpenPorts)
    return graver(outside, _inside(view, ports) if ports is not None else could_not_read(view, OpenPorts))


def _inside(view: DeviceView, ports: OpenPorts) -> Verdict:
    """A camera or recorder needs no SSH; network devices are often kept through it, so a person must say why."""
    found = speaking(ports, "ssh", ("ssh",))
    if not found:
        return _closed(view, ports)
    evidence = seen(
        view, OpenPorts, Text("開いているSSHのポート：{ports}", "Open SSH ports: {ports}").fill(ports=ports_text(found))
    )
    if all(planned(view, p.service) for p in found):
        text = Text(
            "SSHは、設定シート（設計）で予定されたとおりに開いています。", "SSH is open, as the planned sheet says."
        )
        return passed(text, evidence)
    if view.device.kind in VIDEO_KINDS:
        message = Text(
            "遠隔操作の入口であるSSHが開いており、開けておく理由が記録されていません。",
            "SSH, an entry point for remote control, is open, and no reason for it is on record.",
        )
        return failed(message, evidence)
    message = Text(
        "SSHが開いています。保守に必要なものか、機器からは分かりません。",
        "SSH is open. Whether maintenance needs it cannot be told from the device.",
    )
    return unknown(message, evidence)


def _closed(view: DeviceView, ports: OpenPorts) -> Verdict:
    doubt = unclear(ports, ("ssh",))
    if doubt:
        text = Text(
            "SSHが閉じているか確認できませんでした。対象のポートは{ports}です。",
            "It could not be confirmed that SSH is closed. Ports concerned: {ports}.",
        )
        return unknown(text.fill(ports=doubt))
    return passed(
        Text("確認したポートでは、SSHは開いていませんでした。", "SSH was not open on the ports checked."),
        seen(view, OpenPorts, Text("22番は接続を拒否しました。", "Port 22 refused the connection.")),
        note("決まった一覧のポートだけを確認しています。", "Only a fixed list of ports was checked."),
    )


CONTROL = Control(
    id="G-2.1-3",
    title=Text("SSHが閉じている、または理由があって開けてある", "SSH is closed, or open for a reason on record"),
    requirement=Text(
        "SSHのような遠隔操作の入口は閉じておき、開ける場合は理由と使う人を決めておくこと。",
        "Entry points for remote control such as SSH are kept closed; where one is open, its reason and users are "
        "decided.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(2, 4),
    measures=(2, 3),
    checkpoints=(1, 2, 3),
    may_read=(OpenPorts, RouterConfiguration),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器のSSHについて、無効であること、または必要な理由があり、鍵によるログインと接続"
            "元の制限で守っていることを確かめましたか。",
            "For devices that could not be checked: is SSH off, or open for a known reason and guarded by key login "
            "and allowed sources?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "国内の観測でも、SSHの22番はTelnetに次いでレコーダやカメラが狙われるポートです。",
        "Observations in Japan show port 22 beside Telnet as the port at which recorders and cameras are attacked.",
    ),
    remedy=Text(
        "使っていなければ機器の設定でSSHを無効にしてください。保守で使う場合は、鍵（公開鍵）によるログインと接続元の"
        "制限を設定し、設定シート（設計）に理由とともに記録してください。",
        "Switch SSH off where it is not used. Where maintenance needs it, set key login and allowed sources, "
        "and write it with the reason into the planned sheet.",
    ),
    references=(guide("2.1 (2)"), etsi("5.6-1")),
)
