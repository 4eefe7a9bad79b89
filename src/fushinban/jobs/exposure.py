"""What outsiders reach at a site: its router's saved configuration, the prediction, the looks, and what differs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from fushinban.check.openings import exposed_sentences, openings_of, view_of
from fushinban.errors import InputError
from fushinban.jobs.router_told import (
    RoutersTold,
    addresses_of,
    external_addresses,
    newest,
    own_addresses,
    state_of,
)
from fushinban.jobs.site_file import SiteFile
from fushinban.jobs.site_logins import keep_token
from fushinban.jobs.site_reflector import ReflectorRule
from fushinban.jobs.site_setup import checked_setup, load_setup, load_versioned, save_setup
from fushinban.model.device import Device, DeviceKind
from fushinban.model.discovery import Method
from fushinban.model.exposure import Prediction, SiteExposure, ToldBy
from fushinban.model.facts import OpenPorts, PortMappings
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.intervals import Intervals, IPAddress, IPNetwork, number_of
from fushinban.model.mismatch import Comparison, InsideSeen, Surroundings
from fushinban.model.outside import KeptRouter, OutsideLook
from fushinban.model.reflection import SeenPort
from fushinban.model.router import RouterState
from fushinban.model.text import Text, say
from fushinban.probe import predict
from fushinban.probe.explain import explain
from fushinban.probe.reading import guessed_kind, known_kinds
from fushinban.probe.reading import read_configuration as read_any_configuration
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.transport.outward import OutwardRules, web_place

#: The largest configuration that a site keeps: bytes and lines.
MOST_BYTES, MOST_LINES = 2 * 1024 * 1024, 20_000
#: Devices behind forwards that are looked up in the last inspection.
_MOST_GOALS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """All that is known of one site's exposure. `looks`: the newest of each family, IPv4 first.

    `router`: what was handed in; `asked`: whether a router was asked for its UPnP mappings at the last inspection.
    `told`: the newer of what was handed in and what a router said of its configuration then; None without either.
    `reached`: one sentence for each camera or recorder that a router lets outsiders reach by UPnP without a plan.
    `prediction` None: nothing is known of a router. `comparison` None: no look, or no prediction.
    """

    looks: tuple[OutsideLook, ...]
    router: KeptRouter | None = None
    asked: bool = False
    told: ToldBy | None = None
    prediction: Prediction | None = None
    comparison: Comparison | None = None
    around: Surroundings = Surroundings()  # noqa: RUF009 - a frozen value
    reached: tuple[Text, ...] = ()


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
    if kind and kind not in kinds:
        raise InputError(say("exposure.unknown-kind", given=kind[:20], kinds=", ".join(kinds)))
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


def keep_configuration_file(store: Store, site_id: str, path: Path, by: str, *, kind: str | None = None) -> KeptRouter:
    """The same for a file. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(say("exposure.unreadable", path=str(path), reason=reason)) from error
    return keep_configuration(store, site_id, content, path.name[-100:], by, kind=kind)


#: A prediction for thousands of forwards takes a tenth of a second and more, and pages ask for it at every view.
#: All that it depends on is its key, so that one that was kept is never out of date.
_predicted = lru_cache(maxsize=16)(predict)


def exposure_of(
    store: Store, site_id: str, site_file: SiteFile | None = None, looks: tuple[OutsideLook, ...] | None = None
) -> Exposure:
    """The newest looks of a site, what its router lets in, and how the two agree. Nothing is sent.

    `site_file`: of a site whose set-up is a file and not kept; `looks`: those to compare instead of the newest.
    """
    if looks is None:
        looks = tuple(look for family in (4, 6) if (look := store.outside.last(site_id, family)) is not None)
    router = store.routers.get(site_id)
    if site_file is None and store.setups.get(site_id) is not None:
        site_file = load_setup(store, site_id)
    inside = _Inside(store, site_id, site_file)
    mappings = inside.mappings()
    told, configured = newest(router, inside)
    state = state_of(configured, mappings, inside.searched)
    if state is None:
        return Exposure(looks=looks, around=Surroundings(outside=external_addresses(mappings)))
    prediction = _predicted(state, inside.named())
    around = Surroundings(
        outside=(*own_addresses(state), *external_addresses(mappings)),
        read_at=told.at if told is not None else inside.inspected_at,
        devices=inside.seen(prediction),
        searched=inside.searched,
        inspected_at=inside.inspected_at,
        reflector=_watchers(looks) or _reflector(site_file.reflector if site_file is not None else None),
    )
    compared = explain(prediction, looks, around) if looks else None
    return Exposure(
        looks=looks, router=router, asked=bool(mappings), told=told, prediction=prediction, comparison=compared,
        around=around, reached=inside.reached(mappings),
    )  # fmt: skip


def inspected_exposure(store: Store, inspection: Inspection) -> SiteExposure | None:
    """What outsiders reach by what the routers told at this inspection, or by a configuration that was handed in since.

    The controls judge from it; None where nothing is known of a router.
    """
    inside = _Inspected(inspection)
    mappings = inside.mappings()
    told, configured = newest(store.routers.get(inspection.site.id), inside)
    state = state_of(configured, mappings, inspection.authorisation.networks)
    if state is None:
        return None
    return SiteExposure(
        prediction=_predicted(state, inside.named()),
        told=told,
        router=inside.router_of(told, state),
        alone=sum(d.kind is DeviceKind.ROUTER for d in inside.devices) <= 1,
        outside=own_addresses(state),
    )


class _Inspected(RoutersTold):
    """What one inspection knows of the inside, before it is on record as finished."""

    def __init__(self, inspection: Inspection) -> None:
        self._records = {r.device.id: r for r in inspection.records if not r.device.ignored}
        super().__init__(tuple(r.device for r in self._records.values()))

    def record(self, device: Device) -> DeviceRecord | None:
        return self._records.get(device.id)


class _Inside(RoutersTold):
    """What the last finished inspection of a site knows of its inside."""

    def __init__(self, store: Store, site_id: str, site_file: SiteFile | None) -> None:
        super().__init__(tuple(d for d in store.devices.of(site_id) if not d.ignored))
        self._store, self._site = store, site_id
        entry = store.inspections.newest_entry(site_id)
        self._inspection = entry.id if entry is not None else ""
        self.inspected_at = entry.ended_at if entry is not None else None
        authorisation = store.sites.authorisation(site_id)
        # Whoever did not go through all addresses cannot say that nobody is at one of them.
        methods = site_file.methods if site_file is not None else ()
        swept = self.inspected_at is not None and (not methods or Method.SWEEP in methods)
        self.searched: tuple[IPNetwork, ...] = authorisation.networks if authorisation and swept else ()

    def reached(self, said: tuple[PortMappings, ...]) -> tuple[Text, ...]:
        """What outsiders reach by UPnP, as the findings say it."""
        goals = {m.inside for one in said for m in one.mappings if m.enabled}
        behind = [d for d in self.devices if d.target.address in goals][:_MOST_GOALS]
        site = self._store.sites.get(self._site)
        if not behind or site is None or self.inspected_at is None:
            return ()
        records = filter(None, map(self.record, {d.id: d for d in (*self.routers, *behind)}.values()))
        views = [view_of(record, site, self.inspected_at) for record in records]
        return tuple(exposed_sentences(openings_of(views)).values())

    def seen(self, prediction: Prediction) -> tuple[InsideSeen, ...]:
        """The devices behind the prediction's openings, as they were seen from inside."""
        goals = Intervals.of(r for row in prediction.openings if row.inside.size == 1 for r in row.inside)
        wanted = [d for d in self.devices if any(number_of(a) in goals for a in addresses_of(d))]
        return tuple(self._seen(device) for device in wanted[:_MOST_GOALS])

    def _seen(self, device: Device) -> InsideSeen:
        record = self.record(device)
        ports = next((r.value for r in record.readings if isinstance(r.value, OpenPorts)), None) if record else None
        return InsideSeen(
            name=device.title, addresses=addresses_of(device), reached=record is not None and record.reached,
            ports=tuple(SeenPort(port=p.number, state=p.state) for p in ports.ports) if ports is not None else (),
        )  # fmt: skip

    def record(self, device: Device) -> DeviceRecord | None:
        return self._store.inspections.record(self._inspection, device.id) if self._inspection else None


def _watchers(looks: Iterable[OutsideLook]) -> tuple[IPAddress, ...]:
    """The addresses from which the looks were made, as the site reached them."""
    return tuple(ip_address(look.seen.watcher) for look in looks if look.seen.watcher)


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
    before = site_file.reflector.token_ref if site_file.reflector is not None else ""
    rule = ReflectorRule(address=address.strip(), key=key.strip(), token_ref="vault:to-come")
    checked_setup(replace(site_file, reflector=rule))
    web_place(rule.address, OutwardRules())  # a drill on this machine is named by a site file, never by a page
    rule = replace(rule, token_ref=keep_token(vault, site_id, token.strip(), before=before))
    save_setup(store, replace(site_file, reflector=rule), version)
