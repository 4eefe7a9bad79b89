"""A device that never ends is left after its time; what it said until then is kept, and the rest has its reason."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from fushinban.collect.ask import Memory
from fushinban.collect.device import collect
from fushinban.drivers import Driver, Getter, Quality
from fushinban.errors import Unreachable
from fushinban.messages import Text
from fushinban.model.device import Device, Target
from fushinban.model.facts import Dns, FactoryLogins, Hostname, Identity, Ntp, SystemLog
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import TestKind

DEVICE = Device(id="cam", site="s", target=Target(address="127.0.0.9"))
KNOWN = Ntp(servers=("ntp.example.jp",))


@dataclass
class Answering:
    """A session that only knows which tests are allowed."""

    allowed: frozenset[TestKind] = frozenset({TestKind.READ})
    asked: list[str] = field(default_factory=list)

    def allows(self, test: TestKind) -> bool:
        return test in self.allowed


async def _never(context: Any) -> Any:
    await asyncio.Event().wait()


async def _refused(context: Any) -> Any:
    raise Unreachable(Text("理由", "reason"))


def drivers(hang: bool = True) -> dict[str, Driver[Any]]:
    async def open_(session: Any) -> Any:
        return session

    async def hostname(context: Any) -> Hostname:
        return Hostname(name="cam")

    quick = {
        Hostname: Getter(ask=hostname, request="GetHostname", requests=3),
        SystemLog: Getter(ask=_refused, request="GetSystemLog", requests=2),
        Dns: Getter(ask=_never if hang else _refused, request="GetDNS"),
        Ntp: Getter(ask=_never, request="GetNTP"),
    }
    return {"onvif": Driver(name="onvif", quality=Quality.BRONZE, open=open_, getters=quick)}


def read(seconds: float | None, *, hang: bool = True) -> tuple[DeviceRecord, list[Reading[Any]]]:
    noted: list[Reading[Any]] = []
    kept = asyncio.run(_source(drivers()))
    memory = Memory(known={("onvif", Ntp): kept}, note=noted.append)
    session: Any = Answering()
    return asyncio.run(collect(session, DEVICE, drivers(hang), memory=memory, seconds=seconds)), noted


async def _source(several: dict[str, Driver[Any]]) -> Reading[Any]:
    record = await collect(Answering(), DEVICE, {}, seconds=1.0)  # type: ignore[arg-type] # asks nothing
    (reading,) = record.readings
    return Reading(fact=Ntp, answer=Answer.OK, value=KNOWN, source=reading.source)


def test_what_was_said_is_kept_and_the_rest_has_its_reason() -> None:
    record, noted = read(0.15)
    readings = {r.fact: r for r in record.readings}
    assert readings[Hostname].value == Hostname(name="cam")
    assert readings[Ntp].value == KNOWN, "what an earlier turn read is not lost"
    assert readings[SystemLog].detail == Text("理由", "reason")
    late = readings[Dns]
    assert (late.answer, late.source.request) == (Answer.UNREACHABLE, "GetDNS")
    assert late.detail is not None
    assert "was not finished within 0.0025 minutes" in late.detail.en
    assert readings[FactoryLogins].answer is Answer.NOT_ASKED
    assert record.reached
    assert {r.fact for r in noted} == {Hostname, SystemLog}, "what is only late may be asked again"


def test_the_usual_device_is_read_as_without_a_limit() -> None:
    limited, unlimited = read(60.0, hang=False)[0], read(None, hang=False)[0]
    assert [(r.fact, r.answer, r.value) for r in limited.readings] == [
        (r.fact, r.answer, r.value) for r in unlimited.readings
    ]


def test_an_end_from_outside_stays_one() -> None:
    """A job that is stopped does not look like a device that took too long."""

    async def stopped() -> None:
        await asyncio.wait_for(collect(Answering(), DEVICE, drivers(), seconds=60.0), 0.1)  # type: ignore[arg-type] # as above

    with pytest.raises(TimeoutError):
        asyncio.run(stopped())


def test_only_drivers_that_fit_the_device_are_asked_and_told_of() -> None:
    async def open_(session: Any) -> Any:
        return session

    async def asked(context: Any) -> Hostname:
        return Hostname(name="by the maker's interface")

    getters = {Hostname: Getter(ask=asked, request="hostname")}
    fitting = Driver(
        name="ours", quality=Quality.BRONZE, open=open_, getters=getters, applies=lambda device: device.id == DEVICE.id
    )
    foreign = Driver(name="theirs", quality=Quality.BRONZE, open=open_, getters=getters, applies=lambda device: False)
    session: Any = Answering()
    several = {"ours": fitting, "theirs": foreign}
    record = asyncio.run(collect(session, DEVICE, several))
    assert {r.source.driver for r in record.readings if r.fact is Hostname} == {"ours"}
    late = asyncio.run(collect(session, DEVICE, {**drivers(), "theirs": foreign}, seconds=0.05))
    assert "theirs" not in {r.source.driver for r in late.readings}


def test_what_onvif_leaves_out_of_the_identity_the_makers_interface_completes() -> None:
    async def open_(session: Any) -> Any:
        return session

    async def short(context: Any) -> Identity:
        return Identity(maker="Example", model="EX-1", firmware="1.0")

    async def whole(context: Any) -> Identity:
        return Identity(maker="EXAMPLE Co.", model="EX-1-J", firmware="1.0.1", serial="0000001", hardware="rev B")

    def driver(name: str, ask: Any, applies: Any = None) -> Driver[Any]:
        getters = {Identity: Getter(ask=ask, request="identity")}
        return Driver(name=name, quality=Quality.BRONZE, open=open_, getters=getters, applies=applies)

    session: Any = Answering()
    several = {"onvif": driver("onvif", short), "own": driver("own", whole, lambda device: device.maker == "Example")}
    device = asyncio.run(collect(session, DEVICE, several)).device
    assert (device.maker, device.model, device.firmware) == ("Example", "EX-1", "1.0")
    assert (device.serial, device.hardware) == ("0000001", "rev B")
