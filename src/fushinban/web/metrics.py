"""Measurements for Prometheus at `/metrics`: requests as the middleware counts them, and sums of the store.

Never open: given to this machine itself, and to whoever has the token of `FUSHINBAN_METRICS_TOKEN` (or of the file
that `FUSHINBAN_METRICS_TOKEN_FILE` names). Behind a proxy everybody seems to be this machine: there the token decides.
"""

import hmac
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from fushinban import clock
from fushinban.errors import InputError
from fushinban.jobs.backup import last_backup
from fushinban.messages import say
from fushinban.record.figures import Figures
from fushinban.web.installation import current
from fushinban.web.shared_metrics import VARIABLE

#: Tokens below this many characters are refused.
SHORTEST = 24
#: Sums are read from the store at most this often in one process, seconds.
FRESH = 15.0

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_X_FORWARDED_PROTO")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.75, 1.5, 3.0, 10.0)

_own = CollectorRegistry()
REQUESTS = Counter("fushinban_requests", "Requests answered.", ["page", "method", "status"], registry=_own)
SECONDS = Histogram(
    "fushinban_request_seconds", "Time until the answer began.", ["page"], buckets=_BUCKETS, registry=_own
)
BY_WORKER = Gauge(
    "fushinban_worker_requests", "Requests answered by each process.", registry=_own, multiprocess_mode="all"
)


class Measured:
    """Counts every request by page name (never by address, which may hold ids), method and status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on, and count."""
        began = clock.monotonic()
        response = self._next(request)
        page = page_name(request)
        REQUESTS.labels(page, method_name(request), str(response.status_code)).inc()
        SECONDS.labels(page).observe(clock.monotonic() - began)
        BY_WORKER.inc()
        return response


def page_name(request: HttpRequest) -> str:
    """The name of the page or resource that answered; `-` where none did. A closed set."""
    match = request.resolver_match
    return match.view_name if match is not None and match.view_name else "-"


def method_name(request: HttpRequest) -> str:
    """The method; anything unusual is `OTHER`."""
    return request.method if request.method in _METHODS else "OTHER"


def metrics(request: HttpRequest) -> HttpResponse:
    """The page itself."""
    if not allowed(request.META, metrics_token(os.environ), proxied=bool(current().reach.proxies)):
        response = HttpResponse(
            say("operations.metrics-closed").ja + "\n" + say("operations.metrics-closed").en + "\n",
            content_type="text/plain; charset=utf-8",
            status=HTTPStatus.UNAUTHORIZED,
        )
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    return HttpResponse(measurements(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def allowed(meta: Mapping[str, object], token: str | None, *, proxied: bool) -> bool:
    """Whether a request may read the measurements. `proxied`: the console is behind a proxy."""
    kind, _, given = str(meta.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if token is not None and kind.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.encode())
    if proxied or any(name in meta for name in _FORWARDED):
        return False
    try:
        return ip_address(str(meta.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def metrics_token(environ: Mapping[str, str]) -> str | None:
    """The token that was set, or None. Raises InputError for one that is too short or cannot be read."""
    token = environ.get("FUSHINBAN_METRICS_TOKEN", "")
    named = environ.get("FUSHINBAN_METRICS_TOKEN_FILE")
    if not token and named:
        try:
            token = Path(named).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(say("record.no-file", name=named, reason=type(error).__name__)) from error
    if not token and not named:
        return None
    if len(token) < SHORTEST:
        raise InputError(say("operations.metrics-token-short", shortest=SHORTEST))
    return token


def measurements() -> bytes:
    """All measurements in the text format: of all processes that count together, and of the store."""
    if VARIABLE in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call] # the package leaves it untyped
    else:
        counted = _own
    return generate_latest(counted) + generate_latest(_store)


class _Sums(Collector):
    """The sums of the store, read anew when they are older than FRESH."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[object, float, list[Metric]] = (None, 0.0, [])

    def describe(self) -> Iterable[Metric]:
        """Nothing: the store is not asked before somebody wants to know."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The sums."""
        with self._lock:
            installation = current()
            whose, at, kept = self._kept
            if whose is not installation or clock.monotonic() - at > FRESH:
                kept = list(_families(installation.store.figures.read(), installation.data_dir))
                self._kept = (installation, clock.monotonic(), kept)
            return kept


def _families(found: Figures, data_dir: Path) -> Iterable[Metric]:
    now = clock.now()
    yield GaugeMetricFamily("fushinban_sites", "Sites on record.", found.sites)
    yield GaugeMetricFamily("fushinban_devices", "Devices of the newest inspections.", found.devices)
    yield _by("fushinban_findings", "Findings of the newest inspections by outcome.", ["outcome"], found.findings)
    yield _by("fushinban_failed_findings", "Open failed findings by severity.", ["severity"], found.failed)
    jobs = GaugeMetricFamily("fushinban_jobs", "Jobs on record.", labels=["kind", "state"])
    for (kind, state), count in sorted(found.jobs.items()):
        jobs.add_metric([kind, state], count)
    yield jobs
    age = (now - found.oldest_queued).total_seconds() if found.oldest_queued else 0.0
    yield GaugeMetricFamily("fushinban_queue_age_seconds", "How long the oldest queued job has waited.", max(0.0, age))
    yield CounterMetricFamily("fushinban_devices_not_reached", "Devices that gave nothing.", found.not_reached)
    yield CounterMetricFamily("fushinban_inspections", "Inspections finished.", found.inspections)
    workers = GaugeMetricFamily(
        "fushinban_worker_silence_seconds", "Since when each worker of jobs was not heard of.", labels=["worker"]
    )
    for worker, seen_at in sorted(found.workers.items()):
        workers.add_metric([worker], max(0.0, (now - seen_at).total_seconds()))
    yield workers
    yield GaugeMetricFamily("fushinban_audit_entries", "Entries of the audit log.", found.audit)
    yield GaugeMetricFamily("fushinban_database_bytes", "Size of the database.", found.size)
    last = last_backup(data_dir)
    if last is not None:  # absent where there was none: a rule on `absent()` notices that
        yield GaugeMetricFamily(
            "fushinban_backup_age_seconds", "Age of the last backup.", (now - last.at).total_seconds()
        )


def _by(name: str, text: str, labels: list[str], values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in values.items():
        family.add_metric([key], value)
    return family


_store = CollectorRegistry()
_store.register(_Sums())
