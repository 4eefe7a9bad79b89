"""What answers without a login. Only operations that read are asked, and nothing is kept of what they say."""

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._media import keep_listing, media_services
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.model.facts import AccessClass, AnonymousAnswer, AnonymousOperations
from fushinban.transport.values import SoapCall

#: Protected operations of the device service by rising severity; those of the media service come between the two.
#: GetSystemSupportInformation is left out: it cannot be asked without downloading what it is about.
_SYSTEM = (
    _calls.GET_DEVICE_INFORMATION,
    _calls.GET_SCOPES,
    _calls.GET_NETWORK_INTERFACES,
    _calls.GET_NETWORK_PROTOCOLS,
    _calls.GET_DNS,
    _calls.GET_NTP,
)
_SECRET = (_calls.GET_USERS, _calls.GET_SYSTEM_LOG)
_MEDIA = ("GetProfiles", "GetStreamUri", "GetSnapshotUri")

_CLASSES = {call.operation: AccessClass.READ_SYSTEM for call in _SYSTEM}
_CLASSES |= dict.fromkeys(_MEDIA, AccessClass.READ_MEDIA)
_CLASSES |= {call.operation: AccessClass.READ_SYSTEM_SECRET for call in _SECRET}


async def get_anonymous_operations(device: OnvifContext) -> AnonymousOperations:
    """Each protected operation once without a login: did it answer?

    A device that falls silent or locks is not asked on; where it told nothing at all, that error is raised.
    """
    calls = {call.operation: call for call in (*_SYSTEM, *await _media_calls(device), *_SECRET)}
    told: dict[str, bool | None] = {}
    halt: DeviceError | None = None
    for operation, call in calls.items():
        try:
            told[operation] = await _answers(device, call)
        except (Unreachable, Locked) as error:
            halt = error
            break
    if halt is not None and not any(v is not None for v in told.values()):
        raise halt
    return AnonymousOperations(
        operations=tuple(
            AnonymousAnswer(operation=name, access_class=kind, answered=told.get(name))
            for name, kind in _CLASSES.items()
        )
    )


async def _answers(device: OnvifContext, call: SoapCall) -> bool | None:
    """True: it answered; False: it refused; None: it has no such operation, or what came cannot be read."""
    try:
        return answered(await device.ask(call, login=False), call.operation)
    except Denied:
        return False
    except (NotSupported, Malformed):
        return None


def answered(data: bytes, operation: str) -> bool | None:
    """Whether these bytes are the operation's answer; None where it is not in them. The content is not looked at."""
    return True if f"{operation}Response".encode() in data else None


async def _media_calls(device: OnvifContext) -> tuple[SoapCall, ...]:
    """The media operations, as far as the device has them and a profile to ask for is known."""
    try:
        listing = (await keep_listing(device)).peek()
    except DeviceError:
        return _profiles_only(device)
    calls = [_calls.get_profiles(listing.namespace, listing.path)]
    if listing.profiles.profiles:
        token = listing.profiles.profiles[0].token
        calls.append(_calls.get_stream_uri(listing.namespace, listing.path, token))
        calls.append(_calls.get_snapshot_uri(listing.namespace, listing.path, token))
    return tuple(calls)


def _profiles_only(device: OnvifContext) -> tuple[SoapCall, ...]:
    try:
        namespace, path = media_services(device)[0]
    except DeviceError:
        return ()
    return (_calls.get_profiles(namespace, path),)
