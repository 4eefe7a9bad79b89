"""G-3.4-4b: the way to the Internet leads through a known router."""

from fushinban.controls._addresses import is_global, parse
from fushinban.controls._saying import guide, names, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.device import DeviceKind
from fushinban.model.facts import Gateway
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

BEHIND_ROUTER = frozenset(DeviceKind) - {DeviceKind.ROUTER}


def check(view: DeviceView) -> Verdict:
    """Passes where every gateway is a router of the inventory; fails on another one where routers are known."""
    gateway = view[Gateway]
    ways = [a for a in (*gateway.ipv4, *gateway.ipv6) if (parsed := parse(a)) and not parsed.is_unspecified]
    evidence = seen(view, Gateway, Text("ゲートウェイ：{list}", "Gateways: {list}").fill(list=names(ways or ["-"])))
    outside = [a for a in ways if ":" not in a and is_global(a)]
    if outside:
        message = Text(
            "機器の出口が、ルータではなくインターネット側のアドレスになっています。",
            "The device's way out is an address on the Internet instead of a router.",
        )
        return failed(message, evidence, severity=Severity.HIGH)
    if not ways:
        text = Text(
            "出口（ゲートウェイ）が設定されていないため、経路を確かめられませんでした。",
            "No gateway is set, so the way out is not known.",
        )
        return unknown(text, evidence)
    # A link-local IPv6 gateway cannot be matched with the inventory; the IPv4 one speaks for the same router.
    known = [a for a in ways if a in view.routers]
    strange = [a for a in ways if a not in view.routers and ":" not in a]
    if strange and view.routers:
        message = Text(
            "機器の出口が、機器一覧にあるルータではありません。",
            "The device's way out is not one of the routers in the inventory.",
        )
        return failed(message, evidence)
    if strange or not known:
        message = Text(
            "出口となる機器が機器一覧でルータとして登録されていないため、確かめられませんでした。",
            "The gateway is not in the inventory as a router, so this could not be told.",
        )
        return unknown(message, evidence)
    return passed(
        Text("機器一覧にあるルータを通って外部につながります。", "The way out leads through a known router."), evidence
    )


CONTROL = Control(
    id="G-3.4-4b",
    title=Text("ルータを介して接続している", "Devices are connected through a router"),
    requirement=Text(
        "インターネットとの間にルータやファイアウォールを置き、そこを通してつなぐこと。",
        "A router or firewall stands between the devices and the Internet, and all traffic passes it.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.DESIGNER, Who.INSTALLER),
    when=(When.DESIGN, When.INSTALLATION),
    measures=(3,),
    applies_to=BEHIND_ROUTER,
    reads=(Gateway,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、"
            "インターネットとの間にルータがあることを構成図や配線で確かめましたか。",
            "Where it could not be checked: do the drawing or the cabling show a router between devices and Internet?",
        ),
        hint=Text(
            "インターネットにつないでいないシステムなら「該当なし」と答えてください。",
            "If the system is not connected to the Internet, answer n/a.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "ルータは外からの接続を止める最初の壁です。知らない出口は、抜け道や通信の盗み見に使われます。",
        "The router is the first wall. An unknown way out may be a bypass, or a place where traffic is read.",
    ),
    remedy=Text(
        "出口の機器が何か確かめてください。正しいルータなら機器一覧に種別「ルータ」で登録し、"
        "心当たりがなければ設定を戻してください。",
        "Find out what the gateway is. If it is the right router, enter it in the device list as a router; "
        "if nobody knows it, restore the setting.",
    ),
    references=(guide("3.4 (4)"),),
)
