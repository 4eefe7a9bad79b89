"""Which camera stands on which channel of a recorder. Pure.

A channel is matched by MAC address, then by serial number, then by address, and, behind the recorder, by where it was
before. Each channel has at most one camera; where two would fit and nothing decides, it has none. A camera that is
known from nowhere else becomes a device of its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address

from fushinban.discover.candidates import address_order
from fushinban.discover.found import plain_mac
from fushinban.discover.fuse import new_id
from fushinban.discover.groups import inside
from fushinban.makers import find_maker
from fushinban.model.device import Device, DeviceKind, IdentityLevel, Target
from fushinban.model.facts.maker import Channel
from fushinban.model.site import Network

#: These stand at addresses that a recorder's own network often has too; only a stronger sign makes one a camera.
_NO_CAMERA = frozenset({DeviceKind.ROUTER, DeviceKind.SWITCH, DeviceKind.RECORDER, DeviceKind.SERVER})

#: A serial number shorter than this, or of one character only, names nothing.
_SERIAL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A recorder and the channels that it told of in this inspection."""

    recorder: Device
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """All devices as they are now; device id → the recorder's id and what it says of the camera; the cameras behind a
    recorder that it no longer names."""

    devices: tuple[Device, ...]
    told: Mapping[str, tuple[str, Channel]]
    missing: frozenset[str]


def link(
    site: str,
    devices: Iterable[Device],
    recorders: Iterable[Told],
    networks: Collection[Network],
    answered: Collection[str],
) -> Links:
    """Ties channels to devices. `networks`: where devices may be asked; `answered`: ids that answered directly now.

    Children of a recorder that told nothing now stay as they were.
    """
    return _Linking(site, devices, recorders, networks, answered).links()


def channel_mac(channel: Channel) -> str:
    """The MAC address of a channel's camera; empty where it is not told or names nobody."""
    return plain_mac(channel.mac)


def channel_serial(channel: Channel) -> str:
    """The serial number of a channel's camera, as it is compared."""
    return plain_serial(channel.serial)


def channel_address(channel: Channel) -> str:
    """The IP address of a channel's camera; empty for names, and for addresses that are nobody's."""
    try:
        found = ip_address(channel.address.strip().partition("%")[0])
    except ValueError:
        return ""
    nobody = found.is_unspecified or found.is_multicast or str(found) in ("127.0.0.1", "::1", "255.255.255.255")
    return "" if nobody else str(found)


def plain_serial(serial: str) -> str:
    """A serial number as it is compared; empty for one that names nothing."""
    plain = serial.strip().casefold()
    return plain if len(plain) >= _SERIAL and len(set(plain)) > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """One channel and its recorder."""

    recorder: Device
    channel: Channel

    @property
    def key(self) -> tuple[str, int]:
        """Recorder and number."""
        return self.recorder.id, self.channel.number

    @property
    def address(self) -> str:
        """The camera's address; not the recorder's own, which some name instead."""
        address = channel_address(self.channel)
        return "" if address == self.recorder.address else address

    @property
    def concrete(self) -> bool:
        """Whether a camera of the network is told of at all, and not a socket or an empty place."""
        return bool(channel_mac(self.channel) or channel_serial(self.channel) or self.address)


class _Linking:
    """One run over all recorders of a site."""

    def __init__(
        self,
        site: str,
        devices: Iterable[Device],
        recorders: Iterable[Told],
        networks: Collection[Network],
        answered: Collection[str],
    ) -> None:
        self._site = site
        self._devices = {d.id: d for d in sorted(devices, key=lambda d: (address_order(d.address), d.id))}
        self._networks = networks
        self._answered = answered
        told = {t.recorder.id: t for t in recorders if t.recorder.id in self._devices}
        self._read = frozenset(told)
        ordered = sorted(told.values(), key=lambda t: (address_order(t.recorder.address), t.recorder.id))
        self._slots = [s for t in ordered for s in _slots(t)]
        self._camera: dict[tuple[str, int], str] = {}
        self._unclear: set[tuple[str, int]] = set()
        # What is known of each device by now: two channels that contradict each other are not one camera.
        self._macs = {d.id: plain_mac(d.mac) for d in self._devices.values()}
        self._serials = {d.id: plain_serial(d.serial) for d in self._devices.values()}
        self._texts: dict[str, str] = {}
        self._fresh: dict[str, Device] = {}

    def links(self) -> Links:
        """The result."""
        for signs, of_device, fits in self._rules():
            self._match(signs, of_device, fits)
        for slot in self._slots:
            if slot.key not in self._camera and slot.key not in self._unclear:
                self._create(slot)
        claims: dict[str, list[_Slot]] = {}
        for slot in self._slots:
            if slot.key in self._camera:
                claims.setdefault(self._camera[slot.key], []).append(slot)
        told: dict[str, tuple[str, Channel]] = {}
        missing: set[str] = set()
        found = []
        for device in (*self._devices.values(), *self._fresh.values()):
            place = self._place(device, claims.get(device.id, []))
            if place is not None:
                told[device.id] = (place.recorder.id, place.channel)
                found.append(self._placed(device, place))
            elif device.parent in self._read:
                if device.behind:
                    missing.add(device.id)
                found.append(replace(device, parent=device.parent if device.behind else "", channel=""))
            else:
                found.append(device)
        found.sort(key=lambda d: (address_order(d.address), d.id))
        return Links(devices=tuple(found), told=told, missing=frozenset(missing))

    def _rules(
        self,
    ) -> Sequence[
        tuple[Callable[[_Slot], str], Callable[[Device], str], Callable[[_Slot, Device], bool]]
    ]:  # the sign of a channel, that of a device, and whether they really fit
        return (
            (lambda s: channel_mac(s.channel), lambda d: self._macs[d.id], lambda _, __: True),
            (lambda s: channel_serial(s.channel), lambda d: self._serials[d.id], self._same_unit),
            (lambda s: s.address, lambda d: _plain_address(d.address), self._same_place),
            (lambda s: f"{s.recorder.id} {s.channel.number}", _old_place, self._same_channel),
        )

    def _match(
        self,
        of_slot: Callable[[_Slot], str],
        of_device: Callable[[Device], str],
        fits: Callable[[_Slot, Device], bool],
    ) -> None:
        """Give every channel that has none yet the one device that fits."""
        index: dict[str, list[Device]] = {}
        for device in self._devices.values():
            index.setdefault(of_device(device), []).append(device)
        for slot in self._slots:
            sign = of_slot(slot)
            if not sign or slot.key in self._camera:
                continue
            near = [d for d in index.get(sign, ()) if d.id != slot.recorder.id and fits(slot, d)]
            chosen = _one_of(slot, near)
            if chosen is not None:
                self._take(slot, chosen.id)
            elif near:
                self._unclear.add(slot.key)

    def _take(self, slot: _Slot, device: str) -> None:
        self._camera[slot.key] = device
        self._unclear.discard(slot.key)
        self._macs[device] = self._macs.get(device) or channel_mac(slot.channel)
        if channel_serial(slot.channel) and not self._serials.get(device):
            self._serials[device], self._texts[device] = channel_serial(slot.channel), slot.channel.serial.strip()

    def _same_unit(self, slot: _Slot, device: Device) -> bool:
        """Nothing that both tell differs: the MAC address, and the maker."""
        mac, makers = channel_mac(slot.channel), (find_maker(slot.channel.maker), find_maker(device.maker))
        other_maker = None not in makers and makers[0] is not makers[1]
        return not (mac and self._macs[device.id] and mac != self._macs[device.id]) and not other_maker

    def _same_place(self, slot: _Slot, device: Device) -> bool:
        if device.behind and device.parent != slot.recorder.id:
            return False  # the same address in another recorder's network
        serial = channel_serial(slot.channel)
        other = serial and self._serials[device.id] and serial != self._serials[device.id]
        return device.kind not in _NO_CAMERA and not other and self._same_unit(slot, device)

    def _same_channel(self, slot: _Slot, device: Device) -> bool:
        """A camera behind the recorder that tells nothing to know it by, and has another address than before."""
        if not slot.concrete or device.id in self._camera.values():
            return False
        model = slot.channel.model and device.model and slot.channel.model != device.model
        return not model and self._same_place(slot, device)

    def _create(self, slot: _Slot) -> None:
        """A device for a camera that is known from nowhere else; several channels of one camera are one device."""
        if not slot.concrete:
            return
        for device in self._fresh.values():
            if self._same_fresh(slot, device):
                self._take(slot, device.id)
                return
        chosen = next(i for i in self._ids(slot) if i not in self._devices and i not in self._fresh)
        address = slot.address or slot.recorder.address
        self._fresh[chosen] = Device(
            id=chosen, site=self._site, target=Target(address=address), kind=DeviceKind.CAMERA,
            maker=slot.channel.maker, parent=slot.recorder.id, behind=self._is_behind(slot),
        )  # fmt: skip
        self._macs[chosen] = self._serials[chosen] = ""
        self._take(slot, chosen)

    def _same_fresh(self, slot: _Slot, device: Device) -> bool:
        mac, serial = channel_mac(slot.channel), channel_serial(slot.channel)
        if mac and self._macs[device.id]:
            return mac == self._macs[device.id]
        if not self._same_unit(slot, device):
            return False
        if serial and self._serials[device.id]:
            return serial == self._serials[device.id]
        # The same address is the same camera only inside one network.
        one = device.parent == slot.recorder.id or not device.behind
        ports = {s.channel.port for s in self._slots if self._camera.get(s.key) == device.id}
        return one and bool(slot.address) and device.address == slot.address and slot.channel.port in ports

    def _ids(self, slot: _Slot) -> Iterator[str]:
        mac, serial = channel_mac(slot.channel), channel_serial(slot.channel)
        if mac:
            yield new_id(self._site, "mac", mac)
        if serial:
            yield new_id(self._site, "serial", serial)
        place = f"{slot.recorder.id} {slot.channel.number}"
        yield new_id(self._site, "channel", place)
        for number in range(1, len(self._devices) + len(self._slots) + 2):
            yield new_id(self._site, "channel", f"{place} {number}")

    def _is_behind(self, slot: _Slot, device: Device | None = None) -> bool:
        """Whether a camera cannot be asked where it stands: outside what is allowed, or at somebody else's address."""
        if not inside(slot.address, self._networks):
            return True
        own = device.id if device else ""
        return any(d.address == slot.address and d.id != own and not d.behind for d in self._devices.values())

    def _place(self, device: Device, claims: Sequence[_Slot]) -> _Slot | None:
        """The channel that a camera is shown at: where it was, else the first. A silent recorder keeps its own."""
        if not claims or (device.parent and device.parent not in self._read and device.parent in self._devices):
            return None
        here = [s for s in claims if s.recorder.id == device.parent] or claims
        return next((s for s in here if str(s.channel.number) == device.channel), here[0])

    def _placed(self, device: Device, slot: _Slot) -> Device:
        linked = replace(device, parent=slot.recorder.id, channel=str(slot.channel.number))
        if device.listed or device.id in self._answered:
            return replace(linked, behind=False)
        moved = bool(slot.address) and slot.address != device.address and self._is_behind(slot, device)
        if device.behind or moved or device.id in self._fresh:
            # What other channels of the same camera tell counts too.
            linked = replace(
                linked, mac=self._macs[device.id] or device.mac, serial=self._texts.get(device.id) or device.serial
            )
            return _described(linked, slot, behind=self._is_behind(slot, device))
        return linked


def _described(device: Device, slot: _Slot, *, behind: bool) -> Device:
    """The device as its recorder describes it."""
    channel = slot.channel
    maker = find_maker(channel.maker)
    return replace(
        device,
        behind=behind,
        target=Target(address=slot.address or device.address),
        kind=device.kind if device.kind is not DeviceKind.OTHER else DeviceKind.CAMERA,
        name=device.name or channel.name,
        maker=(maker.name if maker else channel.maker) or device.maker,
        model=channel.model or device.model,
        firmware=channel.firmware or device.firmware,
        serial=channel.serial.strip() if channel_serial(channel) else device.serial,
        mac=channel_mac(channel) or device.mac,
        identity=IdentityLevel.MEDIUM,
    )


def _slots(told: Told) -> Iterator[_Slot]:
    """Channels in their order, each number once."""
    for number, channel in sorted({c.number: c for c in reversed(told.channels)}.items()):
        assert number == channel.number
        yield _Slot(recorder=told.recorder, channel=channel)


def _one_of(slot: _Slot, near: Sequence[Device]) -> Device | None:
    """The one device among those that fit: the only one, else the one at the channel's address and port."""
    for several in (near, [d for d in near if d.address == slot.address]):
        if len(several) == 1:
            return several[0]
    exact = [d for d in near if d.address == slot.address and slot.channel.port in _ports(d)]
    return exact[0] if len(exact) == 1 else None


def _ports(device: Device) -> set[int]:
    return {device.target.port(service) for service in ("http", "https", "onvif", "rtsp")} | {
        *device.target.ports.values()
    }


def _plain_address(address: str) -> str:
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return ""


def _old_place(device: Device) -> str:
    return f"{device.parent} {device.channel}" if device.behind and device.channel else ""
