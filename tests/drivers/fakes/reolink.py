"""A pretend Reolink recorder: commands in JSON behind a token, over TLS alone. Hand-made in the forms of recorded
answers of a real camera and, for channels, of what public clients read; every value is invented."""

import json
import ssl
from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import parse_qs, urlsplit

from fake_device import PASSWORD, USERNAME, Fake, Mood, WebDevice, text

from fushinban import clock
from fushinban.drivers.reolink._visit import COMMANDS
from fushinban.lab.certificates import make_certificate, tls_context
from fushinban.lab.plan import DevicePlan
from fushinban.lab.wire import Reply, Request
from fushinban.model import facts

TOKEN, UID, CHANNEL_UID, DDNS_WORD = "invented0token31", "INVENTEDUID00032", "INVENTEDUID00033", "Ddns-Word-34"

VALUES: dict[str, object] = {
    "GetDevInfo": {
        "DevInfo": {
            "buildDay": "build 23083101", "channelNum": 8, "exactType": "NVR", "firmVer": "v3.3.0.226_23031644",
            "hardVer": "N2MB02", "model": "RLN8-INVENTED", "name": "NVR", "serial": "INV000000001", "type": "NVR",
        }
    },
    "GetTime": {
        "Dst": {"enable": 0, "offset": 1},
        "Time": {"day": 23, "hour": 22, "min": 30, "mon": 11, "sec": 5, "timeZone": -32400, "year": 2026},
    },
    "GetNtp": {"Ntp": {"enable": 1, "interval": 1440, "port": 123, "server": "ntp.nict.jp"}},
    "GetLocalLink": {
        "LocalLink": {
            "activeLink": "LAN", "dns": {"auto": 0, "dns1": "192.0.2.53", "dns2": "192.0.2.53"},
            "mac": "ec:71:db:00:00:01", "static": {"gateway": "192.0.2.1", "ip": "192.0.2.60", "mask": "255.255.255.0"},
            "type": "Static",
        }
    },
    "GetNetPort": {
        "NetPort": {
            "httpEnable": 0, "httpPort": 80, "httpsEnable": 1, "httpsPort": 443, "mediaPort": 9000, "onvifEnable": 1,
            "onvifPort": 8000, "rtmpEnable": 0, "rtmpPort": 1935, "rtspEnable": 1, "rtspPort": 554,
        }
    },
    "GetUser": {"User": [{"level": "admin", "userName": "admin"}, {"level": "guest", "userName": "till"}]},
    "GetOnline": {"User": [{"canbeDisconn": 0, "ip": "192.0.2.9", "level": "admin", "userName": "admin"}]},
    "GetP2p": {"P2p": {"enable": 1, "uid": UID}},
    "GetUpnp": {"Upnp": {"enable": 1}},
    "GetDdns": {
        "Ddns": {"domain": "shop.example.org", "enable": 1, "password": DDNS_WORD, "type": "no-ip", "userName": "shop"}
    },
    "GetChannelstatus": {
        "count": 8,
        "status": [
            {"channel": 0, "name": "Entrance", "online": 1, "typeInfo": "RLC-INVENTED", "uid": CHANNEL_UID},
            {"channel": 1, "name": "", "online": 0, "typeInfo": ""},
            {"channel": 2, "name": "Yard", "online": 0, "typeInfo": ""},
        ],
    },
}  # fmt: skip


def failed(command: str, code: int, detail: str) -> dict[str, object]:
    """One member with an error."""
    return {"cmd": command, "code": 1, "error": {"detail": detail, "rspCode": code}}


def told(command: str, values: Mapping[str, object]) -> dict[str, object]:
    """One member with a value, or with the error of a command that is not there."""
    if command in values:
        return {"cmd": command, "code": 0, "value": values[command]}
    return failed(command, -9, "not support")


def as_reply(members: list[dict[str, object]]) -> Reply:
    """The answer as these devices send it: JSON under the name of a web page."""
    return text(json.dumps(members, indent=1), "text/html")


def log_in(body: list[dict[str, object]], mood: Mood) -> dict[str, object]:
    """The answer to a login."""
    if mood is Mood.LOCKED:
        return failed("Login", -506, "Login has been locked")
    given = json.dumps(body[0].get("param"), sort_keys=True)
    right = json.dumps({"User": {"userName": USERNAME, "password": PASSWORD}}, sort_keys=True)
    if given != right or mood is Mood.DENIED:
        return failed("Login", -7, "login failed")
    return {"cmd": "Login", "code": 0, "value": {"Token": {"leaseTime": 3600, "name": TOKEN}}}


def answering(values: Mapping[str, object]) -> Callable[[Request, Mood], Reply | None]:
    """A device that has these values."""

    def answer(request: Request, mood: Mood) -> Reply | None:
        place = urlsplit(request.target)
        if place.path != "/cgi-bin/api.cgi":
            return None
        query = {name: found[0] for name, found in parse_qs(place.query).items()}
        body = json.loads(request.body)
        commands = [str(member["cmd"]) for member in body]
        if commands == ["Login"]:
            return as_reply([log_in(body, mood)])
        if query.get("token") != TOKEN:
            return as_reply([failed(command, -6, "please login first") for command in commands])
        if commands == ["Logout"]:
            return as_reply([{"cmd": "Logout", "code": 0, "value": {"rspCode": 200}}])
        if mood is Mood.FORBIDDEN:
            return Reply(status=403)
        return as_reply([told(command, values) for command in commands])

    return answer


@cache
def own_tls() -> ssl.SSLContext:
    """A certificate that the device made itself."""
    plan = DevicePlan(id="nvr", address="127.0.0.1")
    return tls_context(plan, make_certificate(plan, clock.now()))


def carries_login(request: Request) -> bool:
    """Whether the password is in the request."""
    return b'"password"' in request.body


def device(values: Mapping[str, object]) -> WebDevice:
    """A device that has these values."""
    return WebDevice(by_token=answering(values), has_login=carries_login, services=("https",), tls=own_tls)


FAKE = Fake(
    driver="reolink",
    maker="Reolink",
    serve=device(VALUES).serve,
    told=frozenset(
        {
            facts.Identity, facts.FirmwareUpdate, facts.DeviceTime, facts.Ntp, facts.Interfaces, facts.Gateway,
            facts.Dns, facts.ServiceSettings, facts.MakerAccounts, facts.LiveSessions, facts.CloudServices,
            facts.UpnpClient, facts.DynamicDnsService, facts.Channels,
        }
    ),
    most_requests=4,
    secrets=(TOKEN, UID, CHANNEL_UID, DDNS_WORD),
    reads=frozenset(
        {
            "POST /cgi-bin/api.cgi?cmd=GetDevInfo GetDevInfo",
            "POST /cgi-bin/api.cgi?cmd=Login Login",
            f"POST /cgi-bin/api.cgi?cmd=Logout&token={TOKEN} Logout",
            f"POST /cgi-bin/api.cgi?cmd={COMMANDS[0]}&token={TOKEN} GetNetPort",
        }
    ),
)  # fmt: skip
