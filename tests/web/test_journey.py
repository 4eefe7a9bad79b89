"""The whole way in a real browser: an empty folder, the first person, a site, an inspection, a customer's own view."""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.api_world import World
from fushinban import clock
from fushinban.cli._lab_process import RunningLab, running_lab
from fushinban.model.rights import Grant, Role
from web.browser import PATIENCE_MS, Complaints, chromium, opened, totp
from web.conftest import add_person, signed_in
from web.serving import running

pytestmark = pytest.mark.slow

#: Invented people and secrets.
PHRASE = "invented kestrel over quiet harbour 58"
OTHER_PHRASE = "invented lantern beside winter orchard 73"
ADMIN, CUSTOMER = "admin@example.jp", "owner@example.jp"
SITE, OTHER = "hato-ya", "tsuru-ya"
LAB = """
[lab]
id = "hato-ya"
name = "はと屋（架空）"
customer = "はと屋 店主（架空）"
base_port = 0

[[device]]
id = "cam-a"
name = "入口カメラ"
address = "127.77.9.2"
users = [{ name = "kanri", password = "Invented-sparrow-41", level = "Administrator" }]
faults = ["open-telnet", { name = "slow", milliseconds = 40 }]

[[device]]
id = "cam-b"
name = "倉庫カメラ"
address = "127.77.9.3"
users = [{ name = "kanri", password = "Invented-sparrow-41", level = "Administrator" }]
faults = ["anonymous-snapshot"]
"""
PLAIN_PHRASE = "Invented-sparrow-41"


@dataclass(kw_only=True)
class Way:
    """What the journey needs all along."""

    browser: Browser
    base: str
    set_up_link: str
    lab: RunningLab
    folder: Path
    complaints: Complaints
    seen: dict[str, str] = field(default_factory=dict)

    def window(self, **options: object) -> tuple[BrowserContext, Page]:
        """A browser of its own."""
        return opened(self.browser, self.base, self.complaints, **options)


@pytest.fixture
def way(tmp_path: Path, needs_program: Callable[[str], str]) -> Iterator[Way]:
    """`fushinban serve` on an empty folder, a lab beside it, and a browser."""
    program = needs_program("chromium")
    plan = tmp_path / "LAB.toml"
    plan.write_text(LAB, encoding="utf-8")
    empty = tmp_path / "served"
    empty.mkdir()
    with (
        running_lab(plan, tmp_path / "lab") as lab,
        running(empty) as console,
        chromium(program) as browser,
    ):
        yield Way(
            browser=browser, base=console.address, set_up_link=console.set_up_link, lab=lab, folder=tmp_path,
            complaints=Complaints(console.address),
        )  # fmt: skip


def test_from_the_set_up_link_to_a_customer_that_sees_its_own_site(way: Way) -> None:
    _, page = way.window()
    _first_administrator(way, page)
    _site_by_the_wizard(way, page)
    _watched_live(way, page)
    _accepted(way, page)
    _report(way, page)
    _other_site(way, page)
    guest = _customer(way, page)
    _sees_only_its_own(way, guest)
    _audit(page)
    _signs_out_everywhere(way, page)
    assert way.complaints.said == []


def _first_administrator(way: Way, page: Page) -> None:
    assert way.set_up_link.startswith(way.base)
    page.goto(way.set_up_link)
    page.get_by_label("Name of the organisation").fill("見本防犯設備（架空）")
    page.get_by_label("Your name").fill("佐藤（架空）")
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Pass phrase").fill(PHRASE)
    page.get_by_label("Once more").fill(PHRASE)
    page.get_by_role("button", name="Register the administrator").click()
    # Nothing opens before the second factor.
    page.wait_for_url("**/account/second-factor/**")
    page.goto("/")
    assert "/account/second-factor/" in page.url
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.locator("details summary", has_text="cannot be scanned").click()
    way.seen["secret"] = page.locator("#totp-secret").inner_text()
    assert re.fullmatch(r"[A-Z2-7]{16,}", way.seen["secret"])
    page.get_by_label("Six digits").fill(totp(way.seen["secret"]))
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("ul.codes li")).to_have_count(10)
    way.seen["code"] = page.locator("ul.codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("navigation", name="Main pages")).to_be_visible()
    # The link was for once.
    stranger, _ = way.window()
    assert stranger.request.get(way.set_up_link).status == HTTPStatus.NOT_FOUND
    stranger.close()


def _site_by_the_wizard(way: Way, page: Page) -> None:
    page.goto("/sites/new/")
    page.get_by_label("Site file").set_input_files(way.lab.site_file)
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_text("was taken over")).to_be_visible()
    expect(page.get_by_text("enter the passwords of 2 logins again")).to_be_visible()
    for address in ("127.77.9.2", "127.77.9.3"):
        form = page.locator("form", has=page.locator("#login-match"))
        form.get_by_label("Where it is used").fill(address)
        form.get_by_label("User name").fill("kanri")
        form.get_by_label("Password", exact=True).fill(PLAIN_PHRASE)
        form.get_by_role("button", name="Keep it").click()
        expect(page.get_by_text("The login was kept.")).to_be_visible()
    assert PLAIN_PHRASE not in page.content()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="This is what will be added")).to_be_visible()
    page.get_by_label("Begin the first inspection at once").check()
    page.get_by_label("Also make the documents").check()
    page.get_by_role("button", name="Add the site").click()
    page.wait_for_url("**/jobs/**")
    way.seen["job"] = page.url.rstrip("/").rpartition("/")[2]


def _watched_live(way: Way, page: Page) -> None:
    """The page changes by itself: every text the progress had, with no reload while it ran."""
    if page.locator("#job-progress[data-live]").count():
        page.evaluate(
            """() => {
                const place = document.getElementById("job-progress");
                const told = [place.innerText];
                sessionStorage.setItem("told", JSON.stringify(told));
                new MutationObserver(() => {
                    told.push(place.innerText);
                    sessionStorage.setItem("told", JSON.stringify(told));
                }).observe(place, {childList: true, subtree: true, characterData: true});
            }"""
        )
    result = page.get_by_role("link", name="See the result")
    result.wait_for(timeout=4 * PATIENCE_MS)
    told = page.evaluate("() => JSON.parse(sessionStorage.getItem('told') || '[]')")
    assert len(set(told)) >= 2, told
    assert any(re.search(r"of \d+ finished", text) for text in told), told
    result.click()
    page.wait_for_url("**/inspections/**")
    way.seen["inspection"] = page.url.rstrip("/").rpartition("/")[2]
    expect(page.get_by_role("heading", level=1)).to_contain_text("put right")
    # The picture opened by itself keeps its own drawing: its styles are not refused.
    page.goto(f"/sites/{SITE}/network.svg")


def _accepted(way: Way, page: Page) -> None:
    page.goto(f"/findings/?site={SITE}&outcome=fail")
    page.locator("tbody a[href^='/findings/']").first.click()
    page.wait_for_url(re.compile(r"/findings/\d+/"))
    way.seen["finding"] = re.findall(r"/findings/(\d+)/", page.url)[0]
    until = clock.in_japan(clock.now()).date() + timedelta(days=40)
    page.locator("#accept-reason").fill("交換の予定あり（架空）")
    page.locator("#accept-until").fill(until.isoformat())
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text(f"until {until.isoformat()}").first).to_be_visible()
    expect(page.get_by_text("交換の予定あり（架空）").first).to_be_visible()
    page.goto(f"/findings/?site={SITE}&accepted=yes")
    expect(page.locator(f"tbody a[href='/findings/{way.seen['finding']}/']").first).to_be_visible()


def _report(way: Way, page: Page) -> None:
    page.goto(f"/documents/?site={SITE}&kind=inspection-pdf")
    row = page.locator("tbody tr").first
    shown = row.locator("code .whole").text_content()
    with page.expect_download() as saved:
        row.locator("a[href^='/documents/']").first.click()
    file = way.folder / "report.pdf"
    saved.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == shown
    way.seen["document"] = re.findall(r"/documents/(\d+)/", row.inner_html())[0]


def _other_site(way: Way, page: Page) -> None:
    """A second customer's site, inspected too."""
    text = way.lab.site_file.read_text(encoding="utf-8")
    other = way.folder / "OTHER.toml"
    other.write_text(text.replace(SITE, OTHER).replace("はと屋", "つる屋"), encoding="utf-8")
    page.goto("/sites/new/")
    page.get_by_label("Site file").set_input_files(other)
    page.get_by_role("button", name="Take it over").click()
    page.goto("/sites/new/?step=summary")
    page.get_by_role("button", name="Add the site").click()
    page.wait_for_url("**/jobs/**")
    way.seen["other-job"] = page.url.rstrip("/").rpartition("/")[2]
    page.get_by_role("link", name="See the result").click(timeout=4 * PATIENCE_MS)
    page.wait_for_url("**/inspections/**")
    way.seen["other-inspection"] = page.url.rstrip("/").rpartition("/")[2]
    page.goto(f"/findings/?site={OTHER}")
    way.seen["other-finding"] = _number(page, "findings")
    page.goto(f"/documents/?site={OTHER}")
    way.seen["other-document"] = _number(page, "documents")
    page.goto(f"/sites/{OTHER}/")
    places = page.eval_on_selector_all("a[href*='/devices/']", "all => all.map(a => a.getAttribute('href'))")
    way.seen["other-device"] = re.findall(r"/devices/(.+)/", places[0])[0]


def _number(page: Page, noun: str) -> str:
    return re.findall(rf"href=\"/{noun}/(\d+)/\"", page.content())[0]


def _customer(way: Way, page: Page) -> Page:
    page.goto("/people/")
    page.locator("#invite-email").fill(CUSTOMER)
    page.locator("#invite-role").select_option("customer")
    page.locator("#invite-customer").select_option(label="はと屋 店主（架空）")
    # A customer's role always ends.
    page.locator("#invite-end").fill((clock.now() + timedelta(days=300)).date().isoformat())
    page.get_by_role("button", name="Make the link").click()
    link = page.locator(".secret-once code").inner_text()
    assert link.startswith(f"{way.base}/invite/")
    context, guest = way.window()
    guest.goto(link)
    guest.get_by_label("Your name").fill("はと屋 店主（架空）")
    guest.get_by_label("Pass phrase").fill(OTHER_PHRASE)
    guest.get_by_label("Once more").fill(OTHER_PHRASE)
    guest.get_by_role("button", name="Join").click()
    expect(guest.get_by_role("navigation", name="Main pages")).to_be_visible()
    # A visitor that comes back signs in with the pass phrase.
    context.clear_cookies()
    guest.goto(f"/sites/{SITE}/")
    assert "/sign-in/" in guest.url
    guest.get_by_label("E-mail address").fill(CUSTOMER)
    guest.get_by_label("Pass phrase").fill(OTHER_PHRASE)
    guest.get_by_role("button", name="Sign in", exact=True).click()
    guest.wait_for_url(f"**/sites/{SITE}/")
    return guest


def _sees_only_its_own(way: Way, guest: Page) -> None:
    seen = way.seen
    for address in ("/", "/findings/", "/inspections/", "/jobs/", "/documents/", "/coverage/", "/search/?q=屋"):
        assert _status(guest, address) == HTTPStatus.OK, address
        assert "つる屋" not in guest.content(), address
        assert OTHER not in guest.content().replace("q=" + OTHER, ""), address
    own = (
        f"/sites/{SITE}/", f"/findings/{seen['finding']}/", f"/inspections/{seen['inspection']}/",
        f"/jobs/{seen['job']}/", f"/api/v1/sites/{SITE}", f"/api/v1/findings/{seen['finding']}",
        f"/documents/{seen['document']}/",
    )  # fmt: skip
    for address in own:
        assert guest.request.get(address).status == HTTPStatus.OK, address
    foreign = (
        f"/sites/{OTHER}/", f"/sites/{OTHER}/network.svg", f"/sites/{OTHER}/questionnaire/", f"/coverage/{OTHER}/",
        f"/sites/{OTHER}/devices/{seen['other-device']}/", f"/findings/{seen['other-finding']}/",
        f"/inspections/{seen['other-inspection']}/", f"/inspections/{seen['other-inspection']}/devices/",
        f"/inspections/{seen['inspection']}/compare/?before={seen['other-inspection']}",
        f"/jobs/{seen['other-job']}/", f"/jobs/{seen['other-job']}/live/", f"/documents/{seen['other-document']}/",
        f"/api/v1/sites/{OTHER}", f"/api/v1/findings/{seen['other-finding']}",
        f"/api/v1/inspections/{seen['other-inspection']}", f"/api/v1/jobs/{seen['other-job']}",
        f"/api/v1/jobs/{seen['other-job']}/events", f"/api/v1/sites/{OTHER}/devices/{seen['other-device']}",
        f"/api/v1/documents/{seen['other-document']}",
    )  # fmt: skip
    for address in foreign:
        assert guest.request.get(address).status == HTTPStatus.NOT_FOUND, address
        assert guest.request.get(address).text().find("つる屋") == -1, address
    for address in ("/people/", "/audit/", "/settings/", "/sites/new/"):
        assert guest.request.get(address).status == HTTPStatus.FORBIDDEN, address


def _audit(page: Page) -> None:
    page.goto("/audit/")
    expect(page.locator("tbody tr").first).to_be_visible()
    said = "".join(page.request.get("/audit/export/").text())
    for action in (
        "second-factor", "site.made", "job", "acceptance", "document.downloaded", "link", "sign-in",
        "credential.saved",
    ):  # fmt: skip
        assert action in said, action
    assert PLAIN_PHRASE not in said
    assert PHRASE not in said
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name="No tampering was found")).to_be_visible()


def _signs_out_everywhere(way: Way, page: Page) -> None:
    """A second browser of the same person is ended from the first; then the first ends itself."""
    other, second = way.window()
    second.goto("/sign-in/")
    second.get_by_label("E-mail address").fill(ADMIN)
    second.get_by_label("Pass phrase").fill(PHRASE)
    second.get_by_role("button", name="Sign in", exact=True).click()
    second.get_by_label("Digits").fill(way.seen["code"])
    second.get_by_role("button", name="Continue").click()
    second.wait_for_url(way.base + "/")
    page.goto("/account/sessions/")
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_text("The other places were signed out.")).to_be_visible()
    second.goto("/findings/")
    assert "/sign-in/" in second.url
    other.close()
    page.goto("/account/")
    page.locator("header .own summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto("/")
    assert "/sign-in/" in page.url


def test_reading_filters_and_accepting_need_no_script(
    world: World, tmp_path: Path, needs_program: Callable[[str], str]
) -> None:
    program = needs_program("chromium")
    person = add_person(world.store, Grant(role=Role.OPERATOR), email="plain@example.jp")
    session = signed_in(person).cookies["fushinban_session"].value
    for place in (world.sea, world.hill):
        world.store.jobs.cancel(place.job)
    shutil.copytree(world.store.data_dir, tmp_path / "served")
    with running(tmp_path / "served") as console, chromium(program) as browser:
        complaints = Complaints(console.address)
        context, page = opened(browser, console.address, complaints, java_script_enabled=False, locale="ja-JP")
        context.add_cookies([{"name": "fushinban_session", "value": session, "url": console.address}])
        _read_without_script(page, world)
        _accepted_without_script(page, world)
        assert complaints.said == []


def _read_without_script(page: Page, world: World) -> None:
    page.goto("/")
    menu = re.findall(r'href="(/[^"]*)"', page.locator("nav.side").inner_html())
    assert len(menu) >= 5
    sea = world.sea
    own = (f"/sites/{sea.site}/", f"/sites/{sea.site}/devices/{sea.device}/", f"/inspections/{sea.inspection}/")
    for address in (*menu, *own, f"/sites/{sea.site}/questionnaire/", f"/coverage/{sea.site}/", f"/jobs/{sea.job}/"):
        assert _status(page, address) == HTTPStatus.OK, address
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
    # A filter is a form that leads to an address.
    page.goto("/findings/")
    page.get_by_label("現場・施主・機器").fill("渋谷")
    page.get_by_role("button", name="絞り込む").click()
    assert "text=%E6%B8%8B%E8%B0%B7" in page.url
    expect(page.locator("tbody")).to_contain_text("渋谷")
    expect(page.locator("tbody")).not_to_contain_text("山の手")


def _accepted_without_script(page: Page, world: World) -> None:
    page.goto(f"/findings/?outcome=fail&site={world.hill.site}")
    page.locator("tbody a[href^='/findings/'][href$='/']").first.click()
    page.locator("#accept-reason").fill("交換まで見守る（架空）")
    page.get_by_role("button", name="受け入れる", exact=True).click()
    expect(page.locator(".accepted-mark")).to_be_visible()
    expect(page.locator("#acceptance")).to_contain_text("交換まで見守る（架空）")


def _status(page: Page, address: str) -> int:
    answer = page.goto(address)
    assert answer is not None
    return answer.status
