"""`record-device`: what it writes is read by the replay, says whose device it was nowhere, and keeps no secret."""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from durable.durable_bench import RunningLab, plan_of
from fushinban import clock
from fushinban.cli import main
from fushinban.collect.anonymise import Private
from fushinban.collect.ask import ask_driver
from fushinban.collect.leaks import Secret
from fushinban.drivers import drivers
from fushinban.errors import InputError
from fushinban.jobs.means import Means
from fushinban.jobs.progress import Quiet
from fushinban.jobs.record_device import NEVER, SavedRecording, check_clean, record_device
from fushinban.jobs.site_file import SiteFile, load_site
from fushinban.model.device import Device, Target
from fushinban.model.facts import Identity, SystemLog
from fushinban.model.reading import Answer
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.transport.recording import load_recording
from fushinban.transport.replay import ReplaySession


@pytest.fixture(scope="module")
def lab() -> Iterator[RunningLab]:
    with RunningLab(plan_of(1)) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'fushinban.sqlite3'}", data_dir=tmp_path) as opened:
        yield opened


def site_of(lab: RunningLab, folder: Path) -> SiteFile:
    path = folder / "SITE.toml"
    path.write_text(lab.site_toml(), encoding="utf-8")
    return load_site(path, lab.lab.environment())


def recorded(lab: RunningLab, store: Store, folder: Path, out: Path, vault: Vault | None = None) -> SavedRecording:
    site_file = site_of(lab, folder)
    means = Means(
        store=store, vault=vault or Vault(folder), environ=lab.lab.environment(), progress=Quiet(), folder=folder
    )
    return record_device(site_file, site_file.listed[0].id, out, means)


def test_a_camera_is_recorded_and_the_recording_replayed(lab: RunningLab, store: Store, tmp_path: Path) -> None:
    saved = recorded(lab, store, tmp_path, tmp_path / "out")
    plan, files = lab.plan.devices[0], sorted((tmp_path / "out").iterdir())
    assert saved.soap == len([f for f in files if f.name.startswith("capture_")]) > 15
    everything = b"".join(f.read_bytes() for f in files)
    own = [plan.serial, plan.mac, plan.hostname, plan.name, plan.location, plan.address]
    own += [word for user in plan.users for word in (user.password, base64.b64encode(user.password.encode()).decode())]
    for word in filter(None, own):
        assert word.encode() not in everything, word
        assert json.dumps(word)[1:-1].encode() not in everything
    assert b"GetSystemLog" not in everything, "logs are never asked for"
    session = ReplaySession(load_recording(tmp_path / "out"))
    readings = {r.fact: r for r in asyncio.run(ask_driver(drivers()["onvif"], session, lambda _: None))}
    identity = readings[Identity].value
    assert isinstance(identity, Identity)
    assert (identity.maker, identity.model, identity.firmware) == (plan.maker, plan.model, plan.firmware)
    assert identity.serial not in ("", plan.serial)
    assert readings[SystemLog].answer is Answer.UNREACHABLE, "it was not recorded"
    told = {f for f, r in readings.items() if r.answer is Answer.OK}
    assert len(told) > 15
    assert not told & NEVER


def test_nothing_is_written_over_and_nobody_else_is_recorded(lab: RunningLab, store: Store, tmp_path: Path) -> None:
    site_file = site_of(lab, tmp_path)
    means = Means(store=store, vault=Vault(tmp_path), environ=lab.lab.environment(), progress=Quiet(), folder=tmp_path)
    with pytest.raises(InputError, match="not an empty folder"):
        record_device(site_file, site_file.listed[0].id, tmp_path, means)
    with pytest.raises(InputError, match="neither on record"):
        record_device(site_file, "nobody", tmp_path / "new", means)
    store.sites.save(site_file.site, site_file.authorisation)
    behind = Device(
        id="ch1", site=site_file.site.id, target=Target(address="10.1.1.2"), parent="nvr", behind=True,
        last_seen=clock.now(),
    )  # fmt: skip
    store.devices.save([behind])
    with pytest.raises(InputError, match="stands behind a recorder"):
        record_device(site_file, "ch1", tmp_path / "new", means)
    assert not (tmp_path / "new").exists()


def test_a_secret_of_the_vault_that_remains_stops_it(lab: RunningLab, store: Store, tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put("other", "somebody", "Env")  # too short to be blanked, and it stands in every envelope
    with pytest.raises(InputError, match="known secret is still in the data") as stopped:
        recorded(lab, store, tmp_path, tmp_path / "out", vault)
    assert "found as: " in stopped.value.text.en
    assert not (tmp_path / "out").exists(), "nothing was written"


def test_a_secret_of_the_vault_that_the_device_tells_is_blanked(lab: RunningLab, store: Store, tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put("other", "somebody", lab.plan.devices[0].model)  # as foolish as it is possible
    recorded(lab, store, tmp_path, tmp_path / "out", vault)
    assert lab.plan.devices[0].model.encode() not in b"".join(f.read_bytes() for f in (tmp_path / "out").iterdir())


DISGUISES = {
    "plain": lambda w: w,
    "base64": lambda w: base64.b64encode(b"u:" + w).decode().encode(),
    "hex": lambda w: w.hex().encode(),
    "url": lambda w: "".join(f"%{b:02X}" for b in w).encode(),
}


@pytest.mark.parametrize("how", DISGUISES)
def test_every_file_and_every_name_is_looked_at(how: str) -> None:
    secret = Secret(text="Invented-Word-7", usernames=("u",))
    hidden = DISGUISES[how](b"Invented-Word-7")
    check_clean({"a.json": b"{}"}, [secret], Private())
    for files in ({"a.json": b"{}", "b.json": b"x " + hidden}, {f"{hidden.decode()}.json": b"{}"}):
        with pytest.raises(InputError, match="known secret") as stopped:
            check_clean(files, [secret], Private())
        assert "Invented-Word-7" not in stopped.value.text.ja + stopped.value.text.en + repr(stopped.value)


@pytest.mark.parametrize("left", [b"SN-INVENTED-77", b"sn-invented-77", b"AC:CC:8E:00:00:01", b"accc8e000001"])
def test_a_number_of_the_device_that_remains_stops_it(left: bytes) -> None:
    private = Private(serials=("SN-INVENTED-77",), macs=("ac:cc:8e:00:00:01",))
    check_clean({"a": b"AA-AAAAAAAA-01 00:00:5e:00:53:01"}, [], private)
    with pytest.raises(InputError, match="still in the data"):
        check_clean({"a": b"x " + left}, [], private)


@contextmanager
def environment(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Iterator[None]:
    with monkeypatch.context() as changed:
        for name, value in values.items():
            changed.setenv(name, value)
        yield


def test_the_command(
    lab: RunningLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site_file = site_of(lab, tmp_path)
    arguments = ["record-device", str(tmp_path / "SITE.toml"), "--device", site_file.listed[0].id]
    arguments += ["--out", str(tmp_path / "out"), "--data", str(tmp_path / "data")]
    with environment(monkeypatch, lab.lab.environment()), pytest.raises(SystemExit) as end:
        main(["--lang", "en", *arguments])
    assert end.value.code == 0
    assert "Left out" in capsys.readouterr().out
    assert load_recording(tmp_path / "out").exchanges
