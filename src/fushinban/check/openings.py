"""Which device stands behind each port that routers of the site opened by UPnP. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from fushinban.model.device import Device
from fushinban.model.facts import Interfaces, PortMapping, PortMappings
from fushinban.model.opening import Opening
from fushinban.model.sheet import Stage
from fushinban.model.view import DeviceView


def openings_of(views: Sequence[DeviceView]) -> Mapping[str, tuple[Opening, ...]]:
    """The ports in use, by the ids of the devices they concern: the router that lets them in, and the one behind."""
    homes: dict[str, Device] | None = None
    found: dict[str, list[Opening]] = defaultdict(list)
    for view in views:
        read = view.find(PortMappings)
        rows = [m for m in read.mappings if m.enabled] if read is not None else []
        if read is None or not rows:
            continue
        homes = _homes(views) if homes is None else homes
        for mapping in rows:
            device = homes.get(mapping.inside)
            opening = Opening(
                router=view.device, mapping=mapping, device=device, planned=_planned(view, mapping),
                external=read.external_address, source=view.source(PortMappings), digest=view.digest(PortMappings),
            )  # fmt: skip
            for id_ in dict.fromkeys([view.device.id, *([device.id] if device is not None else [])]):
                found[id_].append(opening)
    return {id_: tuple(several) for id_, several in found.items()}


def _planned(view: DeviceView, mapping: PortMapping) -> bool:
    """Whether the router's planned sheet has this very port, to the same place."""
    sheet = view.sheets.get(Stage.PLANNED)
    known = {p.key: p.value for p in sheet.parameters} if sheet is not None else {}
    row = f"{PortMappings.key}[{mapping.row_key}]"
    inside = known.get(f"{row}.inside"), known.get(f"{row}.inside_port")
    return inside == (mapping.inside, str(mapping.inside_port))


def _homes(views: Iterable[DeviceView]) -> dict[str, Device]:
    """The device at each address: where it was seen, and the other addresses that it says it has."""
    homes: dict[str, Device] = {}
    for view in views:
        interfaces = view.find(Interfaces)
        rows = interfaces.interfaces if interfaces is not None else ()
        for row in rows:
            for address in (*row.ipv4, *row.ipv6):
                homes.setdefault(address.partition("/")[0], view.device)
    homes |= {view.device.address: view.device for view in views}
    return homes
