"""A backup in the middle of an inspection of the pretend site, and durable jobs with their tables."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fushinban.jobs.backup import Place, Section, Wanted, backup, restore
from fushinban.record.setup import open_store
from operations.first_release import account

pytestmark = pytest.mark.slow

_INSPECT = """
    import sys
    from pathlib import Path
    from fushinban.cli._lab_process import running_lab
    from fushinban.cli._site import run_inspection
    if __name__ == "__main__":
        with running_lab(None, Path(sys.argv[1])) as lab:
            run_inspection(lab.site_file, None, data=None, environ=lab.environment)
"""

_JOBS = """
    import sys
    from dbos import DBOS
    import psycopg
    import sqlalchemy
    url = sys.argv[1]
    config = {"name": "test", "enable_otlp": False, "log_level": "ERROR", "use_listen_notify": False,
              "application_version": "1", "executor_id": "one"}
    if url.startswith("sqlite"):
        config["system_database_url"] = url
    else:
        config["system_database_engine"] = sqlalchemy.create_engine(
            "postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    DBOS(config=config)

    @DBOS.step()
    def part(n):
        return n * 2

    @DBOS.workflow()
    def whole(n):
        return part(n) + part(n + 1)

    DBOS.launch()
    if sys.argv[2] == "run":
        print(sorted(DBOS.start_workflow(whole, n).get_result() for n in range(4)))
    else:
        print(sorted(w.output for w in DBOS.list_workflows()), DBOS.start_workflow(whole, 10).get_result())
    DBOS.destroy()
"""


def _start(code: str, *arguments: object, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )  # fmt: skip


def test_an_inspection_under_way(database_url: str, another_url: Callable[[], str], tmp_path: Path) -> None:
    data = tmp_path / "data"
    script = tmp_path / "under_way.py"
    script.write_text(textwrap.dedent(_INSPECT))
    open_store(database_url, data_dir=data).close()
    environment = {"FUSHINBAN_DATA": str(data), "FUSHINBAN_DATABASE": database_url}
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "lab")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )  # fmt: skip
    under_way = None
    wanted = Wanted(data_dir=data, database_url=database_url)
    try:
        while process.poll() is None and under_way is None:
            made = backup(tmp_path / "b", Wanted(data_dir=data, database_url=database_url, overwrite=True))
            with open_store(database_url, data_dir=data) as store:
                unfinished = [u for site in store.sites.list() for u in store.inspections.unfinished(site.id)]
            if unfinished and 0 < len(unfinished[0].records) < 12:
                under_way = backup(tmp_path / "under-way", wanted)
            time.sleep(0.2)
        _, errors = process.communicate(timeout=90)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, errors
    assert under_way is not None
    with open_store(database_url, data_dir=data) as store:
        before = account(store)
    assert any(part.section is Section.ATTEMPTS for part in under_way.manifest.parts)
    _restored(tmp_path / "under-way", another_url().replace("/other/", "/one/"), tmp_path / "one", finished=0)
    made = backup(tmp_path / "end", wanted)
    url = another_url().replace("/other/", "/two/")
    _restored(made.path, url, tmp_path / "two", finished=1)
    with open_store(url, data_dir=tmp_path / "two") as again:
        assert account(again) == before


def _restored(file: Path, url: str, folder: Path, *, finished: int) -> None:
    restore(file, Place(data_dir=folder, database_url=url))
    with open_store(url, data_dir=folder) as store:
        (site,) = store.sites.list()
        entries = store.inspections.list(site.id)
        assert [e.ended_at is not None for e in entries] == [bool(finished)]
        for left in store.inspections.unfinished(site.id):
            assert left.records
            assert all(record.sheets for record in left.records if record.reached)


def test_tables_of_durable_jobs_come_back_and_go_on(
    database_url: str, another_url: Callable[[], str], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    open_store(database_url, data_dir=data).close()
    out, errors = _start(_JOBS, database_url, "run").communicate(timeout=90)
    assert out.strip() == "[2, 6, 10, 14]", errors
    made = backup(tmp_path / "b", Wanted(data_dir=data, database_url=database_url))
    url = another_url()
    restore(made.path, Place(data_dir=tmp_path / "other", database_url=url))
    out, errors = _start(_JOBS, url, "again").communicate(timeout=90)
    assert out.strip() == "[2, 6, 10, 14] 42", errors
