"""How long the console's pages take: `python benchmarks/console_pages.py URL…` (databases made by console_data).

For each database a real `fushinban serve` runs in a process of its own; an administrator and a customer with few sites
are signed in. First one reader alone reads each page some times (milliseconds, and processor time of the console's
processes per page), then many read everything in random order at once: with no pause between two pages, which is as
fast as the console can answer, and with time to read. Databases keep the two accounts, which nobody can sign in to.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from console_readers import Address, Browser, Crowd, Stock, Timing, pages, timing

from fushinban import clock
from fushinban.model.control import Severity
from fushinban.model.listing import FacetBy
from fushinban.model.overview import SiteNeed
from fushinban.model.rights import EVERYTHING, Grant, Role, SiteScope
from fushinban.record.store import Store

_CHOSEN = 200
_TEXTS = ("渋谷 倉庫", "新宿", "カメラ", "EX-12", "病院", "192.0.2.7", "Example Camera")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody signed in, and what there is to see for them."""

    who: str
    session: str
    stock: Stock


def visitors(url: str, folder: Path) -> tuple[Visitor, ...]:
    """An administrator and a customer of few sites, made where they are not there yet, each with a new session."""
    from fushinban.web.settings import open_console  # noqa: PLC0415 - Django is set up by it

    with open_console(url, data_dir=folder) as store:
        customer = _customer(store)
        own = SiteScope(customers=frozenset({customer}))
        grants = ((Grant(role=Role.ADMINISTRATOR), EVERYTHING), (Grant(role=Role.CUSTOMER, customer=customer), own))
        return tuple(
            Visitor(who=grant.role.value, session=_session(grant), stock=_stock(store, scope))
            for grant, scope in grants
        )


def _customer(store: Store) -> int:
    """A customer with some sites, but few."""
    found = (c.id for c in store.customers.list(EVERYTHING).items if 3 <= c.sites <= 30)
    return next(found)


def _stock(store: Store, scope: SiteScope) -> Stock:
    chosen = random.Random(20261123)  # noqa: S311 - choosing what to read
    if scope.everything:
        known = [site.id for site in store.sites.list()]
        sites = chosen.sample(known, min(_CHOSEN, len(known)))
    else:
        sites = [state.site for state in store.overview.sites(scope).items]
    return Stock(
        sites=sites,
        devices=[(site, chosen.choice(store.devices.of(site)).id) for site in sites],
        controls=[facet.value for facet in store.findings.facets(scope, FacetBy.CONTROL)],
        makers=[facet.value for facet in store.findings.facets(scope, FacetBy.MAKER)],
        needs=[need.value for need in SiteNeed],
        severities=[severity.value for severity in Severity],
        texts=_TEXTS,
    )


def _session(grant: Grant) -> str:
    """A session as after signing in; the account has no pass phrase."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415 - Django is set up
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415 - the same

    email = f"benchmark-{grant.role.value}@example.jp"
    person = _person(email, grant)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["started"] = session["seen"] = clock.now().timestamp()
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": email}]
    session.save()
    return str(session.session_key)


def _person(email: str, grant: Grant) -> Any:
    """The account, found or made as console_data makes rows: past the audit log, whose first entry seals all of them.

    It has no pass phrase; an administrator has a second factor, which nobody knows.
    """
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - Django is set up

    from fushinban.record.people.models import GrantRow, Person  # noqa: PLC0415 - the same

    if not Person.objects.filter(email=email).exists():
        made = Person(email=email, name="Benchmark", language="ja", created_at=clock.now())
        made.set_unusable_password()
        Person.objects.bulk_create([made])
    person: Any = Person.objects.get(email=email)
    if not GrantRow.objects.filter(person_id=person.pk).exists():
        held = GrantRow(person_id=person.pk, role=grant.role.value, customer=grant.customer, created_at=clock.now())
        GrantRow.objects.bulk_create([held])
    if grant.role is Role.ADMINISTRATOR and not Authenticator.objects.filter(user=person).exists():
        factor = Authenticator(user=person, type=Authenticator.Type.TOTP, data={"secret": ""})
        Authenticator.objects.bulk_create([factor])
    return person


@contextmanager
def console(url: str, folder: Path, workers: int) -> Iterator[tuple[str, int]]:
    """A console on a free port of loopback: address and process number. Ended at the end."""
    command = [sys.executable, "-m", "fushinban", "--lang", "en", "serve", "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "FUSHINBAN_DATABASE": url, "FUSHINBAN_DATA": str(folder)}
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(  # noqa: S603 - our own program
            [*command, "--workers", str(workers)], env=environment, stdout=said, stderr=said
        ) as process,
    ):
        try:
            yield _running(process, said), process.pid
        finally:
            process.terminate()
            process.wait(40)


def _running(process: subprocess.Popen[bytes], said: Any) -> str:
    """The address, once the console answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        said.seek(0)
        found = re.search(r"running at (http://\S+)", said.read())
        if found is not None:
            browser = Browser(found[1], "")
            try:
                browser.get("/healthz")
            except ConnectionError:
                pass
            else:
                return found[1]
            finally:
                browser.close()
        time.sleep(0.2)
    said.seek(0)
    raise SystemExit("the console did not start:\n" + said.read()[-2000:])


def busy(pid: int) -> float:
    """Seconds of processor time of a process and of those it started, so far."""
    total, waiting = 0.0, [pid]
    while waiting:
        number = waiting.pop()
        fields = Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / _TICK
        for task in Path(f"/proc/{number}/task").iterdir():
            waiting += map(int, (task / "children").read_text(encoding="ascii").split())
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """One page read by one reader: milliseconds, processor milliseconds per page, and bytes of a first load."""

    timing: Timing
    cpu: float
    bytes: int


def alone(address: str, pid: int, visitor: Visitor, asked: Mapping[str, Address], times: int) -> tuple[Alone, ...]:
    """Each page so many times, one after the other."""
    chosen = random.Random(7)  # noqa: S311 - choosing what to read
    browser = Browser(address, visitor.session)
    found = []
    for page, choose in asked.items():
        size = browser.first_load(choose(chosen))
        took, before = [], busy(pid)
        for _ in range(times):
            where = choose(chosen)
            begun = time.perf_counter()
            browser.get(where)
            took.append((time.perf_counter() - begun) * 1000)
        cpu = (busy(pid) - before) * 1000 / times
        found.append(Alone(timing=timing(page, took), cpu=cpu, bytes=size))
    browser.close()
    return tuple(found)


def measure(url: str, given: argparse.Namespace) -> None:
    """All figures of one database, as rows of Markdown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = visitors(url, folder)
        with console(url, folder, given.workers) as (address, pid):
            for visitor in people:
                browser = Browser(address, visitor.session)
                asked = pages(visitor.stock, browser.further_pages("/", 10))
                browser.close()
                print(f"\n### {url.rpartition('/')[2]}, {visitor.who}, {_load()}\n", flush=True)
                print("| page | median ms | p95 ms | CPU ms | first load KB |\n|---|---|---|---|---|")
                for found in alone(address, pid, visitor, asked, given.times):
                    t = found.timing
                    print(f"| {t.page} | {t.median:.0f} | {t.p95:.0f} | {found.cpu:.0f} | {found.bytes / 1000:.0f} |")
                for pause in given.pause:
                    _together((address, pid), visitor, asked, given, pause)


def _together(
    place: tuple[str, int], visitor: Visitor, asked: Mapping[str, Address], given: argparse.Namespace, pause: float
) -> None:
    (address, pid), before = place, _load()
    spent = busy(pid)
    timings = Crowd(address, visitor.session, asked, pause=pause).read(given.readers, given.seconds)
    read = sum(t.count for t in timings)
    cpu = f"{(busy(pid) - spent) * 1000 / read:.1f} ms CPU a page"
    rate = f"{read / given.seconds:.1f} pages/s"
    print(f"\n{given.readers} readers, pause {pause:g} s, {rate}, {cpu}, {before}, after: {_load()}\n")
    print("| page | median ms | p95 ms | pages/s |\n|---|---|---|---|")
    for t in timings:
        print(f"| {t.page} | {t.median:.0f} | {t.p95:.0f} | {t.count / given.seconds:.1f} |")
    sys.stdout.flush()


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def main() -> None:
    """Rows for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--times", type=int, default=20, help="how often one reader reads each page")
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long many read at once")
    parser.add_argument("--pause", type=float, nargs="*", default=[0.0, 2.0], help="seconds between two pages")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    for url in given.urls:
        measure(url, given)


if __name__ == "__main__":
    main()
