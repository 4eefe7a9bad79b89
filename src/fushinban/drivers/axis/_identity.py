"""Who the device is, whether it was ever set up, how long it runs, and which firmware lies where."""

from datetime import datetime, timedelta

from fushinban import clock
from fushinban.drivers._doors import body_of
from fushinban.drivers._maker_values import switch, whole
from fushinban.drivers.axis import _calls
from fushinban.drivers.axis._answers import Json, inner, vapix_data, words
from fushinban.drivers.axis._context import AxisContext
from fushinban.drivers.axis._parameters import Parameters
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import Activation, FirmwareUpdate, Hostname, Identity, Uptime


async def get_identity(device: AxisContext) -> Identity:
    """The parameters, or what basicdeviceinfo tells without a login where there is none that is of use."""
    try:
        return parse_identity(await device.parameters.value())
    except (Denied, Locked, NotSupported) as error:
        return await _unrestricted(device, error)


async def _unrestricted(device: AxisContext, error: DeviceError) -> Identity:
    """getAllUnrestrictedProperties, which AXIS OS answers to everybody; older ones want a login for it too."""
    request = _calls.ask_json(device.door, _calls.BASIC_DEVICE_INFO, "getAllUnrestrictedProperties", "1.2")
    answer = await device.session.http(request, login=False)
    if answer.status != 200:
        raise error
    return parse_basic_info(body_of(answer, _calls.BASIC_DEVICE_INFO))


async def get_hostname(device: AxisContext) -> Hostname:
    """The parameters."""
    return parse_hostname(await device.parameters.value())


async def get_activation(device: AxisContext) -> Activation:
    """`needsetup` of systemready, without a login; on older firmware the parameter that a password was set."""
    try:
        return parse_activation(await device.ready.value())
    except (NotSupported, Denied):
        return parse_password_set(await device.parameters.value())


async def get_uptime(device: AxisContext) -> Uptime:
    """systemready, without a login. The start is reckoned from our own clock."""
    return parse_uptime(await device.ready.value(), clock.now())


async def get_firmware_update(device: AxisContext) -> FirmwareUpdate:
    """Build date of the parameters, and what firmwaremanagement says where the device has it (7.40 and later)."""
    parameters = await device.parameters.value()
    if not parameters.has("Properties.FirmwareManagement.Version"):
        return parse_firmware(parameters)
    return parse_firmware_status(await device.json(_calls.FIRMWARE, "status"), parameters)


def parse_identity(parameters: Parameters) -> Identity:
    """Identity as the parameters word it; the model is the product number, as the device calls itself over ONVIF."""
    model = parameters.get("Brand.ProdNbr") or parameters.get("Brand.ProdShortName")
    firmware = parameters.get("Properties.Firmware.Version")
    if not model or not firmware:
        raise NotSupported(say("axis.no-parameter", name="Brand.ProdNbr"))
    return Identity(
        maker=parameters.get("Brand.Brand"),
        model=model,
        firmware=firmware,
        serial=parameters.get("Properties.System.SerialNumber"),
        hardware=parameters.get("Properties.System.HardwareID"),
    )


def parse_basic_info(data: bytes) -> Identity:
    """Identity of an answer of basicdeviceinfo; without a login some of it is left out."""
    found = inner(vapix_data(data, _calls.BASIC_DEVICE_INFO), "propertyList")
    model = words(found.get("ProdNbr")) or words(found.get("ProdShortName"))
    if not model:
        raise Malformed(say("axis.no-data", what=_calls.BASIC_DEVICE_INFO))
    return Identity(
        maker=words(found.get("Brand")),
        model=model,
        firmware=words(found.get("Version")),
        serial=words(found.get("SerialNumber")),
        hardware=words(found.get("HardwareID")),
    )


def parse_hostname(parameters: Parameters) -> Hostname:
    """The name in use, and whether DHCP gives it."""
    volatile = "Network.VolatileHostName"
    name = parameters.get(f"{volatile}.HostName") or parameters.get("Network.HostName")
    if not name:
        raise NotSupported(say("axis.no-parameter", name="Network.HostName"))
    return Hostname(name=name, from_dhcp=bool(parameters.flag(f"{volatile}.ObtainFromDHCP")))


def parse_activation(ready: Json) -> Activation:
    """Whether the device wants to be set up. Raises NotSupported where it does not say (first versions)."""
    needs = switch(ready.get("needsetup"))
    if needs is None:
        raise NotSupported(say("axis.no-data", what=_calls.SYSTEM_READY))
    return Activation(initialised=not needs)


def parse_password_set(parameters: Parameters) -> Activation:
    """The same by `System.RootPwdSet` of older firmware."""
    was_set = parameters.flag("System.RootPwdSet")
    if was_set is None:
        raise NotSupported(say("axis.no-parameter", name="System.RootPwdSet"))
    return Activation(initialised=was_set)


def parse_uptime(ready: Json, at: datetime) -> Uptime:
    """Seconds since the start and the mark of this start; `at`: our own UTC at that moment."""
    seconds = whole(ready.get("uptime"))
    boot_id = words(ready.get("bootid"))
    if seconds is None and not boot_id:
        raise NotSupported(say("axis.no-data", what=_calls.SYSTEM_READY))
    booted = None if seconds is None else at - timedelta(seconds=seconds)
    return Uptime(seconds=seconds, boot_id=boot_id, booted_at=booted)


def parse_firmware(parameters: Parameters) -> FirmwareUpdate:
    """The build date alone."""
    built = parameters.get("Properties.Firmware.BuildDate")
    if not built:
        raise NotSupported(say("axis.no-parameter", name="Properties.Firmware.BuildDate"))
    return FirmwareUpdate(built=built)


def parse_firmware_status(data: bytes, parameters: Parameters) -> FirmwareUpdate:
    """Build date, last update (as the device writes it) and the firmware in the other slot."""
    status = vapix_data(data, _calls.FIRMWARE)
    return FirmwareUpdate(
        built=parameters.get("Properties.Firmware.BuildDate"),
        last=words(status.get("lastUpgradeAt")),
        fallback=words(status.get("inactiveFirmwareVersion")),
    )
