"""BER, messages of v2c and the security of v3: known values of the standards, round trips, and hostile bytes."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban.errors import Malformed
from fushinban.model.credential import SnmpAccess, SnmpHash
from fushinban.transport import ber, usm
from fushinban.transport.snmp_message import (
    Bound,
    bindings_of,
    question_pdu,
    read_bindings,
    read_v2c,
    v2c_message,
)
from fushinban.transport.usm import Engine
from fushinban.transport.values import SnmpQuestion
from fushinban.transport.walk import Walk, parse_walk

SYS_DESCR = (1, 3, 6, 1, 2, 1, 1, 1, 0)
ENGINE = Engine(bytes.fromhex("000000000000000000000002"), 7, 1234)

oids = st.tuples(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**32 - 1), max_size=20)).map(
    lambda parts: (parts[0], parts[1], *parts[2])
)


def response(bindings: bytes, request: int = 1, status: int = 0, index: int = 0) -> bytes:
    return ber.element(0xA2, ber.integer(request) + ber.integer(status) + ber.integer(index) + bindings)


# Written as the standards write it.


def test_a_get_of_v2c_octet_by_octet() -> None:
    asked = v2c_message("public", question_pdu(SnmpQuestion(oids=(SYS_DESCR,)), 1))
    assert asked.hex() == "302602010104067075626c6963a019020101020100020100300e300c06082b060102010101000500"


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        (0, "020100"),
        (127, "02017f"),
        (128, "02020080"),
        (-1, "0201ff"),
        (-129, "0202ff7f"),
        (2**31 - 1, "02047fffffff"),
    ],
)
def test_whole_numbers(number: int, octets: str) -> None:
    assert ber.integer(number).hex() == octets
    assert ber.Reader(bytes.fromhex(octets)).number() == number


def test_names_of_objects() -> None:
    assert ber.name((1, 3, 6, 1, 4, 1, 14988)).hex() == "06072b06010401f50c"
    assert ber.read_name(bytes.fromhex("883703")) == (2, 999, 3)


@pytest.mark.parametrize(
    ("digest", "key"),
    [
        (SnmpHash.MD5, "526f5eed9fcce26f8964c2930787d82b"),
        (SnmpHash.SHA1, "6695febc9288e36282235fc7151f128497b38f3f"),
    ],
)
def test_keys_are_those_of_rfc_3414_appendix_a_3(digest: SnmpHash, key: str) -> None:
    assert usm.localized_key(b"maplesyrup", ENGINE.id, digest).hex() == key


@given(oids)
def test_any_name_comes_back(oid: tuple[int, ...]) -> None:
    assert ber.read_name(ber.Reader(ber.name(oid)).take(ber.OID)[1]) == oid


@given(st.integers(-(2**63), 2**63 - 1))
def test_any_number_comes_back(number: int) -> None:
    assert ber.Reader(ber.integer(number)).number() == number


@given(st.lists(st.tuples(oids, st.binary(max_size=300)), max_size=8))
def test_any_list_of_texts_comes_back(rows: list[tuple[tuple[int, ...], bytes]]) -> None:
    data = bindings_of([(oid, ber.octets(text)) for oid, text in rows])
    assert read_bindings(data) == tuple(Bound(oid, text) for oid, text in rows)
    assert read_bindings(data + data) == tuple(Bound(oid, text) for oid, text in rows) * 2


def test_values_of_every_kind() -> None:
    walk = parse_walk(
        b"1.3.1|2|-5\n1.3.2|4|text\n1.3.3|4x|00ff\n1.3.4|6|1.3.6\n1.3.5|64|192.0.2.7\n1.3.6|65|4294967295\n"
        b"1.3.7|70|18446744073709551615\n1.3.8|5|\n"
    )
    found = {b.oid[-1]: b.value for b in read_bindings(walk.answer(SnmpQuestion(oids=walk.oids)))}
    assert found == {
        1: -5, 2: b"text", 3: b"\x00\xff", 4: (1, 3, 6), 5: IPv4Address("192.0.2.7").packed, 6: 2**32 - 1,
        7: 2**64 - 1, 8: None,
    }  # fmt: skip


def test_counters_of_agents_that_forget_the_sign() -> None:
    data = bindings_of([((1, 3), ber.element(ber.COUNTER, b"\xff\xff\xff\xff"))])
    assert read_bindings(data) == (Bound((1, 3), 2**32 - 1),)


def test_objects_that_are_missing_stand_without_a_value() -> None:
    data = bindings_of([((1, 3, n), bytes((0x80 + n, 0))) for n in range(3)])
    assert [b.value for b in read_bindings(data)] == [None, None, None]


# Bytes of no form.


@pytest.mark.parametrize(
    "octets", ["", "30", "3080", "30820001", "300302", "30840fffffff00", "30030201", "020a00112233445566778899"]
)
def test_broken_octets_are_malformed(octets: str) -> None:
    for read in (read_v2c, read_bindings, lambda data: usm.read_v3(data, None)):
        if octets or read is not read_bindings:
            with pytest.raises(Malformed):
                read(bytes.fromhex(octets))


KEYS = usm.make_keys(SnmpAccess(username="u", secret="invented-1", privacy="invented-2"), ENGINE.id)
GOOD = v2c_message("c", response(bindings_of([(SYS_DESCR, ber.octets(b"x"))])))
GOOD_V3 = usm.proved_message(1, "u", ENGINE, KEYS, response(bindings_of([(SYS_DESCR, ber.octets(b"x"))])))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = draw(st.sampled_from((GOOD, GOOD_V3, bindings_of([(SYS_DESCR, ber.integer(1))]))))
    at, size = draw(st.integers(0, len(data))), draw(st.sampled_from((0, 1, 3, 40)))
    return data[:at] + draw(st.binary(max_size=8)) + data[at + size :]


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=120), damaged()))
def test_any_octets_give_a_value_or_malformed(data: bytes) -> None:
    for read in (read_v2c, read_bindings, lambda d: usm.read_v3(d, None), lambda d: usm.read_v3(d, KEYS)):
        try:
            value = read(data)
        except Malformed:
            continue
        assert repr(value)


@given(st.binary(max_size=200))
def test_a_walk_of_any_bytes_is_read_or_refused(data: bytes) -> None:
    try:
        walk = parse_walk(data)
    except ValueError:
        return
    assert isinstance(walk, Walk)


# What proves a message of v3.


@pytest.mark.parametrize("digest", list(SnmpHash))
@pytest.mark.parametrize("privacy", ["", "invented-cover"])
def test_what_one_side_writes_the_other_reads(digest: SnmpHash, privacy: str) -> None:
    access = SnmpAccess(username="kanshi", secret="invented-proof", digest=digest, privacy=privacy)
    keys = usm.make_keys(access, ENGINE.id)
    pdu = response(bindings_of([(SYS_DESCR, ber.octets(b"inside"))]), request=9)
    data = usm.proved_message(5, access.username, ENGINE, keys, pdu)
    assert (b"inside" in data) is not bool(privacy)
    found = usm.read_v3(data, keys)
    assert (found.message, found.engine, found.proved) == (5, ENGINE, True)
    assert found.answered is not None
    assert (found.answered.request, read_bindings(found.answered.bindings)) == (9, (Bound(SYS_DESCR, b"inside"),))


@given(st.integers(0, len(GOOD_V3) - 1), st.integers(1, 255))
def test_a_message_that_was_changed_proves_nothing(at: int, flip: int) -> None:
    changed = bytearray(GOOD_V3)
    changed[at] ^= flip
    try:
        found = usm.read_v3(bytes(changed), KEYS)
    except Malformed:
        return
    assert not found.proved


def test_another_password_proves_nothing() -> None:
    wrong = usm.make_keys(SnmpAccess(username="u", secret="invented-9", privacy="invented-2"), ENGINE.id)
    found = usm.read_v3(GOOD_V3, wrong)
    assert (found.proved, found.answered) == (False, None)


def test_keys_and_passwords_are_never_shown() -> None:
    access = SnmpAccess(username="u", secret="invented-1", privacy="invented-2")
    for shown in (repr(access), repr(KEYS), repr(usm.read_v3(GOOD_V3, KEYS))):
        assert "invented-1" not in shown
        assert "invented-2" not in shown
        assert KEYS.proof.hex() not in shown
        assert repr(KEYS.proof) not in shown


def test_the_same_question_is_never_encrypted_alike() -> None:
    one, other = (usm.proved_message(1, "u", ENGINE, KEYS, response(bindings_of([]))) for _ in range(2))
    assert one != other
