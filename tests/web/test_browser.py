"""The frame in a real browser: passkeys, the security policy, keyboard, phone, both themes and languages."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from fushinban.model.rights import Grant, Role
from fushinban.web.settings import open_console
from web.conftest import add_person, add_second_factor, signed_in
from web.serving import Running, running

#: Browsers take their time; `-m "not slow"` leaves them out.
pytestmark = pytest.mark.slow

PHRASE = "invented otter lamp 42 river"
#: Something else than what is looked at is at fault here: the answer 404 itself.
HARMLESS = ("404 (Not Found)",)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder with people in it, and the session of one of them."""
    folder = tmp_path_factory.mktemp("browser") / "data"
    # In a thread of its own: this one may already run the browser's event loop, in which Django refuses to work.
    with ThreadPoolExecutor(1) as thread:
        return folder, thread.submit(_prepare, folder).result()


def _prepare(folder: Path) -> str:
    with open_console(data_dir=folder) as store:
        add_person(store, Grant(role=Role.ADMINISTRATOR), email="new@example.jp", pass_phrase=PHRASE)
        known = add_person(store, Grant(role=Role.ADMINISTRATOR), email="known@example.jp")
        add_second_factor(known)
        known.language = ""
        known.save(update_fields=["language"])
        return signed_in(known).cookies["fushinban_session"].value


@pytest.fixture(scope="module")
def served(prepared: tuple[Path, str]) -> Iterator[Running]:
    with running(prepared[0], urlconf="web.blocks_urls") as console:
        # Passkeys belong to a name; an address has none.
        console.address = console.address.replace("127.0.0.1", "localhost")
        yield console


@pytest.fixture(scope="module")
def browser(needs_program: Callable[[str], str]) -> Iterator[Browser]:
    chromium = needs_program("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def page(browser: Browser, **options: object) -> Iterator[Page]:
    """A page whose every complaint fails the test."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(word in message.text for word in HARMLESS):
            complaints.append(message.text)

    context = browser.new_context(**options)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.on("console", heard)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_passkey_from_enrolment_to_signing_in_without_a_pass_phrase(browser: Browser, served: Running) -> None:
    with page(browser, locale="ja-JP") as opened:
        devtools = opened.context.new_cdp_session(opened)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        opened.goto(served.address + "/account/")
        opened.fill("[name=login]", "new@example.jp")
        opened.fill("[name=password]", PHRASE)
        opened.click("text=サインイン >> nth=-2")
        opened.wait_for_url("**/account/second-factor/")
        opened.click("text=パスキーを追加する")
        opened.check("[name=passwordless]")
        opened.click("button:has-text('パスキーを追加する')")
        opened.wait_for_url("**/recovery-codes/")
        assert opened.locator(".codes li").count() == 10
        opened.goto(served.address + "/account/second-factor/webauthn/")
        assert "パスキー 1" in opened.inner_text("main")
        opened.goto(served.address + "/sign-out/")
        opened.click("main button:has-text('サインアウト')")
        opened.wait_for_url("**/sign-in/")
        opened.click("text=パスキーでサインイン")
        opened.wait_for_url(served.address + "/")
        opened.goto(served.address + "/account/")
        assert "new@example.jp" in opened.inner_text("main")
        # As a second factor after the pass phrase.
        opened.goto(served.address + "/sign-out/")
        opened.click("main button:has-text('サインアウト')")
        opened.fill("[name=login]", "new@example.jp")
        opened.fill("[name=password]", PHRASE)
        opened.press("[name=password]", "Enter")
        opened.click("text=パスキーを使う")
        opened.wait_for_url(served.address + "/")


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_and_contrast_holds(  # noqa: PLR0917 - parameters of the test
    browser: Browser, served: Running, prepared: tuple[Path, str], size: tuple[int, int], language: str, theme: str
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    with page(browser, viewport=viewport, locale=language, color_scheme=theme) as opened:
        for address in ("/dev/blocks/", "/account/", "/sign-in/", "/none/"):
            opened.context.clear_cookies()
            if address != "/sign-in/":
                cookie = {"name": "fushinban_session", "value": prepared[1], "url": served.address}
                opened.context.add_cookies([cookie])  # type: ignore[list-item]
            opened.goto(served.address + address)
            width = opened.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert width[0] <= width[1], address
            assert opened.evaluate(CONTRAST) == [], address
            assert opened.get_attribute("html", "lang") == language
            if size[0] < 500:
                assert opened.evaluate(SMALL) == [], address


def test_keyboard_and_phone_navigation(browser: Browser, served: Running, prepared: tuple[Path, str]) -> None:
    cookie = {"name": "fushinban_session", "value": prepared[1], "url": served.address}
    with page(browser, viewport={"width": 390, "height": 844}, locale="ja") as opened:
        opened.context.add_cookies([cookie])  # type: ignore[list-item]
        opened.goto(served.address + "/account/")
        opened.keyboard.press("Tab")
        assert opened.evaluate("document.activeElement.className") == "skip"
        opened.keyboard.press("Enter")
        assert opened.evaluate("document.activeElement.id") == "content"
        opened.keyboard.press("/")
        assert opened.evaluate("document.activeElement.id") == "search"
        button = opened.locator(".menu-button")
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
        assert opened.locator("#navigation").is_visible()
        opened.keyboard.press("Escape")
        assert not opened.locator("#navigation").is_visible()
        opened.click(".own summary")
        opened.click("button[value=dark]")
        opened.wait_for_load_state()
        assert opened.get_attribute("html", "data-theme") == "dark"
        assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 20, 25)"


def test_reading_needs_no_scripts(browser: Browser, served: Running, prepared: tuple[Path, str]) -> None:
    cookie = {"name": "fushinban_session", "value": prepared[1], "url": served.address}
    with page(browser, java_script_enabled=False, locale="ja") as opened:
        opened.context.add_cookies([cookie])  # type: ignore[list-item]
        opened.goto(served.address + "/dev/blocks/")
        assert "外から映像が見えています" in opened.inner_text("h1")
        opened.click("summary:has-text('技術的な詳細')")
        assert opened.locator("text=GET /axis-cgi").is_visible()
        opened.click(".own summary")
        assert opened.locator("text=日本語").is_visible()
        opened.click("button[name=action][value=remove]")
        assert "削除しますか" in opened.inner_text("h1")


#: Texts whose colour has less than 4.5:1 (3:1 when large) against the nearest background that is painted.
CONTRAST = """() => {
  const parse = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 ? m : [...m.slice(0, 3), 1]; };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor; if (c.startsWith("rgb") && parse(c)[3] === 1) return parse(c); }
    return parse(getComputedStyle(document.documentElement).backgroundColor); };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const box = e.getBoundingClientRect();
    if (!own || !box.width || getComputedStyle(e).visibility === "hidden" || e.closest(".hidden, [hidden]")) continue;
    const style = getComputedStyle(e), a = light(parse(style.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 600);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${e.className || e.tagName}: ${ratio.toFixed(2)}`);
  }
  return bad;
}"""

#: Buttons and inputs on a phone that are lower than 36 px (44 px is the aim; small row buttons stand apart).
SMALL = """() => [...document.querySelectorAll(
    "button, input:not([type=hidden], [type=checkbox], [type=radio]), select, summary, .button")]
  .filter((e) => e.getBoundingClientRect().width && e.getBoundingClientRect().height < (e.matches(".copy") ? 32 : 36))
  .map((e) => e.outerHTML.slice(0, 80))"""
