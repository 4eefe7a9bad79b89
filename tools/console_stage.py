"""Where the scenes of the console's pictures are played: a console that answers, people's browsers, a helpful host."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Response, StorageState, ViewportSize

DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
#: Invented for the pictures.
PHRASE = "invented kestrel over quiet harbour 58"
OTHER_PHRASE = "invented lantern beside winter orchard 73"
ADMIN = "sato@example.jp"
#: The demonstration's site, and two more of the same kind that make the overview worth a look.
SITE, NAME = "minato-shoten", "みなと商店"
MORE = (("yamabuki-ten", "やまぶき店"), ("kaede-heim", "かえでハイム"))
_KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@dataclass(kw_only=True)
class Console:
    """A console that answers, and what it has said so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def found(self, pattern: str) -> str:
        """The first match in what it said; empty for none."""
        return next(iter(re.findall(pattern, "\n".join(self.lines))), "")

    @property
    def base(self) -> str:
        """Where it answers. By a name: passkeys belong to a name."""
        return self.found(r"running at (https?://\S+)").replace("127.0.0.1", "localhost")

    @property
    def link(self) -> str:
        """The one-time link of the first person."""
        return self.found(r"https?://\S+/setup/\S+").replace("127.0.0.1", "localhost")


@contextmanager
def served(data: Path, environment: Mapping[str, str]) -> Iterator[Console]:
    """`fushinban serve` on a free port until the end."""
    serve = ("serve", "--data", str(data), "--listen", "127.0.0.1:0")
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "fushinban", "--lang", "en", *serve], env=dict(environment),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    console = Console(process=process)
    reader = threading.Thread(target=_listen, args=(console,), daemon=True)
    reader.start()
    try:
        if not console.ready.wait(90) or not console.base:
            raise SystemExit("the console did not start:\n" + "\n".join(console.lines))
        yield console
    finally:
        process.terminate()
        process.wait(30)


def _listen(console: Console) -> None:
    """Note each line; ready when the console answers, or has ended."""
    assert console.process.stdout is not None
    for line in console.process.stdout:
        console.lines.append(line.rstrip())
        if console.base and console.link:
            console.ready.set()
    console.ready.set()


@contextmanager
def helpful_host() -> Iterator[str]:
    """A host on this machine that describes itself as a sign-in provider, and takes every second message."""
    taken = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = f"http://{self.headers['Host']}"
            known = {"issuer": here, "authorization_endpoint": f"{here}/in", "token_endpoint": f"{here}/token"}
            self._answer(200, json.dumps(known | {"jwks_uri": f"{here}/keys"}).encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            taken.append(self.path)
            self._answer(200 if len(taken) % 2 else 503, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: object) -> None:
            """Silent."""

    host = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=host.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{host.server_port}"
    finally:
        host.shutdown()


@dataclass(kw_only=True)
class Stage:
    """One person's browser in one language. `page`: what is shown now. `seen`: what scenes leave for later ones."""

    browser: Browser
    console: Console
    lang: str
    signed: StorageState | None = None
    seen: dict[str, str] = field(default_factory=dict)
    sharp: bool = False
    failed: list[str] = field(default_factory=list)
    page: Page = field(init=False)
    context: BrowserContext = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.window()
        self.page = self.context.new_page()
        if self.signed is not None:
            self._speak()

    def window(self, *, signed: bool = True) -> BrowserContext:
        """Another window of the same person, or of nobody."""
        made = self.browser.new_context(
            base_url=self.console.base, viewport=DESKTOP, reduced_motion="reduce", color_scheme="light",
            locale="en-US" if self.lang == "en" else "ja-JP", storage_state=self.signed if signed else None,
            device_scale_factor=2 if self.sharp else 1,
        )  # fmt: skip
        made.set_default_timeout(30_000)
        made.on("response", self._answered)
        return made

    def _answered(self, answer: Response) -> None:
        """Note what fails inside; nothing may, except the page that is put in for the picture of it."""
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not answer.url.endswith("/broken/"):
            self.failed.append(f"{answer.status} {answer.url}")

    def tab(self, place: str) -> Page:
        """A page in a tab of its own."""
        page = self.context.new_page()
        page.goto(place)
        return page

    def go(self, place: str) -> Page:
        """Open a place in the tab that is looked at."""
        self.page.goto(place)
        return self.page

    def fill(self, **values: str) -> None:
        """Fill fields by their names."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").first.fill(value)

    def press(self, action: str) -> None:
        """Press the button of an action and wait for the answer."""
        self.send(self.page, f"main button[value={action}]")

    @staticmethod
    def send(page: Page, button: str) -> None:
        """Press a button that sends a form, past the browser's own checks, and wait for the answer."""
        page.evaluate("() => { for (const form of document.forms) form.noValidate = true; }")
        with page.expect_navigation():
            page.locator(button).first.click()

    def with_key(self) -> None:
        """A passkey device in this tab's browser."""
        devtools = self.context.new_cdp_session(self.page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})

    def _speak(self) -> None:
        """The language of the signed-in person."""
        self.page.goto("/account/")
        self.page.locator("header .own summary").click()
        self.page.locator(f"header button[name=lang][value={self.lang}]").click()
        self.page.locator(f"html[lang={self.lang}]").wait_for(state="attached")


#: Plays a part and gives the name of each state that is worth a picture; the stage's page shows it then.
Scene = Callable[[Stage], Iterator[str]]


def digits(secret: str) -> str:
    """What an authenticator app would show."""
    from allauth.mfa.totp.internal.auth import (  # noqa: PLC0415 - needs Django configured
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
