"""A pretend OpenWrt router: ubus in JSON-RPC behind a session, over TLS alone. Hand-made after what uhttpd and rpcd are
known to answer; every value is invented."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fake_device import PASSWORD, USERNAME, Fake, Mood, WebDevice, own_tls, text

from fushinban.lab.wire import Reply, Request
from fushinban.model import facts
from fushinban.model.device import DeviceKind

SESSION = "0123456789abcdef0123456789abcdef"
PPPOE_WORD, DDNS_WORD, COMMUNITY, PEER_KEY = "Pppoe-Word-41", "Ddns-Word-42", "Community-Word-43", "Peer-Key-Word-44"
OTHER_WORD = "Other-Word-45"


def section(kind: str, name: str, number: int, /, **options: object) -> dict[str, object]:
    """A section as `uci get` gives it."""
    return {".anonymous": name.startswith("cfg"), ".type": kind, ".name": name, ".index": number, **options}


def configuration(*sections: dict[str, object]) -> dict[str, object]:
    """A file as `uci get` gives it."""
    return {"values": {str(one[".name"]): one for one in sections}}


BOARD: dict[str, object] = {
    "kernel": "5.15.167", "hostname": "shop-router", "system": "Invented SoC", "model": "Invented AP-1 v2",
    "board_name": "invented,ap-1-v2",
    "release": {"distribution": "OpenWrt", "version": "23.05.5", "revision": "r24106", "target": "invented/generic"},
}  # fmt: skip
INFO: dict[str, object] = {"localtime": 1_795_500_000, "uptime": 93_784, "load": [1, 2, 3], "memory": {"total": 1}}
UPNP: dict[str, object] = {
    "rules": [
        {"num": "1", "proto": "TCP", "extport": "37777", "intaddr": "192.168.1.20", "intport": "37777", "descr": "DVR"}
    ]
}
FILES: dict[str, dict[str, object]] = {
    "firewall": configuration(
        section("defaults", "cfg01e63d", 0, input="REJECT", output="ACCEPT", forward="REJECT"),
        section("zone", "cfg02dc81", 1, name="lan", network=["lan"], input="ACCEPT", output="ACCEPT", forward="ACCEPT"),
        section("zone", "cfg03dc81", 2, name="wan", network=["wan"], input="REJECT", forward="REJECT", masq="1"),
        section("forwarding", "cfg04ad58", 3, src="lan", dest="wan"),
        section(
            "redirect", "cfg053837", 4, name="Recorder", src="wan", proto=["tcp"], src_dport="8000", dest="lan",
            dest_ip="192.168.1.20", dest_port="8000", target="DNAT",
        ),
    ),
    "network": configuration(
        section("interface", "loopback", 0, device="lo", proto="static", ipaddr="127.0.0.1", netmask="255.0.0.0"),
        section("interface", "lan", 1, device="br-lan", proto="static", ipaddr="192.168.1.1", netmask="255.255.255.0"),
        section("interface", "wan", 2, device="eth1", proto="pppoe", username="line@example.jp", password=PPPOE_WORD),
        section("interface", "wg0", 3, proto="wireguard", private_key=PEER_KEY, listen_port="51820"),
    ),
    "system": configuration(
        section(
            "system", "cfg01e48a", 0, hostname="shop-router", timezone="JST-9", zonename="Asia/Tokyo",
            log_ip="192.168.1.9",
        ),
        section("timeserver", "ntp", 1, enabled="1", server=["ntp.nict.jp"]),
    ),
    "dhcp": configuration(section("dnsmasq", "cfg01411c", 0, localservice="1")),
    "dropbear": configuration(section("dropbear", "cfg014dd4", 0, PasswordAuth="on", Port="22", Interface="lan")),
    "uhttpd": configuration(section("uhttpd", "main", 0, listen_http=["0.0.0.0:80"], listen_https=["0.0.0.0:443"])),
    "rpcd": configuration(
        section("rpcd", "cfg01b8ad", 0, socket="/var/run/ubus/ubus.sock"),
        section("login", "cfg02a1b2", 1, username="root", password="$p$root", read=["*"], write=["*"]),
        section("login", "cfg03a1b2", 2, username=USERNAME, password="$p$auditor", read=["fushinban"]),
    ),
    "upnpd": configuration(section("upnpd", "config", 0, enabled="1", enable_upnp="1", internal_iface="lan")),
    "ddns": configuration(
        section(
            "service", "myddns_ipv4", 0, enabled="1", lookup_host="shop.example.org", domain="shop.example.org",
            username="shop", password=DDNS_WORD,
        )
    ),
    "snmpd": configuration(
        section("agent", "cfg01snmp", 0, agentaddress="UDP:161"),
        section("com2sec", "public", 1, secname="ro", source="192.168.1.9", community=COMMUNITY),
        section("group", "cfg02snmp", 2, group="public", version="v2c", secname="ro"),
        section("access", "cfg03snmp", 3, group="public", version="any", read="all", write="none"),
    ),
    "invented": configuration(section("tunnel", "away", 0, server="203.0.113.77", token=OTHER_WORD)),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Router:
    """What a pretend router has, and what its account may not read. `lists`: whether it takes several calls at once."""

    files: Mapping[str, dict[str, object]] = field(default_factory=lambda: FILES)
    denied: frozenset[str] = frozenset()
    lists: bool = True
    older: bool = False

    def result(self, call: Mapping[str, object], mood: Mood) -> dict[str, object]:
        """The answer to one call, as JSON-RPC."""
        params = call["params"]
        assert isinstance(params, list)
        said = self._said(str(params[0]), f"{params[1]} {params[2]}", dict(params[3]), mood)
        return {"jsonrpc": "2.0", "id": call["id"], **said}

    def _said(self, session: str, method: str, values: Mapping[str, str], mood: Mood) -> dict[str, object]:
        if method == "session login":
            right = values == {"username": USERNAME, "password": PASSWORD} and mood is not Mood.DENIED
            return {"result": [0, {"ubus_rpc_session": SESSION, "timeout": 300}] if right else [6]}
        refused = f"{method} {values.get('config', '')}".strip() in self.denied
        if refused or session != SESSION or mood is Mood.FORBIDDEN:
            return {"result": [6]} if self.older else {"error": {"code": -32002, "message": "Access denied"}}
        known: dict[str, dict[str, object]] = {
            "system board": BOARD, "system info": INFO, "luci.upnp get_status": UPNP,
            "uci configs": {"configs": [*self.files, "wireless"]}, "session destroy": {},
        }  # fmt: skip
        if method == "uci get":
            found = self.files.get(values["config"])
            return {"result": [4] if found is None else [0, found]}
        return {"result": [0, known[method]]}


def answering(router: Router) -> Callable[[Request, Mood], Reply | None]:
    """The web server of a router."""

    def answer(request: Request, mood: Mood) -> Reply | None:
        if request.path != "/ubus" or request.method != "POST":
            return None
        asked = json.loads(request.body)
        if mood is Mood.LOCKED and carries_login(request):
            return Reply(status=423)
        if isinstance(asked, list):
            if not router.lists:
                return text(json.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": -32600}}), "application/json")
            return text(json.dumps([router.result(call, mood) for call in asked]), "application/json")
        return text(json.dumps(router.result(asked, mood)), "application/json")

    return answer


def carries_login(request: Request) -> bool:
    """Whether the password is in the request."""
    return b'"session", "login"' in request.body


def device(router: Router) -> WebDevice:
    """A router that has this."""
    return WebDevice(by_token=answering(router), has_login=carries_login, services=("https",), tls=own_tls)


FAKE = Fake(
    driver="openwrt",
    maker="OpenWrt",
    kind=DeviceKind.ROUTER,
    serve=device(Router()).serve,
    told=frozenset(
        {
            facts.Identity, facts.Hostname, facts.RouterConfiguration, facts.Interfaces, facts.MakerAccounts,
            facts.ServiceSettings, facts.RemoteLog, facts.Ntp, facts.DynamicDnsService, facts.SnmpSettings,
            facts.DeviceTime, facts.Uptime, facts.PortMappings,
        }
    ),
    most_requests=5,
    secrets=(PPPOE_WORD, DDNS_WORD, COMMUNITY, PEER_KEY, OTHER_WORD),
    reads=frozenset(
        {
            'POST /ubus "system", "board"',  # alone, as a stranger
            'POST /ubus "session", "login"',
            'POST /ubus "session", "destroy"',  # ends our own session and nothing else
            'POST /ubus "uci", "get"',
        }
    ),
)  # fmt: skip
