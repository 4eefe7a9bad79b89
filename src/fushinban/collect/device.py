"""Collects one device: every driver side by side, then who it is, then the opt-in test of factory logins."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from fushinban import clock
from fushinban.collect.ask import NO_MEMORY, Memory, Patience, answer_to, ask_driver, unfinished
from fushinban.drivers import AnyDriver, general_drivers, own_drivers
from fushinban.drivers.services import get_factory_logins, signals_of
from fushinban.errors import DeviceError, OutOfScope, Unreachable
from fushinban.makers import Maker, find_maker
from fushinban.makers.hypothesis import mac_signal, weigh
from fushinban.model.device import Device, DeviceKind, IdentityLevel
from fushinban.model.facts import (
    Accounts,
    AnonymousOperations,
    CredentialQuality,
    EndpointId,
    Fact,
    FactoryLogins,
    Hostname,
    Identity,
    Interfaces,
    OpenPorts,
    Scopes,
    SnmpSystem,
    SshHostKey,
    VideoSources,
)
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.site import TestKind
from fushinban.model.text import say
from fushinban.transport.session import Session

Readings = dict[type[Any], Reading[Any]]

#: Sources whose readings do not show that the device speaks: closed ports, and what we know ourselves.
_NOT_THE_DEVICE = frozenset({"services", "credential"})


async def collect(  # noqa: PLR0917 - who, what with, and three that may be left out
    session: Session,
    device: Device,
    drivers: Mapping[str, AnyDriver],
    quality: Callable[[Device], CredentialQuality] | None = None,
    told: Callable[[str], None] = lambda _: None,
    memory: Memory = NO_MEMORY,
    seconds: float | None = None,
) -> DeviceRecord:
    """Everything that can be read of a device now, besides what `memory` has. Never raises for what the device does.

    A device that takes more than so many `seconds` altogether is left; what it said until then is kept.

    `quality` says what can be known of its stored password without trying it, once maker and model are known;
    `accepted` is filled in here.
    """
    patience = Patience(seconds=seconds)
    timer = asyncio.timeout(seconds)
    try:
        async with timer:
            readings = await _asked(session, device, drivers, told, patience.hearing(memory))
    except TimeoutError:
        if not timer.expired():
            raise
        readings = _left(session, drivers, memory, patience)
    known = identify(device, readings)
    if quality is not None:
        readings[CredentialQuality] = _quality(quality(known), readings)
    gave = sorted({r.source.driver for r in readings.values() if r.answer is Answer.OK} & set(drivers))
    return DeviceRecord(
        device=known, readings=tuple(readings.values()), drivers=tuple(gave), reached=_reached(readings)
    )


async def _asked(
    session: Session, device: Device, drivers: Mapping[str, AnyDriver], told: Callable[[str], None], memory: Memory
) -> Readings:
    """What the device says to every driver, and to the opt-in test."""
    general = [d for d in general_drivers(drivers) if d.applies is None and d.equipped(session)]
    lists = await asyncio.gather(*(ask_driver(d, session, told, memory) for d in general))
    readings = _best(_ranked(general, lists))
    # Only now is it known whose interface it has.
    seen = identify(device, readings)
    own = [d for d in own_drivers(drivers, seen) if d.equipped(session)]
    if own:
        lists += [await ask_driver(d, session, told, memory) for d in own]
        readings = _best(_ranked([*general, *own], lists))
        _complete(readings, [r for several in lists for r in several])
    tried = memory.known.get(("services", FactoryLogins))
    if tried is None:
        name, model = _identity(readings, device)
        tried = await _factory_logins(session, find_maker(name), model)
        memory.note(tried)
    readings[FactoryLogins] = tried
    return readings


def _left(session: Session, drivers: Mapping[str, AnyDriver], memory: Memory, patience: Patience) -> Readings:
    """What a device that ran out of time said; everything else is unreachable, with the reason."""
    minutes = f"{(patience.seconds or 0) / 60:g}"
    error = Unreachable(say("collect.not-finished", minutes=minutes))
    heard = {name for name, _ in (*memory.known, *patience.heard)}
    asked_of_all = [d for d in general_drivers(drivers) if d.applies is None]
    begun = [*asked_of_all, *(drivers[n] for n in drivers if n in heard and drivers[n] not in asked_of_all)]
    begun = [d for d in begun if d.equipped(session)]
    readings = _best(_ranked(begun, [unfinished(d, session, memory, patience, error) for d in begun]))
    source = Source(driver="services", request="factory login", at=clock.now())
    readings[FactoryLogins] = Reading(fact=FactoryLogins, answer=Answer.NOT_ASKED, source=source, detail=error.text)
    return readings


def identify(device: Device, readings: Mapping[type[Any], Reading[Any]]) -> Device:
    """The device with what was read of it. What a person listed (name, kind) is kept."""
    identity: Identity | None = _value(readings, Identity)
    scopes: Scopes | None = _value(readings, Scopes)
    hostname: Hostname | None = _value(readings, Hostname)
    endpoint: EndpointId | None = _value(readings, EndpointId)
    known = replace(
        device,
        name=device.name or (scopes.name if scopes else "") or (hostname.name if hostname else ""),
        kind=_kind(device, readings),
        mac=_mac(readings) or device.mac,
        endpoint_id=(endpoint.uuid if endpoint else "") or device.endpoint_id,
        host_key=_host_key(device, readings),
        last_seen=clock.now() if _reached(readings) else device.last_seen,
    )
    if identity is None:
        return _guessed(known, readings)
    return replace(
        known,
        # An OEM device may name its model and not its maker: then it is still what it seems to be.
        maker=identity.maker or _guessed(known, readings).maker,
        model=identity.model or device.model,
        firmware=identity.firmware,
        serial=identity.serial,
        hardware=identity.hardware,
        identity=IdentityLevel.HIGH if _open_to_all(readings) else IdentityLevel.CERTAIN,
    )


def _guessed(device: Device, readings: Mapping[type[Any], Reading[Any]]) -> Device:
    """Who a device that refuses us seems to be, by what it shows to everybody; it stays on the list all the same."""
    facts = [r.value for r in readings.values() if isinstance(r.value, Fact)]
    idea = weigh((*signals_of(facts), *mac_signal(device.mac)))
    if idea.maker is None or device.maker:
        return device
    kind = idea.kind if device.kind is DeviceKind.OTHER else device.kind
    maker, model = idea.maker.name, device.model or idea.model
    return replace(device, maker=maker, model=model, kind=kind, identity=idea.level)


def _kind(device: Device, readings: Mapping[type[Any], Reading[Any]]) -> DeviceKind:
    sources: VideoSources | None = _value(readings, VideoSources)
    if device.kind is not DeviceKind.OTHER:
        return device.kind
    if sources is None or not sources.tokens:
        system: SnmpSystem | None = _value(readings, SnmpSystem)
        return weigh(signals_of([system])).kind if system is not None else device.kind
    # A multi-sensor camera has a few inputs too, so several inputs alone do not make a recorder.
    return DeviceKind.CAMERA if len(sources.tokens) < 4 else DeviceKind.RECORDER


def _mac(readings: Mapping[type[Any], Reading[Any]]) -> str:
    interfaces: Interfaces | None = _value(readings, Interfaces)
    rows = [i for i in (interfaces.interfaces if interfaces else ()) if i.mac]
    active = [i for i in rows if i.enabled and i.ipv4]
    return next((i.mac for i in active or rows), "")


def _host_key(device: Device, readings: Mapping[type[Any], Reading[Any]]) -> str:
    """The first key that its SSH server showed. Another one later takes its place only when a person says so."""
    shown: SshHostKey | None = _value(readings, SshHostKey)
    return device.expected_key or (shown.words if shown else "")


def _open_to_all(readings: Mapping[type[Any], Reading[Any]]) -> bool:
    """Whether the device names itself to anybody: then nothing proves that the login was right."""
    anonymous: AnonymousOperations | None = _value(readings, AnonymousOperations)
    return anonymous is None or any(o.operation == "GetDeviceInformation" for o in anonymous.leaking)


def _identity(readings: Mapping[type[Any], Reading[Any]], device: Device) -> tuple[str, str]:
    identity: Identity | None = _value(readings, Identity)
    if identity is None:
        return device.maker, device.model
    return identity.maker or _guessed(device, readings).maker, identity.model


async def _factory_logins(session: Session, maker: Maker | None, model: str) -> Reading[Any]:
    source = Source(driver="services", request="factory login", at=clock.now())
    if not session.allows(TestKind.DEFAULT_PASSWORD):
        detail = say("collect.not-allowed", test=TestKind.DEFAULT_PASSWORD.label)
        return Reading(fact=FactoryLogins, answer=Answer.NOT_ASKED, source=source, detail=detail)
    if maker is None or not maker.factory_logins:
        detail = say("collect.no-factory-login")
        return Reading(fact=FactoryLogins, answer=Answer.NOT_SUPPORTED, source=source, detail=detail)
    try:
        value = await get_factory_logins(session, maker, model)
    except (DeviceError, OutOfScope) as error:
        answer = answer_to(error) if isinstance(error, DeviceError) else Answer.NOT_ASKED
        return Reading(fact=FactoryLogins, answer=answer, source=source, detail=error.text)
    return Reading(fact=FactoryLogins, answer=Answer.OK, source=source, value=value)


def _quality(quality: CredentialQuality, readings: Mapping[type[Any], Reading[Any]]) -> Reading[Any]:
    source = Source(driver="credential", request="at entry", at=clock.now())
    value = replace(quality, accepted=_accepted(readings))
    return Reading(fact=CredentialQuality, answer=Answer.OK, source=source, value=value)


def _accepted(readings: Mapping[type[Any], Reading[Any]]) -> bool | None:
    """Whether the device took the stored login; None where it answers everybody or cannot be told."""
    anonymous: AnonymousOperations | None = _value(readings, AnonymousOperations)
    users = readings.get(Accounts)
    if users is None or (anonymous and any(o.operation == "GetUsers" for o in anonymous.leaking)):
        return None
    return {Answer.OK: True, Answer.DENIED: False}.get(users.answer)


def _reached(readings: Mapping[type[Any], Reading[Any]]) -> bool:
    """Whether anything can be said of it: a port is open, or a protocol answered. Refused connections alone are not."""
    ports: OpenPorts | None = _value(readings, OpenPorts)
    if ports is not None and ports.open:
        return True
    spoke = {Answer.OK, Answer.DENIED, Answer.NOT_SUPPORTED, Answer.MALFORMED}
    return any(r.answer in spoke for r in readings.values() if r.source.driver not in _NOT_THE_DEVICE)


def _ranked(drivers: Iterable[AnyDriver], lists: Iterable[list[Reading[Any]]]) -> Iterator[Reading[Any]]:
    """All readings, those of drivers that others know better than at the end."""
    for _, several in sorted(zip(drivers, lists, strict=True), key=lambda pair: pair[0].fallback):
        yield from several


def _best(readings: Iterable[Reading[Any]]) -> Readings:
    """One reading per fact: an answered one wins over the others, the first otherwise."""
    best: Readings = {}
    for reading in readings:
        kept = best.get(reading.fact)
        if kept is None or (reading.answer is Answer.OK and kept.answer is not Answer.OK):
            best[reading.fact] = reading
    return best


def _complete(readings: Readings, said: Iterable[Reading[Any]]) -> None:
    """ONVIF often leaves the serial number or the hardware revision out; the maker's own interface says them."""
    reading = readings.get(Identity)
    identity: Identity | None = _value(readings, Identity)
    if reading is None or identity is None:
        return
    others = [r.value for r in said if isinstance(r.value, Identity) and r is not reading]
    serial = identity.serial or next((o.serial for o in others if o.serial), "")
    hardware = identity.hardware or next((o.hardware for o in others if o.hardware), "")
    if (serial, hardware) != (identity.serial, identity.hardware):
        readings[Identity] = replace(reading, value=replace(identity, serial=serial, hardware=hardware))


def _value(readings: Mapping[type[Any], Reading[Any]], fact: type[Any]) -> Any:
    reading = readings.get(fact)
    return reading.value if reading else None
