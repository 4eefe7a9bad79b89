"""Profiles with their stream and snapshot addresses, and video sources."""

from collections.abc import Callable
from dataclasses import replace

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._context import Kept, Listing, OnvifContext
from fushinban.drivers.onvif._read import answer, clip, leaf, maybe_number
from fushinban.drivers.onvif._uris import without_login
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import Profile, Profiles, VideoSources
from fushinban.transport.values import SoapCall
from fushinban.transport.xml import Element, child, children

#: Profiles whose addresses are asked; a recorder may list hundreds.
_MOST_ADDRESSES = 16


async def get_profiles(device: OnvifContext) -> Profiles:
    """GetProfiles, then GetStreamUri and GetSnapshotUri of at most 16 profiles (Media, else Media2)."""
    return (await keep_listing(device)).use().profiles


async def keep_listing(device: OnvifContext) -> Kept[Listing]:
    """The profiles with their addresses, asked once for all getters."""

    async def ask() -> Listing:
        return await _with_addresses(device, await _listed(device))

    return await device.listing.get(ask)


async def get_video_sources(device: OnvifContext) -> VideoSources:
    """GetVideoSources of Media, or of Device IO where there is no Media."""
    try:
        call = _calls.call(_calls.MEDIA, "GetVideoSources", path=device.path(_calls.MEDIA))
        return parse_video_sources(await device.ask(call))
    except NotSupported:
        call = _calls.call(_calls.DEVICE_IO, "GetVideoSources", path=device.path(_calls.DEVICE_IO))
        return parse_video_sources(await device.ask(call))


def media_services(device: OnvifContext) -> tuple[tuple[str, str], ...]:
    """Namespace and path of Media and Media2, as far as the device has them. Raises NotSupported for neither."""
    found = []
    for namespace in (_calls.MEDIA, _calls.MEDIA2):
        try:
            found.append((namespace, device.path(namespace)))
        except NotSupported as error:
            missing = error
    if not found:
        raise missing
    return tuple(found)


async def _listed(device: OnvifContext) -> Listing:
    """Media's profiles; Media2's instead where Media gives none, and besides where Media leaves a codec out."""
    (namespace, path), *others = media_services(device)
    if not others:
        return await _ask_profiles(device, namespace, path)
    try:
        first = await _ask_profiles(device, namespace, path)
    except (NotSupported, Malformed):
        return await _ask_profiles(device, *others[0])
    if first.profiles.profiles and all(p.codec for p in first.profiles.profiles):
        return first
    try:
        second = await _ask_profiles(device, *others[0])
    except (NotSupported, Denied, Malformed):
        return first
    return replace(first, profiles=_joined(first.profiles, second.profiles)) if first.profiles.profiles else second


async def _ask_profiles(device: OnvifContext, namespace: str, path: str) -> Listing:
    profiles = parse_profiles(await device.ask(_calls.get_profiles(namespace, path)))
    return Listing(profiles=profiles, namespace=namespace, path=path)


def _joined(first: Profiles, second: Profiles) -> Profiles:
    """Media's profiles, with codec, size and source from Media2 where Media does not know them (H.265)."""
    newer = {p.token: p for p in second.profiles}
    return Profiles(profiles=tuple(p if p.codec else _filled(p, newer.get(p.token, p)) for p in first.profiles))


def _filled(profile: Profile, newer: Profile) -> Profile:
    return replace(
        profile,
        codec=newer.codec,
        resolution=newer.resolution or profile.resolution,
        source=profile.source or newer.source,
    )


async def _with_addresses(device: OnvifContext, listing: Listing) -> Listing:
    tokens = [p.token for p in listing.profiles.profiles[:_MOST_ADDRESSES]]
    streams, no_stream = await _addresses(device, listing, tokens, _calls.get_stream_uri)
    snapshots, no_snapshot = await _addresses(device, listing, tokens, _calls.get_snapshot_uri)
    profiles = (
        replace(p, stream_uri=streams.get(p.token, ""), snapshot_uri=snapshots.get(p.token, ""))
        for p in listing.profiles.profiles
    )
    return replace(listing, profiles=Profiles(profiles=tuple(profiles)), gap=no_stream or no_snapshot)


async def _addresses(
    device: OnvifContext, listing: Listing, tokens: list[str], call: Callable[[str, str, str], SoapCall]
) -> tuple[dict[str, str], DeviceError | None]:
    """Address by token, and the first error. Only after an answer that cannot be read is the next token asked for."""
    found: dict[str, str] = {}
    gap: DeviceError | None = None
    for token in tokens:
        request = call(listing.namespace, listing.path, token)
        try:
            found[token] = parse_uri(await device.ask(request), request.operation)
        except DeviceError as error:
            gap = gap or error
            if not isinstance(error, Malformed):
                break
    return found, gap


def parse_profiles(data: bytes) -> Profiles:
    """Profiles of GetProfilesResponse (Media or Media2), without addresses; a token that comes again is left out."""
    found: dict[str, Profile] = {}
    for element in children(answer(data, "GetProfilesResponse"), "Profiles"):
        token = clip(element.get("token"))
        if not token:
            raise Malformed(say("onvif.missing", element="token"))
        found.setdefault(token, _profile(element, token))
    return Profiles(profiles=tuple(found.values()))


def _profile(element: Element, token: str) -> Profile:
    settings = child(element, "Configurations")
    source, encoder = ("VideoSource", "VideoEncoder") if settings is not None else (
        "VideoSourceConfiguration", "VideoEncoderConfiguration",
    )  # fmt: skip
    within = element if settings is None else settings
    video = child(within, encoder)
    return Profile(
        token=token,
        name=leaf(element, "Name"),
        source=leaf(child(within, source), "SourceToken"),
        codec=leaf(video, "Encoding"),
        resolution=_size(child(video, "Resolution") if video is not None else None),
    )


def _size(element: Element | None) -> str:
    width, height = (maybe_number(leaf(element, n), n) for n in ("Width", "Height"))
    return f"{width}x{height}" if width and height else ""


def parse_uri(data: bytes, operation: str) -> str:
    """The address of a GetStreamUri or GetSnapshotUri answer, freed of logins; Media2 has no `MediaUri` around it."""
    root = answer(data, f"{operation}Response")
    wrapped = child(root, "MediaUri")
    uri = leaf(root if wrapped is None else wrapped, "Uri")
    if not uri:
        raise Malformed(say("onvif.missing", element="Uri"))
    return without_login(uri)


def parse_video_sources(data: bytes) -> VideoSources:
    """Tokens of GetVideoSourcesResponse: attributes in Media, elements in Device IO."""
    root = answer(data, "GetVideoSourcesResponse")
    tokens = [clip(e.get("token")) for e in children(root, "VideoSources")]
    tokens += [clip(e.text) for e in children(root, "Token")]
    return VideoSources(tokens=tuple(dict.fromkeys(t for t in tokens if t)))
