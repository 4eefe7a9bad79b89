"""G-3.4-4a: no device stands directly on the Internet."""

from fushinban.controls._addresses import global_addresses, is_global
from fushinban.controls._exposure import configured, doubts, hedge, told_evidence
from fushinban.controls._saying import could_not_read, guide, names, note, seen
from fushinban.controls._ways import certain, ways_evidence
from fushinban.model.control import (
    Control,
    Evidence,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    passed,
)
from fushinban.model.device import DeviceKind
from fushinban.model.facts import Interfaces, RouterConfiguration
from fushinban.model.filtering import Family, ForwardKind
from fushinban.model.intervals import addresses
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: A router has to have a global address.
BEHIND_ROUTER = frozenset(DeviceKind) - {DeviceKind.ROUTER}


def check(view: DeviceView) -> Verdict:
    """Fails on a global address, IPv4 or IPv6; passes only where the device named all its addresses."""
    interfaces = view.find(Interfaces)
    found = global_addresses(interfaces) if interfaces else ()
    if found:
        return _direct(view, found, seen(view, Interfaces, _told(found)))
    if is_global(view.device.address):
        return _direct(view, (view.device.address,), Evidence(text=_told((view.device.address,))))
    if interfaces is None:
        return could_not_read(view, Interfaces)
    addresses = [a for i in interfaces.interfaces if i.enabled for a in (*i.ipv4, *i.ipv6)]
    if not addresses:
        return could_not_read(view, Interfaces)
    return passed(
        Text(
            "機器のアドレスは、内側（プライベート）のものだけでした。",
            "The device has private (inside) addresses only.",
        ),
        seen(view, Interfaces, Text("アドレス：{list}", "Addresses: {list}").fill(list=names(addresses))),
        note(
            "ルータのポート転送は、この項目では確認していません。",
            "Port forwarding at the router is not part of this check.",
        ),
    )


def _told(addresses: tuple[str, ...]) -> Text:
    return Text("グローバルアドレス：{list}", "Global addresses: {list}").fill(list=names(addresses))


def _direct(view: DeviceView, found: tuple[str, ...], evidence: Evidence) -> Verdict:
    if any(":" not in a for a in found):
        message = Text(
            "機器がインターネットのアドレスを直接持っています。世界中から接続を試みられるおそれがあります。",
            "The device has an Internet address of its own. Anybody in the world may try to connect.",
        )
        return failed(message, evidence)
    at_router = _at_router(view, found, evidence)
    if at_router is not None:
        return at_router
    message = Text(
        "機器がIPv6のグローバルアドレスを持っています。ルータで止めていなければ、外部から直接接続されるおそれがあり"
        "ます。",
        "The device has a global IPv6 address. Unless the router blocks this, it may be reached from outside.",
    )
    return failed(message, evidence, severity=Severity.MEDIUM)


def _at_router(view: DeviceView, found: tuple[str, ...], evidence: Evidence) -> Verdict | None:
    """Whether the router lets outsiders reach these IPv6 addresses; None where its configuration does not decide."""
    exposure = configured(view)
    if exposure is None:
        return None
    ways = [w for w in certain(view.ways) if w.row.kind is ForwardKind.DIRECT and w.row.reach.family is Family.V6]
    if ways:
        message = Text(
            "機器がIPv6のグローバルアドレスを持っていて、ルータの設定でも外部からの接続が止められていません。{hedge}",
            "The device has a global IPv6 address, and the router lets connections from outside through to it.{hedge}",
        )
        text = message.fill(hedge=hedge(exposure, view.now))
        return failed(text, evidence, *ways_evidence(exposure, ways), severity=Severity.HIGH)
    networks = [g.address for g in exposure.prediction.global_addresses if g.family is Family.V6 and not g.name]
    known = "" in networks or all(any(_is_in(a, n) for n in networks) for a in found)
    if view.ways or not known or doubts(exposure, view.now):
        return None
    message = Text(
        "機器はIPv6のグローバルアドレスを持っていますが、外部からの接続は、ルータの設定で止められています。",
        "The device has a global IPv6 address, but the router's configuration blocks connections from outside.",
    )
    return passed(message, evidence, told_evidence(exposure))


def _is_in(address: str, network: str) -> bool:
    try:
        return addresses(network).covers(addresses(address.partition("/")[0].partition("%")[0]))
    except ValueError:
        return False


CONTROL = Control(
    id="G-3.4-4a",
    title=Text("機器をインターネットに直接つないでいない", "No device is connected to the Internet directly"),
    requirement=Text(
        "カメラやレコーダを、間に何も置かずにインターネットへつながないこと。",
        "Cameras and recorders are not put on the Internet with nothing in between.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.CRITICAL,
    who=(Who.DESIGNER, Who.INSTALLER),
    when=(When.DESIGN, When.INSTALLATION),
    impacts=(1, 2, 4),
    measures=(3,),
    checkpoints=(1, 3),
    applies_to=BEHIND_ROUTER,
    may_read=(Interfaces, RouterConfiguration),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、回線の終端装置（ONU）などに直接つながず、"
            "ルータの内側にあることを配線で確かめましたか。",
            "For devices that could not be checked: did you see from the cabling that they are behind the router, "
            "not connected directly to the line (ONU)?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "インターネットに直接つながった機器は、数分のうちに自動の攻撃を受けはじめることがあります。",
        "A device directly on the Internet may come under automatic attack within minutes.",
    ),
    remedy=Text(
        "機器をルータの内側につなぎ替え、プライベートアドレスを割り当ててください。IPv6は、使わなければ無効にし、"
        "使う場合はルータで外部からの接続を止めてください。",
        "Move the device behind the router and give it a private address. Switch IPv6 off where it is not used; "
        "where it is, have the router block connections from outside.",
    ),
    references=(guide("3.4 (4)"), "RFC 1918", "RFC 4193"),
)
