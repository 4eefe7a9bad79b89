"""Who the device is, whether it was ever set up, how long it runs, and how its firmware is kept up to date."""

from datetime import datetime, timedelta

from fushinban import clock
from fushinban.drivers._maker_values import whole
from fushinban.drivers.hikvision import _calls
from fushinban.drivers.hikvision._context import IsapiContext, parse_device_info
from fushinban.drivers.hikvision._read import document, flag, words
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import Activation, FirmwareUpdate, Identity, Uptime
from fushinban.transport.xml import Element

#: What devices write that have no hardware revision to tell.
_NO_REVISION = frozenset({"", "0", "0x0"})

#: How this maker spells itself in capitals over ONVIF and in small letters here.
_NAMES = {"hikvision": "HIKVISION"}


async def get_identity(device: IsapiContext) -> Identity:
    """deviceInfo."""
    return parse_identity(await device.get(_calls.DEVICE_INFO))


async def get_activation(device: IsapiContext) -> Activation:
    """activateStatus, asked without a login when the device was opened."""
    return await device.activation.value()


async def get_uptime(device: IsapiContext) -> Uptime:
    """System/status. The start is reckoned from our own clock."""
    return parse_uptime(await device.get(_calls.STATUS), clock.now())


async def get_firmware_update(device: IsapiContext) -> FirmwareUpdate:
    """Build date of deviceInfo, and whether the device is connected to the maker's upgrade server.

    It is never asked to look for a newer version: that would make it call the maker.
    """
    built = parse_firmware(await device.get(_calls.DEVICE_INFO))
    try:
        return parse_upgrade_server(await device.get(_calls.UPGRADE_SERVER), built.built)
    except (NotSupported, Denied, Malformed):
        return built


def parse_identity(data: bytes) -> Identity:
    """Identity of a DeviceInfo. Where the device does not name its maker (old firmware, many brands), nor do we."""
    root = parse_device_info(data)
    model, version = words(root, "model"), words(root, "firmwareVersion")
    if not model or not version:
        raise Malformed(say("hikvision.no-value", what=_calls.DEVICE_INFO, name="model"))
    maker, hardware = words(root, "manufacturer"), words(root, "hardwareVersion")
    return Identity(
        maker=_NAMES.get(maker, maker),
        model=model,
        firmware=f"{version} {_released(root)}".strip(),
        serial=words(root, "serialNumber"),
        hardware="" if hardware in _NO_REVISION else hardware,
    )


def _released(root: Element) -> str:
    """`build 240606`, which belongs to the version as the maker writes it everywhere else."""
    released = words(root, "firmwareReleasedDate")
    return released if released.startswith("build ") else ""


def parse_firmware(data: bytes) -> FirmwareUpdate:
    """The build date as the device writes it (`build 240606`)."""
    built = words(parse_device_info(data), "firmwareReleasedDate")
    if not built:
        raise NotSupported(say("hikvision.no-value", what=_calls.DEVICE_INFO, name="firmwareReleasedDate"))
    return FirmwareUpdate(built=built)


def parse_upgrade_server(data: bytes, built: str) -> FirmwareUpdate:
    """Whether the device stands in connection with the upgrade server: then it can be offered updates."""
    connected = flag(document(data, _calls.UPGRADE_SERVER, "OnlineUpgradeServer"), "connectStatus")
    return FirmwareUpdate(checks=connected, built=built)


def parse_uptime(data: bytes, at: datetime) -> Uptime:
    """Seconds since the start; `at`: our own UTC at that moment. `boot_id`: how often it was started, where told."""
    root = document(data, _calls.STATUS, "DeviceStatus")
    seconds, boots = whole(words(root, "deviceUpTime")), whole(words(root, "totalRebootCount"))
    if seconds is None:
        raise Malformed(say("hikvision.no-value", what=_calls.STATUS, name="deviceUpTime"))
    boot_id = "" if boots is None else str(boots)
    return Uptime(seconds=seconds, boot_id=boot_id, booted_at=at - timedelta(seconds=seconds))
