"""Parts of durable jobs by themselves: memory of readings, places of workers, the attendant, commands."""

import asyncio
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from durable.durable_bench import RunningLab
from fushinban import clock
from fushinban.cli import main
from fushinban.collect.ask import Memory, ask_driver
from fushinban.drivers._driver import Driver, Getter, Quality
from fushinban.errors import Denied, Unreachable
from fushinban.jobs.durable.asking import ask_inspection, inspection_order
from fushinban.jobs.durable.attendant import Attendant, Cancelled
from fushinban.jobs.durable.engine import Interrupted
from fushinban.jobs.durable.watching import wait_for_change
from fushinban.jobs.durable.worker import surely_gone, take_place
from fushinban.model import facts
from fushinban.model.device import Device, Target
from fushinban.model.facts import Fact
from fushinban.model.job import JobKind, JobOrder, JobState
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.site import TestKind
from fushinban.model.text import say
from fushinban.record.store import Store


class _Open:
    """As much of a session as the engine looks at."""

    def allows(self, test: TestKind) -> bool:
        return True


def _driver(asked: list[str], opened: list[int]) -> Driver[None]:
    async def open_it(_: object) -> None:
        opened.append(1)

    def getter(fact: type[Fact], error: Exception | None = None) -> Getter[None]:
        async def ask(_: None) -> Any:
            asked.append(fact.key)
            if error is not None:
                raise error
            return facts.Hostname(name="cam")

        return Getter(ask=ask, request=fact.key)

    return Driver(
        name="some",
        quality=Quality.BRONZE,
        open=open_it,
        getters={
            facts.Hostname: getter(facts.Hostname),
            facts.Identity: getter(facts.Identity, Denied(say("jobs.cancelled"))),
            facts.Dns: getter(facts.Dns, Unreachable(say("jobs.cancelled"))),
        },
    )


def test_only_what_is_not_remembered_is_asked() -> None:
    asked: list[str] = []
    opened: list[int] = []
    noted: list[Reading[Any]] = []
    driver: Any = _driver(asked, opened)
    session: Any = _Open()
    first = asyncio.run(ask_driver(driver, session, lambda _: None, Memory(note=noted.append)))
    assert sorted(asked) == ["dns", "hostname", "identity"]
    assert {r.fact for r in noted} == {r.fact for r in first}
    known = {(r.source.driver, r.fact): r for r in noted if r.answer is not Answer.UNREACHABLE}
    asked.clear()
    second = asyncio.run(ask_driver(driver, session, lambda _: None, Memory(known=known)))
    assert asked == ["dns"]
    assert {r.fact: r.answer for r in second} == {r.fact: r.answer for r in first}
    everything = {(r.source.driver, r.fact): r for r in first}
    opened.clear()
    third = asyncio.run(ask_driver(driver, session, lambda _: None, Memory(known=everything)))
    assert opened == [], "the device is not even greeted"
    assert {id(r) for r in third} == {id(r) for r in first}


def test_places_are_held_by_the_living(tmp_path: Path) -> None:
    first, second = take_place(tmp_path), take_place(tmp_path)
    assert first.name != second.name
    assert not surely_gone(tmp_path, first.name)
    first.close()
    assert surely_gone(tmp_path, first.name)
    with take_place(tmp_path) as third:
        assert third.name != first.name, "a name is used once"
        assert surely_gone(tmp_path, first.name)
        assert not surely_gone(tmp_path, third.name)
    second.close()
    assert not surely_gone(tmp_path, "another-machine-00000000-1.00000000")
    assert not surely_gone(tmp_path, "what is this?")


def _reading(answer: Answer = Answer.OK) -> Reading[Any]:
    value = facts.Hostname(name="cam") if answer is Answer.OK else None
    source = Source(driver="onvif", request="GetHostname", at=clock.now())
    return Reading(fact=facts.Hostname, answer=answer, source=source, value=value)


def test_the_attendant_writes_down_and_hears(sqlite_store: Store) -> None:
    store = sqlite_store
    store.jobs.ask("one", JobOrder(kind=JobKind.INSPECTION, site="a"), "test")
    store.jobs.begin("one", "w")
    closing = threading.Event()
    device = Device(id="d", site="a", target=Target(address="192.0.2.1"))
    with Attendant(store, "one", closing) as attendant:
        attendant.stage(say("inspect.stage-collect"), 3)
        attendant.done(device, True)
        attendant.done(device, False)
        memory = attendant.memory("d", ())
        memory.note(_reading())
        memory.note(_reading(Answer.UNREACHABLE))
        end = time.monotonic() + 5
        while not store.job_notes.readings("one") and time.monotonic() < end:
            time.sleep(0.02)
        attendant.check()
        assert [r.answer for r in store.job_notes.readings("one")["d"]] == [Answer.OK]
        seen = store.jobs.get("one")
        assert (seen.total, seen.done, seen.missed) == (3, 2, 1)
        store.jobs.cancel("one")
        assert attendant.stopped.wait(5)
        with pytest.raises(Cancelled):
            attendant.check()
        closing.set()
        with pytest.raises(Interrupted):
            attendant.check()


def test_waiting_for_a_change_ends_in_time(sqlite_store: Store) -> None:
    store = sqlite_store
    before = store.jobs.version()
    assert wait_for_change(store, before, seconds=0.1, going_on=lambda: True).jobs == ()
    assert wait_for_change(store, before, seconds=60, going_on=lambda: False).jobs == ()
    store.jobs.ask("one", JobOrder(kind=JobKind.INSPECTION, site="a"), "test")
    page = wait_for_change(store, before, seconds=5, going_on=lambda: True)
    assert [job.id for job in page.jobs] == ["one"]
    assert page.version > before


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main([*words, "--lang", "en"])
    return int(left.value.code or 0), capsys.readouterr().out


def test_commands_for_sites_and_jobs(
    small_lab: RunningLab, sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, site = sqlite_store, small_lab.plan.id
    data = ("--data", str(store.data_dir))
    assert _run(capsys, "job", "list", *data) == (0, "There are no jobs.\n")
    path = tmp_path / "S.toml"
    path.write_text(small_lab.site_toml(), encoding="utf-8")
    code, out = _run(capsys, "site", "import", str(path), "--json", *data)
    assert (code, json.loads(out)) == (0, {"id": site, "version": 1})
    assert json.loads(_run(capsys, "site", "list", "--json", *data)[1])[0]["version"] == 1
    written = tmp_path / "again.toml"
    assert _run(capsys, "site", "export", site, "--out", str(written), *data)[0] == 0
    assert f'id = "{site}"' in written.read_text(encoding="utf-8")
    assert _run(capsys, "site", "export", "nowhere", *data)[0] == 2
    job = ask_inspection(store, inspection_order(site, None, documents=False, lang="ja"), "test").job
    listed = json.loads(_run(capsys, "job", "list", "--active", "--json", *data)[1])
    assert [(j["id"], j["state"]) for j in listed] == [(job.id, "queued")]
    assert json.loads(_run(capsys, "job", "show", job.id, "--json", *data)[1])["asked_by"] == "test"
    assert _run(capsys, "job", "show", "nothing", *data)[0] == 2
    cancelled = json.loads(_run(capsys, "job", "cancel", job.id, "--json", *data)[1])
    assert (cancelled["state"], cancelled["summary"]) == ("cancelled", "Cancelled before it began.")
    code, out = _run(capsys, "job", "watch", job.id, *data)
    assert code == 1
    assert "Cancelled before it began." in out
    assert store.jobs.get(job.id).state is JobState.CANCELLED
    table = _run(capsys, "job", "list", *data)[1]
    assert "Cancelled" in table


def test_the_command_line_stays_quick_to_start() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from fushinban.cli._main import build_app; build_app('ja');"
        "print([m for m in ('dbos', 'sqlalchemy', 'django', 'holidays') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert found.stdout.strip() == "[]"
