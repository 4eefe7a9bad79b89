"""A pretend router with an SNMP agent of v2c. All invented; the names of the objects are those of the standards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fake_device import PASSWORD, Fake, Mood, Seen, Served
from snmp_agent import Agent, Heard, datagram, running

from fushinban.model import facts
from fushinban.model.device import Target
from fushinban.transport.walk import parse_walk

WALK = """
1.3.6.1.2.1.1.1.0|4|RouterOS RB9999iGS
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.14988.1
1.3.6.1.2.1.1.3.0|67|360000
1.3.6.1.2.1.1.4.0|4|nobody asks for the contact
1.3.6.1.2.1.1.5.0|4|deguchi
1.3.6.1.2.1.1.6.0|4|倉庫
1.3.6.1.2.1.2.2.1.1.1|2|1
1.3.6.1.2.1.2.2.1.1.2|2|2
1.3.6.1.2.1.2.2.1.2.1|4|ether1
1.3.6.1.2.1.2.2.1.2.2|4|bridge
1.3.6.1.2.1.2.2.1.4.1|2|1500
1.3.6.1.2.1.2.2.1.4.2|2|1500
1.3.6.1.2.1.2.2.1.6.1|4x|02005e100001
1.3.6.1.2.1.2.2.1.6.2|4x|02005e100002
1.3.6.1.2.1.2.2.1.7.1|2|1
1.3.6.1.2.1.2.2.1.7.2|2|2
1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|2
1.3.6.1.2.1.4.20.1.3.192.0.2.1|64|255.255.255.0
1.3.6.1.4.1.14988.1.1.4.4.0|4|7.99.1
1.3.6.1.4.1.14988.1.1.7.3.0|4|INVENTED0001
""".encode()


@asynccontextmanager
async def serve(mood: Mood) -> AsyncIterator[Served]:
    """Run it; every question that it hears carries the community."""
    agent = Agent(parse_walk(WALK), PASSWORD)
    agent.reply = lambda question: _reply(agent, question, mood)
    async with running(agent):
        served = Served(target=Target(address="127.0.0.1", ports={"snmp": agent.port}))
        served.said = agent.said
        agent.reply = lambda question: _noted(agent, served, question, mood)
        yield served


def _noted(agent: Agent, served: Served, question: Heard, mood: Mood) -> list[bytes]:
    names = " ".join(".".join(map(str, oid)) for oid in question.oids)
    served.seen.append(Seen("GET", f"{names} x{question.repetitions}", login=question.community == PASSWORD))
    return _reply(agent, question, mood)


def _reply(agent: Agent, question: Heard, mood: Mood) -> list[bytes]:
    good = agent.answer(question)
    match mood:
        case Mood.SILENT:
            return []
        case Mood.FORBIDDEN:
            return [datagram(question, b"\x30\x00", status=16)]
        case Mood.BUSY:
            return [datagram(question, b"\x30\x00", status=13)]
        case Mood.GARBAGE:
            return [bytes(range(256)) * 3]
        case Mood.CUT:
            return [one[: len(one) // 2] for one in good]
        case Mood.ABSENT:
            return [datagram(question, parse_walk(b"").answer(question.question))]
        case _:
            return good


FAKE = Fake(
    driver="snmp",
    maker="MikroTik",
    serve=serve,
    told=frozenset(
        {facts.SnmpSystem, facts.Identity, facts.Hostname, facts.Uptime, facts.SnmpSettings, facts.Interfaces}
    ),
    most_requests=4,
    moods=frozenset({Mood.GOOD, Mood.SILENT, Mood.FORBIDDEN, Mood.BUSY, Mood.GARBAGE, Mood.CUT, Mood.ABSENT}),
    snmp=True,
)
