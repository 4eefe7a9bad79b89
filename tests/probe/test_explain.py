"""Predicted against observed: every port in one class, mismatches with causes that nothing known speaks against."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.messages import ids
from fushinban.model.exposure import GlobalAddress, Obstacle, Opening, OwnReach, Prediction, Reach, Stopped
from fushinban.model.facts.services import PortState
from fushinban.model.filtering import Family, ForwardKind, Line
from fushinban.model.intervals import ANY_V4, ANY_V6, NOTHING, TCP, UDP, Intervals, addresses, ports
from fushinban.model.mismatch import Agreement, Cause, ComparedPort, InsideSeen, Surroundings, Unlooked
from fushinban.model.outside import OutsideLook
from fushinban.model.reflection import OUTSIDE_PORTS, Reflection, SeenPort
from fushinban.model.router import Origin, OwnService, Purpose, Unread, UpnpServer
from fushinban.model.text import Text
from fushinban.probe._causes import inside_port
from fushinban.probe.explain import explain

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
SEEN = "203.0.113.7"
CAMERA = "192.168.1.64"
LINE = Line(12, "nat descriptor masquerade static 1 1 192.168.1.64 tcp 8080=80")


def reach(outside_ports: Intervals, **more: object) -> Reach:
    """A way in for anyone at the address that the provider gives."""
    usual = Reach(
        interface="wan", family=Family.V4, outside=ANY_V4, assigned=True, outside_ports=outside_ports, sources=ANY_V4,
        anyone=True, lines=(LINE,),
    )  # fmt: skip
    return replace(usual, **more)  # type: ignore[arg-type]  # fields of Reach


def opening(port: int, to: int = 80, kind: ForwardKind = ForwardKind.STATIC, **more: object) -> Opening:
    """A forward to the camera."""
    return Opening(
        reach=reach(Intervals.single(port), **more), kind=kind, protocols=TCP, inside=addresses(CAMERA),
        inside_ports=Intervals.single(to), inside_interface="lan",
    )  # fmt: skip


def prediction(*rows: Opening, **more: object) -> Prediction:
    usual = Prediction(kind="yamaha", origin=Origin.FILE, openings=rows, upnp=UpnpServer(enabled=False))
    return replace(usual, **more)  # type: ignore[arg-type]  # fields of Prediction


def look(*opened: int, closed: tuple[int, ...] = (), address: str = SEEN) -> OutsideLook:
    """A look that saw these ports open, these refused, and nothing at the others."""
    states = dict.fromkeys(closed, PortState.CLOSED) | dict.fromkeys(opened, PortState.OPEN)
    seen = tuple(SeenPort(port=p, state=states.get(p, PortState.FILTERED)) for p in OUTSIDE_PORTS)
    reflection = Reflection(address=address, nonce="0", started=NOW, ended=NOW, ports=seen)
    return OutsideLook(
        id=1, site="s", at=NOW, family=ip_address(address).version, address=address, reflector="k", seen=reflection
    )


def at(port: int, told: Prediction, seen: OutsideLook, around: Surroundings | None = None) -> ComparedPort:
    (found,) = [p for p in explain(told, [seen], around or Surroundings()).ports if p.port == port]
    return found


def causes(port: ComparedPort) -> list[Cause]:
    return [c.cause for c in port.causes]


WEB = SeenPort(port=80, state=PortState.OPEN)
CAM = InsideSeen(name="玄関", addresses=(ip_address(CAMERA),), reached=True, ports=(WEB,))
KNOWN = Surroundings(devices=(CAM,), searched=(ip_network("192.168.1.0/24"),), inspected_at=NOW)


def test_what_agrees_needs_no_cause() -> None:
    found = at(8080, prediction(opening(8080)), look(8080))
    assert (found.agreement, found.predicted, found.causes) == (Agreement.AGREES, True, ())
    assert found.lines == (LINE,)
    nothing = at(8081, prediction(opening(8080)), look(8080))
    assert (nothing.agreement, nothing.predicted, nothing.rows) == (Agreement.AGREES, False, ())
    compared = explain(prediction(opening(8080)), [look(8080)], Surroundings())
    assert [p.port for p in compared.notable] == [8080]


@pytest.mark.parametrize(
    ("own", "first"),
    [("100.64.3.9", Cause.CARRIER_NAT), ("192.168.0.5", Cause.DOUBLE_NAT), ("198.51.100.4", Cause.ANOTHER_LINE)],
)
def test_the_router_is_not_at_the_end_of_the_line(own: str, first: Cause) -> None:
    around = Surroundings(outside=(ip_address(own),))
    static = opening(8080, assigned=False, outside=addresses(own))
    gone = at(8080, prediction(static), look(), around)
    assert (gone.agreement, causes(gone)[0]) == (Agreement.NOT_SEEN, first)
    assert own in gone.causes[0].technical.ja
    assert SEEN in gone.causes[0].technical.en
    other = at(80, prediction(), look(80), around)
    assert (other.agreement, causes(other)[0]) == (Agreement.NOT_PREDICTED, first)


def test_an_address_that_changed_after_the_configuration_was_read() -> None:
    around = Surroundings(outside=(ip_address("198.51.100.4"),), read_at=NOW - timedelta(days=9))
    found = at(8080, prediction(opening(8080)), look(), around)
    assert causes(found)[0] is Cause.ADDRESS_CHANGED
    assert Cause.OLD_CONFIGURATION in causes(found)


def test_a_forward_for_another_address_of_the_router_is_not_of_this_line() -> None:
    other = opening(8080, assigned=False, outside=addresses("203.0.113.8"))
    around = Surroundings(outside=(ip_address(SEEN), ip_address("203.0.113.8")))
    found = at(8080, prediction(other), look(), around)
    assert (found.agreement, found.rows) == (Agreement.AGREES, ())


def test_asked_from_inside() -> None:
    found = at(80, prediction(), look(80, address="192.168.7.1"))
    assert causes(found)[0] is Cause.FROM_INSIDE


def test_a_forward_to_a_device_that_is_gone() -> None:
    nobody = replace(KNOWN, devices=())
    found = at(8080, prediction(opening(8080)), look(), nobody)
    assert causes(found) == [Cause.DEVICE_GONE]
    assert CAMERA in found.causes[0].technical.ja
    silent = replace(KNOWN, devices=(replace(CAM, reached=False),))
    assert Cause.DEVICE_GONE in causes(at(8080, prediction(opening(8080)), look(), silent))
    elsewhere = replace(nobody, searched=(ip_network("10.0.0.0/24"),))
    assert Cause.DEVICE_GONE not in causes(at(8080, prediction(opening(8080)), look(), elsewhere))


def test_a_port_that_is_closed_inside_and_one_that_is_refused() -> None:
    shut = replace(KNOWN, devices=(replace(CAM, ports=(SeenPort(port=80, state=PortState.CLOSED),)),))
    found = at(8080, prediction(opening(8080)), look(), shut)
    assert causes(found) == [Cause.PORT_CLOSED]
    assert "玄関" in found.causes[0].sentence.ja
    refused = at(8080, prediction(opening(8080)), look(closed=(8080,)))
    assert causes(refused) == [Cause.PORT_CLOSED]
    alive = at(8080, prediction(opening(8080)), look(closed=(8080,)), KNOWN)
    assert Cause.PORT_CLOSED not in causes(alive), "it is open from inside"
    assert causes(alive) == [Cause.IN_BETWEEN]


def test_a_filter_in_front() -> None:
    assert causes(at(8080, prediction(opening(8080)), look(), KNOWN)) == [Cause.FILTER_ORDER]


def test_upnp_old_and_new() -> None:
    stale = at(8080, prediction(opening(8080, kind=ForwardKind.UPNP)), look(), KNOWN)
    assert causes(stale)[0] is Cause.STALE_UPNP
    on, unknown, off = (prediction(upnp=UpnpServer(enabled=e)) for e in (True, None, False))
    assert causes(at(80, on, look(80)))[0] is Cause.NEW_UPNP
    assert causes(at(80, unknown, look(80)))[0] is Cause.NEW_UPNP
    assert Cause.NEW_UPNP not in causes(at(80, off, look(80)))
    live = replace(on, origin=Origin.DEVICE)
    assert Cause.NEW_UPNP not in causes(at(80, live, look(80))), "the router itself was asked for its mappings"


def test_a_way_for_certain_senders() -> None:
    few = opening(8080, sources=addresses("198.51.100.0/28"), anyone=False)
    assert at(8080, prediction(few), look()).agreement is Agreement.AGREES
    leaky = at(8080, prediction(few), look(8080))
    assert (leaky.agreement, causes(leaky)[0]) == (Agreement.NOT_PREDICTED, Cause.LEAKY_FILTER)
    one_of_them = Surroundings(reflector=(ip_address("198.51.100.3"),))
    assert at(8080, prediction(few), look(8080), one_of_them).agreement is Agreement.AGREES
    assert at(8080, prediction(few), look(), one_of_them).agreement is Agreement.NOT_SEEN


def test_what_could_not_be_read_is_told() -> None:
    unread = (Unread(line=Line(7, "ip stealth all"), reason=Text("未対応", "unknown")),)
    found = at(8080, prediction(opening(8080, certain=False), unread=unread), look(), KNOWN)
    assert causes(found) == [Cause.UNCERTAIN, Cause.FILTER_ORDER, Cause.INCOMPLETE]
    assert "ip stealth all" in found.causes[2].technical.ja


def test_what_was_not_looked_at_is_listed() -> None:
    udp = replace(opening(8080), protocols=UDP)
    wide = replace(opening(8080), reach=reach(ports("1024-65535")), inside_ports=ports("1024-65535"))
    vpn = OwnReach(
        service=OwnService(name="ipsec", purpose=Purpose.VPN, protocol=17, ports=ports("500")),
        ways=(reach(ports("500")),),
    )
    shut = OwnReach(service=OwnService(name="telnet", purpose=Purpose.MANAGEMENT, protocol=6, ports=ports("23")))
    web = OwnReach(
        service=OwnService(name="http", purpose=Purpose.MANAGEMENT, protocol=6, ports=ports("80")),
        ways=(reach(ports("80")),),
    )
    told = prediction(opening(8081), udp, wide, management=(vpn, shut, web))
    compared = explain(told, [look()], Surroundings())
    assert compared.beyond == (udp, wide)
    assert compared.own_beyond == (vpn,)
    (own,) = [p for p in compared.ports if p.port == 80]
    assert (own.agreement, own.own) == (Agreement.NOT_SEEN, (web,))
    assert explain(told, [], Surroundings()).own_beyond == (vpn, web), "without a look nothing was looked at"


def test_the_inside_port_of_a_range() -> None:
    row = replace(opening(1), reach=reach(ports("8000-8001", "8080-8085")), inside_ports=ports("80-81", "554-559"))
    assert [inside_port(row, p) for p in (8000, 8001, 8080, 8085)] == [80, 81, 554, 559]
    assert inside_port(replace(row, ports_in_order=False), 8000) is None


_ADDRESS = st.sampled_from(["203.0.113.7", "198.51.100.4", "100.64.1.1", "192.168.0.5", "10.1.1.1"])
_ROW = st.builds(
    opening, st.sampled_from(OUTSIDE_PORTS[:6]), st.sampled_from([80, 554]), st.sampled_from(ForwardKind),
    certain=st.booleans(), anyone=st.booleans(), assigned=st.booleans(),
    outside=st.sampled_from([ANY_V4, addresses(SEEN), addresses("198.51.100.4")]),
    source_ports=st.sampled_from([NOTHING, NOTHING, ports("1024")]),
)  # fmt: skip
_PREDICTION = st.builds(
    lambda rows, enabled, unread, origin: prediction(
        *rows, upnp=UpnpServer(enabled=enabled), origin=origin,
        unread=(Unread(line=Line(1, "x"), reason=Text("未", "not")),) * unread,
    ),
    st.lists(_ROW, max_size=4), st.sampled_from([True, False, None]), st.integers(0, 2), st.sampled_from(Origin),
)  # fmt: skip
_LOOK = st.builds(
    lambda opened, closed, address: look(*opened, closed=tuple(closed), address=address),
    st.sets(st.sampled_from(OUTSIDE_PORTS[:6])), st.sets(st.sampled_from(OUTSIDE_PORTS[:6])), _ADDRESS,
)  # fmt: skip
_DEVICE = st.builds(
    lambda reached, state: InsideSeen(
        name="機器", addresses=(ip_address(CAMERA),), reached=reached,
        ports=tuple(SeenPort(port=n, state=state) for n in (80, 554)),
    ),
    st.booleans(), st.sampled_from(PortState),
)  # fmt: skip
_AROUND = st.builds(
    Surroundings,
    outside=st.lists(_ADDRESS.map(ip_address), max_size=2).map(tuple),
    read_at=st.sampled_from([None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
    devices=st.lists(_DEVICE, max_size=1).map(tuple),
    searched=st.sampled_from([(), (ip_network("192.168.1.0/24"),)]),
    inspected_at=st.sampled_from([None, NOW]),
    reflector=st.sampled_from([(), (ip_address("198.51.100.3"),)]),
)


@given(_PREDICTION, _LOOK, _AROUND)
def test_every_port_is_in_one_class_and_no_cause_contradicts_what_is_known(
    told: Prediction, seen: OutsideLook, around: Surroundings
) -> None:
    compared = explain(told, [seen], around)
    assert [p.port for p in compared.ports] == [p.port for p in seen.seen.ports]
    classes = [compared.of(a) for a in Agreement]
    assert sum(map(len, classes)) == len(compared.ports)
    for port in compared.ports:
        assert (port.agreement is Agreement.AGREES) is (port.predicted is port.open)
        assert bool(port.causes) is (port.agreement is not Agreement.AGREES)
        assert len({c.cause for c in port.causes}) == len(port.causes)
        for cause in port.causes:
            told_all = "".join(t.ja + t.en for t in (cause.sentence, cause.action, cause.technical))
            assert not {"{", "}"} & set(told_all)
            assert fits(cause.cause, port, told, seen, around), cause


def fits(  # noqa: PLR0912 - one branch for each cause
    cause: Cause, port: ComparedPort, told: Prediction, seen: OutsideLook, around: Surroundings
) -> bool:
    """Whether nothing that is known speaks against a cause; written anew, from what the causes mean."""
    hidden = port.agreement is Agreement.NOT_SEEN
    own = [a for a in around.outside if a.version == seen.family]
    apart = bool(own) and ip_address(seen.address) not in own
    carrier = [a for a in own if a in ip_network("100.64.0.0/10")]
    states = {d.state(80) for d in around.devices if d.reached}
    match cause:
        case Cause.CARRIER_NAT:
            return apart and bool(carrier)
        case Cause.DOUBLE_NAT:
            return apart and any(a.is_private and a not in carrier and str(a)[:3] in {"192", "10."} for a in own)
        case Cause.FROM_INSIDE:
            return seen.address.startswith(("192.168.", "10.", "100.64."))
        case Cause.ADDRESS_CHANGED:
            return apart and around.read_at is not None and around.read_at < seen.at
        case Cause.ANOTHER_LINE:
            return apart
        case Cause.STALE_UPNP:
            return hidden and any(r.kind is ForwardKind.UPNP for r in port.rows)
        case Cause.NEW_UPNP:
            return not hidden and told.upnp.enabled is not False and told.origin is Origin.FILE
        case Cause.DEVICE_GONE:
            return hidden and around.inspected_at is not None and not any(d.reached for d in around.devices)
        case Cause.PORT_CLOSED:
            refused = port.seen.state is PortState.CLOSED
            return hidden and (PortState.CLOSED in states or (refused and (not states or len(port.rows) > 1)) or (
                refused and PortState.FILTERED in states))  # fmt: skip
        case Cause.FILTER_ORDER:
            return hidden and port.seen.state is PortState.FILTERED
        case Cause.LEAKY_FILTER:
            return not hidden and any(not r.reach.anyone for r in port.rows)
        case Cause.UNCERTAIN:
            return hidden and any(not r.reach.certain for r in port.rows)
        case Cause.INCOMPLETE:
            return bool(told.unread)
        case Cause.OLD_CONFIGURATION:
            return around.read_at is not None and around.read_at < seen.at
        case Cause.IN_BETWEEN:
            return True


def test_every_cause_has_its_three_sentences() -> None:
    known = {i.partition(".")[2] for i in ids() if i.startswith("exposure_explain.")}
    for cause in Cause:
        names = {name.rpartition("-")[0] for name in known if name.startswith(cause.value)}
        assert names, cause
        assert all({f"{n}-{p}" for p in ("sentence", "action", "technical")} <= known for n in names)


HOME6, ASKER6, OTHER6 = "2001:db8:5::/64", "2001:db8:5::2", "2001:db8:5::20"


def direct(to: str, port: int = 8080) -> Opening:
    """A way to an inside address of the internet."""
    here = reach(Intervals.single(port), family=Family.V6, outside=addresses(to), assigned=False, sources=ANY_V6)
    return Opening(
        reach=here, kind=ForwardKind.DIRECT, protocols=TCP, inside=addresses(to), inside_ports=Intervals.single(port),
        inside_interface="lan",
    )  # fmt: skip


def at_home(*rows: Opening, **more: object) -> Prediction:
    """A router with an IPv6 network of its own inside."""
    inside = GlobalAddress(name="", interface="lan", address=HOME6, family=Family.V6, reachable=True)
    return prediction(*rows, global_addresses=(inside,), **more)


def test_over_ipv6_the_asker_alone_is_looked_at() -> None:
    around = Surroundings(outside=(ip_address("2001:db8:ff::9"),))
    web = OwnReach(
        service=OwnService(name="http", purpose=Purpose.MANAGEMENT, protocol=6, ports=ports("80")),
        ways=(reach(ports("80"), family=Family.V6, outside=addresses("2001:db8:ff::9"), assigned=False),),
    )
    told = at_home(direct(ASKER6), direct(OTHER6), direct(OTHER6, 9000), management=(web,))
    compared = explain(told, [look(8080, address=ASKER6)], around)
    assert compared.mismatches == ()
    (mine,) = [p for p in compared.ports if p.port == 8080]
    assert mine.rows == (direct(ASKER6),)
    assert compared.beyond == (direct(OTHER6), direct(OTHER6, 9000))
    assert {compared.unlooked(row.reach, row.protocols) for row in compared.beyond} == {Unlooked.ADDRESS}
    assert compared.own_beyond == (web,), "the router's own address is another"
    assert compared.unlooked(direct(OTHER6, 7).reach, TCP) is Unlooked.PORTS
    assert compared.unlooked(direct(ASKER6).reach, UDP) is Unlooked.PROTOCOL


def test_an_ipv6_address_of_the_site_is_no_other_line() -> None:
    around = Surroundings(outside=(ip_address("2001:db8:ff::9"),))
    shut = at(8080, at_home(direct(ASKER6)), look(closed=(8080,), address=ASKER6), around)
    assert causes(shut) == [Cause.PORT_CLOSED]
    elsewhere = at(8080, at_home(), look(8080, address="2001:db8:77::2"), around)
    assert causes(elsewhere)[0] is Cause.ANOTHER_LINE


def test_a_device_that_answers_elsewhere_or_refuses_is_not_gone() -> None:
    silent = replace(KNOWN, devices=(replace(CAM, reached=False),))
    told = prediction(opening(8080), opening(8081, to=81))
    assert causes(at(8081, told, look(8080), silent)) == [Cause.FILTER_ORDER]
    assert causes(at(8081, told, look(closed=(8081,)), silent)) == [Cause.PORT_CLOSED]
    assert Cause.DEVICE_GONE in causes(at(8081, told, look(), silent))


def test_everything_to_one_device_is_no_promise_for_each_port() -> None:
    wide = replace(opening(8080), reach=reach(ports("1-65535")), inside_ports=ports("1-65535"))
    assert at(8080, prediction(wide), look(closed=(8080,)), KNOWN).agreement is Agreement.AGREES
    assert at(8080, prediction(wide), look(), KNOWN).agreement is Agreement.NOT_SEEN
    narrow = prediction(wide, opening(8080))
    assert at(8080, narrow, look(closed=(8080,)), KNOWN).agreement is Agreement.NOT_SEEN


def test_a_forward_that_is_stopped_is_told_and_one_that_is_open_all_the_same() -> None:
    wall = Line(40, "add action=drop chain=forward")
    stopped = Stopped(
        kind=ForwardKind.STATIC, protocols=TCP, outside_ports=ports("8080"), inside=addresses(CAMERA),
        inside_ports=ports("80"), obstacle=Obstacle.AFTER, lines=(LINE,), by=(wall,),
    )  # fmt: skip
    told = prediction(stopped=(stopped,))
    found = at(8080, told, look())
    assert (found.agreement, found.stopped, found.causes) == (Agreement.AGREES, (stopped,), ())
    assert [p.port for p in explain(told, [look()], Surroundings()).notable] == [8080]
    leaky = at(8080, told, look(8080))
    assert causes(leaky)[0] is Cause.LEAKY_FILTER
    assert wall.text in leaky.causes[0].technical.ja
