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
            "機器の通信の出口（ゲートウェイ）が、ルータではなくインターネット側のアドレスになっています。",
            "The device's way out (gateway) is an address on the Internet instead of a router.",
        )
        return failed(message, evidence, severity=Severity.HIGH)
    if not ways:
        text = Text(
            "通信の出口（ゲートウェイ）が設定されていないため、ルータを介しているか確認できませんでした。",
            "No way out (gateway) is set, so it could not be confirmed that the device uses a router.",
        )
        return unknown(text, evidence)
    # A link-local IPv6 gateway cannot be matched with the inventory; the IPv4 one speaks for the same router.
    known = [a for a in ways if a in view.routers]
    strange = [a for a in ways if a not in view.routers and ":" not in a]
    if strange and view.routers:
        message = Text(
            "機器の通信の出口（ゲートウェイ）が、機器一覧にあるルータと違います。",
            "The device's way out (gateway) is not one of the routers on the device list.",
        )
        return failed(message, evidence)
    if strange or not known:
        message = Text(
            "通信の出口となる機器が、機器一覧にルータとして登録されていないため、確認できませんでした。",
            "The gateway is not on the device list as a router, so this could not be confirmed.",
        )
        return unknown(message, evidence)
    return passed(
        Text(
            "機器の通信の出口（ゲートウェイ）は、機器一覧にあるルータでした。",
            "The device's way out (gateway) is a router on the device list.",
        ),
        evidence,
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
            "For devices that could not be checked: do the network drawing or the cabling show a router between "
            "them and the Internet?",
        ),
        hint=Text(
            "インターネットにつないでいないシステムなら「該当なし」と答えてください。",
            "If the system is not connected to the Internet, answer n/a.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "ルータは、外からの接続を止める最初の壁です。見覚えのない出口は、抜け道や通信の盗み見に使われるおそれがあり"
        "ます。",
        "The router is the first wall against connections from outside. An unknown way out may be a bypass, or a "
        "place where traffic is read.",
    ),
    remedy=Text(
        "出口（ゲートウェイ）になっている機器が何か調べてください。正しいルータなら機器一覧に種類「ルータ」で登録し"
        "、心当たりがなければ設定を戻してください。",
        "Find out what the gateway is. If it is the right router, enter it in the device list as a router; if "
        "nobody knows it, restore the gateway setting.",
    ),
    references=(guide("3.4 (4)"),),
)
