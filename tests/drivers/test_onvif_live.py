"""The ONVIF driver through the real door, against pretend cameras on loopback: what it costs and what it finds."""

import asyncio
from collections import Counter
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers.onvif import DRIVER
from fushinban.lab.plan import Auth, DevicePlan, LabPlan, LabUser
from fushinban.lab.site import Lab
from fushinban.model import facts
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import Authorisation, Limits, SiteKind
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import Asked

ADDRESS = "127.77.2.1"
USER = LabUser(name="audit", password="made-up-Kaze-31")

#: A full read of a camera with two profiles, log-ins that the device asks for first included.
MOST_REQUESTS = 56

Readings = dict[type[Fact], Reading[Any]]


def inspected(tmp_path: Path, credential: Credential | None, **changes: Any) -> tuple[Readings, tuple[Asked, ...]]:
    """All readings of one pretend camera, and every line of the transcript."""
    device = DevicePlan(id="cam", address=ADDRESS, users=(USER,), **changes)
    plan = LabPlan(id="lab", name="試験", customer="試験", kind=SiteKind.SHOP, base_port=0, devices=(device,))
    now = clock.now()
    allowed = Authorisation(
        by="試験", start=now - timedelta(days=1), end=now + timedelta(days=1), networks=(ip_network(f"{ADDRESS}/32"),)
    )
    transcript = Transcript()

    async def story() -> list[Reading[Any]]:
        budget = AttemptBudget(tmp_path / "budget")
        async with Lab(plan) as lab, Door("s", allowed, Limits(), budget, transcript) as door:
            session = door.session(Target(address=ADDRESS, ports=lab.ports), credential)
            async with session:
                return await ask_driver(DRIVER, session, lambda _: None)

    return {r.fact: r for r in asyncio.run(story())}, transcript.lines()


@pytest.mark.parametrize("auth", list(Auth))
def test_a_full_read_with_each_login(tmp_path: Path, auth: Auth) -> None:
    login = Credential(username=USER.name, secret=USER.password)
    readings, lines = inspected(tmp_path, login, auth=auth, clock_offset=-3600.0)
    assert {f for f, r in readings.items() if r.answer is not Answer.OK} == {facts.AccessPolicy}
    assert readings[facts.AccessPolicy].answer is Answer.NOT_SUPPORTED
    assert -3603 < readings[facts.DeviceTime].value.offset < -3599
    assert [a.name for a in readings[facts.Accounts].value.accounts] == [USER.name]
    assert readings[facts.AnonymousOperations].value.leaking == ()
    assert {p.gate for p in readings[facts.AnonymousPictures].value.pictures} == {facts.Gate.PROTECTED}
    assert len([line for line in lines if line.kind.value != "connect"]) <= MOST_REQUESTS
    with_login = Counter(line.operation for line in lines if line.username)
    assert max(with_login.values()) <= 2, "nothing but the two logs and the two addresses is asked twice"


def test_without_a_login_the_protected_is_denied_and_nothing_is_tried(tmp_path: Path) -> None:
    readings, lines = inspected(tmp_path, None)
    told = {f for f, r in readings.items() if r.answer is Answer.OK}
    assert told == {
        facts.EndpointId, facts.Hostname, facts.Capabilities, facts.DeviceTime, facts.AnonymousOperations,
    }  # fmt: skip
    assert {r.answer for f, r in readings.items() if f not in told} <= {Answer.DENIED, Answer.NOT_SUPPORTED}
    assert not any(line.username for line in lines)


def test_leaks_are_found(tmp_path: Path) -> None:
    login = Credential(username=USER.name, secret=USER.password)
    readings, _ = inspected(
        tmp_path, login, open_operations=frozenset({"GetUsers"}), snapshot_open=True, stream_open=True
    )
    leaking = {o.operation for o in readings[facts.AnonymousOperations].value.leaking}
    assert "GetUsers" in leaking
    assert "GetNetworkInterfaces" not in leaking
    assert {p.gate for p in readings[facts.AnonymousPictures].value.pictures} == {facts.Gate.OPEN}


def test_other_hosts_in_addresses_are_named_and_never_contacted(tmp_path: Path) -> None:
    login = Credential(username=USER.name, secret=USER.password)
    readings, lines = inspected(tmp_path, login, xaddr_host="198.51.100.77")
    assert readings[facts.Capabilities].value.foreign_hosts == ("198.51.100.77",)
    assert readings[facts.Profiles].answer is Answer.OK
    assert all(line.target.startswith(ADDRESS) for line in lines)
