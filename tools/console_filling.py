"""Fills a console for its pictures: the demonstration inspected, more sites, and what people do with them."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from console_stage import ADMIN, MORE, NAME, OTHER_PHRASE, PHRASE, SITE, Stage, digits
from playwright.sync_api import Page, StorageState

from fushinban import clock
from fushinban.cli._lab_process import RunningLab
from fushinban.model.facts import Gate, PortState
from fushinban.model.reflection import Reflection, SeenPort
from fushinban.record.setup import open_store

#: A site that was never inspected, and one whose owner's permission is over.
NEW, OVER = ("hinata-so", "ひなた荘"), ("tsubaki-kan", "つばき館")
#: Tokens, notes and the like; invented.
GUEST = "tenshu@example.jp"


def fill(data: Path, lab: RunningLab) -> None:
    """Inspect the demonstration twice and put its set-up on record, and those of the others."""
    for kind in ("installation", "periodic"):
        out = ("--data", str(data), "--out", str(data.parent / kind))
        run(lab, "inspect", str(lab.site_file), "--kind", kind, *out)
    run(lab, "site", "import", str(lab.site_file), "--data", str(data))
    others = [other_site(lab, *more) for more in (*MORE, NEW, OVER)]
    run(lab, "inspect", str(others[0]), "--data", str(data), "--out", str(data.parent / "other"))
    for file in others:
        run(lab, "site", "import", str(file), "--data", str(data))
    seen_from_outside(data, lab, others[0])


#: What the router of the second site forwards, and what a look from outside found of it. Invented.
_FORWARDS = """# 2026-05-01 09:00:00 by RouterOS 7.14
/interface list
add name=WAN
/interface list member
add interface=ether1 list=WAN
/ip address
add address=127.77.0.1/24 interface=bridge
add address=203.0.113.24/29 interface=ether1
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN
add action=dst-nat chain=dstnat comment="parking" dst-port=8080 in-interface=ether1 protocol=tcp \\
    to-addresses=127.77.0.14 to-ports={web}
add action=dst-nat chain=dstnat dst-port=37777 in-interface=ether1 protocol=tcp src-address=198.51.100.8 \\
    to-addresses=127.77.0.31
add action=dst-nat chain=dstnat dst-port=9000 in-interface=ether1 protocol=tcp to-addresses=127.77.0.66
/ip service
set telnet disabled=yes
set ftp disabled=yes
set ssh disabled=yes
set api disabled=yes
set api-ssl disabled=yes
set winbox disabled=yes
/tool fetch-now
"""


def seen_from_outside(data: Path, lab: RunningLab, site_file: Path) -> None:
    """A router's configuration and two looks at one site, at two addresses."""
    port = re.search(r"(?ms)^address = \"127\.77\.0\.14\".*?http = (\d+)", site_file.read_text(encoding="utf-8"))
    config = site_file.with_name("router.rsc")
    config.write_text(_FORWARDS.format(web=port[1] if port else 80), encoding="utf-8")
    run(lab, "exposure", "keep", str(site_file), "--config", str(config), "--data", str(data))
    found = (
        SeenPort(port=8080, state=PortState.OPEN, speaks="http", banner="AsagiriWeb/1.0", picture=Gate.OPEN),
        SeenPort(port=80, state=PortState.OPEN, speaks="http", banner="Router", picture=Gate.UNKNOWN),
        *(SeenPort(port=n, state=PortState.FILTERED) for n in (21, 22, 23, 554, 8000, 9000, 37777)),
    )
    with ThreadPoolExecutor(max_workers=1) as beside:  # Playwright's own loop runs in this thread
        beside.submit(_keep_looks, data, found).result()


def _keep_looks(data: Path, found: tuple[SeenPort, ...]) -> None:
    now = clock.now()
    with open_store(data_dir=data) as store:
        for address, before in (("203.0.113.19", timedelta(days=9)), ("203.0.113.24", timedelta(hours=2))):
            at = now - before
            end = at + timedelta(seconds=24)
            look = Reflection(address=address, nonce="0f" * 16, started=at, ended=end, ports=found)
            store.outside.keep(MORE[0][0], "made-up-key", look)


def other_site(lab: RunningLab, site: str, name: str) -> Path:
    """A site file of the same lab under another name."""
    text = lab.site_file.read_text(encoding="utf-8").replace(SITE, site).replace(NAME, name)
    if site == OVER[0]:
        text = re.sub(
            r"(?m)^(from|until) = \S+", lambda found: f"{found[1]} = 202{4 + (found[1] == 'until')}-04-01", text
        )
    file = lab.site_file.with_name(f"{site}.toml")
    file.write_text(text, encoding="utf-8")
    return file


def run(lab: RunningLab, *words: str) -> None:
    """Run a command; 1 says that something was found, which the demonstration wants."""
    ended = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "fushinban", *words],
        env=dict(lab.environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ended.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(words[:2])} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")


def register(page: Page, link: str) -> None:
    """The first administrator, still without a second factor."""
    page.goto(link)
    for name, value in {
        "organisation": "見本防犯設備（架空）",
        "name": "佐藤（架空）",
        "email": ADMIN,
        "pass_phrase": PHRASE,
        "again": PHRASE,
    }.items():
        page.locator(f"[name={name}]").fill(value)
    Stage.send(page, "main form button.primary")
    page.wait_for_url("**/account/second-factor/**")


def enrol(page: Page) -> None:
    """The second factor."""
    page.goto("/account/second-factor/totp/activate/")
    secret = page.locator("#totp-secret").text_content() or ""
    page.locator("[name=code]").fill(digits(secret))
    Stage.send(page, "main form button.primary")
    page.locator("ul.codes").wait_for()


def things(stage: Stage, messages_to: str) -> StorageState:
    """What the demonstration leaves out: documents, an acceptance, a schedule, answers, a webhook; a customer."""
    page = stage.page
    page.goto(f"/inspections/?site={SITE}")
    page.locator("main a[href^='/inspections/2']").first.click()
    stage.press("documents")
    page.goto("/jobs/")
    page.locator("tbody a[href^='/jobs/']").first.click()
    page.locator("#job-progress:not([data-live])").wait_for(timeout=240_000)
    _accept(stage)
    guest = _guest(stage)
    _schedule(stage, SITE)
    _answers(stage)
    stage.go("/settings/")
    page.locator("details:has(#webhook-url) summary").click()
    stage.fill(url=f"{messages_to}/fushinban", note="監視室の受信口（架空）")
    for box in page.locator("input[name=event]").all():
        box.check()
    stage.press("subscribe")
    stage.seen["webhook"] = page.locator("main a[href^='/settings/webhooks/']").get_attribute("href") or ""
    stage.go(stage.seen["webhook"])
    for _ in range(3):
        stage.press("test")
    return guest


def in_days(days: int) -> str:
    """A day from now in Japan, as forms take it."""
    return (clock.in_japan(clock.now()).date() + timedelta(days=days)).isoformat()


def _accept(stage: Stage) -> None:
    page = stage.go(f"/findings/?outcome=fail&site={SITE}")
    page.locator("tbody a[href^='/findings/'][href$='/']").last.click()
    page.locator("#accept-reason").fill("次の交換工事まで、設置場所で見守ります（架空）")
    stage.press("accept")
    stage.seen["accepted"] = page.url


def _guest(stage: Stage) -> StorageState:
    """A customer's person, and open links for the pictures of their pages."""
    links = {}
    for key, address in {"guest": GUEST, "ja": "ja-tenshu@example.jp", "en": "en-tenshu@example.jp"}.items():
        page = stage.go("/people/")
        stage.fill(email=address, name="みなと商店 店主（架空）")
        page.locator("#invite-role").select_option("customer")
        page.locator("#invite-customer").select_option(label="みなと商店 店主（架空）")
        page.locator("#invite-end").fill(in_days(300))
        stage.press("invite")
        links[key] = page.locator(".secret-once code").inner_text().replace("127.0.0.1", "localhost")
    window = stage.window(signed=False)
    guest = window.new_page()
    guest.goto(links["guest"])
    for name in ("pass_phrase", "again"):
        guest.locator(f"[name={name}]").fill(OTHER_PHRASE)
    Stage.send(guest, "main form button.primary")
    guest.locator("nav.side").wait_for()
    stage.seen |= {f"invite-{key}": link for key, link in links.items()}
    state = window.storage_state()
    window.close()
    page = stage.go("/people/")
    page.locator("tbody tr", has_text=GUEST).locator("a").first.click()
    page.locator("button[value=reset]").wait_for()
    stage.press("reset")
    stage.seen["reset"] = page.locator(".secret-once code").inner_text().replace("127.0.0.1", "localhost")
    return state


def _schedule(stage: Stage, site: str) -> None:
    page = stage.go(f"/sites/{site}/schedule/")
    page.locator("#rhythm").select_option("quarterly")
    stage.press("save")


def _answers(stage: Stage) -> None:
    """Two answers, one with a picture as evidence."""
    page = stage.go(f"/sites/{SITE}/questionnaire/")
    page.locator(".said-open").first.click()
    for words in ("扉の鍵と記録の置き場所を、店主と一緒に確かめました（架空）", "台帳の写しを受け取りました（架空）"):
        stage.seen["question"] = page.url
        page.locator("label.big").first.click()
        for name in ("day", "text"):
            field = page.locator(f".question [name={name}]")
            if field.count():
                field.first.fill("2026-01-20" if name == "day" else "見本（架空）")
        page.locator("textarea[name=note]").fill(words)
        page.locator("input[type=file]").set_input_files(
            {"name": "rack.png", "mimeType": "image/png", "buffer": page.screenshot()}
        )
        Stage.send(page, ".question form .save-bar button.primary")
