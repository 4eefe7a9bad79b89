"""A device whose ONVIF is switched off is read through its maker's interface, however its web server says no."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from fake_device import PASSWORD, USERNAME, Mood, Seen, WebDevice, fake_module, fakes, text

from fushinban import clock
from fushinban.collect.device import collect
from fushinban.drivers import drivers
from fushinban.lab.wire import Reply, Request
from fushinban.model import facts
from fushinban.model.credential import Credential
from fushinban.model.device import Device, DeviceKind
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript

ONVIF = "/onvif/device_service"
LOGIN = Credential(username=USERNAME, secret=PASSWORD, origin="invented")
MAKERS = ("hikvision", "dahua", "hanwha", "axis")
QUICK = Limits(port_gap=0.0, request_gap=0.0, connect_timeout=0.8, probe_timeout=0.8, read_timeout=3.0)


def page(status: int, words: str) -> Reply:
    """The error page of the small web servers that cameras have."""
    title = f"<title>Document Error: {words}</title>"
    body = f"<!DOCTYPE html><html><head>{title}</head><body><h2>Access Error: {status} -- {words}</h2></body></html>"
    return text(body, "text/html", status)


#: What ONVIF's place answers, and whether it asks strangers for a login first.
WAYS = {
    "a page that forbids, after the login": (page(403, "Forbidden"), False),
    "a page that forbids, to everybody": (page(403, "Forbidden"), True),
    "the maker's own words, after the login": (fake_module("hikvision").refused("notSupport"), False),
    "nothing there, after the login": (page(404, "Not Found"), False),
    "nothing there, to everybody": (page(404, "Not Found"), True),
    "not that method, after the login": (page(405, "Method Not Allowed"), False),
}


@dataclass(frozen=True)
class Run:
    record: DeviceRecord
    seen: list[Seen]
    most_connections: int


def read(folder: Path, maker: str, reply: Reply, *, open_: bool) -> Run:
    """One collection of a maker's pretend device with this answer in ONVIF's place."""
    usual: WebDevice = fake_module(maker).DEVICE

    def answer(request: Request) -> Reply | None:
        return reply if request.path == ONVIF else usual.answer(request)

    device = replace(usual, answer=answer, open=usual.open | ({ONVIF} if open_ else set()))
    now = clock.now()
    allowed = Authorisation(
        by="a test", start=now - timedelta(hours=1), end=now + timedelta(hours=1),
        networks=(ip_network("127.0.0.0/8"),),
    )  # fmt: skip

    async def story() -> Run:
        async with (
            device.serve(Mood.GOOD) as served,
            Door("s", allowed, QUICK, AttemptBudget(folder / "attempts"), Transcript()) as door,
            door.session(served.target, LOGIN) as session,
        ):
            known = Device(
                id="d", site="s", target=served.target, maker=fakes()[maker].maker, kind=DeviceKind.CAMERA
            )  # fmt: skip
            return Run(await collect(session, known, drivers()), served.seen, served.most_connections)

    return asyncio.run(story())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("maker", MAKERS)
def test_the_makers_interface_is_asked_all_the_same(tmp_path: Path, maker: str, way: str) -> None:
    reply, open_ = WAYS[way]
    run = read(tmp_path, maker, reply, open_=open_)
    answers = {r.fact: r.answer for r in run.record.readings if r.source.driver == maker}
    assert {f for f, a in answers.items() if a is Answer.OK} >= fakes()[maker].told - {facts.Activation}
    assert Answer.LOCKED not in {r.answer for r in run.record.readings}
    onvif = [seen for seen in run.seen if seen.path == ONVIF]
    assert sum(seen.login for seen in onvif) <= 2
    assert len(onvif) <= 5
    assert run.most_connections <= 2


def test_a_device_that_forbids_everything_gets_two_logins_and_no_third(tmp_path: Path) -> None:
    def forbid(_: Request) -> Reply:
        return page(403, "Forbidden")

    usual: WebDevice = fake_module("hikvision").DEVICE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fake_module("hikvision"), "DEVICE", replace(usual, answer=forbid))
        run = read(tmp_path, "hikvision", page(403, "Forbidden"), open_=False)
    assert sum(seen.login for seen in run.seen) == 2
    assert {r.answer for r in run.record.readings if r.source.driver == "hikvision"} >= {Answer.LOCKED}
