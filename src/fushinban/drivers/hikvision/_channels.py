"""The cameras behind a recorder: those it fetches over the network, and those on its own sockets."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fushinban.drivers._maker_values import whole
from fushinban.drivers.hikvision import _calls
from fushinban.drivers.hikvision._context import IsapiContext, parse_device_info
from fushinban.drivers.hikvision._read import document, flag, host, rows, words
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import Channel, Channels
from fushinban.transport.xml import Element, child, children

#: `deviceType` of recorders, as firmware of different years writes it.
_RECORDERS = ("nvr", "dvr", "hvr", "xvr", "videorecorder")
_ANALOG = "analog"
_NO_VIDEO = "no video"
_MOST = 1024


async def get_channels(device: IsapiContext) -> Channels:
    """InputProxy/channels with their status; the sockets of a recorder that has some. NotSupported: no recorder."""
    if not parse_is_recorder(await device.get(_calls.DEVICE_INFO)):
        raise NotSupported(say("hikvision.no-recorder"))
    try:
        digital = parse_channels(await device.get(_calls.PROXY))
    except NotSupported:
        digital = ()
    if digital:
        digital = with_status(digital, await _status(device))
    return joined(await _analog(device), digital)


async def _status(device: IsapiContext) -> Mapping[int, bool]:
    try:
        return parse_status(await device.get(_calls.PROXY_STATUS))
    except (NotSupported, Denied, Malformed):
        return {}


async def _analog(device: IsapiContext) -> tuple[Channel, ...]:
    """Channels on sockets. The list of functions of a recorder without any says so, and it is not asked."""
    if await device.says_number("SysCap", "VideoCap", "videoInputPortNums") == 0:
        return ()
    try:
        return parse_analog(await device.get(_calls.VIDEO_INPUTS))
    except (NotSupported, Denied):
        return ()


def parse_is_recorder(data: bytes) -> bool:
    """Whether a DeviceInfo is that of a recorder."""
    kind = words(parse_device_info(data), "deviceType").replace(" ", "").lower()
    return any(word in kind for word in _RECORDERS)


def parse_channels(data: bytes) -> tuple[Channel, ...]:
    """Cameras that are fetched over the network. The passwords used for them are not looked at."""
    root = document(data, _calls.PROXY, "InputProxyChannelList", "InputProxyChannel")
    found = [_channel(row) for row in rows(root, "InputProxyChannel")]
    return tuple({c.number: c for c in found[:_MOST]}.values())


def _channel(row: Element) -> Channel:
    number, source = whole(words(row, "id"), 100_000), child(row, "sourceInputPortDescriptor")
    if not number:
        raise Malformed(say("hikvision.no-value", what=_calls.PROXY, name="id"))
    return Channel(
        number=number,
        name=words(row, "name"),
        address=host(source),
        port=whole(words(source, "managePortNo"), 65535) or 0,
        protocol=words(source, "proxyProtocol"),
        model=words(source, "model"),
        firmware=words(source, "firmwareVersion"),
        serial=words(source, "serialNumber"),
        mac=words(source, "macAddress"),
        username=words(source, "userName"),
    )


def parse_status(data: bytes) -> Mapping[int, bool]:
    """Channel → whether its camera is online."""
    root = document(data, _calls.PROXY_STATUS, "InputProxyChannelStatusList", "InputProxyChannelStatus")
    return dict(_states(root))


def _states(root: Element) -> Iterator[tuple[int, bool]]:
    for row in rows(root, "InputProxyChannelStatus"):
        number, online = whole(words(row, "id"), 100_000), flag(row, "online")
        if number and online is not None:
            yield number, online


def with_status(channels: tuple[Channel, ...], online: Mapping[int, bool]) -> tuple[Channel, ...]:
    """The channels, with what is known of their cameras."""
    return tuple(replace(c, online=online.get(c.number)) for c in channels)


def parse_analog(data: bytes) -> tuple[Channel, ...]:
    """Cameras on sockets; `NO VIDEO` stands where none sends a picture."""
    root = document(data, _calls.VIDEO_INPUTS, "VideoInputChannelList", "VideoInputChannel")
    found = []
    for row in children(root, "VideoInputChannel"):
        number, seen = whole(words(row, "id"), 100_000), words(row, "resDesc")
        if number:
            online = None if not seen else seen.lower() != _NO_VIDEO
            found.append(Channel(number=number, name=words(row, "name"), protocol=_ANALOG, online=online))
    return tuple({c.number: c for c in found[:_MOST]}.values())


def joined(analog: tuple[Channel, ...], digital: tuple[Channel, ...]) -> Channels:
    """Both kinds. Where both count from one, the network ones follow after the sockets, as on the recorder's screen."""
    taken = {c.number for c in analog}
    behind = max(taken, default=0) if any(c.number in taken for c in digital) else 0
    moved = (replace(c, number=c.number + behind) for c in digital)
    return Channels(channels=(*analog, *moved))
