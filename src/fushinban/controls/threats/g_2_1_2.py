"""G-2.1-2: Telnet is closed."""

from fushinban.controls._own_services import from_outside, graver, is_telnet
from fushinban.controls._ports import ports_text, speaking, unclear
from fushinban.controls._saying import could_not_read, etsi, guide, note, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.facts import OpenPorts, RouterConfiguration
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

SERVICES = ("telnet", "telnet-alt")


def check(view: DeviceView) -> Verdict:
    """Fails where Telnet answers, or where the router's configuration lets outsiders reach it."""
    outside = from_outside(view, is_telnet, Severity.CRITICAL, Severity.HIGH)
    ports = view.find(OpenPorts)
    return graver(outside, _inside(view, ports) if ports is not None else could_not_read(view, OpenPorts))


def _inside(view: DeviceView, ports: OpenPorts) -> Verdict:
    """As seen from inside; a filtered port is not a closed one."""
    found = speaking(ports, "telnet", SERVICES)
    if found:
        message = Text(
            "遠隔操作の入口であるTelnetが開いています。機器の乗っ取りによく使われる入口です。",
            "Telnet, an entry point for remote control, is open. It is often used to take devices over.",
        )
        text = Text("開いているTelnetのポート：{ports}", "Open Telnet ports: {ports}").fill(ports=ports_text(found))
        return failed(message, seen(view, OpenPorts, text))
    doubt = unclear(ports, SERVICES)
    if doubt:
        text = Text(
            "Telnetが閉じているか確認できませんでした。対象のポートは{ports}です。",
            "It could not be confirmed that Telnet is closed. Ports concerned: {ports}.",
        )
        return unknown(text.fill(ports=doubt))
    return passed(
        Text("確認したポートでは、Telnetは開いていませんでした。", "Telnet was not open on the ports checked."),
        seen(view, OpenPorts, Text("23番と2323番は接続を拒否しました。", "Ports 23 and 2323 refused the connection.")),
        note("決まった一覧のポートだけを確認しています。", "Only a fixed list of ports was checked."),
    )


CONTROL = Control(
    id="G-2.1-2",
    title=Text("Telnetが閉じている", "Telnet is closed"),
    requirement=Text(
        "Telnetのように機器を直接操作できる入口が、知らないうちに開いたままになっていないこと。",
        "No entry point such as Telnet, through which a device can be controlled directly, is open unnoticed.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(2, 4),
    measures=(2, 3),
    checkpoints=(1, 2, 3),
    may_read=(OpenPorts, RouterConfiguration),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、Telnetが無効であることを設定画面などで確かめましたか。",
            "For devices that could not be checked: did you confirm on the settings pages or the like that Telnet "
            "is off?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "Miraiなどのマルウェアは、Telnetに既知のパスワードで入り込んで感染を広げます。通信は暗号化されません。",
        "Malware such as Mirai spreads by entering through Telnet with known passwords. Telnet is not encrypted "
        "either.",
    ),
    remedy=Text(
        "機器の設定画面でTelnetを無効にし、もう一度点検してください。設定項目が見当たらない場合は無効にする方法をメ"
        "ーカーに問い合わせ、それまではルータやスイッチで23番・2323番への通信を止めてください。",
        "Switch Telnet off in the device's settings and inspect again. Where there is no such setting, ask the maker "
        "how, "
        "and until then block ports 23 and 2323 at the router or switch.",
    ),
    references=(guide("2.1 (2)"), etsi("5.6-1", "5.6-5")),
)
