"""A pretend RouterOS router: REST behind Basic, over TLS alone. Hand-made after the maker's description of REST and its
console; every value is invented."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fake_device import PASSWORD, USERNAME, Fake, Mood, WebDevice, own_tls, text

from fushinban.lab.wire import Reply, Request
from fushinban.model import facts
from fushinban.model.device import DeviceKind

COMMUNITY, SCRIPT_WORD, PEER_KEY, COMMENT_WORD = "Community-51", "Script-Word-52", "Peer-Key-Word-53", "Comment-Word-54"

MENUS: dict[str, object] = {
    "system/resource": [
        {
            "architecture-name": "arm64", "board-name": "hAP invented", "build-time": "2026-09-12 09:00:11",
            "platform": "MikroTik", "uptime": "1w2d20h12m20s", "version": "7.20.1 (stable)",
        }
    ],
    "system/routerboard": {"routerboard": "true", "model": "RBINVENTED", "serial-number": "HXX00000002"},
    "system/identity": {"name": "shop-router"},
    "system/clock": {
        "date": "2026-11-24", "time": "10:00:00", "gmt-offset": "+09:00", "time-zone-name": "Asia/Tokyo",
        "dst-active": "false",
    },
    "system/ntp/client": {"enabled": "true", "mode": "unicast", "servers": "ntp.nict.jp"},
    "system/ntp/server": {"enabled": "false"},
    "system/scheduler": [
        {
            ".id": "*1", "name": "nightly", "interval": "1d", "disabled": "false",
            "on-event": f"/tool fetch url=ftp://x user=a password={SCRIPT_WORD}",
        }
    ],
    "system/logging/action": [
        {".id": "*0", "name": "memory", "target": "memory"},
        {".id": "*3", "name": "remote", "target": "remote", "remote": "192.168.88.9"},
    ],
    "system/package/update": {"channel": "stable", "installed-version": "7.20.1", "latest-version": "7.20.4"},
    "user": [
        {".id": "*1", "name": "admin", "group": "full", "disabled": "true", "comment": f"password: {COMMENT_WORD}"},
        {".id": "*2", "name": "owner", "group": "full", "disabled": "false"},
        {".id": "*3", "name": USERNAME, "group": "audit", "disabled": "false"},
    ],
    "user/active": [{".id": "*1", "name": "owner", "address": "192.168.88.5", "via": "winbox", "when": "2026-11-24"}],
    "interface": [
        {".id": "*1", "name": "ether1", "type": "ether", "disabled": "false", "running": "true"},
        {".id": "*2", "name": "bridge", "type": "bridge", "disabled": "false", "comment": "Cameras"},
        {".id": "*3", "name": "wg1", "type": "wg", "disabled": "false"},
    ],
    "interface/wireguard": [{".id": "*3", "name": "wg1", "listen-port": "13231", "private-key": PEER_KEY}],
    "interface/list": [{".id": "*1", "name": "WAN"}, {".id": "*2", "name": "LAN"}],
    "interface/list/member": [
        {".id": "*1", "list": "WAN", "interface": "ether1"}, {".id": "*2", "list": "LAN", "interface": "bridge"},
    ],
    "ip/address": [
        {".id": "*1", "address": "192.168.88.1/24", "interface": "bridge", "dynamic": "false", "disabled": "false"},
        {".id": "*2", "address": "203.0.113.20/24", "interface": "ether1", "dynamic": "true", "disabled": "false"},
    ],
    "ip/dhcp-client": [{".id": "*1", "interface": "ether1", "add-default-route": "yes", "disabled": "false"}],
    "ip/route": [{".id": "*1", "dst-address": "0.0.0.0/0", "gateway": "203.0.113.1", "dynamic": "true"}],
    "ip/settings": {"ip-forward": "true"},
    "ip/service": [
        {".id": "*0", "name": "telnet", "port": "23", "disabled": "true"},
        {".id": "*1", "name": "www-ssl", "port": "443", "disabled": "false"},
        {".id": "*2", "name": "winbox", "port": "8291", "disabled": "false", "address": "192.168.88.0/24"},
        {".id": "*3", "name": "www-ssl", "port": "443", "dynamic": "true", "remote": "192.168.88.5:50000"},
    ],
    "ip/dns": {"allow-remote-requests": "true"},
    "ip/upnp": {"enabled": "true"},
    "ip/upnp/interfaces": [
        {".id": "*1", "interface": "bridge", "type": "internal"},
        {".id": "*2", "interface": "ether1", "type": "external"},
    ],
    "ip/nat-pmp": {"enabled": "false"},
    "ip/cloud": {"ddns-enabled": "true", "dns-name": "hxx00000002.sn.mynetname.net", "public-address": "203.0.113.20"},
    "ip/socks": {"enabled": "false", "port": "1080"},
    "ip/proxy": {"enabled": "false", "port": "8080"},
    "ip/smb": {"enabled": "auto"},
    "ip/tftp": [],
    "ip/ipsec/peer": [],
    "ip/firewall/filter": [
        {".id": "*1", "chain": "input", "action": "accept", "connection-state": "established,related"},
        {".id": "*2", "chain": "input", "action": "drop", "in-interface-list": "!LAN"},
        {".id": "*3", "chain": "forward", "action": "accept", "connection-nat-state": "dstnat"},
        {".id": "*4", "chain": "forward", "action": "drop", "in-interface-list": "WAN"},
    ],
    "ip/firewall/nat": [
        {
            ".id": "*5", "chain": "dstnat", "action": "dst-nat", "protocol": "tcp", "dst-port": "34567",
            "in-interface": "ether1", "to-addresses": "192.168.88.30", "to-ports": "34567", "dynamic": "true",
            "comment": "upnp 192.168.88.30: NVR",
        },
        {".id": "*1", "chain": "srcnat", "action": "masquerade", "out-interface-list": "WAN"},
        {
            ".id": "*2", "chain": "dstnat", "action": "dst-nat", "protocol": "tcp", "dst-port": "8000",
            "in-interface-list": "WAN", "to-addresses": "192.168.88.30", "to-ports": "8000", "comment": "Recorder",
        },
    ],
    "ip/firewall/raw": [],
    "ip/firewall/address-list": [],
    "ip/firewall/connection/tracking": {"enabled": "auto"},
    "ipv6/settings": {"disable-ipv6": "true", "forward": "true"},
    "snmp": {"enabled": "true", "contact": "", "location": ""},
    "snmp/community": [
        {
            ".id": "*0", "name": COMMUNITY, "addresses": "192.168.88.9/32", "security": "none", "read-access": "true",
            "write-access": "false", "authentication-password": "Auth-Word-55", "disabled": "false",
        }
    ],
    "tool/bandwidth-server": {"enabled": "false"},
    "interface/l2tp-server/server": {"enabled": "false", "ipsec-secret": "Ipsec-Word-56"},
    "interface/pptp-server/server": {"enabled": "false"},
    "interface/sstp-server/server": {"enabled": "false"},
}  # fmt: skip

_RIGHT = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
_NO_MENU = {"detail": "no such command or directory (server)", "error": 400, "message": "Bad Request"}
_NO_RIGHT = {"detail": "not enough permissions (9)", "error": 500, "message": "Internal Server Error"}


@dataclass(frozen=True, kw_only=True)
class Router:
    """What a pretend router has, and the menus that its account may not read."""

    menus: Mapping[str, object] = field(default_factory=lambda: MENUS)
    denied: frozenset[str] = frozenset()


def answering(router: Router) -> Callable[[Request, Mood], Reply | None]:
    """The web server of a router."""

    def answer(request: Request, mood: Mood) -> Reply | None:
        menu = request.path.removeprefix("/rest/")
        if menu == request.path or request.method != "GET":
            return None
        if mood is Mood.LOCKED:
            return Reply(status=423)
        if request.headers.get("authorization") != _RIGHT or mood is Mood.DENIED:
            return Reply(status=401, headers=(("WWW-Authenticate", 'Basic realm="RouterOS REST API"'),))
        if mood is Mood.FORBIDDEN:
            return Reply(status=403)
        if menu in router.denied:
            return text(json.dumps(_NO_RIGHT), "application/json", 500)
        if menu not in router.menus:
            return text(json.dumps(_NO_MENU), "application/json", 400)
        return text(json.dumps(router.menus[menu]), "application/json")

    return answer


def device(router: Router) -> WebDevice:
    """A router that has this."""
    return WebDevice(by_token=answering(router), services=("https",), tls=own_tls)


FAKE = Fake(
    driver="mikrotik",
    maker="MikroTik",
    kind=DeviceKind.ROUTER,
    serve=device(Router()).serve,
    told=frozenset(
        {
            facts.Identity, facts.Hostname, facts.RouterConfiguration, facts.Interfaces, facts.MakerAccounts,
            facts.LiveSessions, facts.ServiceSettings, facts.RemoteLog, facts.Ntp, facts.DynamicDnsService,
            facts.SnmpSettings, facts.DeviceTime, facts.Uptime, facts.FirmwareUpdate,
            facts.PortMappings,
        }
    ),
    most_requests=48,
    secrets=(COMMUNITY, SCRIPT_WORD, PEER_KEY, COMMENT_WORD, "Auth-Word-55", "Ipsec-Word-56"),
)  # fmt: skip
