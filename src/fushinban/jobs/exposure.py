"""What outsiders reach at a site: its router's saved configuration, the prediction, the looks, and what differs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_interface

from fushinban.errors import InputError
from fushinban.jobs.site_file import SiteFile
from fushinban.jobs.site_logins import context_of
from fushinban.jobs.site_reflector import ReflectorRule
from fushinban.jobs.site_setup import checked_setup, load_setup, load_versioned, save_setup
from fushinban.model.device import Device, DeviceKind
from fushinban.model.discovery import Method
from fushinban.model.exposure import InsideDevice, Prediction
from fushinban.model.facts import OpenPorts, PortMapping, PortMappings
from fushinban.model.inspection import DeviceRecord
from fushinban.model.intervals import (
    ANY_ADDRESS,
    TCP,
    UDP,
    Intervals,
    IPAddress,
    IPNetwork,
    addresses,
    number_of,
)
from fushinban.model.mismatch import Comparison, InsideSeen, Surroundings
from fushinban.model.outside import KeptRouter, OutsideLook
from fushinban.model.reflection import SeenPort
from fushinban.model.router import (
    Action,
    Family,
    ForwardKind,
    Interface,
    Line,
    Match,
    Names,
    Origin,
    Role,
    RouterState,
    Rule,
    Target,
    Unread,
    UpnpServer,
)
from fushinban.model.text import Text, say
from fushinban.probe import predict
from fushinban.probe.explain import explain
from fushinban.probe.reading import guessed_kind, known_kinds
from fushinban.probe.reading import read_configuration as read_any_configuration
from fushinban.record.store import Store
from fushinban.record.vault import Vault

#: The largest configuration that a site keeps: bytes and lines.
MOST_BYTES, MOST_LINES = 2 * 1024 * 1024, 20_000
#: Devices behind forwards, and routers, that are looked up in the last inspection.
_MOST_GOALS, _MOST_ROUTERS = 20, 4
_WAN, _LAN = "WAN", "LAN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """All that is known of one site's exposure. `looks`: the newest of each family, IPv4 first.

    `router`: what was handed in; `asked`: whether a router was asked for its UPnP mappings at the last inspection.
    `prediction` None: nothing is known of a router. `comparison` None: no look, or no prediction.
    """

    looks: tuple[OutsideLook, ...]
    router: KeptRouter | None = None
    asked: bool = False
    prediction: Prediction | None = None
    comparison: Comparison | None = None
    around: Surroundings = Surroundings()  # noqa: RUF009 - a frozen value


def known_makers() -> tuple[tuple[str, Text], ...]:
    """The kinds of configuration that can be read, with their names."""
    return tuple(known_kinds().items())


def read_configuration(content: bytes, kind: str | None = None) -> RouterState:
    """The router that a saved configuration describes; `kind` None: whichever maker's it looks like.

    Raises InputError for what is too large, no text, of no known maker, or not of the maker that was named.
    """
    if len(content) > MOST_BYTES:
        raise InputError(say("exposure_explain.too-large", most=MOST_BYTES // 1024 // 1024))
    if content.count(b"\n") > MOST_LINES:
        raise InputError(say("exposure_explain.too-many-lines", most=f"{MOST_LINES:,}"))
    kinds = known_kinds()
    kind = kind or guessed_kind(content)
    if kind not in kinds:
        raise InputError(say("exposure_explain.no-maker", makers=_joined(kinds.values())))
    return read_any_configuration(content, kind)


def keep_configuration(
    store: Store,
    site_id: str,
    content: bytes,
    name: str,
    by: str,
    *,
    kind: str | None = None,
    expected: int | None = None,
) -> KeptRouter:
    """Read a configuration and keep what it said; its text, and every secret in it, is let go. Raises InputError."""
    return store.routers.keep(site_id, read_configuration(content, kind), name, by, expected)


def exposure_of(store: Store, site_id: str) -> Exposure:
    """The newest looks of a site, what its router lets in, and how the two agree. Nothing is sent."""
    looks = tuple(look for family in (4, 6) if (look := store.outside.last(site_id, family)) is not None)
    router = store.routers.get(site_id)
    site_file = load_setup(store, site_id) if store.setups.get(site_id) is not None else None
    inside = _Inside(store, site_id, site_file)
    mappings = inside.mappings()
    state = _state(router, mappings, inside)
    if state is None:
        return Exposure(looks=looks, around=Surroundings(outside=_external(mappings)))
    prediction = predict(state, inside.named())
    around = Surroundings(
        outside=(*_own(state), *_external(mappings)),
        read_at=router.kept_at if router is not None else inside.inspected_at,
        devices=inside.seen(prediction),
        searched=inside.searched,
        inspected_at=inside.inspected_at,
        reflector=_reflector(site_file.reflector if site_file is not None else None),
    )
    compared = explain(prediction, looks, around) if looks else None
    return Exposure(
        looks=looks, router=router, asked=bool(mappings), prediction=prediction, comparison=compared, around=around
    )


class _Inside:
    """What the last finished inspection of a site knows of its inside."""

    def __init__(self, store: Store, site_id: str, site_file: SiteFile | None) -> None:
        self._store, self._site = store, site_id
        entry = store.inspections.newest_entry(site_id)
        self._inspection = entry.id if entry is not None else ""
        self.inspected_at = entry.ended_at if entry is not None else None
        self.devices = tuple(d for d in store.devices.of(site_id) if not d.ignored)
        authorisation = store.sites.authorisation(site_id)
        # Whoever did not go through all addresses cannot say that nobody is at one of them.
        methods = site_file.methods if site_file is not None else ()
        swept = self.inspected_at is not None and (not methods or Method.SWEEP in methods)
        self.searched: tuple[IPNetwork, ...] = authorisation.networks if authorisation and swept else ()

    def named(self) -> tuple[InsideDevice, ...]:
        """Devices with their names, for the rows of a prediction."""
        return tuple(InsideDevice(name=d.title, addresses=found) for d in self.devices if (found := _addresses(d)))

    def mappings(self) -> tuple[PortMappings, ...]:
        """What routers said of UPnP."""
        routers = [d for d in self.devices if d.kind is DeviceKind.ROUTER][:_MOST_ROUTERS]
        return tuple(_values(filter(None, map(self._record, routers))))

    def seen(self, prediction: Prediction) -> tuple[InsideSeen, ...]:
        """The devices behind the prediction's openings, as they were seen from inside."""
        goals = Intervals.of(r for row in prediction.openings if row.inside.size == 1 for r in row.inside)
        wanted = [d for d in self.devices if any(number_of(a) in goals for a in _addresses(d))]
        return tuple(self._seen(device) for device in wanted[:_MOST_GOALS])

    def _seen(self, device: Device) -> InsideSeen:
        record = self._record(device)
        ports = next((r.value for r in record.readings if isinstance(r.value, OpenPorts)), None) if record else None
        return InsideSeen(
            name=device.title, addresses=_addresses(device), reached=record is not None and record.reached,
            ports=tuple(SeenPort(port=p.number, state=p.state) for p in ports.ports) if ports is not None else (),
        )  # fmt: skip

    def _record(self, device: Device) -> DeviceRecord | None:
        return self._store.inspections.record(self._inspection, device.id) if self._inspection else None


def _values(records: Iterable[DeviceRecord]) -> Iterator[PortMappings]:
    for record in records:
        for reading in record.readings:
            if isinstance(reading.value, PortMappings):
                yield reading.value


def _addresses(device: Device) -> tuple[IPAddress, ...]:
    try:
        return (ip_address(device.address.partition("%")[0]),)
    except ValueError:
        return ()


def _state(router: KeptRouter | None, said: tuple[PortMappings, ...], inside: _Inside) -> RouterState | None:
    """The configuration that was handed in with the mappings that the router named; or these alone."""
    rules = tuple(rule for one in said for mapping in one.mappings if (rule := _rule(mapping)) is not None)
    if router is not None:
        return replace(router.state, mappings=(*router.state.mappings, *rules))
    if not said:
        return None
    lan = tuple(ip_interface(str(n)) for n in inside.searched if n.version == 4)
    only = Unread(line=Line(0, "UPnP"), reason=say("exposure_explain.upnp-only"))
    return RouterState(
        kind="igd", origin=Origin.DEVICE, mappings=rules, upnp=UpnpServer(enabled=True), unread=(only,),
        interfaces=(
            Interface(name=_WAN, role=Role.WAN, assigned=frozenset({Family.V4})),
            Interface(name=_LAN, role=Role.LAN, addresses=lan),
        ),
    )  # fmt: skip


def _rule(mapping: PortMapping) -> Rule | None:
    """A mapping as a rule; None for one that is off or makes no sense."""
    protocols = {"tcp": TCP, "udp": UDP}.get(mapping.protocol.casefold())
    try:
        inside = addresses(mapping.inside)
        sources = addresses(mapping.remote) if mapping.remote else ANY_ADDRESS
    except ValueError:
        return None
    if protocols is None or not mapping.enabled or inside.size != 1:
        return None
    text = f"UPnP {mapping.protocol} {mapping.outside_port} -> {mapping.inside}:{mapping.inside_port} {mapping.name}"
    return Rule(
        action=Action.TRANSLATE,
        match=Match(
            protocols=protocols, sources=sources, destination_ports=Intervals.single(mapping.outside_port),
            entering=Names.but(_LAN),
        ),
        target=Target(addresses=inside, ports=Intervals.single(mapping.inside_port)),
        kind=ForwardKind.UPNP,
        lines=(Line(0, text[:200]),),
    )  # fmt: skip


def _own(state: RouterState) -> tuple[IPAddress, ...]:
    return tuple(a.ip for i in state.interfaces if i.role is Role.WAN for a in i.addresses)


def _external(said: tuple[PortMappings, ...]) -> tuple[IPAddress, ...]:
    found = []
    for one in said:
        try:
            found.append(ip_address(one.external_address))
        except ValueError:
            continue
    return tuple(found)


def _reflector(rule: ReflectorRule | None) -> tuple[IPAddress, ...]:
    """The reflector's address, where its own name is one."""
    host = rule.address.partition("://")[2].partition("/")[0] if rule is not None else ""
    host = host[1 : host.find("]")] if host.startswith("[") else host.partition(":")[0]
    try:
        return (ip_address(host),)
    except ValueError:
        return ()


def _joined(titles: Iterable[Text]) -> Text:
    several = tuple(titles)
    return Text("、".join(t.ja for t in several), ", ".join(t.en for t in several))


def save_reflector(store: Store, vault: Vault, site_id: str, *, address: str, key: str, token: str) -> None:
    """Register the reflector that looks at a site's line; its token goes into the vault.

    Raises InputError for a wrong address, key or token, Conflict where somebody else saved the set-up meanwhile.
    """
    site_file, version = load_versioned(store, site_id)
    if not token.strip():
        raise InputError(say("exposure_explain.no-token"))
    name = f"reflector-{site_id}"[:64]
    rule = ReflectorRule(address=address.strip(), key=key.strip(), token_ref=f"vault:{name}")
    changed = checked_setup(replace(site_file, reflector=rule))
    vault.put(name, "reflector", token.strip(), context_of(site_id))
    save_setup(store, changed, version)
