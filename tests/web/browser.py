"""A real browser for tests: Debian's Chromium by playwright, what it complains about, and a walk along all links."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

#: How long a step may take on a machine that does other work too.
PATIENCE_MS = 60_000


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Complaints:
    """What the browser says that should never be: script errors, refused parts, failed loads, other hosts."""

    def __init__(self, home: str) -> None:
        self._home = urlsplit(home).netloc
        self.said: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", lambda m: self._told(page, m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self._told(page, str(error)))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _told(self, page: Page, text: str) -> None:
        self.said.append(f"{page.url}: {text}")

    def _asked(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme in {"http", "https", "ws", "wss"} and where.netloc != self._home:
            self.said.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.said.append(f"{response.status} {response.url}")


def opened(browser: Browser, base: str, complaints: Complaints, **options: object) -> tuple[BrowserContext, Page]:
    """A fresh browser window (cookies of its own), watched."""
    context = browser.new_context(base_url=base, **{"locale": "en-US", **options})  # type: ignore[arg-type]  # passed on
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints.watch(page)
    return context, page


def totp(secret: str, step: int = 0) -> str:
    """The digits an authenticator app would show."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()) + step))


def links_of(page: Page) -> list[str]:
    """Addresses of this console that a page links to, without fragments."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    here = urlsplit(page.url)
    whole = []
    for href in found:
        if re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", href) or href.startswith("#"):
            continue
        whole.append(here.path + href if href.startswith("?") else href.partition("#")[0])
    return [address for address in whole if address.startswith("/")]


def name_of(address: str) -> str | None:
    """The name of the page at an address."""
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None
