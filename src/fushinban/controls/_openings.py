"""Ports that a router lets in from the internet, as controls speak of them."""

from collections.abc import Iterable, Sequence

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
    who = Text("", "") if own else _who(mapping.inside, opening.device)
    return text.fill(outside=mapping.outside_port, protocol=mapping.protocol, inside=mapping.inside_port, who=who)


def _who(address: str, device: Device | None) -> Text:
    if device is None:
        return Text(f"一覧にない機器（{address}）の", f" of a device that is not on the list ({address})")
    if device.title == address:
        return Text(f"{address} の", f" of {address}")
    return Text(f"「{device.title}」（{address}）の", f" of “{device.title}” ({address})")


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
    """HIGH where a camera, a recorder or something unknown stands behind one of them that everybody may use."""
    serious = (o.device is None or o.device.kind in VIDEO_KINDS for o in openings if not o.mapping.remote)
    return Severity.HIGH if any(serious) else None
