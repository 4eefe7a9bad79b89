"""Builds what a control looks at from compact YAML, and finds the cases of every control.

One file per control, `tests/cases/controls/<id>.yml`: a list of cases with

- `facts`: fact class name → its fields; enumerations by value, times as ISO text
- `missing`: fact class name → how the device answered instead (`denied`, `unreachable`, …); default: not asked
- `sheets`: stage → facts as they were then; the sheet `actual` is made from `facts` wherever a stage is given
- `before`: facts that the inspection before had read, 90 days ago
- `device`: fields of the device (`kind`, `id`, `address`, `maker`, …); a camera by default
- `devices`: several of the above for a site-wide check; `site`, `kind`, `discovery`, `answer`, `previous`
- `looks`: looks from outside: `address`, `days` ago (0), and `open`: port → fields of what was seen there
- `exposure`: what a RouterOS router lets in that drops what comes from outside: lines of its `nat`, of its `filter`
  before the one that drops (none with `open`), and `more` of its configuration; `days` since it was handed in (0) or,
  with `read`, was read; `router`: id of the device (d1); `alone`: there is no other router (true)
- `findings`: for roll-ups: what other controls found
- `expect`: outcome; `severity`, `decided_by`, `says` (found in the message or the evidence) where they matter
"""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from ipaddress import IPv4Interface, ip_address, ip_interface, ip_network
from pathlib import Path
from typing import Any

import yaml

from fushinban.collect.flatten import sheet_of
from fushinban.model import facts as fact_module
from fushinban.model.control import DecidedBy, Outcome, Severity
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.discovery import DiscoverySummary, Group, Method
from fushinban.model.exposure import SiteExposure, ToldBy
from fushinban.model.facts.base import Fact
from fushinban.model.facts.services import PortState
from fushinban.model.finding import EvidenceFile, Finding, PersonAnswer
from fushinban.model.outside import OutsideLook
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.reflection import OUTSIDE_PORTS, Reflection, SeenPort
from fushinban.model.router import Origin, Role
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.site import Authorisation, InspectionKind, Site, SiteKind, TestKind
from fushinban.model.text import Text
from fushinban.model.view import DeviceView, SiteView
from fushinban.probe import predict
from fushinban.probe.reading import read_configuration

CASES = Path(__file__).resolve().parent.parent / "cases" / "controls"
NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
BEFORE = timedelta(days=90)
WAN = "add interface=ether1"


@cache
def cases_of(control: str) -> tuple[Mapping[str, Any], ...]:
    """The cases of one control; empty where it has no file."""
    file = CASES / f"{control}.yml"
    return tuple(yaml.safe_load(file.read_text(encoding="utf-8"))) if file.is_file() else ()


def fact_type(name: str) -> type[Fact]:
    """A fact class by its name."""
    found = getattr(fact_module, name)
    assert issubclass(found, Fact)
    return found


def build(kind: Any, value: Any) -> Any:
    """A value of this type from plain YAML."""
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else build(next(a for a in typing.get_args(kind) if a is not type(None)), value)
    if origin is tuple:
        return tuple(build(typing.get_args(kind)[0], v) for v in value)
    if kind is IPv4Interface:  # the first of the two that a union names
        return ip_interface(value)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        unknown = set(value) - {f.name for f in fields(kind)}
        assert not unknown, f"{kind} has no {unknown}"
        return kind(**{name: build(hints[name], v) for name, v in value.items()})
    if kind is datetime:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    assert not isinstance(kind, type) or isinstance(value, (kind, int) if kind is float else kind), f"{value!r}: {kind}"
    return value


def readings_of(case: Mapping[str, Any], now: datetime) -> dict[type[Fact], Reading[Any]]:
    """Readings from `facts` and `missing`."""
    made: dict[type[Fact], Reading[Any]] = {}
    for name, values in (case.get("facts") or {}).items():
        fact = fact_type(name)
        source = Source(driver="onvif", request=f"Get{name}", at=now, digest="ab" * 32)
        made[fact] = Reading(fact=fact, answer=Answer.OK, source=source, value=build(fact, values or {}))
    for name, answer in (case.get("missing") or {}).items():
        fact = fact_type(name)
        source = Source(driver="onvif", request=f"Get{name}", at=now)
        made[fact] = Reading(
            fact=fact, answer=Answer(answer), source=source, detail=Text("試験用の説明です。", "A detail for the test.")
        )
    return made


def device_view(case: Mapping[str, Any], number: int, site: Site, kind: InspectionKind, now: datetime) -> DeviceView:
    """One device from a case or from an entry of its `devices`."""
    given = dict(case.get("device") or {})
    address = given.pop("address", f"127.0.0.{number}")
    device = Device(
        id=given.pop("id", f"d{number}"),
        site=site.id,
        target=Target(address=address),
        kind=DeviceKind(given.pop("kind", "camera")),
        **given,
    )
    readings = readings_of(case, now)
    return DeviceView(
        device=device, site=site, kind=kind, now=now, readings=readings, sheets=sheets_of(case, device, readings, now),
        before=readings_of({"facts": case.get("before")}, now - BEFORE),
    )  # fmt: skip


def sheets_of(
    case: Mapping[str, Any], device: Device, readings: Mapping[type[Fact], Reading[Any]], now: datetime
) -> dict[Stage, ParameterSheet]:
    """The sheets named in a case, and the actual one beside them."""
    given = case.get("sheets") or {}
    before = now - timedelta(days=100)
    sheets = {
        Stage(stage): sheet_of(device.id, Stage(stage), before, readings_of({"facts": facts}, before).values())
        for stage, facts in given.items()
    }
    if sheets:
        sheets[Stage.ACTUAL] = sheet_of(device.id, Stage.ACTUAL, now, readings.values())
    return sheets


def site_view(control: str, case: Mapping[str, Any]) -> SiteView:
    """The whole site of a case."""
    now = build(datetime, case["now"]) if "now" in case else NOW
    given = case.get("site") or {}
    site = Site(
        id="s1",
        name=given.get("name", "試験店舗"),
        customer=given.get("customer", "試験商店"),
        kind=SiteKind(given.get("kind", "shop")),
        details=given.get("details") or {},
    )
    kind = InspectionKind(case.get("kind", "periodic"))
    entries = case.get("devices", [case])
    views = tuple(device_view(e, n, site, kind, now) for n, e in enumerate(entries, 1))
    answers = {control: answer_of(control, case["answer"])} if "answer" in case else {}
    return SiteView(
        site=site,
        authorisation=authorisation(given, now),
        kind=kind,
        now=now,
        devices=views,
        discovery=discovery_of(case.get("discovery"), views),
        answers=answers,
        findings=tuple(finding_of(f, now) for f in case.get("findings") or ()),
        previous_inspection=build(datetime, case["previous"]) if "previous" in case else None,
        looks=tuple(look_of(given, now) for given in case.get("looks") or ()),
        exposure=exposure_of(case["exposure"], now) if "exposure" in case else None,
    )


def exposure_of(given: Mapping[str, Any], now: datetime) -> SiteExposure:
    """The prediction for a router's configuration, made as the jobs make it."""
    state = read_configuration(router_text(given).encode(), "mikrotik")
    origin = Origin.DEVICE if given.get("read") else Origin.FILE
    outside = tuple(a.ip for i in state.interfaces if i.role is Role.WAN for a in i.addresses)
    return SiteExposure(
        prediction=predict(state),
        told=ToldBy(origin=origin, name="router.rsc", at=now - timedelta(days=given.get("days", 0))),
        router=given.get("router", "d1"),
        alone=given.get("alone", True),
        outside=outside,
    )


def look_of(given: Mapping[str, Any], now: datetime) -> OutsideLook:
    """A look from outside: the ports named are open, all others silent."""
    at = now - timedelta(days=given.get("days", 0))
    opened = {port: dict(fields or {}) for port, fields in (given.get("open") or {}).items()}
    seen = tuple(
        build(SeenPort, {"port": n, "state": "open", **opened[n]})
        if n in opened
        else SeenPort(port=n, state=PortState.FILTERED)
        for n in OUTSIDE_PORTS
    )
    address = ip_address(given["address"])
    reflection = Reflection(address=str(address), nonce="0", started=at, ended=at, ports=seen)
    return OutsideLook(
        id=1, site="s1", at=at, family=address.version, address=str(address), reflector="ed25519:x", seen=reflection
    )


def router_text(given: Mapping[str, Any]) -> str:
    """The configuration of a router whose line is at ether1."""
    drop = "" if given.get("open") else "add action=drop chain={chain} connection-state=new in-interface=ether1"
    allowed = ["add action=accept chain=forward connection-nat-state=dstnat in-interface=ether1"] if drop else []
    filters = [*given.get("filter", ()), *allowed, *(drop.format(chain=c) for c in ("input", "forward") if drop)]
    lines = [
        "/ip address", "add address=192.168.1.1/24 interface=bridge", *given.get("more", ("/ip dhcp-client", WAN)),
        "/interface list", "add name=WAN", "/interface list member", "add interface=ether1 list=WAN",
        "/ip firewall filter", *filters, "/ip firewall nat",
        *(f"add action=dst-nat chain=dstnat in-interface=ether1 {line}" for line in given.get("nat", ())),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def authorisation(given: Mapping[str, Any], now: datetime) -> Authorisation:
    """An authorisation that is in force, for loopback and what the case names."""
    networks = tuple(ip_network(n) for n in given.get("networks", ["127.0.0.0/8"]))
    tests = frozenset(TestKind(t) for t in given["tests"]) if "tests" in given else frozenset(TestKind)
    return Authorisation(
        by="試験 太郎", start=now - timedelta(days=1), end=now + timedelta(days=30), networks=networks, tests=tests
    )


def answer_of(control: str, given: Any) -> PersonAnswer:
    """An answer, given as its value or as a mapping."""
    if isinstance(given, str):
        return PersonAnswer(control=control, value=given, by="試験 花子", on=date(2026, 5, 20))
    files = tuple(EvidenceFile(name=n, digest="cd" * 32) for n in given.get("files", ()))
    return PersonAnswer(
        control=control, value=str(given["value"]), by=given.get("by", ""), note=given.get("note", ""), files=files
    )


def discovery_of(given: Mapping[str, Any] | None, views: tuple[DeviceView, ...]) -> DiscoverySummary | None:
    """A discovery summary: `groups` by device id (others: same), `methods`, `problems`."""
    if given is None:
        return None
    groups = {v.device.id: Group(given.get("groups", {}).get(v.device.id, "same")) for v in views}
    return DiscoverySummary(
        devices=tuple(v.device for v in views),
        groups=groups,
        methods=tuple(Method(m) for m in given.get("methods", [])),
        problems=tuple(Text(p, p) for p in given.get("problems", [])),
    )


def finding_of(given: Mapping[str, Any], now: datetime) -> Finding:
    """What another control found."""
    return Finding(
        control=given["control"],
        site="s1",
        device=given.get("device", ""),
        outcome=Outcome(given["outcome"]),
        severity=Severity(given.get("severity", "medium")),
        message=Text("ほかの項目の結果です。", "The result of another control."),
        decided_by=DecidedBy(given.get("decided_by", "auto")),
        at=now,
    )
