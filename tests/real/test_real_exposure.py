"""Behind a real router: every forward is predicted, tried by a real outsider, seen by the reflector and explained."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from real_nat import Filter, Forward, Gateway, export_of, uci_of
from real_nat_net import PORT, Person, ReflectorAt, asked, inside_of, tried
from real_nat_street import (
    CAMERA,
    CAMERA6,
    DOOR,
    EYE,
    GATEWAY,
    HEAD_OFFICE,
    LAPTOP6,
    LINE,
    NOBODY,
    OLD,
    OPEN_HOUSE,
    QUIET,
    RECORDER,
    ROUTER,
    SITE,
    STRANGER,
    NeedsProgram,
    street,
    upnp,
)
from real_network import Host, NoNamespaces, Wire, watching, wire
from real_programs import missing

from fushinban.model.reflection import OUTSIDE_PORTS
from fushinban.reflector.service import Reflector

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("namespaces")]


@pytest.fixture
def wires(needs_root: None, needs_program: NeedsProgram) -> Iterator[tuple[Wire, Wire]]:
    try:
        with wire(needs_program("ip")) as inside, wire(needs_program("ip")) as outside:
            yield inside, outside
    except NoNamespaces as error:
        missing(f"network namespaces cannot be made: {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must be so of one outside port. `stranger`: what an outsider gets; `to`: the inside address and port of the
    row, empty where none may be predicted; `seen`: by the reflector, empty where it does not look; `speaks`, `picture`:
    of what answers; `causes`: of the difference, the first first; `why`: of what was not looked at.
    """

    port: int
    stranger: str
    to: tuple[str, str] = ("", "")
    seen: str = ""
    name: str = ""
    way: str = "static"
    protocol: str = "tcp"
    at: str = LINE
    source: str = ""
    speaks: str = ""
    picture: str | None = None
    agreement: str = "agrees"
    causes: tuple[str, ...] = ()
    why: str = ""
    stopped: tuple[str, str] = ("", "")


EXPECTED = (
    Expected(port=554, stranger="open", to=(CAMERA, "554"), seen="open", name="rtsp", speaks="rtsp", picture="open"),
    Expected(port=8081, stranger="open", to=(CAMERA, "80"), seen="open", name="page", speaks="http", picture="open"),
    Expected(port=82, stranger="open", to=(DOOR, "8090"), seen="open", name="picture", speaks="http", picture="open"),
    Expected(
        port=8083, stranger="open", to=(RECORDER, "8083-8085"), seen="open", name="range", speaks="http",
        picture="protected",
    ),
    Expected(
        port=8084, stranger="open", to=(RECORDER, "8083-8085"), seen="open", name="range", speaks="http",
        picture="protected",
    ),
    Expected(
        port=8085, stranger="refused", to=(RECORDER, "8083-8085"), seen="closed", name="range", agreement="not-seen",
        causes=("port-closed",),
    ),
    Expected(port=5555, stranger="open", to=(RECORDER, "5555"), name="voice", protocol="udp", why="protocol"),
    Expected(
        port=8080, stranger="open", to=(DOOR, "80"), seen="open", way="upnp", name="NVR", speaks="http",
        picture="protected",
    ),
    Expected(
        port=8082, stranger="silent", to=(OLD, "80"), seen="filtered", way="upnp", name="OLD", agreement="not-seen",
        causes=("device-gone", "stale-upnp"),
    ),
    Expected(
        port=8888, stranger="silent", to=(NOBODY, "80"), seen="filtered", name="gone", agreement="not-seen",
        causes=("device-gone",),
    ),
    Expected(port=443, stranger="refused", to=(RECORDER, "8083"), seen="closed", name="office", source=HEAD_OFFICE),
    Expected(
        port=8443, stranger="refused", to=(RECORDER, "8083"), seen="open", name="watcher", source=EYE, speaks="http",
        picture="protected",
    ),
    Expected(port=88, stranger="silent", seen="filtered", name="stopped", stopped=("after", "stop")),
    Expected(
        port=10080, stranger="open", to=(RECORDER, "8083"), seen="open", name="missed", speaks="http",
        picture="protected",
    ),
    Expected(
        port=9000, stranger="silent", to=(RECORDER, "8083"), seen="filtered", name="before", agreement="not-seen",
        causes=("filter-order", "incomplete"),
    ),
    Expected(
        port=81, stranger="refused", to=(RECORDER, "8099"), seen="closed", name="closed", agreement="not-seen",
        causes=("port-closed",),
    ),
    Expected(port=22, stranger="refused", seen="closed"),
    Expected(
        port=8080, at=LAPTOP6, stranger="open", to=(LAPTOP6, "8080"), seen="open", name="v6 laptop", way="direct",
        speaks="http", picture="protected",
    ),
    Expected(port=8081, at=LAPTOP6, stranger="silent", seen="filtered"),
    Expected(port=8082, at=LAPTOP6, stranger="refused", seen="closed"),
    Expected(
        port=8090, at=CAMERA6, stranger="open", to=(CAMERA6, "8090"), name="v6 page", way="direct", why="ports"
    ),
    Expected(
        port=8443, at=CAMERA6, stranger="open", to=(CAMERA6, "8443"), name="v6 again", way="direct", why="address"
    ),
)  # fmt: skip


def test_every_forward_is_predicted_seen_and_explained(
    needs_program: NeedsProgram, wires: tuple[Wire, Wire], tmp_path: Path
) -> None:
    with street(needs_program, wires, tmp_path) as out, upnp(needs_program, out.router, tmp_path):
        site = out.person.write_site(SITE)
        handed_in(out.person, site, "router.uci", uci_of(GATEWAY))
        client = needs_program("upnpc")
        for host, name, address, port in ((out.door, "NVR", DOOR, "8080"), (out.old, "OLD", OLD, "8082")):
            said = inside_of(host, client, "-e", name, "-a", address, "80", port, "TCP")
            assert f"external {LINE}:{port} TCP is redirected to internal {address}:80" in said
        out.old.plug(up=False)
        out.person.json("inspect", site)
        found = tried(out.stranger, *((e.at, e.port, e.protocol) for e in EXPECTED))
        assert tried(out.office, (LINE, 443, "tcp")) == {(LINE, 443, "tcp"): "open"}, "this one is in the list"
        assert tried(out.laptop, (LINE, 8081, "tcp")) == {(LINE, 8081, "tcp"): "open"}, "it turns back inside (hairpin)"
        told = out.person.json("exposure", site)
        history = out.person.runs("exposure", "history", "--address", LINE, "--port", "8081").output

    assert told["missing"] == {}
    assert {look["address"] for look in told["looks"]} == {LINE, LAPTOP6}
    for one in EXPECTED:
        assert found[one.at, one.port, one.protocol] == one.stranger, one
        is_as_expected(told, one)
    own = [m for m in told["prediction"]["management"] if m["service"] == "http" and m["ways"]]
    assert {w["outside"]["family"] for m in own for w in m["ways"]} == {"ipv4", "ipv6"}
    (page,) = [c for c in told["compared"] if (c["family"], c["port"]) == (4, 80)]
    assert (page["agreement"], page["state"], page["services"]) == ("agrees", "open", [])
    assert [m["service"] for m in page["management"]] == ["http"]
    assert [m["service"] for m in told["not_looked_at"]["management"]] == ["http"], "the router's own IPv6 address"
    expected = {(6 if ":" in e.at else 4, e.port) for e in EXPECTED} | {(4, 80)}
    assert {(c["family"], c["port"]) for c in told["compared"]} <= expected, "nothing else is there"
    assert [u["number"] for u in told["prediction"]["unread"]], "the script is told"
    stood = {(p["port"], p["device"], p["own_service"]) for p in told["looks"][0]["behind"]}
    assert {(82, "入口", ""), (554, "レジの上", ""), (8443, "録画機", ""), (80, "", "http")} <= stood
    assert f"レジの上（{CAMERA}:80）" in history


def is_as_expected(told: dict[str, Any], one: Expected) -> None:
    """Prediction, look and explanation of one port."""
    rows = [r for r in told["prediction"]["services"] if leads(r, one)]
    assert len(rows) == bool(one.to[0]), one
    for row in rows:
        assert (row["way"], row["inside"]["addresses"], row["inside"]["ports"]) == (one.way, [one.to[0]], [one.to[1]])
        assert row["sources"]["addresses"] == ([one.source] if one.source else []), one
        assert row["sources"]["anyone"] is not bool(one.source)
        assert any(one.name in line["text"] for line in row["lines"]), "the lines that cause it"
    if one.why:
        (beyond,) = [r for r in told["not_looked_at"]["services"] if leads(r, one)]
        assert beyond["why"]["code"] == one.why, one
        return
    (look,) = [look for look in told["looks"] if look["address"] == one.at]
    (port,) = [p for p in look["ports"] if p["port"] == one.port]
    assert (port["state"], port["speaks"], port["picture"]) == (one.seen, one.speaks, one.picture), one
    compared = [c for c in told["compared"] if (c["address"], c["port"]) == (one.at, one.port)]
    if one.seen == "open" or one.agreement != "agrees" or one.stopped[0]:
        assert len(compared) == 1, one
    for match in compared:
        assert match["agreement"] == one.agreement, (one, match["causes"])
        named = [c["cause"] for c in match["causes"]]
        assert named[: len(one.causes)] == list(one.causes), one
        assert set(named) <= {*one.causes, "incomplete"}, one
        assert bool(named) is bool(one.causes)
        assert [s["obstacle"] for s in match["stopped"]] == ([one.stopped[0]] if one.stopped[0] else [])
        assert all(any(one.stopped[1] in line["text"] for line in s["by"]) for s in match["stopped"]), one


def leads(row: dict[str, Any], one: Expected) -> bool:
    """Whether a row is for this outside address, port and protocol."""
    numbers = [part.partition("-") for part in row["outside"]["ports"]]
    there = any(int(first) <= one.port <= int(last or first) for first, _, last in numbers)
    return there and row["protocol"] == one.protocol and row["outside"]["addresses"] == [one.at]


def handed_in(person: Person, site: Path, name: str, text: str) -> None:
    """The router's configuration, handed in as users do."""
    file = person.folder / name
    file.write_text(text)
    ended = person.runs("exposure", "keep", site, "--config", file)
    assert ended.code == 0, ended.errors
    assert name in ended.output


def test_filters_before_and_after_and_everything_to_one_device(
    needs_program: NeedsProgram, wires: tuple[Wire, Wire], tmp_path: Path
) -> None:
    with street(needs_program, wires, tmp_path, OPEN_HOUSE) as out:
        del out.person.names["6"]
        site = out.person.write_site(SITE)
        handed_in(out.person, site, "router.rsc", export_of(OPEN_HOUSE))
        places = [(LINE, p, "tcp") for p in (8081, 9000, 88, 8083, 8084, 80)] + [(LINE, 5555, "udp")]
        found = tried(out.stranger, *places)
        told = out.person.json("exposure", site)

    assert [found[p] for p in places] == ["open", "silent", "silent", "open", "open", "refused", "open"]
    assert told["prediction"]["complete"] is True
    assert list(told["missing"]) == ["ipv6"]
    (look,) = told["looks"]
    state = {p["port"]: p["state"] for p in look["ports"]}
    assert {p for p, s in state.items() if s == "open"} == {8081, 8083, 8084}
    assert (state[9000], state[88]) == ("filtered", "filtered")
    stopped = {s["outside_ports"][0]: s for s in told["prediction"]["stopped"] if s["outside_ports"] != ["8081"]}
    assert {port: s["obstacle"] for port, s in stopped.items()} == {"9000": "before", "88": "after"}
    assert 'comment="early"' in stopped["9000"]["by"][0]["text"]
    assert 'comment="late"' in stopped["88"]["by"][0]["text"]
    (taken,) = [s for s in told["prediction"]["stopped"] if s["outside_ports"] == ["8081"]]
    assert (taken["obstacle"], taken["inside"]["addresses"]) == ("taken", [DOOR])
    assert 'comment="page"' in taken["by"][0]["text"]
    wide = [r for r in told["prediction"]["services"] if r["way"] == "dmz"]
    assert {r["protocol"] for r in wide} >= {"tcp", "udp"}
    assert {a for r in wide for a in r["inside"]["addresses"]} == {RECORDER}
    assert [m["service"] for m in told["prediction"]["management"] if m["ways"]] == [], "they go to the device as well"
    assert [c["port"] for c in told["compared"] if c["agreement"] != "agrees"] == []
    for port, goal in ((8081, CAMERA), (8083, RECORDER), (8084, RECORDER)):
        (match,) = [c for c in told["compared"] if c["port"] == port]
        assert [s["inside"]["addresses"] for s in match["services"]] == [[goal]]


@pytest.mark.parametrize(("network", "cause"), [("100.64.0", "carrier-nat"), ("192.168.250", "double-nat")])
def test_another_translation_stands_in_front(
    needs_program: NeedsProgram, wires: tuple[Wire, Wire], tmp_path: Path, network: str, cause: str
) -> None:
    line, front = f"{network}.9", f"{network}.1"
    behind = replace(GATEWAY, line4=f"{line}/24", next4=front, line6="", home6="", next6="", upnp=False, script="")
    behind = replace(behind, forwards=behind.forwards[:2], filters=(), own=())
    before = Gateway(
        line4=f"{LINE}/24", home4=f"{front}/24",
        filters=tuple(Filter(name="-", action="DROP", port=f.port) for f in behind.forwards),
    )  # fmt: skip
    with (
        wire(needs_program("ip")) as middle,
        street(needs_program, wires, tmp_path, behind, front=(middle, before)) as out,
    ):
        del out.person.names["6"]
        site = out.person.write_site(SITE)
        handed_in(out.person, site, "router.uci", uci_of(behind))
        places = (LINE, 554, "tcp"), (LINE, 8081, "tcp")
        assert set(tried(out.stranger, *places).values()) == {"silent"}
        assert tried(out.laptop, (line, 8081, "tcp")) == {(line, 8081, "tcp"): "open"}, "it turns back inside (hairpin)"
        told = out.person.json("exposure", site)

    rows = {r["outside"]["ports"][0]: r for r in told["prediction"]["services"]}
    assert set(rows) == {"554", "8081"}
    assert {a for r in rows.values() for a in r["outside"]["addresses"]} == {line}
    assert [look["address"] for look in told["looks"]] == [LINE]
    compared = {c["port"]: c for c in told["compared"]}
    assert set(compared) == {554, 8081}
    for port in compared.values():
        assert (port["agreement"], port["predicted"], port["state"]) == ("not-seen", True, "filtered")
        assert port["causes"][0]["cause"] == cause
        assert line in port["causes"][0]["technical"]
        assert LINE in port["causes"][0]["technical"]


@pytest.mark.parametrize("counted", [False, True])
def test_a_look_from_within_is_refused_or_told(
    needs_program: NeedsProgram, wires: tuple[Wire, Wire], tmp_path: Path, counted: bool
) -> None:
    """A reflector in the shop, asked by the shop's outside address: the request turns back at the router (hairpin)."""
    inside = replace(QUIET, forwards=(*QUIET.forwards, Forward(name="eye", port=str(PORT), to=DOOR)))
    more = ("--count-as-outside", "192.168.83.0/24") if counted else ()
    with street(needs_program, wires, tmp_path, inside, watcher=("door", more)) as out:
        out.person.names = {"4": LINE}
        site = out.person.write_site(SITE)
        handed_in(out.person, site, "router.uci", uci_of(inside))
        ended = out.person.runs("exposure", site, "--json", "-")
    told = ended.json()
    if not counted:
        assert (ended.code, told["looks"]) == (3, [])
        assert "インターネット" in told["missing"]["ipv4"]
        return
    assert [look["address"] for look in told["looks"]] == [ROUTER]
    differing = [c for c in told["compared"] if c["agreement"] != "agrees"]
    assert differing
    assert {c["causes"][0]["cause"] for c in differing} == {"from-inside"}


def test_the_reflector_looks_at_nobody_but_who_asks(
    needs_program: NeedsProgram, wires: tuple[Wire, Wire], tmp_path: Path
) -> None:
    with street(needs_program, wires, tmp_path, QUIET) as out, watching(out.stranger, tmp_path) as watch:
        asker = Asker(out.seeing)
        first = asker.challenged(out.laptop)
        before = len(watch.packets())
        seen = asker.looked(out.laptop, first, forged=STRANGER)
        assert (seen["address"], [p["port"] for p in seen["ports"]]) == (LINE, list(OUTSIDE_PORTS))
        assert [p for p in watch.packets()[before:] if p.protocol == "tcp"] == [], "nobody knocks at the named one"
        assert asker.refusal(out.laptop, first) == (403, "challenge-unknown-or-old"), "replayed"

        second = asker.challenged(out.laptop)
        assert asker.refusal(out.stranger, second) == (403, "challenge-of-another"), "another host asks through it"
        assert asker.refusal(out.laptop, second) == (403, "challenge-unknown-or-old"), "and it is spent"
        third = asker.challenged(out.laptop)
        assert asker.refusal(out.laptop, third, proof="00" * 32) == (403, "wrong-proof")
        (status,) = asked(out.laptop, asker.wish("/v1/challenges", {"nonce": "ab" * 16}, token="invented"))
        assert (status["status"], status["body"]["title"]) == (401, "unknown-token")
        (myself,) = asked(out.laptop, {"post": [EYE, PORT, "/v1/self"], "headers": forged_headers(STRANGER)})
        assert myself["body"]["address"] == LINE

        other = replace(out.seeing, key=Reflector(tmp_path).signer.public)
        person = replace(out.person, reflector=other)
        ended = person.runs("exposure", person.write_site(SITE), "--json", "-")
        assert ended.code == 3
        assert ended.json()["looks"] == []
        assert "署名" in ended.json()["missing"]["ipv4"]
        assert person.runs("exposure", "history", "--site", "nat").code == 3, "nothing of it was kept"


def forged_headers(address: str) -> dict[str, str]:
    """Everything by which proxies say for whom they ask."""
    names = ("X-Forwarded-For", "X-Real-IP", "Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP")
    return {"Forwarded": f"for={address}", **dict.fromkeys(names, address)}


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody with the shop's token who speaks to the reflector by hand."""

    reflector: ReflectorAt

    def wish(self, path: str, body: dict[str, Any], token: str = "", **headers: str) -> dict[str, Any]:
        """One request."""
        bearer = {"Authorization": f"Bearer {token or self.reflector.token}", "Content-Type": "application/json"}
        return {"post": [EYE, PORT, path], "headers": {**bearer, **headers}, "body": body}

    def challenged(self, host: Host) -> str:
        """A challenge given to a host, whatever address it names."""
        body = {"nonce": "ab" * 16, "address": STRANGER, "target": STRANGER, "ports": [22]}
        (answer,) = asked(host, self.wish("/v1/challenges", body, **forged_headers(STRANGER)))
        assert (answer["status"], answer["body"]["address"]) == (200, LINE)
        return str(answer["body"]["challenge"])

    def proof(self, challenge: str) -> str:
        """As the token proves it."""
        return hmac.new(self.reflector.token.encode(), challenge.encode(), hashlib.sha256).hexdigest()

    def looked(self, host: Host, challenge: str, forged: str) -> dict[str, Any]:
        """What was seen, with another address named wherever it could be named."""
        body = {"challenge": challenge, "proof": self.proof(challenge), "address": forged, "target": forged}
        (answer,) = asked(host, self.wish("/v1/looks", body, **forged_headers(forged)))
        assert answer["status"] == 200, answer
        content: dict[str, Any] = json.loads(base64.b64decode(answer["body"]["content"]))
        return content

    def refusal(self, host: Host, challenge: str, proof: str = "") -> tuple[int, str]:
        """Why a look is refused."""
        body = {"challenge": challenge, "proof": proof or self.proof(challenge)}
        (answer,) = asked(host, self.wish("/v1/looks", body))
        return answer["status"], answer["body"]["title"]
