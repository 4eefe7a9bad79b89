"""The media and media2 services of a pretend device: one main and one sub profile per video source."""

from collections.abc import Mapping
from dataclasses import dataclass

from fushinban.lab.plan import DevicePlan
from fushinban.lab.soap import TR2, TRT, Access, Ask, Operation, SoapFault, tag
from fushinban.lab.state import DeviceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One profile: its token, name, video source (1-based number and token) and picture size."""

    token: str
    name: str
    number: int
    source: str
    width: int
    height: int
    codec: str = "H264"

    @property
    def path(self) -> str:
        """RTSP path of the stream."""
        return f"/stream/{self.token}"

    @property
    def snapshot_path(self) -> str:
        """HTTP path of the still picture."""
        return f"/snapshot/{self.number}.jpg"


def sources(plan: DevicePlan) -> tuple[str, ...]:
    """Tokens of the video sources: one for a camera, one per channel for a recorder."""
    return tuple(f"VideoSource_{n}" for n in range(1, max(1, len(plan.channels)) + 1))


def streams(plan: DevicePlan) -> tuple[Stream, ...]:
    """All profiles of a device."""
    rows = []
    names = plan.channels or ("",)
    for number, (source, channel) in enumerate(zip(sources(plan), names, strict=True), start=1):
        for kind, width, height in (("main", 1920, 1080), ("sub", 640, 360)):
            label = f"{number}ch {channel} {kind}" if channel else kind
            token = f"Profile_{number}_{kind}"
            rows.append(Stream(token=token, name=label, number=number, source=source, width=width, height=height))
    return tuple(rows)


def stream_uri(state: DeviceState, stream: Stream) -> str:
    """The RTSP address of a stream, with the port that the device really has."""
    return f"rtsp://{state.plan.address}:{state.ports['rtsp']}{stream.path}"


def _source_configuration(prefix: str, stream: Stream) -> str:
    return (
        f'<{prefix} token="VSC_{stream.number}">'
        + tag("tt:Name", f"VSC_{stream.number}")
        + tag("tt:UseCount", 2)
        + tag("tt:SourceToken", stream.source)
        + tag("tt:Bounds", "", x=0, y=0, width=1920, height=1080)
        + f"</{prefix}>"
    )


def _multicast() -> str:
    address = tag("tt:Type", "IPv4") + tag("tt:IPv4Address", "0.0.0.0")
    rest = tag("tt:Port", 0) + tag("tt:TTL", 1) + tag("tt:AutoStart", False)
    return f"<tt:Multicast><tt:Address>{address}</tt:Address>{rest}</tt:Multicast>"


def _resolution(stream: Stream) -> str:
    return f"<tt:Resolution>{tag('tt:Width', stream.width)}{tag('tt:Height', stream.height)}</tt:Resolution>"


def _encoder(stream: Stream) -> str:
    rate = tag("tt:FrameRateLimit", 15) + tag("tt:EncodingInterval", 1) + tag("tt:BitrateLimit", 2048)
    name = f"VEC_{stream.token}"
    return (
        f'<tt:VideoEncoderConfiguration token="{name}">{tag("tt:Name", name)}{tag("tt:UseCount", 1)}'
        f"{tag('tt:Encoding', stream.codec)}{_resolution(stream)}{tag('tt:Quality', 4)}"
        f"<tt:RateControl>{rate}</tt:RateControl>"
        f"<tt:H264>{tag('tt:GovLength', 30)}{tag('tt:H264Profile', 'Main')}</tt:H264>"
        f"{_multicast()}{tag('tt:SessionTimeout', 'PT60S')}</tt:VideoEncoderConfiguration>"
    )


def _encoder2(stream: Stream) -> str:
    name = f"VEC_{stream.token}"
    rate = tag("tt:FrameRateLimit", 15) + tag("tt:BitrateLimit", 2048)
    return (
        f'<tr2:VideoEncoder token="{name}" GovLength="30" Profile="Main">{tag("tt:Name", name)}{tag("tt:UseCount", 1)}'
        f"{tag('tt:Encoding', stream.codec)}{_resolution(stream)}<tt:RateControl>{rate}</tt:RateControl>"
        f"{_multicast()}{tag('tt:Quality', 4)}</tr2:VideoEncoder>"
    )


def _profiles(ask: Ask) -> str:
    rows = "".join(
        f'<trt:Profiles token="{s.token}" fixed="true">{tag("tt:Name", s.name)}'
        f"{_source_configuration('tt:VideoSourceConfiguration', s)}{_encoder(s)}</trt:Profiles>"
        for s in streams(ask.state.plan)
    )
    return f"<trt:GetProfilesResponse>{rows}</trt:GetProfilesResponse>"


def _profiles2(ask: Ask) -> str:
    rows = "".join(
        f'<tr2:Profiles token="{s.token}" fixed="true">{tag("tr2:Name", s.name)}'
        f"<tr2:Configurations>{_source_configuration('tr2:VideoSource', s)}{_encoder2(s)}</tr2:Configurations>"
        "</tr2:Profiles>"
        for s in streams(ask.state.plan)
    )
    return f"<tr2:GetProfilesResponse>{rows}</tr2:GetProfilesResponse>"


def _video_sources(ask: Ask) -> str:
    size = f"<tt:Resolution>{tag('tt:Width', 1920)}{tag('tt:Height', 1080)}</tt:Resolution>"
    rows = "".join(
        f'<trt:VideoSources token="{token}">{tag("tt:Framerate", 15)}{size}</trt:VideoSources>'
        for token in sources(ask.state.plan)
    )
    return f"<trt:GetVideoSourcesResponse>{rows}</trt:GetVideoSourcesResponse>"


def _named(ask: Ask) -> Stream:
    token = ask.call.argument("ProfileToken")
    for stream in streams(ask.state.plan):
        if stream.token == token:
            return stream
    raise SoapFault("Sender", "InvalidArgVal", "NoProfile", reason="The profile does not exist")


def _media_uri(prefix: str, operation: str, uri: str) -> str:
    inside = tag("tt:Uri", uri) + tag("tt:InvalidAfterConnect", False) + tag("tt:InvalidAfterReboot", False)
    inside += tag("tt:Timeout", "PT0S")
    name = f"{prefix}:{operation}Response"
    return f"<{name}><{prefix}:MediaUri>{inside}</{prefix}:MediaUri></{name}>"


def _stream_uri(ask: Ask) -> str:
    return _media_uri("trt", "GetStreamUri", stream_uri(ask.state, _named(ask)))


def _snapshot_uri(ask: Ask) -> str:
    return _media_uri("trt", "GetSnapshotUri", ask.base + _named(ask).snapshot_path)


def _stream_uri2(ask: Ask) -> str:
    uri = tag("tr2:Uri", stream_uri(ask.state, _named(ask)))
    return f"<tr2:GetStreamUriResponse>{uri}</tr2:GetStreamUriResponse>"


def _snapshot_uri2(ask: Ask) -> str:
    uri = tag("tr2:Uri", ask.base + _named(ask).snapshot_path)
    return f"<tr2:GetSnapshotUriResponse>{uri}</tr2:GetSnapshotUriResponse>"


def _capabilities(prefix: str) -> str:
    profiles = tag(f"{prefix}:ProfileCapabilities", "", MaximumNumberOfProfiles=64)
    streaming = tag(f"{prefix}:StreamingCapabilities", "", RTPMulticast=False, RTP_RTSP_TCP=True)
    inside = f'<{prefix}:Capabilities SnapshotUri="true" Rotation="false">{profiles}{streaming}</{prefix}:Capabilities>'
    return f"<{prefix}:GetServiceCapabilitiesResponse>{inside}</{prefix}:GetServiceCapabilitiesResponse>"


#: Read operations of both media services.
OPERATIONS: Mapping[tuple[str, str], Operation] = {
    (TRT, "GetServiceCapabilities"): Operation(access=Access.PRE_AUTH, answer=lambda _ask: _capabilities("trt")),
    (TRT, "GetProfiles"): Operation(access=Access.READ_MEDIA, answer=_profiles),
    (TRT, "GetVideoSources"): Operation(access=Access.READ_MEDIA, answer=_video_sources),
    (TRT, "GetStreamUri"): Operation(access=Access.READ_MEDIA, answer=_stream_uri),
    (TRT, "GetSnapshotUri"): Operation(access=Access.READ_MEDIA, answer=_snapshot_uri),
    (TR2, "GetServiceCapabilities"): Operation(access=Access.PRE_AUTH, answer=lambda _ask: _capabilities("tr2")),
    (TR2, "GetProfiles"): Operation(access=Access.READ_MEDIA, answer=_profiles2),
    (TR2, "GetStreamUri"): Operation(access=Access.READ_MEDIA, answer=_stream_uri2),
    (TR2, "GetSnapshotUri"): Operation(access=Access.READ_MEDIA, answer=_snapshot_uri2),
}
