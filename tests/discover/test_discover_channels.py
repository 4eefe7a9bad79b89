"""Channels of recorders: by MAC, serial, address in this order; one camera at most; identity survives an address."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.discover.channels import Links, Told, channel_address, link, plain_serial
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import Channel

NET = (ip_network("192.0.2.0/24"),)
MAC, OTHER_MAC = "ec:71:db:00:00:01", "ec:71:db:00:00:02"
SERIAL = "DS-INVENTED-0001"
RECORDER = Device(id="nvr", site="s", target=Target(address="192.0.2.2"), kind=DeviceKind.RECORDER)


def camera(id_: str, address: str, **given: object) -> Device:
    made = Device(id=id_, site="s", target=Target(address=address), kind=DeviceKind.CAMERA)
    return replace(made, **given)  # type: ignore[arg-type] # fields by name


def told(*channels: Channel, recorder: Device = RECORDER) -> Told:
    return Told(recorder=recorder, channels=channels)


def run(devices: list[Device], *recorders: Told, answered: frozenset[str] = frozenset()) -> Links:
    return link("s", [*devices, *(t.recorder for t in recorders)], recorders, NET, answered)


def by_id(links: Links) -> dict[str, Device]:
    found = {d.id: d for d in links.devices}
    assert len(found) == len(links.devices)
    return found


def test_the_mac_address_decides_before_the_serial_number_and_that_before_the_address() -> None:
    devices = [
        camera("by-mac", "192.0.2.31", mac=MAC),
        camera("by-serial", "192.0.2.32", serial=SERIAL),
        camera("by-address", "192.0.2.33"),
    ]
    links = run(
        devices,
        told(
            Channel(number=1, mac="EC-71-DB-00-00-01", serial="INVENTED-9", address="192.0.2.33"),
            Channel(number=2, serial=SERIAL.lower(), address="192.0.2.33"),
            Channel(number=3, address="192.0.2.33"),
        ),
        answered=frozenset({"by-mac", "by-serial", "by-address"}),
    )
    found = by_id(links)
    assert {i: (d.parent, d.channel, d.behind) for i, d in found.items() if i != "nvr"} == {
        "by-mac": ("nvr", "1", False),
        "by-serial": ("nvr", "2", False),
        "by-address": ("nvr", "3", False),
    }
    assert [found[d.id].target for d in devices] == [d.target for d in devices], "seen themselves: nothing is replaced"


def test_signs_that_contradict_are_no_match() -> None:
    links = run(
        [camera("one", "192.0.2.31", mac=MAC)],
        told(Channel(number=1, mac=OTHER_MAC, address="192.0.2.31", model="M-1")),
        answered=frozenset({"one"}),
    )
    found = by_id(links)
    assert found["one"].parent == ""
    (new,) = [d for d in links.devices if d.id not in ("one", "nvr")]
    assert (new.parent, new.channel, new.behind, new.mac) == ("nvr", "1", True, OTHER_MAC)


def test_the_router_at_the_same_address_is_no_camera() -> None:
    router = camera("router", "192.0.2.1", kind=DeviceKind.ROUTER)
    links = run([router], told(Channel(number=1, address="192.0.2.1", port=8000)))
    assert by_id(links)["router"] == router
    (new,) = [d for d in links.devices if d.id not in ("router", "nvr")]
    assert new.behind, "there is somebody else at its address here"


def test_a_camera_in_the_recorders_own_network_becomes_a_device_that_is_never_asked() -> None:
    channel = Channel(
        number=4, name="倉庫", address="10.1.1.65", port=8000, maker="hikvision", model="DS-INV", firmware="V5.1",
        serial=SERIAL, mac=MAC, online=True,
    )  # fmt: skip
    links = run([], told(channel))
    (new,) = [d for d in links.devices if d.id != "nvr"]
    assert (new.parent, new.channel, new.behind, new.address) == ("nvr", "4", True, "10.1.1.65")
    assert (new.name, new.maker, new.model, new.firmware) == ("倉庫", "Hikvision", "DS-INV", "V5.1")
    assert (new.serial, new.mac, new.kind) == (SERIAL, MAC, DeviceKind.CAMERA)
    assert links.told[new.id] == ("nvr", channel)


def test_a_camera_where_asking_is_allowed_is_asked_next_time() -> None:
    links = run([], told(Channel(number=1, address="192.0.2.77")))
    (new,) = [d for d in links.devices if d.id != "nvr"]
    assert (new.behind, new.address, new.parent) == (False, "192.0.2.77", "nvr")


@pytest.mark.parametrize(
    "channel",
    [
        Channel(number=1, name="アナログ", protocol="analog", online=True),
        Channel(number=1, address="0.0.0.0"),
        Channel(number=1, address="192.0.2.2"),
        Channel(number=1, address="127.0.0.1", mac="00:00:00:00:00:00", serial="00000000"),
        Channel(number=1, address="nvr.example", mac="ff:ff:ff:ff:ff:ff", serial="1"),
    ],
)
def test_sockets_and_empty_places_are_no_devices(channel: Channel) -> None:
    assert [d.id for d in run([], told(channel)).devices] == ["nvr"]


def test_several_channels_of_one_camera_are_one_device_and_the_first_is_shown() -> None:
    four = [Channel(number=n, address="10.1.1.9", port=80, name=f"sensor {n}") for n in (4, 3, 2, 1)]
    links = run([], told(*four))
    (new,) = [d for d in links.devices if d.id != "nvr"]
    assert (new.channel, new.name) == ("1", "sensor 1")
    again = link("s", links.devices, [told(*four)], NET, set())
    assert by_id(again) == by_id(links)


def test_two_recorders_have_networks_of_their_own() -> None:
    other = replace(RECORDER, id="nvr2", target=Target(address="192.0.2.3"))
    one = Channel(number=1, address="10.1.1.65", port=80)
    links = run([], told(one), told(one, recorder=other))
    assert sorted((d.parent, d.channel) for d in links.devices if d.parent) == [("nvr", "1"), ("nvr2", "1")]
    again = link("s", links.devices, [told(one), told(one, recorder=other)], NET, set())
    assert by_id(again) == by_id(links)


@pytest.mark.parametrize(
    ("signs", "now"),
    [
        ({"mac": MAC}, {"mac": MAC, "number": 7}),
        ({"serial": SERIAL}, {"serial": SERIAL, "number": 7}),
        ({}, {"number": 1}),
    ],
)
def test_identity_survives_a_change_of_address(signs: dict[str, str], now: dict[str, object]) -> None:
    first = run([], told(Channel(number=1, address="10.1.1.65", **signs)))  # type: ignore[arg-type] # fields by name
    again = link("s", first.devices, [told(Channel(address="10.1.1.99", **now))], NET, set())  # type: ignore[arg-type]
    (before,), (after,) = ([d for d in links.devices if d.id != "nvr"] for links in (first, again))
    assert (after.id, after.address, after.channel) == (before.id, "10.1.1.99", str(now["number"]))
    assert after.behind


def test_an_exchanged_camera_is_another_one_and_the_old_one_loses_the_channel() -> None:
    first = run([], told(Channel(number=1, address="10.1.1.65", mac=MAC)))
    again = link("s", first.devices, [told(Channel(number=1, address="10.1.1.65", mac=OTHER_MAC))], NET, set())
    old, new = sorted((d for d in again.devices if d.id != "nvr"), key=lambda d: d.mac)
    assert (old.mac, old.parent, old.channel) == (MAC, "nvr", "")
    assert (new.mac, new.parent, new.channel) == (OTHER_MAC, "nvr", "1")
    assert again.missing == {old.id}


def test_a_recorder_that_told_nothing_keeps_its_children() -> None:
    child = camera("one", "192.0.2.31", parent="nvr", channel="3")
    behind = camera("two", "10.1.1.2", parent="nvr", channel="4", behind=True)
    links = link("s", [RECORDER, child, behind], [], NET, {"one"})
    assert by_id(links) == {"nvr": RECORDER, "one": child, "two": behind}
    assert not links.missing


def test_a_camera_taken_off_the_recorder_stays_without_a_parent() -> None:
    child = camera("one", "192.0.2.31", parent="nvr", channel="3")
    found = by_id(run([child], told()))
    assert (found["one"].parent, found["one"].channel) == ("", "")


def test_a_camera_that_moved_behind_its_recorder_is_the_same_one_and_is_asked_no_more() -> None:
    links = run([camera("one", "192.0.2.31", mac=MAC)], told(Channel(number=2, address="10.1.1.5", mac=MAC)))
    moved = by_id(links)["one"]
    assert (moved.address, moved.behind, moved.parent, moved.channel) == ("10.1.1.5", True, "nvr", "2")
    listed = run(
        [camera("one", "192.0.2.31", mac=MAC, listed=True)], told(Channel(number=2, address="10.1.1.5", mac=MAC))
    )
    assert by_id(listed)["one"].target == Target(address="192.0.2.31"), "a person says where it stands"


def test_two_that_fit_and_nothing_that_decides_is_no_match_and_no_new_device() -> None:
    twins = [camera("a", "192.0.2.31", serial=SERIAL), camera("b", "192.0.2.32", serial=SERIAL)]
    links = run(twins, told(Channel(number=1, serial=SERIAL)))
    assert by_id(links) == {d.id: d for d in [*twins, RECORDER]}
    decided = by_id(run(twins, told(Channel(number=1, serial=SERIAL, address="192.0.2.32"))))
    assert (decided["a"].channel, decided["b"].channel) == ("", "1")


ADDRESSES = st.sampled_from(
    ["", "192.0.2.2", "192.0.2.31", "192.0.2.32", "10.1.1.2", "10.1.1.3", "host", "fe80::1%eth0"]
)
MACS = st.sampled_from(["", MAC, OTHER_MAC, "ec71db000003", "ff:ff:ff:ff:ff:ff"])
SERIALS = st.sampled_from(["", SERIAL, "INVENTED-2", "0000000"])
CHANNELS = st.lists(
    st.builds(
        Channel, number=st.integers(1, 4), address=ADDRESSES, mac=MACS, serial=SERIALS, port=st.sampled_from([0, 80]),
        maker=st.sampled_from(["", "Axis", "Hikvision"]), model=st.sampled_from(["", "M-1", "M-2"]),
    ),
    max_size=5,
)  # fmt: skip
DEVICES = st.lists(
    st.builds(
        Device, id=st.sampled_from(["a", "b", "c", "d"]), site=st.just("s"), mac=MACS, serial=SERIALS,
        kind=st.sampled_from([DeviceKind.CAMERA, DeviceKind.OTHER, DeviceKind.ROUTER]), listed=st.booleans(),
        target=st.builds(Target, address=st.sampled_from(["192.0.2.31", "192.0.2.32", "10.1.1.2"])),
    ),
    max_size=4, unique_by=lambda d: d.id,
)  # fmt: skip
SECOND = replace(RECORDER, id="nvr2", target=Target(address="192.0.2.3"))
RUNS = st.lists(st.tuples(st.one_of(st.none(), CHANNELS), st.one_of(st.none(), CHANNELS)), min_size=1, max_size=4)


@given(DEVICES, RUNS, st.sets(st.sampled_from(["a", "b", "c", "d"])), st.randoms(use_true_random=False))
def test_over_many_inspections(devices, runs, answered, random) -> None:
    known: tuple[Device, ...] = (RECORDER, SECOND, *devices)
    for one, two in runs:
        both = [(RECORDER, one), (SECOND, two)]
        recorders = [Told(recorder=r, channels=tuple(c)) for r, c in both if c is not None]
        links = link("s", known, recorders, NET, answered)
        found = by_id(links)
        assert {d.id for d in known} <= set(found), "nobody is lost"
        places = [(d.parent, d.channel) for d in links.devices if d.channel]
        assert len(places) == len(set(places)), "never two cameras for one channel"
        assert all(d.parent and not d.listed and d.id not in answered for d in links.devices if d.behind)
        assert found["nvr"].target == RECORDER.target
        for device in devices:
            if device.listed or device.id in answered:
                assert found[device.id].target == device.target
        shuffled = random.sample(known, len(known)), random.sample(recorders, len(recorders))
        assert link("s", shuffled[0], shuffled[1], NET, answered) == links, "order never matters"
        known = links.devices


@st.composite
def cameras(draw: st.DrawFn) -> list[Channel]:
    """Channels of cameras that do not contradict each other: each tells some of its own signs."""
    found = []
    for number in draw(st.lists(st.integers(1, 5), max_size=5, unique=True)):
        mac, serial, address = f"ec:71:db:00:01:{number:02x}", f"INVENTED-{number}", f"10.1.1.{number}"
        signs = draw(st.sampled_from([(mac, "", ""), ("", serial, ""), ("", "", address), (mac, serial, address)]))
        found.append(Channel(number=number, mac=signs[0], serial=signs[1], address=signs[2], port=80))
    return found


@given(st.lists(cameras(), min_size=1, max_size=5))
def test_kept_through_inspections_without_duplicates(runs: list[list[Channel]]) -> None:
    known: tuple[Device, ...] = (RECORDER,)
    for channels in runs:
        links = link("s", known, [told(*channels)], NET, set())
        shown = {d.channel: d for d in links.devices if d.channel}
        assert {int(n) for n in shown} == {c.number for c in channels}, "each has its camera"
        again = link("s", links.devices, [told(*channels)], NET, set())
        assert by_id(again) == by_id(links), "the same again changes nothing"
        known = links.devices
    # A camera that first tells one of its signs and then only another one cannot be known again: one per sign at most.
    assert len(known) - 1 <= 3 * 5


@given(st.lists(st.integers(1, 5), min_size=1, unique=True), st.lists(st.integers(2, 250), min_size=1, max_size=4))
def test_cameras_that_tell_a_sign_are_the_same_ones_wherever_they_stand(numbers: list[int], moves: list[int]) -> None:
    known: tuple[Device, ...] = (RECORDER,)
    for move in moves:
        channels = [Channel(number=n, mac=f"ec:71:db:00:01:{n:02x}", address=f"10.{n}.1.{move}") for n in numbers]
        known = link("s", known, [told(*channels)], NET, set()).devices
        assert len(known) == 1 + len(numbers)
        assert {d.address for d in known if d.behind} == {c.address for c in channels}


@given(st.text())
def test_any_address_or_serial_number_is_taken(text: str) -> None:
    assert isinstance(channel_address(Channel(number=1, address=text)), str)
    assert isinstance(plain_serial(text), str)
    run([], told(Channel(number=1, address=text, serial=text, mac=text, maker=text, model=text)))
