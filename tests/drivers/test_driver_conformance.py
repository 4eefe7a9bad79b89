"""One suite for all drivers of the catalogue: what each of them owes, whatever its maker's interface looks like.

A driver offers a pretend device in `fakes/<driver>.py`; `fake_device.py` says how. The device is asked through the
real door over loopback, as an inspection would ask it.
"""

import ast
import asyncio
import logging
import re
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from driver_parsers import ask_parser, modules_of, parsers_of
from fake_device import PASSWORD, USERNAME, Fake, Mood, Seen, fakes
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.collect.flatten import parameters_of
from fushinban.drivers import drivers
from fushinban.model.credential import Credential, SnmpAccess
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import FACT_TYPES, SshHostKey
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import Asked

#: These have suites of their own, with pretend cameras of the lab (`test_onvif_*`, `test_services_*`).
ELSEWHERE = frozenset({"onvif", "services"})

#: Drivers that may be in the tree before their pretend device is. This list only shrinks.
BEING_WRITTEN: frozenset[str] = frozenset()

#: Short waits: a device that never answers must not hold the suite up.
QUICK = Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=0.25)

#: A whole reading of a device that never answers ends within this many seconds.
PATIENCE = 6.0

#: A device that has none of a maker's paths is recognised after so many requests.
RECOGNISED = 6

LOGIN = Credential(username=USERNAME, secret=PASSWORD, origin="invented", administrator=PASSWORD)

_UNREADABLE = frozenset({Answer.MALFORMED, Answer.NOT_SUPPORTED})

#: What a device in each mood may be read as. Facts that it tells without a login may be told all the same where the
#: mood is about logins.
READ_AS = {
    Mood.DENIED: {Answer.DENIED},
    Mood.UNCLEAR: {Answer.DENIED},
    Mood.FORBIDDEN: {Answer.DENIED, Answer.LOCKED},
    Mood.LOCKED: {Answer.LOCKED},
    Mood.BUSY: {Answer.UNREACHABLE},
    Mood.SILENT: {Answer.UNREACHABLE},
    Mood.DRIPPING: {Answer.UNREACHABLE},
    Mood.GARBAGE: _UNREADABLE,
    Mood.EMPTY: _UNREADABLE,
    Mood.ABSENT: {Answer.NOT_SUPPORTED},
    Mood.OTHER: _UNREADABLE,
    Mood.MOVED: {*_UNREADABLE, Answer.UNREACHABLE},
    Mood.CUT: {*_UNREADABLE, Answer.OK},
}
ABOUT_LOGINS = frozenset({Mood.DENIED, Mood.FORBIDDEN, Mood.LOCKED, Mood.UNCLEAR})

#: Paths, commands and actions that change, restart, erase or stop something. No driver has one in its code, and no
#: pretend device ever sees one.
DANGEROUS = re.compile(
    "|".join(
        (
            # Axis
            r"restart\.cgi", "factorydefault", "firmwareupgrade", r"param\.cgi\?action=(?!list)",
            r"pwdgrp\.cgi\?action=(?!get)",
            '"method": ?"(?:set|add|remove|upgrade|commit|rollback|purge|reboot|factory)',
            # Hikvision
            "updatefirmware", "factoryreset", r"system/reboot", r"system/activate(?!status)", "onlineupgrade/upgrade",
            # Dahua
            "action=setconfig", "action=reboot", "action=reset", "action=shutdown", "action=adduser",
            "action=deleteuser", "action=modify", r"log\.cgi\?action=clear", "action=factory", "upgrader",
            r"config\.restore",
            # Hanwha
            "action=set", "action=add", "action=remove", "action=update", "configrestore", "msubmenu=factoryreset",
            "msubmenu=power", "setinitpassword",
            # Reolink
            '"cmd": ?"(?:set|add|del|upgrade|reboot|restore|format|shutdown)',
            "cmd=(?:set|add|del|upgrade|reboot|restore|format|shutdown)",
            # UPnP
            "addportmapping", "addanyportmapping", "deleteportmapping", "forcetermination", "requestconnection",
            "setconnectiontype",
            # OpenWrt, RouterOS
            r'"uci", ?"(?!get|configs)', r'"system", ?"(?!board|info)', r'"session", ?"(?!login|destroy)',
            r'"(?:file|rc|service|luci|network[\w.]*)", ?"', "rest/execute", "rest/import", "package/update/install",
            "system/(?:reboot|shutdown|reset-configuration)",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip


def offered() -> list[str]:
    """Drivers that have a pretend device."""
    return [name for name in drivers() if name in fakes()]


def moods(*wanted: Mood) -> list[Any]:
    """Every driver with each of these moods that its pretend device has."""
    return [
        pytest.param(name, mood, id=f"{name}-{mood.name.lower()}")
        for name in offered()
        for mood in wanted or tuple(Mood)
        if mood in fakes()[name].moods
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one reading of a pretend device left behind."""

    readings: tuple[Reading[Any], ...]
    lines: tuple[Asked, ...]
    seen: tuple[Seen, ...]
    said: tuple[bytes, ...]
    most_connections: int
    seconds: float
    logged: str

    @property
    def told(self) -> frozenset[type[Fact]]:
        """Facts that were answered."""
        return frozenset(r.fact for r in self.readings if r.answer is Answer.OK)

    @property
    def logins(self) -> int:
        """Requests that carried a login."""
        return sum(seen.login for seen in self.seen)

    def everything(self) -> str:
        """All that is kept of the reading, as text."""
        kept = [repr(r) for r in self.readings]
        kept += [repr(p) for r in self.readings for p in parameters_of(r)]
        kept += [f"{r.detail.ja} {r.detail.en}" for r in self.readings if r.detail is not None]
        kept += [repr(line) for line in self.lines]
        return "\n".join([*kept, self.logged])


class _Log(logging.Handler):
    """Everything that anybody logs during a reading."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(record.getMessage())


async def _read(fake: Fake, mood: Mood, credential: Credential | None, folder: Path) -> Run:
    now = clock.now()
    allowed = Authorisation(
        by="a test", start=now - timedelta(hours=1), end=now + timedelta(hours=1),
        networks=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
    )  # fmt: skip
    budget, transcript, log, started = AttemptBudget(folder / "attempts"), Transcript(), _Log(), time.monotonic()
    logging.getLogger().addHandler(log)
    access = SnmpAccess(secret=credential.secret) if fake.snmp and credential is not None else None
    try:
        async with (
            fake.serve(mood) as served,
            Door("s", allowed, QUICK, budget, transcript) as door,
            door.session(served.target, credential, snmp=access) as session,
        ):
            readings = await ask_driver(drivers()[fake.driver], session, lambda _: None)
    finally:
        logging.getLogger().removeHandler(log)
    return Run(
        readings=tuple(readings), lines=transcript.lines(), seen=tuple(served.seen), said=tuple(served.said),
        most_connections=served.most_connections, seconds=time.monotonic() - started, logged="\n".join(log.text),
    )  # fmt: skip


@cache
def run(name: str, mood: Mood, *, stranger: bool = False) -> Run:
    """One reading of a driver's pretend device in this mood, made once. `stranger`: there is no login for it."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_read(fakes()[name], mood, None if stranger else LOGIN, Path(folder)))


# What a driver is.


def test_every_driver_offers_a_pretend_device() -> None:
    without = set(drivers()) - set(fakes()) - ELSEWHERE - BEING_WRITTEN
    assert not without, f"write tests/drivers/fakes/<driver>.py for {sorted(without)}"
    assert set(fakes()) <= set(drivers()), "a fake without a driver"


@pytest.mark.parametrize("name", sorted(drivers()))
def test_the_table_is_whole(name: str) -> None:
    driver = drivers()[name]
    assert driver.name == name
    assert driver.getters
    for fact, getter in driver.getters.items():
        assert FACT_TYPES[fact.key] is fact
        assert getter.request.strip(), f"{fact.key} does not say where it comes from"
        assert getter.requests >= 1


@pytest.mark.parametrize("name", [n for n in offered() if drivers()[n].applies is not None])
def test_it_is_asked_of_its_own_makers_only(name: str) -> None:
    applies = drivers()[name].applies
    assert applies is not None

    def device(maker: str, kind: DeviceKind = DeviceKind.OTHER) -> Device:
        return Device(id="d", site="s", target=Target(address="192.0.2.1"), maker=maker, kind=kind)

    assert applies(device(fakes()[name].maker, fakes()[name].kind))
    assert not applies(device("Nobody Knows Incorporated"))
    assert not applies(device(""))


@pytest.mark.parametrize("name", offered())
def test_its_code_holds_nothing_dangerous(name: str) -> None:
    for module in modules_of(name):
        assert module.__file__ is not None
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                words = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                assert not DANGEROUS.search(words), f"{module.__name__}, line {node.lineno}: {words[:80]!r}"


# What it tells of a device that answers.


@pytest.mark.parametrize("name", offered())
def test_a_good_device_tells_what_it_has(name: str) -> None:
    good, fake = run(name, Mood.GOOD), fakes()[name]
    assert len({r.fact for r in good.readings}) == len(good.readings) == len(drivers()[name].getters)
    missing = {
        r.fact.key: (r.answer.value, r.detail.en if r.detail else "")
        for r in good.readings
        if r.fact in fake.told - good.told
    }
    assert not missing
    assert good.told == fake.told, "more facts than the fake names: name them"
    for reading in good.readings:
        if reading.answer is Answer.OK:
            assert isinstance(reading.value, reading.fact)
            assert reading.source.driver == name
            assert reading.source.digest, f"{reading.fact.key} does not say which answers it stands on"
            parameters_of(reading)
        else:
            assert reading.detail is not None


@pytest.mark.parametrize("name", offered())
def test_it_asks_for_nothing_twice_and_for_no_more_than_it_needs(name: str) -> None:
    good = run(name, Mood.GOOD)
    asked = Counter((s.method, s.path, s.body, s.login) for s in good.seen)
    assert not {what: n for what, n in asked.items() if n > 1}
    allowed = fakes()[name].most_requests
    assert len(good.seen) <= allowed, [f"{s.method} {s.path}" for s in good.seen]
    assert allowed - len(good.seen) <= 2, "the bound may only shrink with what is asked"
    with_login = {(s.method, s.path, s.body) for s in good.seen if s.login}
    refused = [s.path for s in good.seen if not s.login and (s.method, s.path, s.body) in with_login]
    assert len(refused) <= 2, f"two paths tell that one login is good for all: {refused}"


@pytest.mark.parametrize(("name", "mood"), moods())
def test_it_only_reads(name: str, mood: Mood) -> None:
    for seen in run(name, mood).seen:
        whole = f"{seen.method} {seen.path} ".encode() + seen.body
        assert not DANGEROUS.search(whole.decode("latin-1")), whole
        named = any(_is_named(seen, entry) for entry in fakes()[name].reads)
        assert seen.method in ("GET", "HEAD") or named, f"not known to be a read: {whole!r}"


def _is_named(seen: Seen, entry: str) -> bool:
    method, path, *needle = entry.split(" ", 2)
    return seen.method == method and seen.path == path and "".join(needle).encode() in seen.body


@pytest.mark.parametrize(("name", "mood"), moods())
def test_never_more_than_two_connections(name: str, mood: Mood) -> None:
    assert run(name, mood).most_connections <= 2


@pytest.mark.parametrize(("name", "mood"), moods())
def test_what_is_secret_is_kept_nowhere(name: str, mood: Mood) -> None:
    kept = run(name, mood).everything()
    for secret in (PASSWORD, *fakes()[name].secrets):
        assert secret not in kept, f"{secret} was kept"


@pytest.mark.parametrize("name", offered())
def test_the_secrets_were_really_told(name: str) -> None:
    said = b"\n".join(run(name, Mood.GOOD).said)
    if said:
        assert not [s for s in fakes()[name].secrets if s.encode() not in said], "planted where nobody looks"


# What it makes of a device that does not.


@pytest.mark.parametrize(("name", "mood"), moods(*READ_AS))
def test_each_mood_is_told_as_what_it_is(name: str, mood: Mood) -> None:
    fake = fakes()[name]
    for reading in run(name, mood).readings:
        allowed = set(READ_AS[mood])
        if mood in ABOUT_LOGINS and reading.fact in fake.anonymous:
            allowed.add(Answer.OK)
        if reading.fact not in fake.told:
            allowed.add(Answer.NOT_SUPPORTED)
        if reading.fact is SshHostKey:  # told by the connection itself, whatever is said over it
            allowed.add(Answer.OK)
        said = reading.detail.en if reading.detail else ""
        assert reading.answer in allowed, f"{reading.fact.key}: {reading.answer} {said} {reading.value!r}"
        assert reading.answer is Answer.OK or reading.detail is not None


@pytest.mark.parametrize(("name", "mood"), moods(Mood.DENIED, Mood.UNCLEAR, Mood.FORBIDDEN, Mood.LOCKED))
def test_a_refused_login_is_not_tried_again(name: str, mood: Mood) -> None:
    assert run(name, mood).logins <= 1


@pytest.mark.parametrize("name", offered())
def test_without_a_login_only_what_is_open_is_told(name: str) -> None:
    fake, found = fakes()[name], run(name, Mood.GOOD, stranger=True)
    assert found.logins == 0
    assert found.told == fake.anonymous
    rest = {r.answer for r in found.readings if r.fact not in fake.anonymous}
    assert rest <= {Answer.DENIED, Answer.NOT_SUPPORTED}


@pytest.mark.parametrize(("name", "mood"), moods(Mood.ABSENT, Mood.OTHER, Mood.MOVED))
def test_a_device_that_lies_about_its_maker_is_left_alone_soon(name: str, mood: Mood) -> None:
    seen = run(name, mood).seen
    assert len(seen) <= RECOGNISED, [f"{s.method} {s.path}" for s in seen]


@pytest.mark.parametrize(("name", "mood"), moods(Mood.SILENT, Mood.DRIPPING))
def test_a_silent_device_does_not_hold_it_up(name: str, mood: Mood) -> None:
    assert run(name, mood).seconds < PATIENCE


# Its parsers.


@pytest.mark.parametrize("name", offered())
def test_parsers_take_any_bytes(name: str) -> None:
    parsers = parsers_of(name)
    assert parsers, "a driver parses with pure functions called parse_…"
    told = [body for body in dict.fromkeys(run(name, Mood.GOOD).said) if body] or [b"x"]

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(parsers), st.one_of(st.binary(max_size=200), _damaged(told)), st.data())
    def check(parser: Any, body: bytes, data: st.DataObject) -> None:
        ask_parser(parser, body, data)

    check()


def _damaged(bodies: list[bytes]) -> st.SearchStrategy[bytes]:
    """Real answers with a piece taken out, and another put in."""

    @st.composite
    def one(draw: st.DrawFn) -> bytes:
        body = draw(st.sampled_from(bodies))
        start = draw(st.integers(0, len(body)))
        length = draw(st.sampled_from((0, 1, 2, 7, 40, 400)))
        return body[:start] + draw(st.binary(max_size=12)) + body[start + length :]

    return one()
