"""The open-port view as controls speak of it."""

from collections.abc import Iterable

from fushinban.controls._saying import joined
from fushinban.model.facts import OpenPorts, Port, PortState
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def port_text(port: Port) -> Text:
    """`23番（telnet）`."""
    name = port.speaks or port.service
    return Text(f"{port.number}番（{name}）", f"{port.number} ({name})")


def ports_text(ports: Iterable[Port]) -> Text:
    """Several ports as one list."""
    return joined(port_text(p) for p in ports)


def planned(view: DeviceView, service: str) -> bool:
    """Whether the planned sheet says that this service is to be open: somebody decided it."""
    sheet = view.sheets.get(Stage.PLANNED)
    key = f"ports[{service}].state"
    return sheet is not None and any(p.key == key and p.value == PortState.OPEN.value for p in sheet.parameters)


def speaking(ports: OpenPorts, protocol: str, services: Iterable[str]) -> tuple[Port, ...]:
    """Open ports where the protocol was recognised, or that usually serve it and said nothing else."""
    usual = frozenset(services)
    return tuple(p for p in ports.open if p.speaks == protocol or (p.service in usual and not p.speaks))


def unclear(ports: OpenPorts, services: Iterable[str]) -> Text | None:
    """Which of these services could not be told (filtered, or not asked); None where all of them are settled."""
    states = {p.service: p for p in ports.ports}
    texts = []
    for service in services:
        port = states.get(service)
        if port is None:
            texts.append(Text(f"{service}（未確認）", f"{service} (not asked)"))
        elif port.state is PortState.FILTERED:
            texts.append(Text(f"{port.number}番（{service}、応答なし）", f"{port.number} ({service}, no answer)"))
    return joined(texts) if texts else None
