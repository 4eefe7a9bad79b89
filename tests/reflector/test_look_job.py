"""The look as a durable job: asked for once, made by a worker through a real reflector, its end in one sentence."""

import time
from pathlib import Path

import pytest

from fushinban.errors import InputError
from fushinban.jobs.durable.asking import ask_look
from fushinban.jobs.durable.runner import JobRunner
from fushinban.jobs.site_setup import save_setup
from fushinban.model.job import Job, JobState
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.reflector.guests import GuestBook
from fushinban.reflector.service import Reflector
from reflector.test_outside_job import SITE, read, site_text
from reflector.test_reflector import LOOPBACK, line, serving


def over(store: Store, job: Job) -> Job:
    """The job when it has ended; at most 60 seconds."""
    end = time.monotonic() + 60
    while not store.jobs.get(job.id).state.ended:
        assert time.monotonic() < end
        time.sleep(0.1)
    return store.jobs.get(job.id)


def test_a_look_is_a_job(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    token = GuestBook(there).add("Minato")
    with line() as inside:
        app = Reflector(there, LOOPBACK, (inside.camera, inside.closed))
        with serving(app) as address, open_store(data_dir=here) as store:
            save_setup(store, read(site_text(address, app.signer.public)), 0)
            asked = ask_look(store, "minato", "山田")
            assert asked.new
            assert ask_look(store, "minato", "鈴木").job.id == asked.job.id, "nothing is asked twice"
            turn = store.turns.take("minato")
            assert turn is not None
            with JobRunner(store, Vault(here), environ={"TEST_TOKEN": token}, poll_seconds=0.1):
                with turn:
                    time.sleep(1.5)
                    assert store.outside.of("minato") == (), "the site is another's turn"
                done = over(store, asked.job)
                wrong = ask_look(store, "minato", "山田").job
                assert over(store, wrong).state is JobState.DONE
            assert done.state is JobState.DONE
            assert done.summary is not None
            assert "127.0.0.1" in done.summary.ja
            assert len(store.outside.of("minato")) == 2


def test_a_reflector_that_is_down_is_a_failed_job_with_its_reason(tmp_path: Path) -> None:
    key = Reflector(tmp_path).signer.public
    with open_store(data_dir=tmp_path / "here") as store:
        save_setup(store, read(site_text("http://127.0.0.1:9", key)), 0)
        asked = ask_look(store, "minato", "山田").job
        with JobRunner(store, Vault(tmp_path / "here"), environ={"TEST_TOKEN": "invented"}, poll_seconds=0.1):
            ended = over(store, asked)
        assert ended.state is JobState.FAILED
        assert ended.summary is not None
        assert "外からの確認ができませんでした" in ended.summary.ja
        assert store.outside.of("minato") == ()


def test_a_site_without_a_reflector_is_not_asked(tmp_path: Path) -> None:
    with open_store(data_dir=tmp_path / "here") as store:
        save_setup(store, read(SITE.format(until="2099-01-01")), 0)
        with pytest.raises(InputError) as error:
            ask_look(store, "minato", "山田")
        assert "登録されていません" in error.value.text.ja
