"""The web server of one pretend device: log-in page, still pictures, and the way to its ONVIF services."""

import base64
from collections.abc import Callable
from dataclasses import replace

from fushinban.errors import Malformed
from fushinban.lab.gateway_web import PATH, page_of, wanted
from fushinban.lab.login import Check, Login
from fushinban.lab.misbehaviour import misbehave
from fushinban.lab.onvif_media import streams
from fushinban.lab.onvif_server import OnvifServer, http_login
from fushinban.lab.plan import SILENT, Auth
from fushinban.lab.state import DeviceState
from fushinban.lab.wire import Ending, Reply, Request
from fushinban.model.facts.access import Level

#: A picture of 8 by 8 grey points, made for this purpose.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71"
    "////m8H////6/+b9//j/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI"
    "AQEAAD8AP//Z"
)

_PAGE = """<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><form method="post" action="/login">
<label>ユーザー名 <input name="username"></label> <label>パスワード <input name="password" type="password"></label>
<button>ログイン</button></form></body></html>
"""


def server_header(state: DeviceState) -> tuple[tuple[str, str], ...]:
    """What the web server calls itself; no header where it is declared to say nothing."""
    declared = state.plan.appearance.server
    return () if declared == SILENT else (("Server", declared or f"{state.brand}Web/1.0"),)


class WebServer:
    """Routes requests of one device: `/`, `/snapshot/N.jpg`, everything below `/onvif/`, and a router's `/upnp`."""

    def __init__(self, state: DeviceState, onvif: OnvifServer) -> None:
        self._state = state
        self._onvif = onvif
        self._pictures = frozenset(s.snapshot_path for s in streams(state.plan) if state.plan.speaks_onvif)

    def respond(self, request: Request) -> Reply:
        """The reply to one request, with the Server header and with what the device does wrong."""
        rule = self._state.plan.misbehaviour
        is_soap = self._state.plan.speaks_onvif and request.method == "POST" and request.path.startswith("/onvif/")
        honest = self._soap(request) if is_soap else self._page(request)
        name = self._onvif.operation(request) if is_soap and rule and rule.operations else request.path
        reply = misbehave(rule, name, honest)
        if reply.ending in (Ending.RAW, Ending.RESET):
            return reply
        return replace(reply, headers=(*server_header(self._state), *reply.headers))

    def _soap(self, request: Request) -> Callable[[], Reply]:
        return lambda: self._onvif.answer(request)

    def _page(self, request: Request) -> Callable[[], Reply]:
        return lambda: self._honest_page(request)

    def _honest_page(self, request: Request) -> Reply:
        if request.path == PATH and self._state.gateway is not None:
            return self._upnp(request)
        if request.path in self._pictures or self._state.refuses:
            return self._protected(request)
        self._state.note("http", f"{request.method} {request.path}")
        if request.path.startswith("/onvif/"):
            return Reply(status=404)
        if request.method not in ("GET", "HEAD"):
            self._state.write_attempts.append(f"{request.method} {request.path}")
            return Reply(status=405)
        if request.path not in ("/", "/index.html"):
            return Reply(status=404)
        title = self._state.plan.appearance.title or f"{self._state.brand} {self._state.plan.model}"
        body = _PAGE.format(title=title).encode("utf-8") if request.method == "GET" else b""
        return Reply(status=200, headers=(("Content-Type", "text/html; charset=utf-8"),), body=body)

    def _upnp(self, request: Request) -> Reply:
        """The router's switch for UPnP and the ways in that are open, for its administrator."""
        gateway, login = self._state.gateway, self._login(request)
        if login is None or gateway is None:
            return Reply(status=400)
        if login.user is None or login.user.level is not Level.ADMINISTRATOR:
            return self._unauthorized(login)
        if request.method == "POST":
            self._state.write_attempts.append(f"POST {PATH}")
            on = wanted(request.body)
            if on is None:
                return Reply(status=400)
            gateway.switch(on=on)
        return Reply(
            status=200, headers=(("Content-Type", "text/html; charset=utf-8"),), body=page_of(self._state.plan, gateway)
        )

    def _login(self, request: Request) -> Login | None:
        """The login of a request, judged and noted; None where it cannot be read."""
        try:
            login = self._state.judge(http_login(self._state, request))
        except Malformed:
            return None
        self._state.note("http", f"{request.method} {request.path}", login.username)
        return login

    def _protected(self, request: Request) -> Reply:
        """A still picture, for whoever may see it."""
        state, login = self._state, self._login(request)
        if login is None:
            return Reply(status=400)
        if not state.refuses and (state.plan.snapshot_open or login.check is Check.OK):
            body = JPEG if request.method == "GET" else b""
            return Reply(status=200, headers=(("Content-Type", "image/jpeg"),), body=body)
        return self._unauthorized(login)

    def _unauthorized(self, login: Login) -> Reply:
        state = self._state
        if login.check is Check.LOCKED and state.plan.lockout and state.plan.lockout.status != 401:
            return Reply(status=state.plan.lockout.status)
        if state.plan.auth is Auth.USERNAME_TOKEN:
            return Reply(status=403)
        return Reply(status=401, headers=state.http_gate.challenges(stale=login.check is Check.STALE))
