"""What the SNMP driver makes of lists of objects: times that wrap round, addresses of both families, odd agents."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from fushinban.drivers._secrets import has_usual_community
from fushinban.drivers.snmp._identity import parse_hostname, parse_identity, parse_system, parse_uptime
from fushinban.drivers.snmp._makers import own_objects
from fushinban.drivers.snmp._network import parse_interfaces
from fushinban.drivers.snmp._table import read_columns
from fushinban.errors import Malformed, NotSupported
from fushinban.model.facts import Hostname, Identity, Uptime
from fushinban.transport import ber
from fushinban.transport.recording import Recording
from fushinban.transport.replay import ReplaySession
from fushinban.transport.snmp_message import bindings_of, read_bindings
from fushinban.transport.values import SnmpQuestion
from fushinban.transport.walk import Walk, parse_walk

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def objects(text: str) -> bytes:
    """A list of all objects of a walk."""
    walk = parse_walk(text.encode())
    return walk.answer(SnmpQuestion(oids=walk.oids))


# Who it is.


@pytest.mark.parametrize(
    ("description", "object_id", "expected"),
    [
        ("RTX1210 Rev.14.01.38 (Fri Jul  3 11:54:51 2020)", "1.3.6.1.4.1.1182.2.75", ("Yamaha", "RTX1210", "14.01.38")),
        ("YAMAHA NVR700W Rev.15.00.22", "1.3.6.1.4.1.1182.2.80", ("Yamaha", "NVR700W", "15.00.22")),
        (
            "NEC Portable Internetwork Core Operating System Software, IX Series IX2215 (magellan-sec) Software, "
            "Version 10.2.16, RELEASE SOFTWARE",
            "1.3.6.1.4.1.119.1.84.20",
            ("NEC", "IX2215", "10.2.16"),
        ),
        ("Canon Network Camera VB-C60", "1.3.6.1.4.1.1602.1", ("Canon", "VB-C60", "")),
        ("WJ-HD300 SWVer1.53", "1.3.6.1.4.1.258", ("i-PRO", "WJ-HD300", "1.53")),
        ("EdgeRouter X v2.0.9", "1.3.6.1.4.1.41112.1.5", ("Ubiquiti", "EdgeRouter X", "2.0.9")),
        ("anything at all", "1.3.6.1.4.1.37496.1", ("Dahua", "", "")),
        # The number of another maker begins alike.
        ("anything at all", "1.3.6.1.4.1.3681.1", None),
        ("Linux invented 5.10.0-1 #1 SMP", "1.3.6.1.4.1.8072.3.2.10", None),
    ],
)
def test_descriptions(description: str, object_id: str, expected: tuple[str, str, str] | None) -> None:
    data = objects(f"1.3.6.1.2.1.1.1.0|4|{description}\n1.3.6.1.2.1.1.2.0|6|{object_id}\n")
    if expected is None:
        with pytest.raises(NotSupported, match="neither the maker nor the model"):
            parse_identity(data, b"", b"")
        return
    found = parse_identity(data, b"", b"")
    assert (found.maker, found.model, found.firmware) == expected


def test_the_makers_own_objects_count_more_than_the_description() -> None:
    system = objects("1.3.6.1.2.1.1.1.0|4|Hikvision IPC\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.39165.1\n")
    own = objects("1.3.6.1.4.1.39165.1.1.0|4|DS-9999\n1.3.6.1.4.1.39165.1.3.0|4|V9.9.9 build 990101\n")
    assert parse_identity(system, own, b"") == Identity(
        maker="Hikvision", model="DS-9999", firmware="V9.9.9 build 990101"
    )


def test_the_table_of_parts_says_what_nothing_else_does() -> None:
    system = objects("1.3.6.1.2.1.1.1.0|4|switch\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999\n")
    part = "1.3.6.1.2.1.47.1.1.1.1"
    rows = f"{part}.5.1|2|9\n{part}.12.1|4|Module maker\n{part}.5.7|2|3\n{part}.8.7|4|B2\n{part}.10.7|4|1.2.3\n"
    rows += f"{part}.11.7|4|INVENTED7\n{part}.12.7|4|Invented Networks\n{part}.13.7|4|IN-24\n"
    assert parse_identity(system, b"", objects(rows)) == Identity(
        maker="Invented Networks", model="IN-24", firmware="1.2.3", serial="INVENTED7", hardware="B2"
    )


def test_objects_below_other_roots_are_nobodys() -> None:
    assert (
        own_objects(()).oids
        == own_objects((1, 3, 6, 1, 4, 1)).oids
        == own_objects((1, 3, 6, 1, 2, 1, 14988)).oids
        == ()
    )


def test_texts_of_devices_are_one_printable_line() -> None:
    data = bindings_of(
        [
            ((1, 3, 6, 1, 2, 1, 1, 1, 0), ber.octets(b"  two\r\n lines\x00\x07 ")),
            ((1, 3, 6, 1, 2, 1, 1, 5, 0), ber.octets("出入口".encode("cp932"))),
            ((1, 3, 6, 1, 2, 1, 1, 6, 0), ber.octets(b"x" * 5000)),
        ]
    )
    system = parse_system(data)
    assert system.description == "two lines \N{REPLACEMENT CHARACTER}"
    assert len(system.location) == 256
    assert parse_hostname(data) == Hostname(name="出入口")
    with pytest.raises(NotSupported):
        parse_hostname(objects("1.3.6.1.2.1.1.5.0|4|\n"))
    with pytest.raises(NotSupported):
        parse_system(b"")


# How long it runs.


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("1.3.6.1.2.1.1.3.0|67|360000\n", 3600),
        # The agent was started anew, the device was not.
        ("1.3.6.1.2.1.1.3.0|67|100\n1.3.6.1.2.1.25.1.1.0|67|360000\n", 3600),
        # After 497 days the counters of hundredths begin again; that of the engine does not.
        ("1.3.6.1.2.1.1.3.0|67|4711\n1.3.6.1.6.3.10.2.1.3.0|2|50000000\n", 50_000_000),
    ],
)
def test_the_longest_time_counts(lines: str, seconds: int) -> None:
    found = parse_uptime(objects(lines), NOW)
    assert found == Uptime(seconds=seconds, booted_at=NOW - timedelta(seconds=seconds))


def test_times_that_are_none() -> None:
    with pytest.raises(NotSupported):
        parse_uptime(objects("1.3.6.1.2.1.1.3.0|4|for ever\n"), NOW)
    with pytest.raises(Malformed):
        parse_uptime(objects(f"1.3.6.1.6.3.10.2.1.3.0|2|{2**62}\n"), NOW)


# Interfaces and addresses.

ROWS = objects(
    "1.3.6.1.2.1.2.2.1.2.1|4|lo\n1.3.6.1.2.1.2.2.1.2.3|4|wan\n1.3.6.1.2.1.2.2.1.4.3|2|1454\n"
    "1.3.6.1.2.1.2.2.1.6.1|4x|000000000000\n1.3.6.1.2.1.2.2.1.6.3|4x|02005E100003\n"
    "1.3.6.1.2.1.2.2.1.7.1|2|1\n1.3.6.1.2.1.2.2.1.7.3|2|2\n1.3.6.1.2.1.31.1.1.1.1.3|4|pppoe0\n"
)


def test_both_tables_of_addresses() -> None:
    v6 = ".".join(str(b) for b in bytes.fromhex("20010db8000000000000000000000001"))
    newer = "1.3.6.1.2.1.4.34.1"
    addresses = objects(
        "1.3.6.1.2.1.4.20.1.2.192.0.2.9|2|3\n1.3.6.1.2.1.4.20.1.3.192.0.2.9|64|255.255.255.0\n"
        "1.3.6.1.2.1.4.20.1.2.198.51.100.1|2|3\n"
        f"{newer}.3.2.16.{v6}|2|3\n{newer}.5.2.16.{v6}|6|1.3.6.1.2.1.4.32.1.5.3.2.16.{v6}.64\n"
        f"{newer}.3.1.4.192.0.2.9|2|3\n{newer}.5.1.4.192.0.2.9|6|1.3.6.1.2.1.4.32.1.5.3.1.4.192.0.2.0.24\n"
        f"{newer}.3.16.4.1.2.3.4|2|3\n{newer}.3.1.4.300.1.1.1|2|3\n"
    )
    loopback, wan = parse_interfaces(ROWS, addresses).interfaces
    assert (loopback.name, loopback.mac, loopback.enabled, loopback.ipv4) == ("lo", "", True, ())
    assert (wan.token, wan.name, wan.mac, wan.mtu, wan.enabled) == ("3", "pppoe0", "02:00:5e:10:00:03", 1454, False)
    assert wan.ipv4 == ("192.0.2.9/24", "198.51.100.1")
    assert wan.ipv6 == ("2001:db8::1/64",)
    assert (wan.ipv4_enabled, wan.ipv6_enabled) == (True, True)


def test_interfaces_without_a_table_of_addresses() -> None:
    assert [i.ipv4 for i in parse_interfaces(ROWS, b"").interfaces] == [(), ()]
    with pytest.raises(NotSupported):
        parse_interfaces(b"", b"")


# Tables of agents that misbehave.

COLUMN = (1, 3, 6, 1, 2, 1, 2, 2, 1, 2)


class CountingSession(ReplaySession):
    """Counts questions; `answer` may take the place of the walk's."""

    def __init__(self, walk: Walk, *, same_for_ever: bool = False, rows: int = 99) -> None:
        super().__init__(Recording(name="x", exchanges=()), walk=walk)
        self.asked = 0
        self._same, self._rows = same_for_ever, rows

    async def snmp(self, question: SnmpQuestion) -> bytes:
        self.asked += 1
        if self._same:
            return bindings_of([(oid, ber.octets(b"again")) for oid in question.oids] * question.repetitions)
        whole = read_bindings(await super().snmp(question))
        rows = [(b.oid, ber.octets(b"x") if b.value is not None else bytes((0x82, 0))) for b in whole]
        return bindings_of(rows[: self._rows])


def table(rows: int) -> Walk:
    return parse_walk("".join(f"1.3.6.1.2.1.2.2.1.2.{n}|4|if{n}\n" for n in range(1, rows + 1)).encode())


@pytest.mark.parametrize(("rows", "asked"), [(0, 1), (1, 1), (39, 1), (100, 3)])
def test_a_table_is_read_in_few_questions(rows: int, asked: int) -> None:
    session = CountingSession(table(rows))
    found = read_bindings(asyncio.run(read_columns(session, [COLUMN])))
    assert len([b for b in found if b.value is not None]) == rows
    assert session.asked == asked


def test_an_agent_that_answers_less_than_it_was_asked_for_is_asked_on() -> None:
    session = CountingSession(table(20), rows=7)
    found = read_bindings(asyncio.run(read_columns(session, [COLUMN, (1, 3, 6, 1, 2, 1, 2, 2, 1, 3)])))
    assert len({b.oid for b in found if b.oid[:10] == COLUMN}) == 20


def test_an_agent_that_goes_in_a_circle_is_left() -> None:
    session = CountingSession(table(0), same_for_ever=True)
    asyncio.run(read_columns(session, [COLUMN]))
    assert session.asked == 1


def test_a_table_without_end_is_left() -> None:
    session = CountingSession(table(3000), rows=10)
    asyncio.run(read_columns(session, [COLUMN], questions=5))
    assert session.asked == 5


def test_a_community_is_judged_and_not_kept() -> None:
    assert has_usual_community("public") is True
    assert has_usual_community("Invented-Koharu") is False
