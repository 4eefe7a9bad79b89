"""G-3.4-5a: only the ports that are needed are open."""

from fushinban.controls._exposure import at_router, because, configured, doubts, hedge, told_evidence
from fushinban.controls._openings import opening_evidence, openings_text, unplanned, worst
from fushinban.controls._own_services import is_not_vpn, own_evidence, own_ways, services_text
from fushinban.controls._ports import planned, ports_text
from fushinban.controls._router import forward_evidence, forwards_text, gravity, made_by_hand, unread_evidence
from fushinban.controls._saying import could_not_read, etsi, guide, joined, seen
from fushinban.controls._ways import (
    certain,
    stopped_evidence,
    unplanned_ways,
    ways_evidence,
    ways_reach,
    ways_text,
    worst_way,
)
from fushinban.model.control import (
    Control,
    Outcome,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    passed,
    unknown,
)
from fushinban.model.exposure import SiteExposure
from fushinban.model.facts import OpenPorts, Port, PortMappings, RouterConfiguration
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails on ports that nobody planned: those that a router opened by UPnP or lets in, and the device's own.

    What a router lets in is predicted from its configuration, for it and for the devices behind; a second router is
    judged by its list of forwards. Passes where all that comes in was planned, and nothing was left unread.
    """
    let_in = _let_in(view)
    if let_in is not None:
        return let_in
    ports = view.find(OpenPorts)
    of_ports = _of_ports(view, ports.open) if ports is not None else could_not_read(view, OpenPorts)
    if of_ports.outcome is Outcome.FAIL:
        return of_ports
    exposure, told = configured(view), view.find(RouterConfiguration)
    if exposure is not None and (told is None or exposure.router == view.device.id):
        return _of_exposure(view, exposure)
    return of_ports if told is None else _of_configuration(view, told)


def _let_in(view: DeviceView) -> Verdict | None:
    """What comes in though nobody planned it."""
    upnp, ways = unplanned(view), certain(unplanned_ways(view)) if configured(view) is not None else ()
    by_hand = made_by_hand(view) if at_router(view) is None else ()
    lists = (
        *((openings_text(view, upnp),) if upnp else ()), *((ways_text(ways, view.device.id),) if ways else ()),
        *((forwards_text(by_hand),) if by_hand else ()),
    )  # fmt: skip
    if not lists:
        return None
    exposure = configured(view) if ways else None
    message = Text(
        "{reach}設計で予定していない入口が、ルータでインターネットに向けて開いています：{list}。{hedge}",
        "{reach}The router lets in from the internet what was not planned: {list}.{hedge}",
    )
    if not upnp and not ways:
        message = Text(
            "設計で予定していないポート転送が、ルータに設定されています：{list}。",
            "The router forwards ports that were not planned: {list}.",
        )
    reach = ways_reach(exposure, ways) if exposure is not None else Text("", "")
    text = message.fill(
        reach=Text(reach.ja, f"{reach.en} " if reach.en else ""), list=joined(lists),
        hedge=hedge(exposure, view.now) if exposure is not None else Text("", ""),
    )  # fmt: skip
    evidence = (
        *opening_evidence(upnp), *(ways_evidence(exposure, ways) if exposure is not None else ()),
        *forward_evidence(view, by_hand),
    )  # fmt: skip
    severities = [s for s in (worst(upnp), worst_way(ways), gravity(by_hand)) if s is not None]
    return failed(text, *evidence, severity=min(severities, key=list(Severity).index) if severities else None)


def _of_exposure(view: DeviceView, exposure: SiteExposure) -> Verdict:
    """Nothing comes in that was not planned, as far as the configuration can be relied on."""
    router = exposure.router == view.device.id
    maybe, doubted = unplanned_ways(view), doubts(exposure, view.now)
    if maybe:
        message = Text(
            "設計で予定していない入口が、条件しだいで外部に開いているかもしれません：{list}。設定だけでは判断できませんでした。",
            "What was not planned may come in from outside under conditions that cannot be evaluated: {list}.",
        )
        return unknown(message.fill(list=ways_text(maybe, view.device.id)), *ways_evidence(exposure, maybe))
    if doubted:
        message = Text(
            "予定していない入口は見つかりませんでしたが、{why}、ほかにないとは言い切れません。",
            "Nothing that was not planned was found to come in, but there may be more: {why}.",
        )
        return unknown(message.fill(why=because(doubted)), told_evidence(exposure))
    own = own_ways(exposure, is_not_vpn) if router else ()
    if own:
        message = Text(
            "内側の機器への入口は予定どおりですが、ルータ自身の{list}が外部に開いています（別の項目で判定しています）。",
            "Only what was planned leads to inside devices, but the router's own {list} can be reached from outside "
            "(judged by other checks).",
        )
        return unknown(message.fill(list=services_text(own)), *own_evidence(exposure, own))
    return _nothing_more(view, exposure) if router else _not_behind(view, exposure)


def _nothing_more(view: DeviceView, exposure: SiteExposure) -> Verdict:
    text = Text(
        "ルータの設定では、外部から内側に届く入口に、予定していないものはありませんでした（入口の数：{count}）。",
        "By the router's configuration, nothing that was not planned comes in from outside (ways in: {count}).",
    )
    count = len(view.ways) + len(view.openings)
    return passed(text.fill(count=count), told_evidence(exposure), *stopped_evidence(exposure))


def _not_behind(view: DeviceView, exposure: SiteExposure) -> Verdict:
    text = Text(
        "ルータの設定では、外部からこの機器に届く入口に、予定していないものはありませんでした（入口の数：{count}）。",
        "By the router's configuration, nothing that was not planned leads from outside to this device (ways in: "
        "{count}).",
    )
    return passed(text.fill(count=len(view.ways) + len(view.openings)), told_evidence(exposure))


def _of_configuration(view: DeviceView, told: RouterConfiguration) -> Verdict:
    """A router that forwards nothing that was not planned."""
    if told.unread:
        message = Text(
            "予定していないポート転送は見つかりませんでしたが、ルータの設定に読み取れなかった行があります。",
            "No forward that was not planned was found, but some lines of the router's configuration were not "
            "understood.",
        )
        return unknown(message, *unread_evidence(view, told))
    text = Text(
        "ルータの設定に、予定していないポート転送はありませんでした。",
        "The router's configuration forwards nothing that was not planned.",
    )
    count = Text("ポート転送の数：{count}", "Forwards: {count}").fill(count=len(told.forwards))
    return passed(text, seen(view, RouterConfiguration, count))


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
    may_read=(OpenPorts, PortMappings, RouterConfiguration),
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
