"""A maker's own interface recorded by `record-device`, and read again by the driver from that recording.

The pretend devices of the conformance suite plant secrets wherever their makers hand some out.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from fake_device import PASSWORD, USERNAME, Fake, Mood, Served, fakes
from recorded_web import read

from fushinban import clock
from fushinban.drivers import drivers
from fushinban.drivers.mikrotik._live import parse_state as mikrotik_state
from fushinban.drivers.mikrotik._visit import document_of
from fushinban.drivers.openwrt._live import parse_state as openwrt_state
from fushinban.jobs.means import Means
from fushinban.jobs.progress import Quiet
from fushinban.jobs.record_device import HTTP_FILE, NEVER, record_device
from fushinban.jobs.site_file import load_site
from fushinban.model.device import Device
from fushinban.model.site import Authorisation
from fushinban.record.setup import open_store
from fushinban.record.vault import Vault
from fushinban.transport.http_recording import HttpRecording, load_http_recording

#: Makers whose interface is plain HTTP with an HTTP login, which is what such a recording is served behind.
WEB = ("axis", "dahua", "hanwha", "hikvision", "ipro")

_SITE = """
[site]
id = "shop"
name = "試験店舗"
customer = "試験商店"
kind = "shop"

[authorisation]
by = "試験 太郎"
from = "{start:%Y-%m-%dT%H:%M:%SZ}"
until = "{end:%Y-%m-%dT%H:%M:%SZ}"
networks = ["127.0.0.0/8"]

[discovery]
methods = ["listed"]

[[device]]
id = "cam"
address = "127.0.0.1"
ports = {{ {service} = {port} }}

[[credential]]
match = "127.0.0.1"
username = "{user}"
secret = "env:WORD"

[limits]
port_gap = 0.001
read_timeout = 2.0
"""


@contextmanager
def running(fake: Fake) -> Iterator[Served]:
    """The pretend device in a thread of its own, because the job has a loop of its own."""
    loop, ready, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[Served] = []

    async def serve() -> None:
        async with fake.serve(Mood.GOOD) as served:
            found.append(served)
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()


def record(fake: Fake, folder: Path) -> HttpRecording:
    """Record a pretend device as the command does."""
    now = clock.now()
    with running(fake) as served, open_store(f"sqlite:///{folder / 'f.sqlite3'}", data_dir=folder) as store:
        path = folder / "SITE.toml"
        (service,) = served.target.ports
        port = served.target.port(service)
        start, end = now - timedelta(hours=1), now + timedelta(hours=1)
        said = _SITE.format(start=start, end=end, service=service, port=port, user=USERNAME)
        path.write_text(said, encoding="utf-8")
        environ = {"WORD": PASSWORD}
        site_file = load_site(path, environ)
        allowed = Authorisation(by="a test", start=start, end=end, networks=(ip_network("127.0.0.0/8"),))
        store.sites.save(site_file.site, allowed)
        device = Device(id="cam", site="shop", target=site_file.listed[0].target, maker=fake.maker)
        store.devices.save([device])
        means = Means(store=store, vault=Vault(folder), environ=environ, progress=Quiet(), folder=folder)
        record_device(site_file, "cam", folder / "out", means)
    return load_http_recording(folder / "out" / HTTP_FILE)


@pytest.mark.parametrize("name", [n for n in WEB if n in drivers() and n in fakes()])
def test_it_is_recorded_without_secrets_and_read_again(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The pretend devices speak no ONVIF, and some take a question in it for a login gone wrong.
    monkeypatch.setattr("fushinban.jobs.record_device._NOT_RECORDED", frozenset({"services", "snmp", "onvif"}))
    fake = fakes()[name]
    recording = record(fake, tmp_path)
    everything = b"".join(f.read_bytes() for f in (tmp_path / "out").iterdir())
    for secret in (PASSWORD, USERNAME, *fake.secrets):
        assert secret.encode() not in everything, secret
    assert not recording.hand_made
    again = read(recording, name, tmp_path)
    wanted = fake.told - NEVER
    missing = {f.key: again.readings[f].answer.value for f in wanted - again.told()}
    assert not missing


@pytest.mark.parametrize("name", ["openwrt", "mikrotik"])
def test_a_router_is_recorded_without_secrets_and_still_readable(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fushinban.jobs.record_device._NOT_RECORDED", frozenset({"services", "snmp", "onvif"}))
    fake = fakes()[name]
    recording = record(fake, tmp_path)
    everything = b"".join(f.read_bytes() for f in (tmp_path / "out").iterdir())
    private = ("line@example.jp", "shop.example.org", "shop-router", "203.0.113.77", "HXX00000002", "mynetname")
    for secret in (PASSWORD, USERNAME, *fake.secrets, *private):
        assert secret.encode() not in everything, secret
    said = [e.body for e in recording.exchanges]
    if name == "openwrt":
        state = openwrt_state(b"[" + b",".join(b.strip()[1:-1] for b in said if b.startswith(b"[{")) + b"]")
        assert [str(a) for i in state.interfaces if i.name == "lan" for a in i.addresses]
    else:
        menus = {e.path.removeprefix("/rest/"): e.body for e in recording.exchanges}
        state = mikrotik_state(document_of(menus))
        assert state.model == "RBINVENTED"
    assert [f.kind.value for f in state.forwards] == ["upnp", "static"]
