"""Fusing: identity survives an address change, listed devices stay, nobody is lost, order never matters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from hypothesis import given
from hypothesis import strategies as st

from fushinban.discover import change_text
from fushinban.discover.fuse import Fused, fuse, new_id
from fushinban.discover.groups import summarise
from fushinban.discover.hypotheses import guess
from fushinban.model.device import Device, DeviceKind, IdentityLevel, Target
from fushinban.model.discovery import Group, Method, Sighting

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NET = (ip_network("192.0.2.0/24"),)
A, B = "192.0.2.10", "192.0.2.11"
UUID = "urn:uuid:0000-{:04x}"


def seen(address: str, method: Method = Method.WS_DISCOVERY, **given: object) -> Sighting:
    return Sighting(method=method, address=address, at=AT, **given)  # type: ignore[arg-type] # fields by name


def device(id: str, address: str, **given: object) -> Device:
    return Device(id=id, site="s", target=Target(address=address), **given)  # type: ignore[arg-type] # fields by name


def by_id(fused: tuple[Fused, ...]) -> dict[str, Fused]:
    assert len({f.device.id for f in fused}) == len(fused)
    return {f.device.id: f for f in fused}


def test_signals_of_several_methods_become_one_device() -> None:
    (one,) = fuse("s", [
        seen(A, identity=UUID.format(1), ports={"onvif": 8000}, hints={"name": "cam", "onvif-maker": "Reolink E1"}),
        seen(A, Method.SSDP, identity="uuid:9", hints={"ssdp-maker": "Reolink", "model": "E1"}),
        seen(A, Method.NEIGHBOURS, mac="ec:71:db:00:00:01"),
        seen(A, Method.SWEEP, ports={"http": 80, "rtsp": 554}),
    ], [], [])  # fmt: skip
    d = one.device
    assert (d.maker, d.model, d.mac, d.identity) == ("Reolink", "E1", "ec:71:db:00:00:01", IdentityLevel.HIGH)
    assert d.target.port("onvif") == 8000
    assert (d.first_seen, d.last_seen, one.seen, one.before) == (AT, AT, True, None)


def test_two_devices_that_swap_addresses_keep_their_identity() -> None:
    known = [device("one", A, mac="AC-CC-8E-00-00-01"), device("two", B, endpoint_id="uuid:0000-0002")]
    now = [seen(B, Method.NEIGHBOURS, mac="ac:cc:8e:00:00:01"), seen(A, identity=UUID.format(2))]
    found = by_id(fuse("s", now, [], known))
    assert {i: f.device.address for i, f in found.items()} == {"one": B, "two": A}
    summary = summarise(found.values(), {Method.SWEEP}, NET)
    assert summary.of(Group.CHANGED) == summary.devices
    assert summary.changes["one"] == (f"address: {A} → {B}",)
    assert change_text(summary.changes["one"][0]).ja == f"IPアドレスが {A} から {B} に変わりました。"


def test_listed_devices_that_swap_addresses_too() -> None:
    listed = [device("gate", A, name="門", listed=True), device("yard", B, name="庭", listed=True)]
    known = [replace(d, endpoint_id=UUID.format(n)) for n, d in enumerate(listed)]
    found = by_id(fuse("s", [seen(A, identity=UUID.format(1)), seen(B, identity=UUID.format(0))], listed, known))
    assert {i: (f.device.address, f.device.name) for i, f in found.items()} == {"gate": (B, "門"), "yard": (A, "庭")}


def test_a_device_that_took_over_a_known_address_is_new() -> None:
    known = [device("old", A, mac="00:40:8c:00:00:01")]
    found = fuse("s", [seen(A, Method.NEIGHBOURS, mac="ec:71:db:00:00:01")], [], known)
    assert [(f.device.id == "old", f.seen) for f in sorted(found, key=lambda f: f.device.id != "old")] == [
        (True, False), (False, True)
    ]  # fmt: skip


def test_an_exchanged_unit_at_a_listed_place_stays_that_device_and_has_changed() -> None:
    listed = [device("gate", A, name="門", kind=DeviceKind.CAMERA)]
    known = [replace(listed[0], mac="00:40:8c:00:00:01", maker="AXIS", firmware="5.0", identity=IdentityLevel.CERTAIN)]
    (one,) = fuse("s", [seen(A, Method.NEIGHBOURS, mac="ec:71:db:00:00:01")], listed, known)
    assert (one.device.id, one.device.name, one.device.maker, one.device.firmware) == ("gate", "門", "Reolink", "")
    assert one.device.identity is IdentityLevel.MEDIUM
    changes = summarise([one], {Method.NEIGHBOURS}, NET).changes["gate"]
    assert "mac: 00:40:8c:00:00:01 → ec:71:db:00:00:01" in changes


def test_listed_devices_on_one_address_stay_apart() -> None:
    listed = [
        Device(id=f"d{n}", site="s", target=Target(address="127.0.0.1", ports={"http": 10080 + n, "rtsp": 10554 + n}))
        for n in range(3)
    ]
    now = [seen("127.0.0.1", identity=UUID.format(n), ports={"onvif": 10080 + n}) for n in range(4)]
    now += [seen("127.0.0.1", Method.LISTED, ports={"rtsp": 10555}), seen("127.0.0.1", Method.SSDP)]
    found = by_id(fuse("s", now, listed, []))
    assert {i: found[i].device.endpoint_id for i in ("d0", "d1", "d2")} == {f"d{n}": UUID.format(n) for n in range(3)}
    assert all(found[d.id].device.target == d.target for d in listed)
    (stranger,) = [f.device for f in found.values() if f.device.endpoint_id == UUID.format(3)]
    assert stranger.target.port("http") == 10083


def test_what_the_device_said_itself_is_not_overwritten_by_a_guess() -> None:
    known = [device("k", A, maker="Hanwha Techwin", model="XNV-8080R", firmware="2.0", identity=IdentityLevel.CERTAIN)]
    now = [seen(A, hints={"onvif-maker": "AXIS P1", "name": "AXIS P1", "model": "P1"})]
    (one,) = fuse("s", now, [], known)
    assert (one.device.maker, one.device.model, one.device.identity) == (
        "Hanwha Techwin", "XNV-8080R", IdentityLevel.CERTAIN
    )  # fmt: skip
    assert summarise([one], {Method.SWEEP}, NET).groups == {"k": Group.SAME}


def test_copied_endpoint_ids_do_not_make_two_cameras_one() -> None:
    now = [seen(a, identity=UUID.format(7)) for a in (A, B)]
    first = by_id(fuse("s", now, [], []))
    assert len(first) == 2
    again = by_id(fuse("s", now, [], [f.device for f in first.values()]))
    assert {i: f.device.address for i, f in again.items()} == {i: f.device.address for i, f in first.items()}


def test_ipv4_and_ipv6_of_one_device_are_one() -> None:
    (one,) = fuse("s", [seen(A, identity=UUID.format(1)), seen("2001:db8::1", identity=UUID.format(1))], [], [])
    assert one.device.address == A


def test_a_camera_behind_a_recorder_is_never_taken_for_what_stands_at_its_address_and_never_gone() -> None:
    known = [device("nvr", A), device("ch1", A, parent="nvr", channel="1", behind=True)]
    found = by_id(fuse("s", [seen(A)], [], known))
    assert (found["nvr"].seen, found["ch1"].seen) == (True, False)
    assert summarise(found.values(), set(Method), NET).groups == {"nvr": Group.SAME, "ch1": Group.SAME}


def test_a_camera_on_a_channel_is_found_again_like_any_other() -> None:
    known = [device("nvr", A), device("ch1", B, parent="nvr", channel="1", mac="ac:cc:8e:00:00:01")]
    found = by_id(fuse("s", [seen(A), seen("192.0.2.12", Method.NEIGHBOURS, mac="ac:cc:8e:00:00:01")], [], known))
    assert found.keys() == {"nvr", "ch1"}
    assert (found["ch1"].device.address, found["ch1"].device.parent) == ("192.0.2.12", "nvr")
    assert summarise(found.values(), {Method.SWEEP}, NET).groups["ch1"] is Group.CHANGED


def test_a_camera_that_comes_out_from_behind_its_recorder_is_the_same_one() -> None:
    known = [device("ch1", "10.1.1.2", parent="nvr", channel="1", mac="ac:cc:8e:00:00:01", behind=True)]
    (one,) = fuse("s", [seen(B, Method.NEIGHBOURS, mac="ac:cc:8e:00:00:01")], [], known)
    assert (one.device.id, one.device.address, one.device.behind, one.seen) == ("ch1", B, False, True)
    (listed,) = fuse("s", [], [device("gate", B, mac="ac:cc:8e:00:00:01")], known)
    assert (listed.device.id, listed.device.behind) == ("gate", False)


def test_a_device_that_was_discovered_before_it_was_listed_is_one_device() -> None:
    known = [device("d-abc", A, mac="ec:71:db:00:00:01")]
    (one,) = fuse("s", [seen(A)], [device("gate", A)], known)
    assert (one.device.id, one.before, one.device.mac) == ("gate", known[0], "ec:71:db:00:00:01")


def test_gone_only_where_a_method_could_have_seen_it() -> None:
    rows = [
        Fused(device=device("plain", A), before=device("plain", A), seen=False),
        Fused(device=device("onvif", B, endpoint_id=UUID.format(1)), before=device("onvif", B), seen=False),
        Fused(device=device("far", "198.51.100.1"), before=device("far", "198.51.100.1"), seen=False),
        Fused(device=device("muted", A, ignored=True), before=device("muted", A), seen=False),
        Fused(device=device("listed", A, listed=True), before=None, seen=False),
    ]
    expected = {
        Method.NEIGHBOURS: set(), Method.SSDP: set(), Method.MDNS: set(), Method.WS_DISCOVERY: {"onvif"},
        Method.SWEEP: {"plain", "onvif"}, Method.LISTED: {"plain", "onvif", "far"},
    }  # fmt: skip
    for method, gone in expected.items():
        summary = summarise(rows, {method}, NET)
        assert {d.id for d in summary.of(Group.GONE)} == gone, method
        assert summary.groups["muted"] is Group.IGNORED
        assert summary.groups["listed"] is Group.NEW


def test_a_device_that_missed_the_last_run_is_back() -> None:
    before = device("k", A, last_seen=AT - timedelta(days=60))
    row = Fused(device=replace(before, last_seen=AT), before=before, seen=True)
    assert summarise([row], {Method.SWEEP}, NET, last_run=AT - timedelta(days=30)).groups == {"k": Group.BACK}
    assert summarise([row], {Method.SWEEP}, NET, last_run=AT - timedelta(days=90)).groups == {"k": Group.SAME}


def test_how_sure_a_maker_is() -> None:
    axis = seen(A, hints={"onvif-maker": "AXIS P3265"})
    mac = seen(A, Method.NEIGHBOURS, mac="ac:cc:8e:00:00:01")
    local = seen(A, Method.NEIGHBOURS, mac="02:cc:8e:00:00:01")
    other = seen(A, Method.SSDP, hints={"ssdp-maker": "Hikvision"})
    weak = seen(A, Method.NEIGHBOURS, mac="08:00:23:00:00:01")
    told = {
        "two signals": ([axis, mac], "axis", IdentityLevel.HIGH),
        "twice the same signal": ([axis, axis], "axis", IdentityLevel.MEDIUM),
        "one strong": ([mac], "axis", IdentityLevel.MEDIUM),
        "one weak": ([weak], "ipro", IdentityLevel.LOW),
        "two against one": ([axis, mac, other], "axis", IdentityLevel.MEDIUM),
        "contradiction": ([axis, other], "", IdentityLevel.LOW),
        "nothing": ([local], "", IdentityLevel.LOW),
    }
    for case, (rows, maker, level) in told.items():
        idea = guess(rows)
        assert ((idea.maker.id if idea.maker else ""), idea.level) == (maker, level), case


def test_kinds_are_guessed() -> None:
    router = seen(A, Method.SSDP, hints={"kind": "router", "types": "x"})
    camera = seen(A, hints={"types": "NetworkVideoTransmitter Device"})
    recorder = seen(A, hints={"types": "NetworkVideoTransmitter", "name": "NVR-16"})
    assert [guess([s]).kind for s in (router, camera, recorder, seen(A))] == [
        DeviceKind.ROUTER, DeviceKind.CAMERA, DeviceKind.RECORDER, DeviceKind.OTHER
    ]  # fmt: skip


ADDRESSES = st.sampled_from([A, B, "192.0.2.12", "2001:db8::1", "127.0.0.1"])
MACS = st.sampled_from(["", "ac:cc:8e:00:00:01", "ec:71:db:00:00:01", "02:00:00:00:00:09"])
IDS = st.sampled_from(["", *(UUID.format(n) for n in range(3))])
PORTS = st.sampled_from([{}, {"onvif": 80}, {"onvif": 8000}, {"onvif": 10080}, {"http": 80, "rtsp": 554}])
SIGHTINGS = st.lists(
    st.builds(
        Sighting, method=st.sampled_from(list(Method)), address=ADDRESSES, at=st.just(AT), identity=IDS, mac=MACS,
        ports=PORTS, hints=st.sampled_from([{}, {"name": "AXIS P1", "onvif-maker": "AXIS P1"}, {"serial": "X1"}]),
    ),
    max_size=8,
)  # fmt: skip
KNOWN = st.lists(
    st.builds(
        Device, id=st.sampled_from(["k1", "k2", "k3", "k4"]), site=st.just("s"), mac=MACS, endpoint_id=IDS,
        serial=st.sampled_from(["", "X1"]), parent=st.sampled_from(["", "", "", "k1"]), behind=st.booleans(),
        target=st.builds(Target, address=ADDRESSES, ports=st.sampled_from([{}, {"http": 10080}, {"http": 8000}])),
    ),
    max_size=4, unique_by=lambda d: d.id,
)  # fmt: skip


@given(SIGHTINGS, KNOWN, KNOWN, st.randoms(use_true_random=False))
def test_nobody_is_lost_and_order_never_matters(now, listed, known, random) -> None:
    known = [replace(d, id=d.id.replace("k", random.choice("kz"))) for d in known]
    fused = fuse("s", now, listed, known)
    ids = by_id(fused)
    assert {d.id for d in listed} <= set(ids)
    tied = {f.before.id for f in fused if f.before}
    assert {d.id for d in known} == tied, "every known device is still there, at most under its listed id"
    joinable = {s.address for s in now if s.identity or s.mac} | {d.address for d in listed}
    assert {s.address for s in now} - joinable <= {f.device.address for f in fused}
    shuffled = [random.sample(rows, len(rows)) for rows in (now, listed, known)]
    assert fuse("s", *shuffled) == fused
    for row in fused:
        assert row.seen or row.before or row.device.id in {d.id for d in listed}
    summary = summarise(fused, set(Method), NET)
    assert set(summary.groups) == set(ids)
    assert summary.of(Group.NEW) == tuple(f.device for f in fused if not f.before and not f.device.ignored)


@given(SIGHTINGS)
def test_ids_are_stable_from_run_to_run(now) -> None:
    first = fuse("s", now, [], [])
    again = fuse("s", now, [], [f.device for f in first])
    assert {f.device.id for f in again} == {f.device.id for f in first}
    assert all(f.seen and f.before for f in again)
    assert set(summarise(again, {Method.SWEEP}, NET).groups.values()) <= {Group.SAME}
    assert fuse("s", now, [], []) == first


@given(st.text(), st.text(), st.text(), st.text())
def test_ids_belong_to_one_site(site: str, other: str, kind: str, value: str) -> None:
    assert new_id(site, kind, value) == new_id(site, kind, value)
    assert (new_id(site, kind, value) == new_id(other, kind, value)) is (site == other)


def test_a_found_device_that_a_person_lists_keeps_its_history_under_the_listed_id() -> None:
    known = [device("d-found", A, mac="00:40:8c:00:00:01")]
    listed = [device("gate", A, name="門", mac="00:40:8c:00:00:01")]
    found = fuse("s", [seen(A, Method.NEIGHBOURS, mac="00:40:8c:00:00:01")], listed, known)
    summary = summarise(found, {Method.NEIGHBOURS}, NET)
    assert summary.renamed == {"d-found": "gate"}
    assert [d.id for d in summary.devices] == ["gate"]


def test_a_maker_that_a_person_named_counts_until_the_device_says_another() -> None:
    listed = device("r", A, listed=True, maker="Yamaha")
    weak = seen(A, Method.NEIGHBOURS, mac="00:0d:02:00:00:01")  # NEC's network card
    assert fuse("s", [weak], [listed], [])[0].device.maker == "Yamaha"
    shown = seen(A, Method.SWEEP, hints={"http-server": "IX Series IX2215 (x) Software, Version 10.7.17"})
    assert fuse("s", [shown], [listed], [])[0].device.maker == "NEC"
    guessed = device("r", A, maker="NEC")
    assert fuse("s", [], [listed], [guessed])[0].device.maker == "Yamaha"
    for sure in (device("r", A, maker="NEC", firmware="10.7.17"), device("r", A, maker="NEC", identity="certain")):
        certain = replace(sure, identity=IdentityLevel(sure.identity))
        assert fuse("s", [], [listed], [certain])[0].device.maker == "NEC"
    exchanged = replace(device("r", A, maker="NEC", firmware="10.7.17"), mac="00:0d:02:00:00:09")
    assert fuse("s", [weak], [listed], [exchanged])[0].device.maker == "Yamaha"


def test_a_host_key_stays_with_its_device_and_a_person_decides() -> None:
    known = device("r", A, host_key="ssh-rsa SHA256:old", mac="00:0d:02:00:00:09")
    moved = seen(B, Method.NEIGHBOURS, mac="00:0d:02:00:00:09")
    assert fuse("s", [moved], [], [known])[0].device.host_key == known.host_key
    listed = device("r", A, listed=True)
    other = seen(A, Method.NEIGHBOURS, mac="00:0d:02:00:00:01")
    assert fuse("s", [other], [listed], [known])[0].device.host_key == known.host_key, "also of an exchanged unit"
    pinned = replace(listed, host_key="SHA256:new")
    assert fuse("s", [], [pinned], [known])[0].device.host_key == "SHA256:new"
