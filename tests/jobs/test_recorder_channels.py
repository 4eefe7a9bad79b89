"""A recorder's channels in whole inspections: children kept without duplicates, never asked, restarts compared."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from durable.durable_bench import RunningLab, plan_of
from fushinban import clock
from fushinban.collect.device import collect
from fushinban.jobs import collect_site
from fushinban.jobs.inspect import inspect
from fushinban.jobs.means import Means
from fushinban.jobs.progress import Quiet
from fushinban.jobs.recorder_channels import linked_site
from fushinban.jobs.site_file import SiteFile, load_site
from fushinban.model.control import Outcome
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.discovery import DiscoverySummary, Group
from fushinban.model.facts import Channel, Channels, Identity, Uptime
from fushinban.model.facts.base import Fact
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.site import InspectionKind
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.record.vault import Vault

BEHIND = Channel(
    number=5, name="倉庫", address="10.1.1.65", mac="ec:71:db:00:00:05", maker="Hikvision", model="DS-INV",
    firmware="V5.1", serial="DS-INVENTED-5", online=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def lab() -> Iterator[RunningLab]:
    with RunningLab(plan_of(3)) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'fushinban.sqlite3'}", data_dir=tmp_path) as opened:
        yield opened


class Site:
    """A site whose first listed device tells of channels and uptimes, as a maker's driver would."""

    def __init__(self, lab: RunningLab, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = folder / "SITE.toml"
        path.write_text(lab.site_toml(), encoding="utf-8")
        self.file: SiteFile = load_site(path, lab.lab.environment())
        self.store = store
        self.recorder, self.camera = self.file.listed[0].id, self.file.listed[1]
        self.channels: tuple[Channel, ...] | None = ()
        self.uptime = Uptime(seconds=600, boot_id="first")
        self._means = Means(
            store=store, vault=Vault(folder), environ=lab.lab.environment(), progress=Quiet(), folder=folder
        )
        monkeypatch.setattr(collect_site, "collect", self._collect)

    async def _collect(self, session: Any, device: Device, *rest: Any) -> DeviceRecord:
        assert not device.behind, "what is behind a recorder is never asked"
        record = await collect(session, device, *rest)
        if device.id != self.recorder:
            return record
        told: list[Fact] = [self.uptime]
        if self.channels is not None:
            told.append(Channels(channels=self.channels))
        source = Source(driver="invented", request="channels", at=clock.now())
        more = [Reading(fact=type(f), answer=Answer.OK, value=f, source=source) for f in told]
        kept = [r for r in record.readings if r.fact not in {type(f) for f in told}]
        return replace(record, readings=(*kept, *more), device=replace(record.device, kind=DeviceKind.RECORDER))

    def inspect(self) -> Inspection:
        """A whole inspection, as it stands on record."""
        return self.store.inspections.get(inspect(self.file, InspectionKind.PERIODIC, self._means).id)

    def device(self, inspection: Inspection, address: str) -> Device:
        (found,) = [r.device for r in inspection.records if r.device.address == address]
        return found


@pytest.fixture
def site(lab: RunningLab, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(lab, store, tmp_path, monkeypatch)


def test_children_are_kept_through_inspections_without_duplicates(site: Site) -> None:
    site.channels = (Channel(number=1, address=site.camera.address, port=site.camera.target.port("http")), BEHIND)
    first = site.inspect()
    assert len(first.records) == 4
    behind = site.device(first, "10.1.1.65")
    assert (behind.parent, behind.channel, behind.behind) == (site.recorder, "5", True)
    seen = site.device(first, site.camera.address)
    assert (seen.parent, seen.channel, seen.behind, seen.id) == (site.recorder, "1", False, site.camera.id)
    assert first.discovery.groups[behind.id] is Group.NEW
    second = site.inspect()
    assert [r.device.id for r in second.records] == [r.device.id for r in first.records]
    assert second.discovery.groups[behind.id] is Group.SAME
    children = site.store.devices.children(site.file.site.id, site.recorder)
    assert {d.id for d in children} == {behind.id, seen.id}
    assert len(site.store.devices.of(site.file.site.id)) == 4
    moved = replace(BEHIND, address="10.1.1.99", number=6)
    site.channels = (site.channels[0], moved)
    third = site.inspect()
    assert site.device(third, "10.1.1.99").id == behind.id
    assert third.discovery.changes[behind.id] == ("address: 10.1.1.65 → 10.1.1.99",)


def test_what_the_recorder_says_is_on_record_and_says_where_it_is_from(site: Site) -> None:
    site.channels = (BEHIND,)
    inspection = site.inspect()
    (record,) = [r for r in inspection.records if r.device.behind]
    readings = {r.fact: r for r in record.readings}
    assert readings[Identity].value == Identity(
        maker="Hikvision", model="DS-INV", firmware="V5.1", serial="DS-INVENTED-5"
    )
    assert readings[Identity].source.request == "channels, channel 5"
    rest = [r for f, r in readings.items() if f is not Identity]
    assert len(rest) > 20
    assert {r.answer for r in rest} == {Answer.NOT_ASKED}
    assert all(r.detail is not None and "stands behind the recorder" in r.detail.en for r in rest)
    assert record.reached, "its recorder has it online"
    judged = {f.control: f.outcome for f in inspection.findings if f.device == record.device.id}
    assert judged["G-2.1-2"] is Outcome.UNKNOWN, "nobody looked at its ports"


def test_a_recorder_that_says_nothing_keeps_its_children_and_one_that_names_them_no_more_does_not(site: Site) -> None:
    site.channels = (BEHIND,)
    behind = site.device(site.inspect(), "10.1.1.65")
    site.channels = None
    silent = site.inspect()
    (record,) = [r for r in silent.records if r.device.id == behind.id]
    assert (record.reached, record.device.channel, silent.discovery.groups[behind.id]) == (False, "5", Group.SAME)
    site.channels = ()
    gone = site.inspect()
    assert site.device(gone, "10.1.1.65").channel == ""
    assert gone.discovery.groups[behind.id] is Group.GONE


def test_an_unexpected_restart_is_found_by_the_reading_before(site: Site) -> None:
    def judged() -> Outcome:
        (found,) = [f for f in site.inspect().findings if (f.control, f.device) == ("G-3.2-4", site.recorder)]
        return found.outcome

    assert judged() is Outcome.UNKNOWN, "nothing to compare with"
    assert judged() is Outcome.PASS
    site.uptime = Uptime(seconds=5, boot_id="second")
    assert judged() is Outcome.FAIL
    assert judged() is Outcome.PASS, "it has not restarted since"


def test_the_same_again_gives_the_same_and_a_site_without_recorders_is_left_alone() -> None:
    recorder = Device(id="nvr", site="s", target=Target(address="192.0.2.2"), kind=DeviceKind.RECORDER)
    reading = Reading(
        fact=Channels, answer=Answer.OK, value=Channels(channels=(BEHIND,)),
        source=Source(driver="invented", request="channels", at=clock.now()),
    )  # fmt: skip
    summary = DiscoverySummary(devices=(recorder,), groups={"nvr": Group.SAME})
    bare = DeviceRecord(device=recorder, readings=(), reached=True)
    assert linked_site(summary, [bare], ()).fresh == ()
    told = replace(bare, readings=(reading,))
    one = linked_site(summary, [told], ())
    assert [r.device.id for r in one.fresh] == [d.id for d in one.summary.devices if d.behind]
    again = linked_site(summary, one.records, ())
    assert [r.device for r in again.records] == [r.device for r in one.records]
    assert again.summary == one.summary
