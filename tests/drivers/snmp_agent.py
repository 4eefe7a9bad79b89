"""A pretend SNMP agent of v2c on loopback: it answers from a walk. Independent of the code that asks but for BER."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from fushinban.errors import Malformed
from fushinban.transport import ber
from fushinban.transport.ber import Oid, Reader
from fushinban.transport.values import SnmpQuestion
from fushinban.transport.walk import Walk

GET, RESPONSE, BULK = 0xA0, 0xA2, 0xA5


@dataclass(frozen=True)
class Heard:
    """A question as the agent read it."""

    community: str
    kind: int
    request: int
    oids: tuple[Oid, ...]
    repetitions: int

    @property
    def question(self) -> SnmpQuestion:
        return SnmpQuestion(oids=self.oids, repetitions=self.repetitions if self.kind == BULK else 0)


#: What comes back for a question, as whole datagrams.
Reply = Callable[[Heard], list[bytes]]


@dataclass
class Agent(asyncio.DatagramProtocol):
    """One agent; `heard`: every question, `said`: every list of objects it answered with."""

    walk: Walk
    community: str = "kakunin"
    reply: Reply | None = None
    heard: list[Heard] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    port: int = 0
    #: Seconds until an answer leaves, and how many questions waited for theirs at once.
    delay: float = 0.0
    waiting: int = 0
    most_waiting: int = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            question = read_question(data)
        except Malformed:
            return
        self.heard.append(question)
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        answers = (self.reply or self.answer)(question)
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._send, answers, addr)
        else:
            self._send(answers, addr)

    def _send(self, answers: list[bytes], addr: tuple[str, int]) -> None:
        self.waiting -= 1
        for one in answers:
            self._transport.sendto(one, addr)

    def answer(self, question: Heard) -> list[bytes]:
        """The right answer; none for a wrong community."""
        if question.community != self.community:
            return []
        bindings = self.walk.answer(question.question)
        self.said.append(bindings)
        return [datagram(question, bindings)]

    def close(self) -> None:
        self._transport.abort()


def read_question(data: bytes) -> Heard:
    """A whole datagram of v2c."""
    inside = Reader(data).inside(ber.SEQUENCE)
    assert inside.number() == 1
    _, community = inside.take(ber.OCTETS)
    kind, content = inside.take(GET, BULK)
    pdu = Reader(content)
    request, _, repetitions = pdu.number(), pdu.number(), pdu.number()
    oids = []
    rows = pdu.inside(ber.SEQUENCE)
    while not rows.done:
        oids.append(ber.read_name(rows.inside(ber.SEQUENCE).take(ber.OID)[1]))
    return Heard(community.decode(), kind, request, tuple(oids), repetitions)


def datagram(question: Heard, bindings: bytes, *, status: int = 0, index: int = 0, request: int = -1) -> bytes:
    """The answer to a question, or to another one."""
    number = question.request if request < 0 else request
    pdu = ber.element(RESPONSE, ber.integer(number) + ber.integer(status) + ber.integer(index) + bindings)
    return ber.sequence(ber.integer(1), ber.octets(question.community.encode()), pdu)


@asynccontextmanager
async def running(agent: Agent) -> AsyncIterator[Agent]:
    """Run it on a free port of loopback."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: agent, local_addr=("127.0.0.1", 0))
    agent.port = transport.get_extra_info("sockname")[1]
    try:
        yield agent
    finally:
        agent.close()
