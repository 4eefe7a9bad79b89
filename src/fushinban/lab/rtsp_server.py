"""The RTSP server of one pretend device: OPTIONS, and DESCRIBE behind its own digest; nothing is ever streamed."""

from dataclasses import replace
from urllib.parse import urlsplit

from fushinban.errors import Malformed
from fushinban.lab.login import NO_LOGIN, Check, Login
from fushinban.lab.onvif_media import Stream, streams
from fushinban.lab.plan import SILENT, Trick
from fushinban.lab.state import DeviceState
from fushinban.lab.wire import Ending, Reply, Request, parse_authorization

_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"


class RtspServer:
    """Answers RTSP requests of one device. SETUP and PLAY are refused and noted: an inspection must not send them."""

    def __init__(self, state: DeviceState) -> None:
        self._state = state
        self._streams = {s.path: s for s in streams(state.plan)}

    def respond(self, request: Request) -> Reply:
        """The reply to one request."""
        rule = self._state.plan.misbehaviour
        if rule and not rule.operations and rule.trick is Trick.RESETS:
            return Reply(status=200, ending=Ending.RESET)
        if rule and not rule.operations and rule.trick is Trick.GARBAGE:
            return Reply(status=200, body=bytes(range(256)), ending=Ending.RAW)
        reply = self._honest(request)
        declared = self._state.plan.appearance.rtsp
        if declared == SILENT:
            return reply
        server = ("Server", declared or f"{self._state.brand}RTSP/1.0")
        return replace(reply, headers=(server, *reply.headers))

    def _honest(self, request: Request) -> Reply:
        state = self._state
        try:
            login = state.judge(self._login(request))
            path = urlsplit(request.target).path
        except (Malformed, ValueError):
            return Reply(status=400)
        state.note("rtsp", request.method, login.username)
        if request.method == "OPTIONS" and not state.refuses:
            return Reply(status=200, headers=(("Public", _METHODS),))
        if state.refuses or not (state.plan.stream_open or login.check is Check.OK):
            stale = login.check is Check.STALE
            return Reply(status=401, headers=state.rtsp_gate.challenges(stale=stale))
        if request.method != "DESCRIBE":
            state.write_attempts.append(f"RTSP {request.method}")
            return Reply(status=405, headers=(("Allow", "OPTIONS, DESCRIBE"),))
        stream = self._streams.get(path)
        if stream is None:
            return Reply(status=404)
        headers = (("Content-Type", "application/sdp"), ("Content-Base", request.target.rstrip("/") + "/"))
        return Reply(status=200, headers=headers, body=self._sdp(stream))

    def _login(self, request: Request) -> Login:
        header = request.headers.get("authorization", "")
        if not header:
            return NO_LOGIN
        given = parse_authorization(header)
        if given.scheme == "basic":
            return Login(check=Check.CLEAR)
        if given.scheme != "digest":
            return NO_LOGIN
        return self._state.rtsp_gate.check(request.method, request.target, request.body, given)

    def _sdp(self, stream: Stream) -> bytes:
        """A session description of the stream (RFC 8866), with no picture behind it."""
        address = self._state.plan.address
        lines = (
            "v=0", f"o=- 1 1 IN IP4 {address}", f"s={self._state.plan.model}", "c=IN IP4 0.0.0.0", "t=0 0",
            "a=control:*", "a=range:npt=now-", "m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000",
            f"a=framesize:96 {stream.width}-{stream.height}",
            "a=fmtp:96 packetization-mode=1; profile-level-id=4D0029", "a=control:trackID=1", "",
        )  # fmt: skip
        return "\r\n".join(lines).encode("ascii", "replace")
