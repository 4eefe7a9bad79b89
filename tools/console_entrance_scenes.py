"""Scenes at the door: the first set-up, the second factor, signing in and what goes wrong with it, an empty console."""

from collections.abc import Iterator

from console_stage import ADMIN, PHRASE, Scene, Stage


def set_up(stage: Stage) -> Iterator[str]:
    """The first page of all."""
    stage.go(stage.console.link)
    yield "setup"
    stage.fill(
        organisation="見本防犯設備（架空）", name="佐藤（架空）", email=ADMIN, pass_phrase="password", again="other"
    )
    stage.send(stage.page, "main form button.primary")
    yield "setup-wrong"


def factor_needed(stage: Stage) -> Iterator[str]:
    """An administrator before the second factor."""
    stage.go("/account/second-factor/")
    yield "second-factor-needed"
    stage.go("/account/second-factor/totp/activate/")
    yield "totp-activate"
    stage.page.locator("main summary").click()
    stage.fill(code="000000")
    stage.send(stage.page, "main form button.primary")
    stage.page.locator("main summary").click()
    yield "totp-activate-wrong"
    stage.go("/account/second-factor/webauthn/")
    yield "passkeys-none"


def nothing_yet(stage: Stage) -> Iterator[str]:
    """A console without a site."""
    for name in ("", "findings", "inspections", "jobs", "documents", "coverage", "search", "people", "settings"):
        stage.go(f"/{name}/" if name else "/")
        yield f"{name or 'overview'}-empty"
    stage.go("/account/tokens/")
    yield "tokens-empty"
    stage.go("/sites/new/")
    yield "site-new-customer-first"


def outside(stage: Stage) -> Iterator[str]:
    """What everybody can see."""
    page = stage.page
    for name, place in {
        "sign-in": "/sign-in/",
        "provider-failed": "/sign-in/failed/",
        "provider-cancelled": "/sign-in/cancelled/",
        "account-inactive": "/account/inactive/",
        "missing-outside": "/nowhere/",
        "link-used": "/invite/used-long-ago/",
        "invited": stage.seen[f"invite-{stage.lang}"],
        "reset": stage.seen["reset"],
    }.items():
        stage.go(place)
        yield name
    stage.fill(pass_phrase="password", again="other")
    stage.send(page, "main form button.primary")
    yield "reset-wrong"
    stage.go(stage.seen[f"invite-{stage.lang}"])
    stage.fill(pass_phrase="password", again="other")
    stage.send(page, "main form button.primary")
    yield "invited-wrong"
    stage.go("/sign-in/")
    stage.fill(login="nobody@example.jp", password="wrong")
    stage.send(page, "main form button.primary")
    yield "sign-in-wrong"
    stage.go("/sign-in/")
    page.locator("header .own summary").click()
    yield "sign-in-menu"


def second_step(stage: Stage) -> Iterator[str]:
    """After the pass phrase."""
    stage.go("/sign-in/")
    stage.fill(login=ADMIN, password=PHRASE)
    stage.send(stage.page, "main form button.primary")
    yield "verify"
    stage.fill(code="000000")
    stage.send(stage.page, "main form button.primary")
    yield "verify-wrong"


def to_the_provider(stage: Stage) -> Iterator[str]:
    """The page before the provider's own; it goes on by itself, which is held here."""
    stage.go("/sign-in/")
    stage.context.route("**/in?*", lambda route: route.fulfill(status=204))
    stage.send(stage.page, "main form[action*=oidc] button")
    yield "leaving"


def too_often(stage: Stage) -> Iterator[str]:
    """Somebody tries one account, then the door itself, too often."""
    place = "a" if stage.lang == "ja" else "b"
    for _ in range(9):
        stage.go("/sign-in/")
        stage.fill(login=f"{place}-nobody@example.jp", password="wrong")
        stage.send(stage.page, "main form button.primary")
    yield "sign-in-limited"
    for _ in range(40):
        stage.go("/sign-in/")
        if not stage.page.locator("main [name=login]").count():
            break
        stage.fill(login="c-nobody@example.jp", password="wrong")
        with stage.page.expect_navigation() as answer:
            stage.page.locator("main form button.primary").first.click()
        if answer.value and answer.value.status == 429:
            break
    yield "limited"


FRESH: tuple[Scene, ...] = (set_up,)
ENROLLING: tuple[Scene, ...] = (factor_needed,)
EMPTY: tuple[Scene, ...] = (nothing_yet,)
OUTSIDE: tuple[Scene, ...] = (outside, to_the_provider, second_step)
LAST: tuple[Scene, ...] = (too_often,)
