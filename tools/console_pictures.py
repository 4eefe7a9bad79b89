"""Makes pictures of every page of the console from the demonstration: `console_pictures.py FOLDER [--docs]`.

Each page × desktop and phone × Japanese and English × light and dark. `--docs`: the main ones into docs/images too.
It makes its own data folder, runs the lab and `fushinban serve`, and drives Chromium (FUSHINBAN_CHROMIUM: another one).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from fushinban.cli._lab_process import RunningLab, running_lab

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZES: Mapping[str, ViewportSize] = {
    "desktop": ViewportSize(width=1280, height=900),
    "phone": ViewportSize(width=390, height=844),
}
#: Invented for the pictures.
PHRASE = "invented kestrel over quiet harbour 58"
ADMIN = "sato@example.jp"
#: The demonstration's site, and two more of the same kind that make the overview worth a look.
SITE, NAME = "minato-shoten", "みなと商店"
MORE = (("yamabuki-ten", "やまぶき店"), ("kaede-heim", "かえでハイム"))
#: Picture of the documents → page, size, language.
MAIN = {
    "console-overview": ("overview", "desktop", "ja"),
    "console-site": ("site", "desktop", "ja"),
    "console-site-en": ("site", "desktop", "en"),
    "console-finding": ("finding", "desktop", "ja"),
    "console-inspection-phone": ("inspection", "phone", "ja"),
}
#: Pages that hand a file over or take a switch; there is nothing to look at.
NO_PAGES = {
    "document", "evidence", "audit-export", "site-export", "site-network", "preferences", "session-end",
    "inspections-live", "job-live",
}  # fmt: skip
#: How many pages one walk opens at most.
MOST = 200


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
        """Where it answers."""
        return self.found(r"running at (https?://\S+)")


def main() -> int:
    """Make the pictures; tells pages that are wider than the window or that the walk did not meet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where all pictures go")
    parser.add_argument("--docs", action="store_true", help="the main ones into docs/images")
    given = parser.parse_args()
    if given.folder is None and not given.docs:
        parser.error("give a folder, or --docs")
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        lab = stack.enter_context(running_lab(None, scratch / "lab"))
        data = scratch / "data"
        fill(data, lab)
        console = stack.enter_context(served(data))
        driver = stack.enter_context(sync_playwright())
        program = os.environ.get("FUSHINBAN_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        stack.callback(browser.close)
        return pictures(browser, console, given.folder, docs=given.docs)


def fill(data: Path, lab: RunningLab) -> None:
    """Inspect the demonstration twice and put its set-up on record."""
    here = (sys.executable, "-m", "fushinban")
    for kind in ("installation", "periodic"):
        run(
            lab,
            *here,
            "inspect",
            str(lab.site_file),
            "--data",
            str(data),
            "--kind",
            kind,
            "--out",
            str(data.parent / kind),
        )
    run(lab, *here, "site", "import", str(lab.site_file), "--data", str(data))
    others = [other_site(lab, *more) for more in MORE]
    run(lab, *here, "inspect", str(others[0]), "--data", str(data), "--out", str(data.parent / "other"))
    for file in others:
        run(lab, *here, "site", "import", str(file), "--data", str(data))


def other_site(lab: RunningLab, site: str, name: str) -> Path:
    """A site file of the same lab under another name."""
    text = lab.site_file.read_text(encoding="utf-8").replace(SITE, site).replace(NAME, name)
    file = lab.site_file.with_name(f"{site}.toml")
    file.write_text(text, encoding="utf-8")
    return file


def run(lab: RunningLab, *command: str) -> None:
    """Run a command; 1 says that something was found, which the demonstration wants."""
    ended = subprocess.run(  # noqa: S603 - our own command line
        command, env=dict(lab.environment), capture_output=True, text=True, check=False
    )
    if ended.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(command[2:4])} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")


@contextmanager
def served(data: Path) -> Iterator[Console]:
    """`fushinban serve` on a free port until the end."""
    command = [
        sys.executable,
        "-m",
        "fushinban",
        "--lang",
        "en",
        "serve",
        "--data",
        str(data),
        "--listen",
        "127.0.0.1:0",
    ]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    console = Console(process=process)
    reader = threading.Thread(target=listen, args=(console,), daemon=True)
    reader.start()
    try:
        if not console.ready.wait(90) or not console.base:
            raise SystemExit("the console did not start:\n" + "\n".join(console.lines))
        yield console
    finally:
        process.terminate()
        process.wait(30)


def listen(console: Console) -> None:
    """Note each line; ready when the console answers, or has ended."""
    assert console.process.stdout is not None
    for line in console.process.stdout:
        console.lines.append(line.rstrip())
        if console.base and console.found(r"/setup/"):
            console.ready.set()
    console.ready.set()


def pictures(browser: Browser, console: Console, folder: Path | None, *, docs: bool) -> int:
    """Sign in, walk, and take every page in every look. 1 when something is not as it should be."""
    from fushinban.web.catalogue import pages  # noqa: PLC0415 - Django is configured by now
    from fushinban.web.settings import configure  # noqa: PLC0415 - the same

    configure()
    link = console.found(r"https?://\S+/setup/\S+")
    first = window(browser, console.base)
    entrances = {"setup": link, "sign-in": "/sign-in/"}
    wrong = taken(browser, console.base, None, entrances, folder) if folder is not None else []
    page = first.new_page()
    come_in(page, link)
    things(page)
    places = walk(page)
    missing = {p.name for p in pages()} - set(places) - NO_PAGES - {"setup", "invite", "reset"}
    wrong += [f"no link leads to the page {name}" for name in sorted(missing)]
    if folder is not None:
        wrong += taken(browser, console.base, first, places, folder)
    if docs:
        for_documents(browser, console.base, first, places)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def window(browser: Browser, base: str, *, signed: BrowserContext | None = None, **look: str) -> BrowserContext:
    """A browser window in one look, with the session of another."""
    made = browser.new_context(
        base_url=base, viewport=SIZES[look.get("size", "desktop")],
        locale="en-US" if look.get("lang") == "en" else "ja-JP",
        color_scheme="dark" if look.get("theme") == "dark" else "light", reduced_motion="reduce",
        storage_state=signed.storage_state() if signed is not None else None,
        device_scale_factor=2 if look.get("sharp") else 1,
    )  # fmt: skip
    made.set_default_timeout(60_000)
    return made


def come_in(page: Page, link: str) -> None:
    """The first administrator with a second factor."""
    from allauth.mfa.totp.internal.auth import (  # noqa: PLC0415 - needs Django configured
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    page.goto(link)
    for name, value in {
        "organisation": "見本防犯設備（架空）",
        "name": "佐藤（架空）",
        "email": ADMIN,
        "pass_phrase": PHRASE,
        "again": PHRASE,
    }.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("main form button.primary").click()
    page.wait_for_url("**/account/second-factor/**")
    page.goto("/account/second-factor/totp/activate/")
    secret = page.locator("#totp-secret").text_content() or ""
    page.locator("[name=code]").fill(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
    page.locator("main form button.primary").click()
    page.locator("ul.codes").wait_for()


def things(page: Page) -> None:
    """What the demonstration leaves out: documents by a job, an acceptance, an invited customer, a beginning."""
    page.goto(f"/inspections/?site={SITE}")
    page.locator("main a[href^='/inspections/2']").first.click()
    page.locator("button[value=documents]").click()
    page.goto("/jobs/")
    page.locator("tbody a[href^='/jobs/']").first.click()
    page.locator("#job-progress:not([data-live])").wait_for(timeout=240_000)
    page.goto(f"/findings/?outcome=fail&site={SITE}")
    page.locator("tbody a[href^='/findings/'][href$='/']").last.click()
    page.locator("#accept-reason").fill("次の交換工事まで、設置場所で見守ります（架空）")
    page.locator("button[value=accept]").click()
    page.goto("/people/")
    page.locator("#invite-email").fill("tenshu@example.jp")
    page.locator("#invite-role").select_option("customer")
    page.locator("#invite-customer").select_option(index=1)
    page.locator("button[value=invite]").click()
    page.locator(".secret-once").wait_for()
    page.goto("/settings/")
    page.locator("details:has(#webhook-url) summary").click()
    page.locator("#webhook-url").fill("https://hooks.example.com/fushinban")
    page.locator("input[name=event]").first.check()
    page.locator("button[value=subscribe]").click()
    page.locator("main h1").wait_for()


def walk(page: Page) -> dict[str, str]:
    """One address of every page that links lead to, by the page's name."""
    from django.urls import Resolver404, resolve  # noqa: PLC0415 - needs Django configured

    places = {
        "site": f"/sites/{SITE}/", "overview": "/", "findings": "/findings/", "inspections": "/inspections/",
        "documents": "/documents/", "tokens": "/account/tokens/", "account": "/account/", "search": "/search/?q=カメラ",
    }  # fmt: skip
    more = (f"/findings/?outcome=fail&site={SITE}", f"/inspections/?site={SITE}", "/jobs/", "/account/sessions/")
    (first, *rest), opened = places.values(), set[str]()
    waiting = [first, *more, *rest]
    while waiting and len(opened) < MOST:
        here = waiting.pop(0)
        opened.add(here)
        page.goto(here)
        for place in links(page):
            try:
                name = resolve(urlsplit(place).path).url_name or ""
            except Resolver404:
                continue
            if name not in places and name not in NO_PAGES and not name.endswith(("logout", "asset")):
                places[name] = place
                waiting.append(place)
    # These two are reached by a form and by a choice.
    page.goto(places["inspection"])
    page.locator(".compare-form button").click()
    where = urlsplit(page.url)
    return {**places, "inspection-compare": f"{where.path}?{where.query}", "coverage-site": f"/coverage/{SITE}/"}


def links(page: Page) -> list[str]:
    """Addresses of this console in a page."""
    found = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href').split('#')[0])")
    return [place for place in found if not place.startswith(("//", "/api/", "/static/"))]


def taken(
    browser: Browser, base: str, signed: BrowserContext | None, places: Mapping[str, str], folder: Path
) -> list[str]:
    """Pictures of these pages in every look; what is wider than the window, or fails."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    for lang, size, theme in product(("ja", "en"), SIZES, ("light", "dark")):
        look = window(browser, base, signed=signed, lang=lang, size=size, theme=theme)
        page = look.new_page()
        speak(page, lang, signed=signed is not None)
        for name, place in places.items():
            answer = page.goto(place)
            page.screenshot(path=folder / f"{name}-{size}-{lang}-{theme}.png", full_page=True)
            wide = page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")
            if answer is None or not answer.ok or wide:
                wrong.append(f"{place} {size} {lang} {theme}: {'too wide' if wide else answer and answer.status}")
        look.close()
    return wrong


def speak(page: Page, lang: str, *, signed: bool) -> None:
    """The language of the signed-in person; others are asked by their browser."""
    if signed:
        page.goto("/account/")
        page.locator("header .own summary").click()
        page.locator(f"header button[name=lang][value={lang}]").click()
        page.locator(f"html[lang={lang}]").wait_for(state="attached")


def for_documents(browser: Browser, base: str, signed: BrowserContext, places: Mapping[str, str]) -> None:
    """The main pictures, as much as the window shows."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for file, (name, size, lang) in MAIN.items():
        look = window(browser, base, signed=signed, lang=lang, size=size, sharp="yes" if size == "phone" else "")
        page = look.new_page()
        speak(page, lang, signed=True)
        page.goto(places[name])
        page.screenshot(path=IMAGES / f"{file}.png")
        look.close()


if __name__ == "__main__":
    sys.exit(main())
