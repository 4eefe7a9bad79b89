"""What the device and its event service say they can do."""

from collections.abc import Iterator

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._read import answer, clip, flag, need
from fushinban.drivers.onvif._services import Attributes, capabilities_of, parse_service_capabilities
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.model.facts import Capabilities, EventService
from fushinban.transport.xml import Element, child, local, namespace

_TOPICS = "http://www.onvif.org/ver10/topics"


async def get_capabilities(device: OnvifContext) -> Capabilities:
    """GetServices (GetCapabilities on old devices), completed by GetServiceCapabilities."""
    table = device.table.use()
    own = table.of(_calls.DEVICE)
    return capabilities_of(table, own.joined(await _said(device, _calls.DEVICE, _calls.DEVICE_PATH, own)))


async def get_events(device: OnvifContext) -> EventService:
    """GetEventProperties, and the capabilities of the event service."""
    table = device.table.use()
    path = device.path(_calls.EVENTS)
    own = table.of(_calls.EVENTS)
    if own.number("MaxPullPoints") is None:
        own = own.joined(await _said(device, _calls.EVENTS, path, own))
    try:
        topics = parse_topics(await device.ask(_calls.call(_calls.EVENTS, "GetEventProperties", path=path)))
    except NotSupported:
        topics = ()
    return EventService(
        pull_points=own.number("MaxPullPoints"), persistent=own.flag("PersistentNotificationStorage"), topics=topics
    )


async def _said(device: OnvifContext, service: str, path: str, known: Attributes) -> Attributes:
    """GetServiceCapabilities; where something is known already, a refusal or a broken answer takes nothing away."""
    try:
        return parse_service_capabilities(await device.ask(_calls.call(service, "GetServiceCapabilities", path=path)))
    except (Denied, Malformed):
        if not known.found:
            raise
        return Attributes()
    except NotSupported:
        return Attributes()


def parse_topics(data: bytes) -> tuple[str, ...]:
    """Paths of all topics (`tns1:VideoSource/MotionAlarm`) of GetEventPropertiesResponse, in the device's order."""
    topics = need(answer(data, "GetEventPropertiesResponse"), "TopicSet")
    return tuple(dict.fromkeys(path for top in topics.iterchildren("{*}*") for path in _paths(top, "")))


def _paths(element: Element, above: str) -> Iterator[str]:
    """A topic is marked as such or describes its message; what stands inside the description is none."""
    prefix = "tns1" if namespace(element) == _TOPICS else element.prefix
    own = f"{above}/{local(element)}" if above else ":".join(filter(None, (prefix, local(element))))
    mark = next((v for k, v in element.attrib.items() if str(k).rpartition("}")[2] == "topic"), "")
    if child(element, "MessageDescription") is not None or (mark and flag(str(mark), "topic")):
        yield clip(own)
    for below in element.iterchildren("{*}*"):
        if local(below) != "MessageDescription":
            yield from _paths(below, own)
