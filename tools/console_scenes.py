"""The scenes of the console's pictures: pages no link leads to, and states that somebody has to bring about first."""

from collections.abc import Iterator

import console_site_scenes
from console_filling import GUEST, NEW, in_days
from console_stage import ADMIN, MORE, OTHER_PHRASE, SITE, Scene, Stage

_AGES_AGO = "2020-01-01"


def errors(stage: Stage) -> Iterator[str]:
    """Pages that say no."""
    page = stage.go("/nowhere/")
    yield "missing"
    stage.go("/settings/")
    page.evaluate("() => { document.querySelector('#organisation-name').value = ''; }")
    stage.press("name_organisation")
    yield "refused"
    stage.go("/settings/")
    page.evaluate("() => { document.querySelector('main [name=csrfmiddlewaretoken]').value = 'x'; }")
    stage.press("name_organisation")
    yield "forged"
    stage.context.route(
        "**/broken/", lambda route: route.fulfill(status=500, content_type="text/html", body=_broken(stage))
    )
    stage.go("/broken/")
    yield "broken"


def _broken(stage: Stage) -> str:
    """What visitors see when something fails inside."""
    from django.test import RequestFactory  # noqa: PLC0415 - needs Django configured

    from fushinban.web.refusals import broken  # noqa: PLC0415 - the same

    request = RequestFactory().get("/broken/")
    request.lang = stage.lang  # type: ignore[attr-defined]  # as the middleware does
    return str(broken(request).content.decode())


def own_things(stage: Stage) -> Iterator[str]:
    """The visitor's own account."""
    page = stage.page
    for name, place in {
        "account": "/account/",
        "second-factor": "/account/second-factor/",
        "totp-remove": "/account/second-factor/totp/deactivate/",
        "codes": "/account/second-factor/recovery-codes/",
        "codes-make": "/account/second-factor/recovery-codes/generate/",
        "pass-phrase": "/account/pass-phrase/",
        "sessions": "/account/sessions/",
        "prove": "/account/prove/",
        "prove-code": "/account/second-factor/reauthenticate/",
        "sign-out": "/sign-out/",
    }.items():
        stage.go(place)
        yield name
    stage.go("/account/second-factor/recovery-codes/generate/")
    stage.send(page, "main form button.primary")
    yield "codes-once"
    stage.go("/account/pass-phrase/")
    stage.fill(oldpassword="wrong", password1="password", password2="other")
    stage.send(page, "main form button.primary")
    yield "pass-phrase-wrong"
    stage.go("/account/")
    page.locator("header .own summary").click()
    yield "own-menu"
    stage.go("/findings/")
    page.evaluate("() => document.querySelector('nav.side').classList.add('open')")
    yield "navigation-open"


def passkeys(stage: Stage) -> Iterator[str]:
    """A passkey from the first to the last."""
    page = stage.page
    stage.with_key()
    stage.go("/account/second-factor/webauthn/add/")
    yield "passkey-add"
    stage.fill(name="事務所のパソコン（架空）")
    stage.send(page, "main form[data-passkey] button.primary")
    stage.go("/account/second-factor/webauthn/")
    yield "passkeys"
    for name, word in {"passkey-rename": "edit", "passkey-remove": "remove"}.items():
        stage.go("/account/second-factor/webauthn/")
        page.locator(f"main a[href*='/{word}/']").first.click()
        page.locator("main form").wait_for()
        yield name
    stage.go("/account/second-factor/")
    yield "second-factor-passkey"
    stage.go("/account/second-factor/webauthn/reauthenticate/")
    yield "prove-passkey"


def tokens(stage: Stage) -> Iterator[str]:
    """Tokens: shown once, listed, refused, revoked."""
    page = stage.go("/account/tokens/")
    for name in ("夜間の集計（架空）", "本社の画面（架空）"):
        stage.go("/account/tokens/")
        stage.fill(name=name, end=in_days(90))
        page.locator("input[name=permission]").first.check()
        page.locator("input[name=permission]").nth(3).check()
        stage.press("make")
    yield "token-made"
    stage.go("/account/tokens/")
    stage.press("revoke")
    yield "tokens"
    stage.fill(name="古い（架空）", end=_AGES_AGO)
    stage.press("make")
    yield "tokens-wrong"


def lists(stage: Stage) -> Iterator[str]:
    """Lists in the states that links do not show."""
    page = stage.page
    for name, place in {
        "overview-none": "/?q=zzzz",
        "findings-none": "/findings/?text=zzzz",
        "findings-failed": f"/findings/?outcome=fail&site={SITE}&severity=critical",
        "findings-accepted": "/findings/?accepted=yes",
        "findings-shares": "/findings/?shares=1",
        "findings-unknown": "/findings/?outcome=unknown",
        "inspections-none": "/inspections/?site=zzzz",
        "jobs-none": "/jobs/?state=failed",
        "documents-none": "/documents/?site=zzzz",
        "coverage-none": "/coverage/?area=zzzz&state=answered&decided=none",
        "coverage-could-not": "/coverage/?state=could-not",
        "coverage-site": f"/coverage/{SITE}/",
        "coverage-site-new": f"/coverage/{NEW[0]}/",
        "search-start": "/search/",
        "search-none": "/search/?q=zzzz",
        "search-found": "/search/?q=カメラ",
        "audit-none": "/audit/?from=2001-01-01&until=2001-01-02",
        "people-none": "/people/?q=zzzz",
    }.items():
        stage.go(place)
        yield name
    stage.go("/audit/")
    stage.press("verify")
    yield "audit-verified"
    stage.go("/")
    page.locator("details.choose summary").click()
    yield "overview-columns"
    stage.go("/")
    for box in page.locator("input[name=site]").all()[:2]:
        box.check()
    stage.press("start")
    yield "inspect-several"
    _density(stage, "dense")
    stage.go("/")
    yield "overview-dense"
    stage.go(f"/findings/?site={SITE}&outcome=fail")
    yield "findings-dense"
    _density(stage, "roomy")


def _density(stage: Stage, density: str) -> None:
    stage.go("/account/")
    stage.page.locator("header .own summary").click()
    stage.send(stage.page, f"header button[value={density}]")


def findings(stage: Stage) -> Iterator[str]:
    """Accepting and withdrawing, of one and of several, rightly and wrongly."""
    page = stage.go(f"/findings/?outcome=fail&site={MORE[0][0]}")
    page.locator("[data-select-all]").check()
    yield "findings-chosen"
    page.locator("#bulk button.primary").click()
    page.wait_for_url("**/accept/**")
    yield "findings-accept"
    stage.fill(reason="交換の予定あり（架空）", until=_AGES_AGO)
    stage.send(page, "main form.panel button.primary")
    yield "findings-accept-wrong"
    stage.go("/findings/accept/")
    yield "findings-accept-nothing"
    stage.go("/findings/withdraw/?all=1&accepted=yes")
    yield "findings-withdraw"
    stage.go(f"/findings/?outcome=unknown&site={SITE}")
    page.locator("tbody a[href^='/findings/'][href$='/']").first.click()
    page.locator("#acceptance").wait_for()
    yield "finding-unknown"
    stage.go(stage.seen["accepted"])
    for fold in page.locator("#acceptance details > summary").all():
        fold.click()
    yield "finding-accepted"
    other = stage.tab(stage.seen["accepted"])
    for tab in (other, page):
        tab.goto(stage.seen["accepted"])
        tab.evaluate("() => { for (const fold of document.querySelectorAll('#acceptance details')) fold.open = true; }")
    for tab, reason in ((other, "部品が届くまで（架空）"), (page, "工事の日まで（架空）")):
        tab.locator("#renew-reason").fill(reason)
        stage.send(tab, "main button[value=renew]")
    yield "finding-conflict"
    other.close()


def people(stage: Stage) -> Iterator[str]:
    """Inviting, giving, blocking."""
    page = stage.go("/people/")
    stage.fill(email=f"{stage.lang}-new@example.jp")
    page.locator("#invite-role").select_option("installer")
    page.locator("#invite-end").fill(in_days(80))
    stage.press("invite")
    yield "link-once"
    stage.go("/people/")
    yield "people"
    stage.fill(email=ADMIN)
    page.locator("#invite-role").select_option("auditor")
    stage.press("invite")
    yield "people-wrong"
    stage.go(_person(stage))
    yield "person"
    stage.press("deactivate")
    yield "person-block"
    stage.go(_person(stage))
    stage.press("reset")
    yield "reset-once"
    stage.go(_person(stage, "sato"))
    yield "person-self"


def _person(stage: Stage, who: str = "tenshu@") -> str:
    """The address of somebody's page."""
    page = stage.go("/people/")
    row = page.locator("tbody tr", has_text=who).first
    return row.locator("a[href^='/people/']").first.get_attribute("href") or ""


def settings(stage: Stage) -> Iterator[str]:
    """Settings, wrong ones, two people at once; webhooks with their log."""
    page = stage.go("/settings/")
    yield "settings"
    page.locator("details:has(#webhook-url) summary").click()
    yield "settings-webhook-new"
    name = page.locator("input[id^=set-]").first.get_attribute("name") or ""
    stage.fill(**{name: "0"})
    stage.press("save")
    yield "settings-wrong"
    other = stage.tab("/settings/")
    stage.go("/settings/")
    for tab, value in ((other, "2"), (page, "3")):
        tab.locator(f"main [name={name}]").fill(value)
        stage.send(tab, "main button[value=save]")
    yield "settings-conflict"
    other.close()
    stage.go("/settings/")
    page.locator("details:has(#webhook-url) summary").click()
    stage.fill(url="https://hooks.example.com/fushinban")
    page.locator("input[name=event]").first.check()
    stage.press("subscribe")
    yield "webhook-made"
    page.locator("main a[href^='/settings/webhooks/']").click()
    page.locator("button[value=test]").wait_for()
    yield "webhook-empty"
    stage.press("remove")
    yield "webhook-remove"
    stage.send(page, "main form button.danger")
    stage.go(stage.seen["webhook"])
    yield "webhook"


def guest(stage: Stage) -> Iterator[str]:
    """A customer's person: only their own."""
    for name, place in {
        "guest-overview": "/",
        "guest-site": f"/sites/{SITE}/",
        "guest-findings": "/findings/",
        "guest-questionnaire": f"/sites/{SITE}/questionnaire/",
        "guest-account": "/account/",
        "forbidden": "/people/",
    }.items():
        stage.go(place)
        yield name
    page = stage.go(f"/findings/?outcome=fail&site={SITE}")
    page.locator("tbody a[href^='/findings/'][href$='/']").first.click()
    page.locator("#acceptance").wait_for()
    yield "guest-finding"
    window = stage.window(signed=False)
    elsewhere = window.new_page()
    elsewhere.goto("/sign-in/")
    for name, value in {"login": GUEST, "password": OTHER_PHRASE}.items():
        elsewhere.locator(f"main [name={name}]").fill(value)
    stage.send(elsewhere, "main form button.primary")
    stage.go("/account/sessions/")
    yield "guest-sessions"
    window.close()


INSIDE: tuple[Scene, ...] = (
    own_things, passkeys, tokens, errors, *console_site_scenes.SCENES, lists, findings, people, settings,
)  # fmt: skip
CUSTOMER: tuple[Scene, ...] = (guest,)
