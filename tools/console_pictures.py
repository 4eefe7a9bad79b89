"""Makes pictures of every page of the console: `console_pictures.py FOLDER [--docs] [--only NAME…]`.

Each page and state × desktop and phone × Japanese and English × light and dark, of the demonstration. It says where
text is cut, lies over other text or is in the other language, and which target is too small. `--docs`: the main ones
into docs/images too. It makes its own data folders, runs the lab and `fushinban serve`, and drives Chromium
(FUSHINBAN_CHROMIUM: another one).
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import console_entrance_scenes
import console_scenes
from console_checks import Fault, laid_out, spoken
from console_filling import enrol, fill, register, things
from console_stage import DESKTOP, PHONE, SITE, Console, Scene, Stage, helpful_host, served
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from playwright.sync_api import Error as BrowserError

from fushinban.cli._lab_process import running_lab

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
LANGS, THEMES = ("ja", "en"), ("light", "dark")
SIZES = {"desktop": DESKTOP, "phone": PHONE}
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
#: Pixels; a higher page is scrolled for its picture.
TALLEST = 8000
#: How many pages one walk opens at most.
MOST = 200


@dataclass(kw_only=True)
class Album:
    """Where the pictures go and what was wrong on them. `only`: beginnings of the names that are wanted; empty: all."""

    folder: Path | None
    only: Sequence[str] = ()
    faults: list[Fault] = field(default_factory=list)
    met: set[str] = field(default_factory=set)

    def play(self, stage: Stage, scenes: Sequence[Scene]) -> None:
        """Take a picture of every state of these scenes; one that goes wrong is told, the others go on."""
        for scene in scenes if self.folder is not None else ():
            first = stage.page
            try:
                for name in scene(stage):
                    self.take(stage.page, name, stage.lang)
            except BrowserError as error:
                self.faults.append(Fault(picture=f"{scene.__name__} {stage.lang}", what=str(error)[:400]))
            for tab in stage.context.pages:
                if tab is not first:
                    tab.close()
            stage.page = first
        self.faults += [Fault(picture=stage.lang, what=what) for what in stage.failed]

    def take(self, page: Page, name: str, lang: str) -> None:
        """One state in every size and theme. Only the style differs: the page is not asked for anew."""
        self._note(page)
        if self.folder is None or (self.only and not name.startswith(tuple(self.only))):
            return
        self.faults += spoken(page, f"{name}-{lang}", lang)
        for size, window in SIZES.items():
            page.set_viewport_size(window)
            page.evaluate("() => scrollTo(0, 0)")
            self.faults += laid_out(page, f"{name}-{size}-{lang}")
            # As high as the page is: what sticks to an edge of the window then covers nothing.
            whole = page.evaluate("() => document.documentElement.scrollHeight")
            page.set_viewport_size({"width": window["width"], "height": max(window["height"], min(whole, TALLEST))})
            for theme in THEMES:
                page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
                page.wait_for_function("() => [...document.images].every((one) => one.complete)")
                page.screenshot(path=self.folder / f"{name}-{size}-{lang}-{theme}.png", full_page=True)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(DESKTOP)

    def _note(self, page: Page) -> None:
        """Which page of the catalogue this is."""
        self.met.add(page_name(page.url))


def main() -> int:
    """Make the pictures; tells what is wrong on them, and pages that were not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where all pictures go")
    parser.add_argument("--docs", action="store_true", help="the main ones into docs/images")
    parser.add_argument("--only", nargs="+", default=(), help="beginnings of the names that are wanted")
    given = parser.parse_args()
    if given.folder is None and not given.docs:
        parser.error("give a folder, or --docs")
    if given.folder is not None:
        given.folder.mkdir(parents=True, exist_ok=True)
    album = Album(folder=given.folder, only=given.only)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(chromium())
        host = stack.enter_context(helpful_host())
        environment = {
            **os.environ, "FUSHINBAN_OIDC_ISSUER": host, "FUSHINBAN_OIDC_CLIENT": "console",
            "FUSHINBAN_OIDC_SECRET": "invented", "FUSHINBAN_OIDC_NAME": "本社の共通ID（架空）",
            "FUSHINBAN_WEBHOOK_PLAIN_LOOPBACK": "1",
        }  # fmt: skip
        if album.folder is not None:
            with served(scratch / "empty", environment) as console:
                from_nothing(browser, console, album)
        lab = stack.enter_context(running_lab(None, scratch / "lab"))
        fill(scratch / "data", lab)
        console = stack.enter_context(served(scratch / "data", environment | dict(lab.environment)))
        with_everything(browser, console, album, host, docs=given.docs)
    for fault in dict.fromkeys(map(str, album.faults)):
        print(fault)
    return 1 if album.faults else 0


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    program = os.environ.get("FUSHINBAN_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def from_nothing(browser: Browser, console: Console, album: Album) -> None:
    """From the set-up link to a console without a site."""
    configured()
    for lang in LANGS:
        album.play(Stage(browser=browser, console=console, lang=lang), console_entrance_scenes.FRESH)
    first = Stage(browser=browser, console=console, lang="ja")
    register(first.page, console.link)
    for lang in LANGS:
        signed = first.context.storage_state()
        album.play(Stage(browser=browser, console=console, lang=lang, signed=signed), console_entrance_scenes.ENROLLING)
    enrol(first.page)
    for lang in LANGS:
        signed = first.context.storage_state()
        album.play(Stage(browser=browser, console=console, lang=lang, signed=signed), console_entrance_scenes.EMPTY)


def with_everything(browser: Browser, console: Console, album: Album, host: str, *, docs: bool) -> None:
    """The demonstration: every page that links lead to, every scene, then the pictures of the documents."""
    configured()
    first = Stage(browser=browser, console=console, lang="ja")
    register(first.page, console.link)
    enrol(first.page)
    guest = things(first, host)
    places = walk(first.page)
    signed = first.context.storage_state()

    def stage(lang: str, who: StorageState | None = None) -> Stage:
        return Stage(browser=browser, console=console, lang=lang, signed=who, seen=first.seen)

    if docs:
        for_documents(browser, console, signed, places)
    for lang in LANGS if album.folder is not None else ():
        album.play(stage(lang), console_entrance_scenes.OUTSIDE)
    for lang in LANGS if album.folder is not None else ():
        person = stage(lang, signed)
        for name, place in places.items():
            person.go(place)
            album.take(person.page, name, lang)
        album.play(person, console_scenes.INSIDE)
        album.play(stage(lang, guest), console_scenes.CUSTOMER)
    for lang in LANGS:
        album.play(stage(lang), console_entrance_scenes.LAST)
    if album.folder is not None:
        from fushinban.web.catalogue import pages  # noqa: PLC0415 - needs Django configured

        missing = {page.name for page in pages()} - album.met - NO_PAGES
        album.faults += [Fault(picture=name, what="no picture shows this page") for name in sorted(missing)]


def configured() -> None:
    """Django, for the addresses of pages and the digits of authenticator apps."""
    from fushinban.web.settings import configure  # noqa: PLC0415 - needs Django configured

    configure()


def page_name(address: str) -> str:
    """The name of the page at an address; empty for none."""
    from django.urls import Resolver404, resolve  # noqa: PLC0415 - needs Django configured

    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


def walk(page: Page) -> dict[str, str]:
    """One address of every page that links lead to, by the page's name."""
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
            name = page_name(place)
            if name and name not in places and name not in NO_PAGES and not name.endswith(("logout", "asset")):
                places[name] = place
                waiting.append(place)
    return places


def links(page: Page) -> list[str]:
    """Addresses of this console in a page."""
    found = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href').split('#')[0])")
    return [place for place in found if not place.startswith(("//", "/api/", "/static/"))]


def for_documents(browser: Browser, console: Console, signed: StorageState, places: Mapping[str, str]) -> None:
    """The main pictures, as much as the window shows."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for file, (name, size, lang) in MAIN.items():
        stage = Stage(browser=browser, console=console, lang=lang, signed=signed, sharp=size == "phone")
        stage.page.set_viewport_size(SIZES[size])
        stage.go(places[name])
        stage.page.screenshot(path=IMAGES / f"{file}.png")
        stage.context.close()


if __name__ == "__main__":
    sys.exit(main())
