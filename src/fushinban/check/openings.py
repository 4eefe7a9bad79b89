"""Which device stands behind each port that routers of the site opened by UPnP. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from fushinban.controls._openings import reach_text
from fushinban.model.device import VIDEO_KINDS, Device
from fushinban.model.facts import AnonymousPictures, Gate, Interfaces, PortMapping, PortMappings
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.opening import Opening
from fushinban.model.sheet import Stage
from fushinban.model.site import InspectionKind, Site
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

_USUAL_PORTS = {"http": 80, "https": 443, "rtsp": 554}


def openings_of(views: Sequence[DeviceView]) -> Mapping[str, tuple[Opening, ...]]:
    """The ports in use, by the ids of the devices they concern: the router that lets them in, and the one behind."""
    homes: Mapping[str, Device] | None = None
    readable: dict[str, frozenset[int]] = {}
    found: dict[str, list[Opening]] = defaultdict(list)
    for view in views:
        read = view.find(PortMappings)
        rows = [m for m in read.mappings if m.enabled] if read is not None else []
        if read is None or not rows:
            continue
        if homes is None:
            homes, readable = homes_of(views), {v.device.id: readable_ports(v) for v in views}
        for mapping in rows:
            device = homes.get(mapping.inside)
            picture = device is not None and mapping.protocol == "TCP" and mapping.inside_port in readable[device.id]
            opening = Opening(
                router=view.device, mapping=mapping, device=device, planned=_planned(view, mapping), picture=picture,
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


def inspected_openings(inspection: Inspection) -> Mapping[str, tuple[Opening, ...]]:
    """`openings_of` all devices of an inspection that are not ignored."""
    records = [record for record in inspection.records if not record.device.ignored]
    if not any(r.fact is PortMappings for record in records for r in record.readings):
        return {}
    return openings_of([view_of(record, inspection.site, inspection.ended_at) for record in records])


def exposed_sentences(openings: Mapping[str, tuple[Opening, ...]]) -> Mapping[str, Text]:
    """What a shop owner must know first: one sentence for each camera, recorder or encoder (by its id) that a router
    lets outsiders reach though nobody planned it; those whose pictures need no password come first."""
    gravest: dict[str, Opening] = {}
    for opening in sorted((o for several in openings.values() for o in several), key=lambda o: not o.picture):
        if opening.device is not None and opening.device.kind in VIDEO_KINDS and not opening.planned:
            gravest.setdefault(opening.device.id, opening)
    return {id_: reach_text(opening) for id_, opening in gravest.items()}


def view_of(record: DeviceRecord, site: Site, now: datetime) -> DeviceView:
    """A device as it was read, for `openings_of`."""
    readings = {r.fact: r for r in record.readings}
    return DeviceView(
        device=record.device, site=site, kind=InspectionKind.PERIODIC, now=now, readings=readings, sheets=record.sheets
    )


def readable_ports(view: DeviceView) -> frozenset[int]:
    """The ports of a device at which pictures are shown without a login."""
    pictures = view.find(AnonymousPictures)
    return frozenset(map(_port_of, (p.uri for p in pictures.pictures if p.gate is Gate.OPEN) if pictures else ()))


def _port_of(uri: str) -> int:
    """The port of an address; 0 where it has none."""
    try:
        parts = urlsplit(uri)
        return parts.port or _USUAL_PORTS.get(parts.scheme, 0)
    except ValueError:
        return 0


def homes_of(views: Iterable[DeviceView]) -> Mapping[str, Device]:
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
