"""Measurements: never open, right for one and for several processes, and named by page instead of address."""

import os
import re
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from fushinban.errors import InputError
from fushinban.jobs.backup import Wanted, backup
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.web import installation, metrics
from fushinban.web.installation import Installation, Reach
from operations.test_backup import filled

TOKEN = "invented-token-for-the-tests-0001"
LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def console(store: Store) -> Iterator[Installation]:
    """A console on a filled store."""
    filled(store)
    made = Installation(store=store, vault=Vault(store.data_dir, {}), sealing=b"\0" * 32)
    installation.use(made)
    yield made
    installation.use(None)


def read(text: bytes) -> dict[str, dict[tuple[str, ...], float]]:
    """Samples by name, then by the values of their labels."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


@pytest.mark.parametrize(
    ("meta", "token", "proxied", "expected"),
    [
        (LOCAL, None, False, True),
        ({"REMOTE_ADDR": "::1"}, None, False, True),
        ({"REMOTE_ADDR": "192.0.2.7"}, None, False, False),
        ({"REMOTE_ADDR": "not an address"}, None, False, False),
        ({}, None, False, False),
        (LOCAL, None, True, False),
        ({**LOCAL, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, None, False, False),
        ({**LOCAL, "HTTP_FORWARDED": "for=127.0.0.1"}, None, False, False),
        ({**LOCAL, "HTTP_VIA": "1.1 x"}, TOKEN, False, False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, TOKEN, True, True),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": f"bearer {TOKEN}"}, TOKEN, False, True),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, TOKEN, False, False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": f"Basic {TOKEN}"}, TOKEN, False, False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer "}, None, False, False),
        ({**LOCAL, "HTTP_AUTHORIZATION": "Bearer wrong"}, TOKEN, False, False),
    ],
)
def test_who_may_read(meta: dict[str, object], token: str | None, proxied: bool, expected: bool) -> None:
    assert metrics.allowed(meta, token, proxied=proxied) is expected


@given(st.text(max_size=60), st.text(max_size=40))
def test_nobody_else_may(header: str, address: str) -> None:
    meta = {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": header, "HTTP_X_FORWARDED_FOR": address}
    assert not metrics.allowed(meta, TOKEN, proxied=False)


def test_the_token_is_set_by_variable_or_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    assert metrics.metrics_token({}) is None
    assert metrics.metrics_token({"FUSHINBAN_METRICS_TOKEN": TOKEN}) == TOKEN
    assert metrics.metrics_token({"FUSHINBAN_METRICS_TOKEN_FILE": str(file)}) == TOKEN
    for wrong in ({"FUSHINBAN_METRICS_TOKEN": "short"}, {"FUSHINBAN_METRICS_TOKEN_FILE": str(tmp_path / "none")}):
        with pytest.raises(InputError):
            metrics.metrics_token(wrong)
    file.write_text("")
    with pytest.raises(InputError):
        metrics.metrics_token({"FUSHINBAN_METRICS_TOKEN_FILE": str(file)})


def test_the_page(console: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = RequestFactory()
    assert metrics.metrics(made.get("/metrics", REMOTE_ADDR="192.0.2.7")).status_code == 401
    answer = metrics.metrics(made.get("/metrics"))
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    found = read(answer.content)
    assert found["fushinban_inspections_total"] == {(): 1.0}
    assert found["fushinban_database_bytes"][()] > 50_000
    assert found["fushinban_queue_age_seconds"] == {(): 0.0}
    assert "fushinban_backup_age_seconds" not in found
    behind = Installation(store=console.store, vault=console.vault, sealing=b"", reach=Reach(proxies=("127.0.0.1/32",)))
    installation.use(behind)
    assert metrics.metrics(made.get("/metrics")).status_code == 401
    monkeypatch.setenv("FUSHINBAN_METRICS_TOKEN", TOKEN)
    assert metrics.metrics(made.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")).status_code == 200


def test_sums_follow_the_store(console: Installation, database_url: str, tmp_path: Path) -> None:
    from fushinban.model.job import JobKind, JobOrder

    before = read(metrics.measurements())
    assert before["fushinban_audit_entries"][()] == console.store.figures.read().audit
    console.store.jobs.ask(str(uuid.uuid4()), JobOrder(kind=JobKind.INSPECTION, site="shop-1"), "person:1")
    backup(tmp_path / "b", Wanted(data_dir=console.data_dir, database_url=database_url))
    assert "fushinban_jobs" not in before
    assert read(metrics.measurements())["fushinban_inspections_total"] == {(): 1.0}
    figures = console.store.figures.read()
    found = read(_text(figures, console.data_dir))
    assert found["fushinban_jobs"] == {("inspection", "queued"): 1.0}
    assert 0 <= found["fushinban_queue_age_seconds"][()] < 60
    assert 0 <= found["fushinban_backup_age_seconds"][()] < 60
    assert found["fushinban_findings"].keys() == {
        (word,) for word in ("pass", "fail", "unknown", "not-applicable", "error", "accepted")
    }


def _text(figures: Any, data_dir: Path) -> bytes:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Now(Collector):
        def collect(self) -> Any:
            return metrics._families(figures, data_dir)

    registry = CollectorRegistry()
    registry.register(Now())
    return generate_latest(registry)


def test_requests_are_counted_by_page_and_never_by_address(console: Installation) -> None:
    name = f"page-{uuid.uuid4().hex[:6]}"

    def answer(request: Any) -> HttpResponse:
        request.resolver_match = ResolverMatch(answer, (), {}, url_name=name)
        return HttpResponse(status=403)

    ask = metrics.Measured(answer)
    for path in ("/secret-link-1", "/secret-link-2"):
        ask(RequestFactory().get(path))
    ask(RequestFactory().generic("X\nY", "/x"))
    text = metrics.measurements()
    found = read(text)
    assert found["fushinban_requests_total"][("GET", name, "403")] == 2.0
    assert found["fushinban_requests_total"][("OTHER", name, "403")] == 1.0
    assert found["fushinban_request_seconds_count"][(name,)] == 3.0
    assert b"secret-link" not in text


_WORKER = """
    import sys
    from fushinban.web.settings import configure
    configure()
    from django.http import HttpResponse
    from django.test import RequestFactory
    from fushinban.web.metrics import Measured
    ask = Measured(lambda request: HttpResponse())
    for _ in range(int(sys.argv[1])):
        ask(RequestFactory().get("/"))
    print("counted", flush=True)
    sys.stdin.readline()  # the others still count
    if len(sys.argv) > 2:
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        print(generate_latest(registry).decode())
"""


def test_several_processes_count_together(tmp_path: Path) -> None:
    code = f"""
        import os, subprocess, sys
        from pathlib import Path
        from fushinban.web.shared_metrics import share_metrics
        folder = Path(sys.argv[1])
        folder.mkdir()
        (folder / "counter_1.db").write_bytes(b"left by an earlier run")
        share_metrics(folder)
        workers = []
        for arguments in (["3"], ["4"], ["5", "last"]):
            worker = subprocess.Popen([sys.executable, "-c", {textwrap.dedent(_WORKER)!r}, *arguments],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert worker.stdout.readline() == "counted\\n"
            workers.append(worker)
        for worker in reversed(workers):
            print(worker.communicate("")[0])
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "m")], capture_output=True,
                           text=True, timeout=60, env=environment, check=False)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found = read(ended.stdout.strip().encode() + b"\n")
    assert found["fushinban_requests_total"][("GET", "-", "200")] == 12.0
    assert found["fushinban_request_seconds_count"][("-",)] == 12.0
    assert sorted(found["fushinban_worker_requests"].values()) == [3.0, 4.0, 5.0]
    assert not re.search("Traceback", ended.stderr)


def test_sharing_too_late_is_a_mistake(tmp_path: Path) -> None:
    from fushinban.web.shared_metrics import share_metrics

    with pytest.raises(RuntimeError):
        share_metrics(tmp_path)
