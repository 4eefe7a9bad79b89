"""Whether streams and snapshots can be read without a login. Nothing is played and no picture is downloaded."""

from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._media import keep_listing
from fushinban.drivers.onvif._uris import Place, carries_login, place
from fushinban.errors import Denied, DeviceError, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.model.facts import AnonymousPictures, Gate, PictureGate
from fushinban.transport.values import HttpAnswer, HttpRequest, RtspAnswer

#: Distinct addresses of each form that are tried.
_MOST = 4

STREAM, SNAPSHOT = "stream", "snapshot"

Outcome = tuple[Gate, str]


async def get_anonymous_pictures(device: OnvifContext) -> AnonymousPictures:
    """RTSP DESCRIBE of at most four streams, the head of a GET of at most four snapshots, without a login.

    Raises what kept the device from naming its addresses, and NotSupported where it names none.
    """
    listing = (await keep_listing(device)).use()
    profiles = listing.profiles.profiles
    streams = tuple(dict.fromkeys(p.stream_uri for p in profiles if p.stream_uri))[:_MOST]
    snapshots = tuple(dict.fromkeys(p.snapshot_uri for p in profiles if p.snapshot_uri))[:_MOST]
    if not streams and not snapshots:
        raise listing.gap or NotSupported(say("onvif.no-address"))
    pictures = [await _try(device, uri, STREAM) for uri in streams]
    pictures += [await _try(device, uri, SNAPSHOT) for uri in snapshots]
    return AnonymousPictures(pictures=tuple(pictures))


async def _try(device: OnvifContext, uri: str, form: str) -> PictureGate:
    gate, detail = await _outcome(device, uri, form)
    return PictureGate(uri=uri, form=form, gate=gate, detail=detail)


async def _outcome(device: OnvifContext, uri: str, form: str) -> Outcome:
    if carries_login(uri):
        return Gate.UNKNOWN, "password in address"
    where = place(uri, device.session.target)
    if where is None or (form == STREAM) != uri.lower().startswith("rtsp:"):
        return Gate.UNKNOWN, "port or protocol not known"
    try:
        if form == STREAM:
            return stream_gate(await device.session.rtsp("DESCRIBE", _own(device, where), service=where.service))
        request = HttpRequest(path=where.path, service=where.service, tls=where.tls, head_only=True)
        return snapshot_gate(await device.session.http(request, login=False))
    except Denied:
        return Gate.PROTECTED, "refused"
    except Unreachable:
        return Gate.UNKNOWN, "no answer"
    except DeviceError:
        return Gate.UNKNOWN, "unreadable answer"


def _own(device: OnvifContext, where: Place) -> str:
    """The stream's address on the target itself, whatever host the device wrote."""
    address, port = device.session.target.address, device.session.target.port(where.service)
    host = f"[{address}]" if ":" in address else address
    return f"rtsp://{host}{where.path}" if port == 554 else f"rtsp://{host}:{port}{where.path}"


def stream_gate(answer: RtspAnswer) -> Outcome:
    """Open: 200 with a session description. Protected: 401 or 403. Anything else tells nothing."""
    if answer.status in (401, 403):
        return Gate.PROTECTED, str(answer.status)
    described = answer.body.lstrip().startswith(b"v=") or "application/sdp" in answer.headers.get("content-type", "")
    return (Gate.OPEN if answer.status == 200 and described else Gate.UNKNOWN), str(answer.status)


def snapshot_gate(answer: HttpAnswer) -> Outcome:
    """Open: 200 and a picture or a stream of pictures. Protected: 401 or 403. Anything else tells nothing."""
    if answer.status in (401, 403):
        return Gate.PROTECTED, str(answer.status)
    kind = answer.headers.get("content-type", "").strip().lower()
    picture = kind.startswith(("image/", "multipart/x-mixed-replace"))
    return (Gate.OPEN if answer.status == 200 and picture else Gate.UNKNOWN), f"{answer.status} {kind}"[:80].strip()
