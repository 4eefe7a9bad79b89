"""Every page by axe-core in a real browser, in both languages, light and dark, desktop and phone: WCAG 2.1 AA."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from api.api_world import World
from fushinban.model.rights import Grant, Role
from fushinban.record.people.links import Links
from fushinban.web._live import LivePage
from fushinban.web.catalogue import pages
from web.browser import Complaints, chromium, opened
from web.conftest import add_person, add_second_factor, signed_in
from web.serving import running
from web.walking import address, known

pytestmark = pytest.mark.slow

DESKTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
#: Everything once in each size; colours in each size and theme (nothing else changes with the theme).
LOOKS = (
    (DESKTOP, "light", {"runOnly": RULES}),
    (DESKTOP, "dark", {"runOnly": {"type": "rule", "values": ["color-contrast"]}}),
    (PHONE, "dark", {"runOnly": RULES}),
    (PHONE, "light", {"runOnly": {"type": "rule", "values": ["color-contrast"]}}),
)
#: Addresses that only hand something over, or lead on at once.
NO_PAGES = {"document", "evidence", "audit-export", "site-export", "site-network", "preferences", "session-end"}
#: Pages of signing in stand outside the catalogue.
SIGNED_OUT = ("/sign-in/", "/sign-in/?next=/findings/")
OWN = (
    "/account/second-factor/", "/account/second-factor/recovery-codes/", "/account/sessions/", "/account/pass-phrase/",
    "/account/prove/", "/sign-out/", "/sites/none/",
)  # fmt: skip


@pytest.fixture(scope="session")
def axe(needs_program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, fetched by npm for this run."""
    folder = tmp_path_factory.mktemp("axe")
    fetched = subprocess.run(
        [needs_program("npm"), "pack", "axe-core@4", "--silent"], cwd=folder, capture_output=True, text=True,
        timeout=180, check=False,
    )  # fmt: skip
    archives = list(folder.glob("axe-core-*.tgz"))
    if not archives:
        reason = f"axe-core could not be fetched by npm: {fetched.stderr.strip()[-300:]}"
        if os.environ.get("FUSHINBAN_REQUIRE_PROGRAMS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with tarfile.open(archives[0]) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


@dataclass(frozen=True, kw_only=True)
class Served:
    """A filled console that answers: its address, an administrator's session, and the addresses of its pages."""

    base: str
    session: str
    places: tuple[str, ...]
    links: tuple[str, ...]


@pytest.fixture
def served(world: World, tmp_path: Path) -> Iterator[Served]:
    """The invented installation behind `fushinban serve`."""
    store = world.store
    person = add_person(store, Grant(role=Role.ADMINISTRATOR), email="everything@example.jp")
    add_second_factor(person)
    session = signed_in(person).cookies["fushinban_session"].value
    invited = Links.of(store).invite("guest@example.jp", Grant(role=Role.CUSTOMER, customer=world.sea.customer))
    reset = Links.of(store).reset(world.people[Role.OPERATOR])
    # Nothing is inspected here: jobs that wait would begin with the console.
    for place in (world.sea, world.hill):
        store.jobs.cancel(place.job)
    values = known(world, world.sea, world.people[Role.OPERATOR])
    # The three one-time pages are opened by links of their own.
    left_out = NO_PAGES | {"setup", "invite", "reset"}
    found = [address(p, values) for p in pages() if not issubclass(p, LivePage) and p.name not in left_out]
    folder = tmp_path / "served"
    shutil.copytree(store.data_dir, folder)
    with running(folder) as console:
        yield Served(
            base=console.address, session=session, places=(*found, *_wider(values)),
            links=(f"/invite/{invited.secret}/", f"/reset/{reset.secret}/", "/setup/used/"),
        )  # fmt: skip


def _wider(values: Any) -> tuple[str, ...]:
    """Other states of pages: filters, steps, empty lists."""
    return (
        "/findings/?outcome=fail&site=sea-1", "/findings/?text=nothing-fits", "/search/?q=渋谷", "/audit/?area=job",
        f"/sites/{values['site_id']}/devices/{values['device_id']}/?only=differences",
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_page_shuts_anybody_out(served: Served, axe: str, needs_program: Callable[[str], str], lang: str) -> None:
    complaints = Complaints(served.base)
    found: list[str] = []
    with chromium(needs_program("chromium")) as browser:
        for places, session in (((*served.places, *OWN), served.session), ((*SIGNED_OUT, *served.links), "")):
            page = _window(browser, served, complaints, lang, session)
            page.add_init_script(axe)
            for place in places:
                found += _looked_at(page, place, lang)
            page.context.close()
    assert found == [], "\n".join(found)


def _window(browser: Browser, served: Served, complaints: Complaints, lang: str, session: str) -> Page:
    # Only here the policy is set aside: the rules are a script that is not the console's.
    context, page = opened(
        browser, served.base, complaints, bypass_csp=True, reduced_motion="reduce",
        locale="ja-JP" if lang == "ja" else "en-US",
    )  # fmt: skip
    cookies = {"fushinban_lang": lang, **({"fushinban_session": session} if session else {})}
    context.add_cookies([{"name": name, "value": value, "url": served.base} for name, value in cookies.items()])
    if session:
        page.goto("/account/")
        page.locator("header .own summary").click()
        page.get_by_role("button", name="日本語" if lang == "ja" else "English").click()
        assert page.locator("html").get_attribute("lang") == lang
    return page


def _looked_at(page: Page, place: str, lang: str) -> list[str]:
    """What is wrong with one page, in all its looks."""
    page.goto(place)
    assert page.locator("html").get_attribute("lang") == lang, place
    found = []
    # What is folded is looked at too.
    page.evaluate("() => { for (const fold of document.querySelectorAll('main details')) fold.open = true; }")
    for size, theme, options in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two words
        result = page.evaluate("options => axe.run(document, {...options, resultTypes: ['violations']})", options)
        for problem in result["violations"]:
            nodes = [f"{node['html'][:160]} ({node['failureSummary'][:200]})" for node in problem["nodes"][:3]]
            found.append(f"{place} {lang} {size['width']} {theme}: {problem['id']}: {problem['help']}: {nodes}")
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{place} {lang} {size['width']} {theme}: {wide} px wider than the window")
    return found
