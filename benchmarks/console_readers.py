"""Readers of a running console over plain keep-alive HTTP: what they ask, and how long each page takes them."""

import gzip
import html
import random
import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import quote, urlencode, urlsplit

#: What a page names that a browser then fetches before it is whole.
_PARTS = re.compile(rb'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
_NEXT = re.compile(rb'href="(\?[^"]*\bafter=[^"]+)"')


Address = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What is in the database, as far as somebody may see it: what readers choose from.

    `devices`: site and device; `texts`: words that are searched for.
    """

    sites: Sequence[str]
    devices: Sequence[tuple[str, str]]
    controls: Sequence[str]
    makers: Sequence[str]
    needs: Sequence[str]
    severities: Sequence[str]
    texts: Sequence[str]


def pages(stock: Stock, further: Sequence[str]) -> Mapping[str, Address]:
    """The pages by name; each time another site, device, filter or word. `further`: later pages of the overview."""
    s = stock

    def asked(path: str, **values: Callable[[random.Random], str]) -> Address:
        return lambda r: path + "?" + urlencode({name: choose(r) for name, choose in values.items()})

    known: dict[str, Address] = {
        "overview": lambda _: "/",
        "overview, by need": asked("/", need=lambda r: r.choice(s.needs)),
        "overview, by text": asked("/", text=lambda r: r.choice(s.texts)),
        "findings": lambda _: "/findings/",
        "findings of a control": asked("/findings/", control=lambda r: r.choice(s.controls)),
        "findings, open, of a severity": asked(
            "/findings/", outcome=lambda _: "fail", accepted=lambda _: "no", severity=lambda r: r.choice(s.severities)
        ),
        "findings of a maker": asked("/findings/", maker=lambda r: r.choice(s.makers)),
        "findings, by text": asked("/findings/", text=lambda r: r.choice(s.texts)),
        "site": lambda r: f"/sites/{quote(r.choice(s.sites))}/",
        "site, picture of the network": lambda r: f"/sites/{quote(r.choice(s.sites))}/network.svg",
        "device": lambda r: "/sites/{}/devices/{}/".format(*map(quote, r.choice(s.devices))),
        "search": asked("/search/", q=lambda r: r.choice(s.texts)),
    }
    if further:
        known["overview, further pages"] = lambda r: r.choice(further)
    return known


class Browser:
    """One keep-alive connection with a session."""

    def __init__(self, address: str, session: str) -> None:
        place = urlsplit(address)
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        self._headers = {"Cookie": f"fushinban_session={session}", "Accept-Encoding": "gzip", "Accept-Language": "ja"}

    def get(self, address: str) -> tuple[HTTPResponse, bytes]:
        """Answer and body as transferred. Raises SystemExit for anything but the page."""
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status} {body[:200]!r}")
        return answer, body

    def first_load(self, address: str) -> int:
        """Bytes of the page and of everything it brings along, heads included, with an empty cache."""
        answer, body = self.get(address)
        page, total = _plain(answer, body), _size(answer, body)
        for part in sorted({found.decode() for found in _PARTS.findall(page)}):
            if part.startswith("/"):
                total += _size(*self.get(part))
        return total

    def further_pages(self, address: str, most: int) -> list[str]:
        """Addresses of the pages that follow one, as it links to them."""
        found: list[str] = []
        here = address
        while len(found) < most:
            links = _NEXT.findall(_plain(*self.get(here)))
            if not links:
                break
            here = address + html.unescape(links[-1].decode())
            found.append(here)
        return found

    def close(self) -> None:
        """Let go."""
        self._connection.close()


def _plain(answer: HTTPResponse, body: bytes) -> bytes:
    return gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body


def _size(answer: HTTPResponse, body: bytes) -> int:
    return len(body) + sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) + 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How often one page was read, and milliseconds to its last byte."""

    page: str
    count: int
    median: float
    p95: float


class Crowd:
    """Readers that ask on and on, each with a connection, a random order and (`pause`, seconds) time to read."""

    def __init__(self, address: str, session: str, asked: Mapping[str, Address], *, pause: float) -> None:
        self._address, self._session, self._asked, self._pause = address, session, asked, pause
        self._took: dict[str, list[float]] = defaultdict(list)
        self._failed: list[str] = []
        self._lock = threading.Lock()

    def read(self, readers: int, seconds: float) -> tuple[Timing, ...]:
        """Let so many read for so long; SystemExit when a page was not answered."""
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._one, args=(number, until)) for number in range(readers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._failed:
            raise SystemExit(self._failed[0])
        return tuple(timing(page, self._took[page]) for page in self._asked if self._took[page])

    def _one(self, number: int, until: float) -> None:
        chosen = random.Random(number)  # noqa: S311 - choosing what to read
        browser = Browser(self._address, self._session)
        found: list[tuple[str, float]] = []
        names = tuple(self._asked)
        try:
            time.sleep(chosen.random() * self._pause)
            while time.monotonic() < until:
                page = chosen.choice(names)
                address = self._asked[page](chosen)
                begun = time.perf_counter()
                browser.get(address)
                found.append((page, (time.perf_counter() - begun) * 1000))
                time.sleep(chosen.uniform(0.5, 1.5) * self._pause)
        except (SystemExit, OSError) as error:
            self._failed.append(f"{error!r}")
        finally:
            browser.close()
        with self._lock:
            for page, took in found:
                self._took[page].append(took)


def timing(page: str, took: Sequence[float]) -> Timing:
    """Milliseconds of one page, summed up."""
    p95 = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    return Timing(page=page, count=len(took), median=statistics.median(took), p95=p95)
