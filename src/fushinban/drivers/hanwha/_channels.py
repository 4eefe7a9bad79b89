"""The cameras behind a recorder."""

from fushinban.drivers._maker_values import Tree, address_of, mac_of, ports_of
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.hanwha import _ask
from fushinban.drivers.hanwha._access import numbered
from fushinban.drivers.hanwha._ask import answer, view
from fushinban.drivers.hanwha._device import parse_kind
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import Channel, Channels

CAMERAS = view("media", "cameraregister")


async def get_channels(web: MakerWeb) -> Channels:
    """media cameraregister, of recorders alone."""
    if parse_kind(await web.ask(_ask.DEVICE)) == "NWC":
        raise NotSupported(say("hanwha.no-recorder"))
    return parse_channels(await web.ask(CAMERAS))


def parse_channels(data: bytes) -> Channels:
    """`RegisteredCameras`, counted by the device from 0. Places where no camera is registered are left out.

    The logins to the cameras come along; their passwords are not read. Field names are those that public clients
    read, not those of the maker's description.
    """
    found = answer(data)
    listed = found.at("RegisteredCameras")
    rows = listed.rows or [Tree(row) for row in numbered(found, "Channel.")]
    if not rows and not isinstance(listed.value, list):
        raise Malformed(say("maker_web.missing", name="RegisteredCameras"))
    channels = (_channel(order, row) for order, row in enumerate(rows))
    return Channels(channels=tuple(c for c in channels if c.address or c.model or c.mac))


def _channel(order: int, row: Tree) -> Channel:
    number, status = row.whole("Channel"), row.text("Status").lower()
    return Channel(
        number=(order if number is None else number) + 1,
        name=row.text("Title") or row.text("ChannelName"),
        address=address_of(row.text("IPAddress")) or row.text("IPAddress"),
        port=next(iter(ports_of(row.text("HTTPPort"))), 0),
        protocol=row.text("Protocol"),
        model=row.text("Model"),
        firmware=row.text("FirmwareVersion"),
        mac=mac_of(row.text("MACAddress")),
        username=row.text("UserID"),
        online=status == "success" if status else None,
    )
