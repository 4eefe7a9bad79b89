"""What stands where in the network picture; beyond sixty devices only those that need attention are drawn."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from fushinban.check.openings import inspected_openings
from fushinban.model.control import Outcome
from fushinban.model.device import Device, DeviceKind
from fushinban.model.facts.services import OpenPorts
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.opening import Opening
from fushinban.model.text import Text, say
from fushinban.reports._marks import ORDER, worst

DRAWN_AT_MOST = 60
#: How many are drawn of a larger site: as many as can still be read on a printed page.
_OF_MANY = 40

#: Services that let somebody operate a device, by their usual name in the open-port view.
_RISKY = {
    "telnet": "Telnet",
    "telnet-alt": "Telnet",
    "ssh": "SSH",
    "ftp": "FTP",
    "adb": "ADB",
    "cwmp": "TR-069",
    "sdk-34567": "SDK",
    "sdk-37777": "SDK",
    "upnp-http": "UPnP",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One device. `risky`: open ports that matter, as `Telnet 23`. `outside`: ports at which a router lets outsiders
    through to it. `behind`: its recorder alone sees it."""

    name: str
    address: str
    state: Outcome
    reached: bool
    risky: tuple[str, ...]
    behind: bool = False
    outside: tuple[int, ...] = ()

    @property
    def remark(self) -> Text | None:
        """What stands beside the address."""
        if self.behind:
            return say("recorders.behind-mark")
        return None if self.reached else say("report.not-reached")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A recorder with its cameras, or a group without one: all members by state, and those not drawn by state."""

    title: Text
    head: Node | None
    nodes: tuple[Node, ...]
    counts: tuple[tuple[Outcome, int], ...]
    hidden: tuple[tuple[Outcome, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Routers and switches on the way to the internet, and the panels behind them."""

    routers: tuple[Node, ...]
    switches: tuple[Node, ...]
    panels: tuple[Panel, ...]


def device_states(inspection: Inspection) -> dict[str, Outcome]:
    """The gravest outcome of each device's findings; 検証不可 for one without any."""
    found: defaultdict[str, set[Outcome]] = defaultdict(set)
    for finding in inspection.findings:
        found[finding.device].add(finding.outcome)
    return {r.device.id: worst(found[r.device.id]) for r in inspection.records}


def plan_of(inspection: Inspection, clean: Callable[[str], str]) -> Plan:
    """Place every device that is not ignored. `clean` makes names and addresses fit to be shown."""
    states = device_states(inspection)
    records = [r for r in inspection.records if not r.device.ignored]
    ways = inspected_openings(inspection)
    nodes = {r.device.id: _node(r, states[r.device.id], clean, ways.get(r.device.id, ())) for r in records}
    devices = [r.device for r in records]
    room = _OF_MANY if len(devices) > DRAWN_AT_MOST else len(devices)
    panels = []
    for title, head, members in _groups(devices):
        panel, used = _panel(
            title, nodes[head.id] if head else None, [nodes[d.id] for d in members], room, len(devices)
        )
        room -= used
        panels.append(panel)
    return Plan(
        routers=tuple(nodes[d.id] for d in devices if d.kind is DeviceKind.ROUTER),
        switches=tuple(nodes[d.id] for d in devices if d.kind is DeviceKind.SWITCH),
        panels=tuple(panels),
    )


def _groups(devices: list[Device]) -> list[tuple[Text, Device | None, list[Device]]]:
    recorders = [d for d in devices if d.kind is DeviceKind.RECORDER]
    known = {r.id for r in recorders}
    rest = [d for d in devices if d.kind not in (DeviceKind.ROUTER, DeviceKind.SWITCH, DeviceKind.RECORDER)]
    groups: list[tuple[Text, Device | None, list[Device]]] = [
        (Text("", ""), r, sorted((d for d in rest if d.parent == r.id), key=_channel)) for r in recorders
    ]
    loose = [d for d in rest if d.parent not in known]
    cameras = [d for d in loose if d.kind in (DeviceKind.CAMERA, DeviceKind.ENCODER)]
    others = [d for d in loose if d not in cameras]
    if cameras:
        groups.append((say("report.cameras-direct"), None, cameras))
    if others:
        groups.append((say("report.other-devices"), None, others))
    return groups


def _panel(title: Text, head: Node | None, nodes: list[Node], room: int, total: int) -> tuple[Panel, int]:
    drawn = nodes
    if total > DRAWN_AT_MOST:
        drawn = [n for n in nodes if n.state in (Outcome.FAIL, Outcome.ERROR)][: max(room, 0)]
    every, shown = Counter(n.state for n in nodes), Counter(n.state for n in drawn)
    panel = Panel(title=title, head=head, nodes=tuple(drawn), counts=_by_state(every), hidden=_by_state(every - shown))
    return panel, len(drawn)


def _by_state(counts: Counter[Outcome]) -> tuple[tuple[Outcome, int], ...]:
    return tuple((o, counts[o]) for o in ORDER if counts[o])


def _channel(device: Device) -> tuple[int, str]:
    # ASCII digits alone: int() would also read other scripts' digits, and refuse ² which isdigit() allows.
    number = device.channel if device.channel.isascii() and device.channel.isdigit() else ""
    return (int(number[:6]) if number else 999_999, device.channel)


def _node(record: DeviceRecord, state: Outcome, clean: Callable[[str], str], ways: tuple[Opening, ...]) -> Node:
    device = record.device
    prefix = f"ch{device.channel} " if device.channel and device.parent else ""
    risky: dict[str, None] = {}
    for reading in record.readings:
        if isinstance(reading.value, OpenPorts):
            for port in reading.value.open:
                spoken = "telnet" if port.speaks == "telnet" else port.service
                if spoken in _RISKY:
                    risky[f"{_RISKY[spoken]} {port.number}"] = None
    return Node(
        name=clean(prefix + device.title),
        address=clean(device.target.key),
        state=state,
        reached=record.reached,
        risky=tuple(risky),
        behind=device.behind,
        outside=tuple(dict.fromkeys(o.mapping.outside_port for o in ways if o.device and o.device.id == device.id)),
    )
