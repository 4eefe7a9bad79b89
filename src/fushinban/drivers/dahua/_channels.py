"""The cameras behind a recorder: the table RemoteDevice, and which of them are connected."""

import re
from dataclasses import replace

from fushinban.drivers._maker_values import address_of, clip, indexed, mac_of, switch, whole
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.dahua import _ask
from fushinban.drivers.dahua._ask import config, maybe, table, values
from fushinban.errors import NotSupported
from fushinban.messages import say
from fushinban.model.facts import Channel, Channels

#: Models of this maker that are cameras for certain, by the beginning of their names.
_CAMERA = re.compile(r"(?:DHI?-)?(?:IPC|TPC|SD\d|PSD)")
_NUMBER = re.compile(r"_(\d{1,4})$")
#: What an unused slot has for an address.
_NOBODY = frozenset({"", "192.168.0.0"})
#: What stands for the way of connecting, not for a maker; "Private" is Dahua's own protocol.
_NO_MAKER = frozenset({"private", "general", "onvif", "rtsp", "custom"})
_STATES = {"connected": True, "unconnect": False, "unconnected": False, "disconnected": False}


async def get_channels(web: MakerWeb) -> Channels:
    """Table RemoteDevice, and getCameraState where there is anybody behind the recorder. A camera is not asked."""
    if _CAMERA.match(values(await web.ask(_ask.SYSTEM)).get("deviceType", "")):
        raise NotSupported(say("driver.absent", what="RemoteDevice"))
    cameras = parse_channels(await config(web, "RemoteDevice"))
    if not cameras.channels:
        return cameras
    return parse_channels(await config(web, "RemoteDevice"), await maybe(web, _ask.CAMERA_STATES))


def parse_channels(data: bytes, states: bytes = b"") -> Channels:
    """Slots that are in use: slot n of `uuid:System_CONFIG_NETCAMERA_INFO_n` is channel n + 1.

    The recorder lists the cameras' passwords with them; they are not read.
    """
    online = parse_states(states) if states else {}
    slots: dict[str, dict[str, str]] = {}
    for key, value in table(data, "RemoteDevice").items():
        slot, dot, name = key.partition(".")
        if dot:
            slots.setdefault(slot, {})[name] = value
    found = (_channel(i, slot, settings) for i, (slot, settings) in enumerate(slots.items()))
    used = sorted((c for c in found if c is not None), key=lambda c: c.number)
    return Channels(channels=tuple(replace(c, online=online.get(c.number)) for c in used))


def parse_states(data: bytes) -> dict[int, bool | None]:
    """Channel number (from 1) → connected, of getCameraState (`states[i].channel`, `.connectionState`)."""
    found: dict[int, bool | None] = {}
    for row in indexed(values(data), "states"):
        number = whole(row.get("channel"), 9999)
        if number is not None:
            found[number + 1] = _STATES.get(clip(row.get("connectionState", "")).lower())
    return found


def _channel(order: int, slot: str, settings: dict[str, str]) -> Channel | None:
    address = clip(settings.get("Address", ""))
    if switch(settings.get("Enable")) is False or address in _NOBODY or address == "0.0.0.0":  # noqa: S104 - compared
        return None
    number = _NUMBER.search(slot)
    vendor = clip(settings.get("Vendor", ""))
    return Channel(
        number=(int(number[1]) if number else order) + 1,
        name=clip(settings.get("Name") or settings.get("VideoInputs[0].Name", "")),
        address=address_of(address) or address,
        port=whole(settings.get("Port"), 65535) or 0,
        protocol=clip(settings.get("ProtocolType", "")),
        maker="" if vendor.lower() in _NO_MAKER else vendor,
        model=clip(settings.get("DeviceType", "")),
        serial=clip(settings.get("SerialNo", "")),
        mac=mac_of(settings.get("Mac")),
        username=clip(settings.get("UserName", "")),
    )
