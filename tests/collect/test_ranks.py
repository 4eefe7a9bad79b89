"""Drivers that need something of the session, and drivers whose word counts only where nobody else has one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fushinban.collect.device import collect
from fushinban.drivers import Driver, Getter, Quality
from fushinban.drivers._driver import AnyDriver
from fushinban.errors import NotSupported
from fushinban.messages import say
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import Hostname, Identity, SnmpSystem
from fushinban.model.facts.base import Fact
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer, Reading
from fushinban.transport.recording import Recording
from fushinban.transport.replay import ReplaySession

BLANK = Device(id="d", site="s", target=Target(address="192.0.2.1"))
FROM_SNMP = Identity(maker="Axis", model="P1435-LE", firmware="9.80.69")
FROM_MAKER = Identity(maker="AXIS", model="P1435-LE", firmware="9.80.69", serial="INVENTED", hardware="70D")


async def _open(_: object) -> None:
    return None


def says(fact: Fact) -> Callable[[Any], Awaitable[Fact]]:
    async def ask(_: object) -> Fact:
        return fact

    return ask


async def nothing(_: object) -> Fact:
    raise NotSupported(say("driver.absent", what="x"))


def driver(name: str, *facts: Fact, **more: Any) -> AnyDriver:
    getters = {type(f): Getter(ask=says(f), request="x") for f in facts}
    return Driver(name=name, quality=Quality.BRONZE, open=_open, getters=getters, **more)


def collected(*several: AnyDriver) -> DeviceRecord:
    session = ReplaySession(Recording(name="x", exchanges=()))
    return asyncio.run(collect(session, BLANK, {d.name: d for d in several}))


def read(*several: AnyDriver) -> dict[type[Fact], Reading[Any]]:
    return {r.fact: r for r in collected(*several).readings}


def test_the_makers_own_word_counts_more_than_that_of_a_fallback() -> None:
    general = driver("a-snmp", FROM_SNMP, Hostname(name="by snmp"), fallback=True)
    own = driver("maker", FROM_MAKER, applies=lambda d: d.maker == "Axis")
    found = read(general, own)
    assert found[Identity].value == FROM_MAKER, "though the fallback was asked first, and made the maker known"
    assert found[Hostname].value == Hostname(name="by snmp")


def test_a_fallback_counts_where_the_others_have_nothing() -> None:
    silent: AnyDriver = Driver(
        name="z", quality=Quality.BRONZE, open=_open, getters={Identity: Getter(ask=nothing, request="x")}
    )
    found = read(driver("a-snmp", FROM_SNMP, fallback=True), silent)
    assert (found[Identity].answer, found[Identity].value) == (Answer.OK, FROM_SNMP)


def test_a_driver_without_what_it_takes_leaves_no_trace() -> None:
    found = read(driver("snmp", FROM_SNMP, equipped=lambda session: session.snmp_access is not None))
    assert Identity not in found


def test_the_kind_of_a_device_is_what_its_agent_describes() -> None:
    router = SnmpSystem(description="RouterOS RB9999", object_id="1.3.6.1.4.1.14988.1")
    assert collected(driver("snmp", router, fallback=True)).device.kind is DeviceKind.ROUTER
