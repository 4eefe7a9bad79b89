"""One line for each request, without addresses, e-mail addresses and tokens."""

import io
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from fushinban.journal import Form, open_journal
from fushinban.web.request_log import RequestLog


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    root, dbos = logging.getLogger(), logging.getLogger("dbos")
    before = (list(root.handlers), root.level, list(dbos.handlers), dbos.propagate)
    stream = io.StringIO()
    open_journal(stream, Form.JSON)
    yield stream
    root.handlers[:], root.level, dbos.handlers[:], dbos.propagate = before
    logging.captureWarnings(False)


def _ask(name: str, status: int, path: str = "/invite/Zk3vQ9xL0aB7cD2eF5gH") -> HttpResponse:
    def answer(request: Any) -> HttpResponse:
        request.resolver_match = ResolverMatch(answer, (), {}, url_name=name)
        request.person = SimpleNamespace(pk=7, email="hanako@shop.example")
        logging.getLogger("django.request").warning("Forbidden: %s", request.path)
        return HttpResponse(status=status)

    return RequestLog(answer)(RequestFactory().get(path, {"token": "Zk3vQ9xL0aB7cD2eF5gH"}))  # type: ignore[return-value] # answered above


def test_the_line(told: io.StringIO) -> None:
    response = _ask("invite", 403)
    first, second = (json.loads(line) for line in told.getvalue().splitlines())
    assert (second["event"], second["page"], second["method"], second["status"]) == ("request", "invite", "GET", 403)
    assert second["person"] == 7
    assert second["level"] == "info"
    assert 0 <= second["seconds"] < 5
    assert first["request"] == second["request"] == response.headers["X-Request-Id"]
    assert "Zk3vQ9" not in told.getvalue()
    assert "hanako" not in told.getvalue()


def test_what_machines_ask_all_the_time_is_quiet_unless_it_fails(told: io.StringIO) -> None:
    _ask("healthz", 200, "/healthz")
    assert '"event": "request"' not in told.getvalue()
    _ask("readyz", 503, "/readyz")
    assert '"level": "error"' in told.getvalue()
