"""Scenes of one site: its states, set-up, schedule, questionnaire, devices and inspections, and the wizard."""

from collections.abc import Iterator, Mapping

from console_filling import NEW, OVER, in_days
from console_stage import MORE, SITE, Scene, Stage

RUNNING = MORE[1][0]


def site(stage: Stage) -> Iterator[str]:
    """Sites in their states."""
    for name, place in {
        "site": f"/sites/{SITE}/",
        "site-never": f"/sites/{NEW[0]}/",
        "site-permission-over": f"/sites/{OVER[0]}/",
        "site-inspect": f"/sites/{SITE}/inspect/",
        "site-inspect-permission-over": f"/sites/{OVER[0]}/inspect/",
        "site-none-found": f"/sites/{SITE}/?q=zzzz",
        "schedule-new": f"/sites/{NEW[0]}/schedule/",
        "schedule": f"/sites/{SITE}/schedule/",
        "questionnaire": f"/sites/{SITE}/questionnaire/",
        "questionnaire-new": f"/sites/{NEW[0]}/questionnaire/",
        "logins": f"/sites/{SITE}/logins/",
        "exposure-open": f"/sites/{MORE[0][0]}/exposure/",
    }.items():
        stage.go(place)
        yield name


def devices(stage: Stage) -> Iterator[str]:
    """Every kind of device: each of the site's."""
    page = stage.go(f"/sites/{SITE}/")
    places = page.eval_on_selector_all("tbody a[href*='/devices/']", "all => all.map(a => a.getAttribute('href'))")
    for number in (0, 6, 8, 9, 10, 11):
        stage.go(list(dict.fromkeys(places))[number])
        yield f"device-{number}"
    stage.go(places[0])
    page.evaluate("() => { for (const fold of document.querySelectorAll('main details.fold')) fold.open = true; }")
    yield "device-unfolded"
    stage.go(places[0] + "?only=differences")
    yield "device-differences"


def schedule(stage: Stage) -> Iterator[str]:
    """A schedule that is wrong, one that two people save."""
    place = f"/sites/{SITE}/schedule/"
    page = stage.go(place)
    stage.fill(skips="たぶん夏休み", day="45")
    stage.press("save")
    yield "schedule-wrong"
    stage.go(place)
    other = stage.tab(place)
    for tab, day in ((other, "9" if stage.lang == "ja" else "11"), (page, "16")):
        tab.locator("#day").fill(day)
        stage.send(tab, "main button[value=save]")
    yield "schedule-conflict"
    other.close()
    stage.go(place)
    stage.press("drop")
    yield "schedule-drop"


def set_up_of_a_site(stage: Stage) -> Iterator[str]:
    """The settings of a site with everything unfolded, wrong, and saved by two people; its logins."""
    place = f"/sites/{SITE}/settings/"
    page = stage.go(place)
    page.evaluate("() => { for (const fold of document.querySelectorAll('main details')) fold.open = true; }")
    yield "site-settings"
    stage.go(place)
    stage.fill(name="")
    stage.send(page, "#part-site button.primary")
    yield "site-settings-wrong"
    stage.go(place)
    page.evaluate("() => { document.querySelector('#part-authorisation').open = true; }")
    page.locator("#part-authorisation textarea[name=networks]").fill("203.0.113.0/99")
    stage.send(page, "#part-authorisation button.primary")
    yield "site-settings-permission-wrong"
    stage.go(place)
    other = stage.tab(place)
    for tab, words in ((other, f"みなと商店 本店 {stage.lang}（架空）"), (page, "みなと商店 駅前店（架空）")):
        tab.locator("#part-site [name=name]").fill(words)
        stage.send(tab, "#part-site button.primary")
    yield "site-settings-conflict"
    other.locator("#part-site [name=name]").fill("みなと商店（架空）")
    stage.send(other, "#part-site button.primary")
    other.close()
    stage.go(f"/sites/{SITE}/logins/")
    page.locator(".login-list details summary").first.click()
    yield "logins-replace"
    stage.go(f"/sites/{SITE}/logins/")
    for name, value in {"match": "not an address", "username": "kanri", "secret": "Invented-sparrow-41"}.items():
        page.locator(f"main form.panel [name={name}]").fill(value)
    stage.send(page, "main form.panel[autocomplete=off] button.primary")
    yield "logins-wrong"
    stage.go(f"/sites/{SITE}/logins/")
    stage.press("remove_login")
    yield "logins-remove"


def questions(stage: Stage) -> Iterator[str]:
    """The questionnaire: one question of each kind, a group, two people, a file that is refused."""
    page = stage.go(f"/sites/{NEW[0]}/questionnaire/?group=3.1")
    page.goto(f"/sites/{NEW[0]}/questionnaire/")
    group = page.locator("a[href^='?group=']").first.get_attribute("href") or ""
    stage.go(f"/sites/{NEW[0]}/questionnaire/{group}")
    yield "questionnaire-group"
    place = stage.seen["question"]
    stage.go(place)
    yield "question-answered"
    other = stage.tab(place)
    for tab, number in ((other, 1), (page, 0)):
        tab.locator("label.big").nth(number).click()
        tab.locator("textarea[name=note]").fill(f"見て確かめました {stage.lang} {number}（架空）")
        stage.send(tab, ".question form .save-bar button.primary")
    yield "question-conflict"
    other.close()
    stage.go(place)
    page.locator("label.big").first.click()
    page.locator("input[type=file]").set_input_files(
        {"name": "tool.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    )
    stage.send(page, ".question form .save-bar button.primary")
    yield "question-file-refused"
    stage.go(f"/sites/{NEW[0]}/questionnaire/")
    kinds = page.eval_on_selector_all(".questions a", "all => all.map(a => a.getAttribute('href'))")
    met: set[str] = set()
    for kind in kinds:
        stage.go(f"/sites/{NEW[0]}/questionnaire/{kind}")
        shape = (
            "-".join(name for name in ("day", "text") if page.locator(f".question [name={name}]").count()) or "plain"
        )
        if shape not in met:
            met.add(shape)
            yield f"question-{shape}"
        if len(met) == 3:
            break


def wizard(stage: Stage) -> Iterator[str]:
    """Every step, empty, wrong and filled."""
    page = stage.go("/sites/new/")
    page.locator("input[type=file]").set_input_files(
        {"name": "SITE.toml", "mimeType": "text/plain", "buffer": b"x = ["}
    )
    stage.send(page, "form:has(#file) button")
    yield "site-new-upload-refused"
    stage.go("/sites/new/")
    steps: Mapping[str, Mapping[str, str]] = {
        "customer": {"customer": "すずめ堂 店主（架空）"},
        "site": {"name": "すずめ堂（架空）", "id": f"suzume-do-{stage.lang}"},
        "authorisation": {
            "allowed_by": "すずめ堂 店主（架空）",
            "networks": "192.0.2.0/28",
            "allowed_from": in_days(0),
            "allowed_until": in_days(90),
        },
        "devices": {},
        "logins": {"match": "192.0.2.0/28", "username": "kanri", "secret": "Invented-1"},
    }
    for step, values in steps.items():
        stage.go(f"/sites/new/?step={step}")
        yield f"site-new-{step}"
        if step in {"site", "authorisation"}:
            stage.fill(**dict.fromkeys(values, ""))
            stage.send(page, "main form .wizard-next button.primary")
            yield f"site-new-{step}-wrong"
        if step == "devices":
            page.locator("input[name*=address]").first.fill("198.51.100.9")
            stage.send(page, "main form .wizard-next button.primary")
            yield "site-new-devices-wrong"
            page.locator("input[name*=address]").first.fill("192.0.2.5")
        else:
            stage.fill(**values)
        if step == "logins":
            stage.send(page, "main form[autocomplete=off] button")
            yield "site-new-logins-kept"
        stage.send(page, "main form .wizard-next button.primary")
    yield "site-new-summary"
    stage.press("discard")
    yield "site-new-discard"
    stage.send(page, "main form button.danger")


def running(stage: Stage) -> Iterator[str]:
    """An inspection on its way, and how it can be ended. Live streams are held: a page stays as it was opened."""
    page = stage.go(f"/sites/{RUNNING}/inspect/")
    stage.context.route("**/live/", lambda route: route.abort())
    stage.press("start")
    job = page.url
    tabs = {
        "job-running": stage.tab(job),
        "inspections-running": stage.tab("/inspections/"),
        "site-running": stage.tab(f"/sites/{RUNNING}/"),
        "site-inspect-running": stage.tab(f"/sites/{RUNNING}/inspect/"),
        "jobs-running": stage.tab("/jobs/"),
    }
    for name, tab in tabs.items():
        stage.page = tab
        yield name
    stage.page = page
    stage.go(job)
    if page.locator("main button[value=cancel]").count():
        stage.press("cancel")
        yield "job-cancel"
        if page.locator("main form button.danger").count():
            stage.send(page, "main form button.danger")
    page.goto(job)
    yield "job-cancelled"


def compared(stage: Stage) -> Iterator[str]:
    """One inspection, its devices, two beside each other."""
    page = stage.go(f"/inspections/?site={SITE}")
    places = page.eval_on_selector_all("tbody a[href^='/inspections/2']", "all => all.map(a => a.getAttribute('href'))")
    stage.go(places[0])
    yield "inspection"
    stage.go(f"{places[0]}?outcome=error")
    yield "inspection-none"
    stage.go(f"{places[0]}devices/")
    yield "inspection-devices"
    stage.go(places[0])
    stage.send(page, ".compare-form button")
    yield "inspection-compare"
    stage.go("/jobs/")
    page.locator("tbody a[href^='/jobs/']").last.click()
    page.locator("#job-progress").wait_for()
    yield "job"


SCENES: tuple[Scene, ...] = (site, devices, schedule, set_up_of_a_site, questions, wizard, compared, running)
