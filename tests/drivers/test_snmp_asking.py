"""SNMP through the door: what leaves, what is believed, and when nothing more is sent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar, cast

import pytest
from snmp_agent import Agent, Heard, datagram, running

from fushinban import clock
from fushinban.errors import Denied, Locked, Malformed, NotSupported, OutOfScope, Unreachable
from fushinban.model.credential import Credential, SnmpAccess, SnmpHash
from fushinban.model.device import Target
from fushinban.model.site import Authorisation, Limits, TestKind
from fushinban.transport import ber, usm
from fushinban.transport.ber import Reader
from fushinban.transport.budget import AttemptBudget, Known
from fushinban.transport.door import Door
from fushinban.transport.live import LiveSession
from fushinban.transport.snmp_message import Bound, bindings_of, read_bindings
from fushinban.transport.transcript import Transcript
from fushinban.transport.usm import Engine
from fushinban.transport.values import Kind, SnmpQuestion
from fushinban.transport.walk import parse_walk

T = TypeVar("T")

DESCR, NAME, LOCATION = ((1, 3, 6, 1, 2, 1, 1, n, 0) for n in (1, 5, 6))
WALK = parse_walk(
    "1.3.6.1.2.1.1.1.0|4|Invented agent\n1.3.6.1.2.1.1.5.0|4|name\n1.3.6.1.2.1.1.6.0|4|倉庫\n".encode()
    + b"".join(b"1.3.6.1.2.1.2.2.1.2.%d|4|if%d\n" % (n, n) for n in range(1, 30))
)
COMMUNITY = "invented-community"
V2C = SnmpAccess(secret=COMMUNITY)
QUICK = Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=0.2)
ONE = SnmpQuestion(oids=(DESCR,))
THREE = SnmpQuestion(oids=(DESCR, NAME, LOCATION))


def door(folder: Path, *tests: TestKind, network: str = "127.0.0.0/8") -> Door:
    now = clock.now()
    allowed = Authorisation(
        by="t", start=now - timedelta(hours=1), end=now + timedelta(hours=1), networks=(ip_network(network),),
        tests=frozenset(tests or (TestKind.READ,)),
    )  # fmt: skip
    return Door("s", allowed, QUICK, AttemptBudget(folder / "attempts"), Transcript())


def through(
    folder: Path, agent: Agent, work: Callable[[LiveSession], Awaitable[T]], access: SnmpAccess | None = V2C
) -> tuple[T, Door]:
    """What comes of some work in a session with an agent, and the door that it went through."""

    async def go() -> tuple[T, Door]:
        async with running(agent), door(folder) as way:
            target = Target(address="127.0.0.1", ports={"snmp": agent.port})
            async with way.session(target, snmp=access) as session:
                return await work(session), way

    return asyncio.run(go())


def objects(data: bytes) -> dict[tuple[int, ...], object]:
    return {b.oid: b.value for b in read_bindings(data)}


def test_an_answer_and_its_footprint(tmp_path: Path) -> None:
    agent = Agent(WALK, COMMUNITY)
    answer, way = through(tmp_path, agent, lambda s: s.snmp(THREE))
    assert objects(answer) == {DESCR: b"Invented agent", NAME: b"name", LOCATION: "倉庫".encode()}
    (line,) = way.transcript.lines()
    assert (line.kind, line.operation, line.outcome) == (Kind.SNMP, "get 1.3.6.1.2.1.1.1.0 +2", "ok")
    assert COMMUNITY not in repr(line)
    assert [q.community for q in agent.heard] == [COMMUNITY]


def test_without_a_rule_nothing_is_sent(tmp_path: Path) -> None:
    agent = Agent(WALK, COMMUNITY)

    async def work(session: LiveSession) -> None:
        assert session.snmp_access is None
        with pytest.raises(Denied, match="No SNMP community"):
            await session.snmp(ONE)

    _, way = through(tmp_path, agent, work, access=None)
    assert agent.heard == []
    assert way.transcript.lines() == ()


@pytest.mark.parametrize(
    ("tests", "network"), [((TestKind.DISCOVERY,), "127.0.0.0/8"), ((TestKind.READ,), "192.0.2.0/24")]
)
def test_what_is_not_allowed_never_leaves(tmp_path: Path, tests: tuple[TestKind, ...], network: str) -> None:
    agent = Agent(WALK, COMMUNITY)

    async def go() -> Door:
        async with running(agent), door(tmp_path, *tests, network=network) as way:
            target = Target(address="127.0.0.1", ports={"snmp": agent.port})
            async with way.session(target, snmp=V2C) as session:
                with pytest.raises(OutOfScope):
                    await session.snmp(ONE)
            return way

    way = asyncio.run(go())
    assert agent.heard == []
    assert [line.outcome for line in way.transcript.lines()] == ["out-of-scope"]


def test_a_wrong_community_is_silence_and_is_not_asked_on(tmp_path: Path) -> None:
    agent = Agent(WALK, "another")

    async def work(session: LiveSession) -> None:
        for _ in range(3):
            with pytest.raises(Unreachable, match="may differ"):
                await session.snmp(ONE)

    _, way = through(tmp_path, agent, work)
    assert len(agent.heard) == 2, "the question and its one repeat; the second and third call send nothing"
    assert {q.community for q in agent.heard} == {COMMUNITY}
    assert way.budget.failures(way.device_key(Target(address="127.0.0.1")), None, clock.now()) == 0


def test_a_port_at_which_nobody_listens_ends_at_once(tmp_path: Path) -> None:
    async def go() -> float:
        async with door(tmp_path) as way:
            agent = Agent(WALK)
            async with running(agent):
                port = agent.port
            async with way.session(Target(address="127.0.0.1", ports={"snmp": port}), snmp=V2C) as session:
                begun = clock.monotonic()
                with pytest.raises(Unreachable, match="Nothing answers SNMP"):
                    await session.snmp(ONE)
                return clock.monotonic() - begun

    assert asyncio.run(go()) < QUICK.read_timeout


def test_a_lost_answer_is_asked_for_again(tmp_path: Path) -> None:
    agent = Agent(WALK, COMMUNITY)
    agent.reply = lambda q: agent.answer(q) if len(agent.heard) > 1 else []
    answer, way = through(tmp_path, agent, lambda s: s.snmp(ONE))
    assert objects(answer) == {DESCR: b"Invented agent"}
    assert [line.outcome for line in way.transcript.lines()] == ["unreachable", "ok"]


def test_answers_to_other_questions_and_noise_are_passed_over(tmp_path: Path) -> None:
    agent = Agent(WALK, COMMUNITY)
    forged = bindings_of([(DESCR, ber.octets(b"forged"))])
    agent.reply = lambda q: [
        b"\x30\x03\x02\x01", datagram(q, forged, request=q.request ^ 1), b"noise", *agent.answer(q)
    ]  # fmt: skip
    answer, _ = through(tmp_path, agent, lambda s: s.snmp(ONE))
    assert objects(answer) == {DESCR: b"Invented agent"}


def test_nothing_but_noise_is_malformed(tmp_path: Path) -> None:
    agent = Agent(WALK, COMMUNITY, reply=lambda _: [b"noise"])

    async def work(session: LiveSession) -> None:
        for _ in range(2):
            with pytest.raises(Malformed):
                await session.snmp(ONE)

    through(tmp_path, agent, work)
    assert len(agent.heard) == 2


def test_an_agent_that_cannot_answer_so_much_is_asked_for_less(tmp_path: Path) -> None:
    agent = Agent(WALK, COMMUNITY)

    def reply(question: Heard) -> list[bytes]:
        much = question.repetitions > 4 if question.repetitions else len(question.oids) > 1
        return [datagram(question, b"\x30\x00", status=1)] if much else agent.answer(question)

    agent.reply = reply
    column = (1, 3, 6, 1, 2, 1, 2, 2, 1, 2)

    async def work(session: LiveSession) -> tuple[bytes, bytes]:
        return await session.snmp(THREE), await session.snmp(SnmpQuestion(oids=(column,), repetitions=20))

    (plain, table), _ = through(tmp_path, agent, work)
    assert len(objects(plain)) == 3
    assert list(objects(table).values()) == [b"if1", b"if2"]


@pytest.mark.parametrize("status", [2, 5])
def test_an_agent_that_stumbles_over_one_object_tells_the_others(tmp_path: Path, status: int) -> None:
    agent = Agent(WALK, COMMUNITY)

    def reply(question: Heard) -> list[bytes]:
        if NAME not in question.oids:
            return agent.answer(question)
        return [datagram(question, b"\x30\x00", status=status, index=question.oids.index(NAME) + 1)]

    agent.reply = reply
    answer, _ = through(tmp_path, agent, lambda s: s.snmp(THREE))
    assert set(objects(answer)) == {DESCR, LOCATION}


@pytest.mark.parametrize(
    ("status", "error"),
    [(16, Denied), (6, Denied), (2, NotSupported), (13, Unreachable), (5, Malformed), (99, Malformed)],
)
def test_what_an_error_of_the_agent_means(tmp_path: Path, status: int, error: type[Exception]) -> None:
    agent = Agent(WALK, COMMUNITY, reply=lambda q: [datagram(q, b"\x30\x00", status=status)])

    async def work(session: LiveSession) -> None:
        with pytest.raises(error):
            await session.snmp(ONE)

    through(tmp_path, agent, work)
    assert len(agent.heard) == 1


def test_questions_go_one_at_a_time(tmp_path: Path) -> None:
    agent = Agent(WALK, COMMUNITY, delay=0.01)

    async def work(session: LiveSession) -> None:
        await asyncio.gather(*(session.snmp(ONE) for _ in range(8)))

    through(tmp_path, agent, work)
    assert agent.most_waiting == 1
    assert len({q.request for q in agent.heard}) == 8


# v3, against an agent that lies.

ENGINE = Engine(b"\x80\x00\x1f\x88invented", 3, 500)
USER = SnmpAccess(username="kanshi", secret="invented-proof", privacy="invented-cover", digest=SnmpHash.SHA256)
PROVED = bindings_of([(DESCR, ber.octets(b"proved"))])


class V3Agent(asyncio.DatagramProtocol):
    """Says who it is, and then what `reply` makes of each proved question: its number and request."""

    def __init__(self, reply: Callable[["V3Agent", int, int], list[bytes]]) -> None:
        self.reply = reply
        self.keys = usm.make_keys(USER, ENGINE.id)
        self.engine = ENGINE
        self.asked = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        frame = usm._Frame.read(data)
        if not frame.engine.id:
            sent = [self.report(frame.message, usm.UNKNOWN_ENGINE)]
        else:
            self.asked += 1
            found = Reader(usm._aes(self.keys.privacy, frame.engine, frame.salt).decryptor().update(
                Reader(frame.content).take(ber.OCTETS)[1]
            )).inside(ber.SEQUENCE)  # fmt: skip
            found.take(), found.take()
            request = Reader(found.take()[1]).number()
            sent = self.reply(self, frame.message, request)
        for one in sent:
            self._transport.sendto(one, addr)

    def pdu(self, request: int, bindings: bytes = PROVED, kind: int = 0xA2) -> bytes:
        return ber.element(kind, ber.integer(request) + ber.integer(0) * 2 + bindings)

    def report(self, message: int, counter: tuple[int, ...], *, proved: bool = False) -> bytes:
        pdu = self.pdu(0, bindings_of([(counter, ber.integer(1))]), 0xA8)
        if proved:
            return usm.proved_message(message, USER.username, self.engine, self.keys, pdu)
        return usm._message(message, 0, self.engine, "", b"", b"", usm._scoped(self.engine.id, pdu))

    def good(self, message: int, request: int) -> bytes:
        return usm.proved_message(message, USER.username, self.engine, self.keys, self.pdu(request))


@asynccontextmanager
async def asked(folder: Path, agent: V3Agent, access: SnmpAccess = USER) -> AsyncIterator[tuple[LiveSession, Door]]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: agent, local_addr=("127.0.0.1", 0))
    target = Target(address="127.0.0.1", ports={"snmp": transport.get_extra_info("sockname")[1]})
    try:
        async with door(folder) as way, way.session(target, snmp=access) as session:
            yield session, way
    finally:
        transport.abort()


def test_a_proved_answer_of_v3(tmp_path: Path) -> None:
    async def go() -> None:
        agent = V3Agent(lambda me, message, request: [me.good(message, request)])
        async with asked(tmp_path, agent) as (session, way):
            for _ in range(2):
                assert read_bindings(await session.snmp(ONE)) == (Bound(DESCR, b"proved"),)
            lines = way.transcript.lines()
        assert [(line.operation, line.username) for line in lines] == [
            ("discovery", "kanshi"), ("get 1.3.6.1.2.1.1.1.0", "kanshi"), ("get 1.3.6.1.2.1.1.1.0", "kanshi"),
        ]  # fmt: skip
        assert "invented" not in repr(lines)

    asyncio.run(go())


def test_an_answer_without_proof_is_not_believed(tmp_path: Path) -> None:
    async def go() -> None:
        def reply(me: V3Agent, message: int, request: int) -> list[bytes]:
            plain = usm._message(message, 0, me.engine, "kanshi", b"", b"", usm._scoped(me.engine.id, me.pdu(request)))
            stranger = usm.make_keys(SnmpAccess(username="kanshi", secret="invented-other", privacy="x"), me.engine.id)
            wrong = usm.proved_message(message, "kanshi", me.engine, stranger, me.pdu(request))
            elsewhere = usm.proved_message(message, "kanshi", Engine(b"\x80other", 1, 1), me.keys, me.pdu(request))
            return [plain, wrong, elsewhere]

        agent = V3Agent(reply)
        async with asked(tmp_path, agent) as (session, _):
            for _ in range(2):
                with pytest.raises(Unreachable):
                    await session.snmp(ONE)
        assert agent.asked == 1, "a login that nobody took leaves once, and is not tried again"

    asyncio.run(go())


def test_a_clock_that_is_apart_is_put_right_once(tmp_path: Path) -> None:
    async def go() -> None:
        def reply(me: V3Agent, message: int, request: int) -> list[bytes]:
            if me.asked == 1:
                me.engine = Engine(ENGINE.id, 9, 70)
                return [me.report(message, usm.NOT_IN_TIME, proved=True)]
            return [me.good(message, request)]

        agent = V3Agent(reply)
        async with asked(tmp_path, agent) as (session, _):
            assert read_bindings(await session.snmp(ONE)) == (Bound(DESCR, b"proved"),)
        assert agent.asked == 2

    asyncio.run(go())


def test_a_clock_report_of_a_stranger_is_not_believed(tmp_path: Path) -> None:
    async def go() -> None:
        agent = V3Agent(lambda me, message, _: [me.report(message, usm.NOT_IN_TIME)])
        async with asked(tmp_path, agent) as (session, _):
            with pytest.raises(Malformed, match="could not be proved"):
                await session.snmp(ONE)
        assert agent.asked == 1

    asyncio.run(go())


@pytest.mark.parametrize("counter", [usm.UNKNOWN_USER, usm.WRONG_PROOF, usm.NOT_DECRYPTED])
def test_a_refused_user_is_never_tried_again(tmp_path: Path, counter: tuple[int, ...]) -> None:
    async def go() -> None:
        agent = V3Agent(lambda me, message, _: [me.report(message, counter)])
        async with asked(tmp_path, agent) as (session, way):
            for _ in range(2):
                with pytest.raises(Denied, match="was refused"):
                    await session.snmp(ONE)
            assert way.budget.failures(way.device_key(session.target), None, clock.now()) == 1
        assert agent.asked == 1
        # The budget on disk remembers it for the next inspection too.
        again = V3Agent(lambda me, message, request: [me.good(message, request)])
        async with asked(tmp_path, again) as (session, _):
            with pytest.raises(Known):
                await session.snmp(ONE)
        assert again.asked == 0

    asyncio.run(go())


def test_a_refused_user_of_snmp_says_nothing_of_the_web_login(tmp_path: Path) -> None:
    async def go() -> None:
        agent = V3Agent(lambda me, message, _: [me.report(message, usm.UNKNOWN_USER)])
        async with asked(tmp_path, agent) as (session, way):
            with pytest.raises(Denied):
                await session.snmp(ONE)
            key = way.device_key(session.target)
            ticket = way.budget.reserve(key, "kanshi", "print", None, clock.now(), layer="http digest")
            way.budget.cancel(ticket)

    asyncio.run(go())


def test_another_level_of_protection_is_told_as_that(tmp_path: Path) -> None:
    async def go() -> None:
        agent = V3Agent(lambda me, message, _: [me.report(message, usm.UNSUPPORTED_LEVEL)])
        async with asked(tmp_path, agent) as (session, _):
            with pytest.raises(Denied, match="level of protection"):
                await session.snmp(ONE)

    asyncio.run(go())


def test_a_session_that_is_closed_sends_nothing(tmp_path: Path) -> None:
    agent = Agent(WALK, COMMUNITY)

    async def work(session: LiveSession) -> None:
        await session.snmp(ONE)
        await session.close()
        with pytest.raises(Unreachable):
            await session.snmp(ONE)

    through(tmp_path, agent, work)
    assert len(agent.heard) == 1


def test_a_login_for_the_web_is_no_way_into_snmp(tmp_path: Path) -> None:
    agent = Agent(WALK, "Invented-Web-1")

    async def go() -> None:
        async with running(agent), door(tmp_path) as way:
            login = Credential(username="admin", secret="Invented-Web-1")
            target = Target(address="127.0.0.1", ports={"snmp": agent.port})
            async with way.session(target, login) as session:
                with pytest.raises(Denied):
                    await session.snmp(ONE)

    asyncio.run(go())
    assert agent.heard == []


def test_locked_is_an_answer_too(tmp_path: Path) -> None:
    """Two failures of the day, whoever made them: nothing of v3 leaves any more."""

    async def go() -> None:
        agent = V3Agent(lambda me, message, request: [me.good(message, request)])
        async with asked(tmp_path, agent) as (session, way):
            key = way.device_key(session.target)
            for name in ("a", "b"):
                way.budget.settle(way.budget.reserve(key, name, name, None, clock.now()), accepted=False)
            with pytest.raises(Locked):
                await session.snmp(ONE)
        assert agent.asked == 0

    asyncio.run(go())
