"""Ports that a router lets in from the internet, as controls speak of them."""

from collections.abc import Iterable, Sequence

from fushinban.controls._addresses import is_global
from fushinban.controls._saying import joined
from fushinban.model.control import Evidence, Severity
from fushinban.model.device import VIDEO_KINDS, Device
from fushinban.model.opening import Opening
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def unplanned(view: DeviceView) -> tuple[Opening, ...]:
    """Those that nobody planned."""
    return tuple(o for o in view.openings if not o.planned)


def openings_text(view: DeviceView, openings: Iterable[Opening]) -> Text:
    """`外側の8080番から「入口」（192.0.2.20）の80番`; without the device where it is the one that is spoken of."""
    return joined(_text(o, o.device is not None and o.device.id == view.device.id) for o in openings)


def _text(opening: Opening, own: bool) -> Text:
    mapping = opening.mapping
    text = Text(
        "外側の{outside}番（{protocol}）から{who}{inside}番",
        "outside port {outside} ({protocol}) to port {inside}{who}",
    )
    who = Text("", "") if own else whose(mapping.inside, opening.device)
    return text.fill(outside=mapping.outside_port, protocol=mapping.protocol, inside=mapping.inside_port, who=who)


def whose(address: str, device: Device | None) -> Text:
    """`「入口」（192.0.2.20）の`, before a port."""
    if device is None:
        return Text(f"一覧にない機器（{address}）の", f" of a device that is not on the list ({address})")
    if device.title == address:
        return Text(f"{address} の", f" of {address}")
    return Text(f"「{device.title}」（{address}）の", f" of “{device.title}” ({address})")


def reach_text(opening: Opening) -> Text:
    """One sentence that says who can see or reach what, for people who know nothing of networks."""
    device, name = opening.device, name_of(opening.device, opening.mapping.inside)
    video = device is not None and device.kind in VIDEO_KINDS
    return reach_sentence(name, _outsiders(opening), picture=opening.picture, video=video)


def reach_sentence(name: Text, outsiders: Text, *, picture: bool, video: bool) -> Text:
    """The sentence itself. `picture`: nothing asks for a password; `video`: the thing shows pictures."""
    if picture:
        text = Text(
            "{name}の映像が、{who}、パスワードなしで見られる状態です。",
            "{who} can watch {name} without a password.",
        )
    elif video:
        text = Text(
            "{name}に、{who}接続できる状態です。映像を守っているのは、パスワードだけです。",
            "{who} can reach {name}; nothing but its password protects the pictures.",
        )
    else:
        text = Text("{name}に、{who}接続できる状態です。", "{who} can reach {name}.")
    return text.fill(name=name, who=outsiders)


def reach_texts(openings: Iterable[Opening], most: int = 3) -> Text:
    """The same for each device behind, the gravest first."""
    behind: dict[str, Opening] = {}
    for opening in sorted(openings, key=lambda o: (not o.picture, bool(o.mapping.remote))):
        behind.setdefault(opening.mapping.inside, opening)
    told = [reach_text(o) for o in list(behind.values())[:most]]
    return Text("".join(t.ja for t in told), " ".join(t.en for t in told))


def name_of(device: Device | None, address: str) -> Text:
    """`「入口」`, or what else can be said of the thing at an address."""
    if device is None:
        return Text(f"一覧にない機器（{address}）", f"a device that is not on the list ({address})")
    kind = device.kind.label
    if device.title == address:
        return Text(f"{kind.ja}（{address}）", f"the {kind.en.lower()} at {address}")
    return Text(f"「{device.title}」", f"“{device.title}”")


def _outsiders(opening: Opening) -> Text:
    """Who comes through. A router that has no address of the internet itself stands behind another one."""
    remote, inner = opening.mapping.remote, bool(opening.external) and not is_global(opening.external)
    if remote:
        return Text(f"外部の決まった相手（{remote}）から", f"One outside address ({remote})")
    if inner:
        return Text("ルータの外側のだれからでも", "Anybody outside the router")
    return Text("インターネットのだれからでも", "Anybody on the internet")


def opening_evidence(openings: Sequence[Opening]) -> tuple[Evidence, ...]:
    """Each mapping as the router tells it."""
    text = Text(
        "ルータ（{router}）：{protocol} {outside}番 → {inside} の{port}番、接続できる相手：{remote}、説明：{name}",
        "Router ({router}): {protocol} {outside} → {inside} port {port}, open to: {remote}, description: {name}",
    )
    return tuple(
        Evidence(
            text=text.fill(
                router=o.external or o.router.address, protocol=o.mapping.protocol, outside=o.mapping.outside_port,
                inside=o.mapping.inside, port=o.mapping.inside_port, name=o.mapping.name or "-",
                remote=Text(o.mapping.remote or "だれでも", o.mapping.remote or "everybody"),
            ),
            source=o.source,
            digest=o.digest,
        )
        for o in openings
    )  # fmt: skip


def worst(openings: Iterable[Opening]) -> Severity | None:
    """CRITICAL where everybody sees pictures, HIGH where everybody reaches a camera, recorder or something unknown."""
    for_all = [o for o in openings if not o.mapping.remote]
    if any(o.picture for o in for_all):
        return Severity.CRITICAL
    return Severity.HIGH if any(o.device is None or o.device.kind in VIDEO_KINDS for o in for_all) else None
