"""公開状態: what the page says, who may do what there, and that texts from outside stay texts."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fushinban import clock
from fushinban.drivers._router_facts import configuration_of
from fushinban.jobs.exposure import read_configuration
from fushinban.jobs.infection_check import FROM_INSIDE, MADE
from fushinban.jobs.site_file import SiteFile
from fushinban.jobs.site_setup import load_setup, save_setup
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import Gate, PortMapping, PortMappings, PortState, RouterConfiguration
from fushinban.model.inspection import DeviceRecord
from fushinban.model.job import JobKind
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.reflection import OUTSIDE_PORTS, Reflection, SeenPort
from fushinban.model.rights import Permission, Role
from fushinban.model.site import USUAL_TESTS, Authorisation
from fushinban.record.store import Store
from fushinban.web.installation import current
from record.console_samples import USUAL, inspected, result
from record.router_samples import SECRET, closed_routeros_text
from web.conftest import ClientFor
from web.page_samples import HILL, HOSTILE, IMAGE, SCRIPT, SEA, owner, queries_of, shown, two_sites

PAGE = f"/sites/{SEA.id}/exposure/"
ADDRESS = "203.0.113.7"
KEY = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="  # of RFC 8032, test 1
ROUTER = closed_routeros_text()


def looked(store: Store, *ports: SeenPort, address: str = ADDRESS, site: str = SEA.id, days: int = 0) -> None:
    """A look that saw these ports."""
    states = {p.port: p for p in ports}
    all_ports = tuple(states.get(n, SeenPort(port=n, state=PortState.FILTERED)) for n in OUTSIDE_PORTS)
    at = clock.now() - timedelta(days=days)
    store.outside.keep(site, KEY, Reflection(address=address, nonce="0", started=at, ended=at, ports=all_ports))


def opened(port: int, **more: object) -> SeenPort:
    return SeenPort(port=port, state=PortState.OPEN, **more)  # type: ignore[arg-type]  # fields of SeenPort


def set_up(store: Store) -> None:
    """The site's set-up, which is in force."""
    now = clock.now()
    allowed = Authorisation(
        by="試験", start=now - timedelta(days=1), end=now + timedelta(days=9), networks=(ip_network("127.0.0.0/30"),),
        tests=USUAL_TESTS,
    )  # fmt: skip
    save_setup(store, SiteFile(site=SEA, authorisation=allowed, credentials=(), methods=()), None)


def router_file(content: bytes = ROUTER, name: str = "export.rsc") -> dict[str, object]:
    return {"action": "keep_router", "file": SimpleUploadedFile(name, content), "kind": "", "seen": "0"}


REFLECTOR = {"action": "set_reflector", "address": "https://look.example.jp", "key": KEY, "token": SECRET}


@pytest.fixture
def sites(console: Store) -> Store:
    two_sites(console)
    return console


def test_before_anything_is_known(sites: Store, client_for: ClientFor) -> None:
    page = shown(client_for(Role.OPERATOR).get(PAGE))
    assert "外からの見え方は、まだ確認していません" in page
    assert 'value="look"' not in page
    assert "先に、この現場の点検の設定を行ってください" in page
    assert "ルータの設定が分からないので" in page
    english = shown(client_for(Role.OPERATOR, lang="en").get(PAGE))
    assert "Nobody has looked from outside yet" in english


def test_a_readable_picture_is_the_headline(sites: Store, client_for: ClientFor) -> None:
    looked(sites, opened(554, speaks="rtsp", banner="Cam/1.0", picture=Gate.OPEN), opened(23, speaks="telnet"))
    page = shown(client_for(Role.OPERATOR).get(PAGE))
    assert "外から映像が見えています" in page
    assert "Telnet（暗号化なしの遠隔操作）" in page
    assert "Cam/1.0" in page
    assert "IPv6 では確認していません" in page
    assert f">http://{ADDRESS}/<" in page
    assert "<svg" in page
    for lang, sentence in (("ja", "外から開いている口が 1 個"), ("en", "1 ports are open")):
        looked(sites, opened(23))
        assert sentence in shown(client_for(Role.OPERATOR, lang=lang).get(PAGE))
    looked(sites)
    assert "外から開いている口は見つかりませんでした" in shown(client_for(Role.OPERATOR).get(PAGE))


def test_an_old_look_says_so(sites: Store, client_for: ClientFor) -> None:
    looked(sites, days=40)
    assert "1か月以上" in shown(client_for(Role.OPERATOR).get(PAGE))


def test_the_code_for_the_phone_opens_our_own_address_only(sites: Store, client_for: ClientFor) -> None:
    looked(sites, opened(8080, speaks="http"), address="2001:db8::7")
    client = client_for(Role.OPERATOR)
    assert ">http://[2001:db8::7]:8080/<" in shown(client.get(PAGE))
    assert ">https://[2001:db8::7]/<" in shown(client.get(f"{PAGE}?try=443"))
    for wrong in ("22", "99999", "x", '"><script>alert(1)</script>'):
        assert ">http://[2001:db8::7]:8080/<" in shown(client.get(PAGE, {"try": wrong}))


def test_a_configuration_is_read_predicted_and_its_secrets_are_gone(sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    page = shown(client.post(PAGE, router_file(), follow=True))
    assert "ルータの設定を読み込みました" in page
    assert "外からの入口が 2 個" in page
    looked(sites)
    page = shown(client.get(PAGE))
    assert "予測にあるが見えない" in page
    assert "転送の設定はありますが、その前で止められています" in page
    assert "dst-port=8080" in page
    assert "UDP 5000" in page
    kept = sites.routers.get(SEA.id)
    assert kept is not None
    assert (kept.name, kept.version, kept.state.kind) == ("export.rsc", 1, "mikrotik")
    assert SECRET not in page
    assert SECRET not in repr(kept)
    database = (sites.data_dir / "fushinban.sqlite3").read_bytes()
    assert SECRET.encode() not in database
    assert "router.kept" in {entry.action for entry in sites.audit.all()}
    looked(sites, opened(8080, speaks="http"))
    assert "予測した通りでした" in shown(client.get(PAGE))
    looked(sites, opened(8080), opened(81))
    assert "予測にないのに見える" in shown(client.get(PAGE))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * (2 * 1024 * 1024 + 1), "大きすぎます"),
        (b"\n" * 30_000, "多すぎます"),
        (b"hello", "どのメーカーの設定か分かりませんでした"),
        (b"PK\x03\x04" + b"\0" * 50, "どのメーカーの設定か分かりませんでした"),
    ],
)
def test_what_is_no_configuration_is_refused(sites: Store, client_for: ClientFor, content: bytes, said: str) -> None:
    page = shown(client_for(Role.OPERATOR).post(PAGE, router_file(content), follow=True))
    assert said in page
    assert sites.routers.get(SEA.id) is None


def test_two_who_hand_in_at_once_and_removal(sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    client.post(PAGE, router_file())
    conflict = client.post(PAGE, router_file(name="other.rsc"), follow=True)
    assert "ほかの人が先に" in shown(conflict)
    kept = sites.routers.get(SEA.id)
    assert kept is not None
    assert kept.name == "export.rsc"
    assert "読み込んだ内容と予測が消えます" in shown(client.post(PAGE, {"action": "drop_router"}))
    gone = client.post(PAGE, {"action": "drop_router", "confirmed": "yes"}, follow=True)
    assert "ルータの設定を消しました" in shown(gone)
    assert sites.routers.get(SEA.id) is None


def test_the_reflector_and_a_look(sites: Store, client_for: ClientFor) -> None:
    set_up(sites)
    client = client_for(Role.OPERATOR)
    assert "登録されていません" in shown(client.post(PAGE, {"action": "look"}), 400)
    wrong = shown(client.post(PAGE, {**REFLECTOR, "key": "nonsense"}, follow=True))
    assert "公開鍵の形が正しくありません" in wrong
    for inside in ("http://127.0.0.1:5432", "https://10.0.0.1", "https://[::1]:8443"):
        shown(client.post(PAGE, {**REFLECTOR, "address": inside}, follow=True))
    assert load_setup(sites, SEA.id).reflector is None
    page = shown(client.post(PAGE, REFLECTOR, follow=True))
    assert "確認サーバを登録しました" in page
    assert SECRET not in page
    rule = load_setup(sites, SEA.id).reflector
    assert rule is not None
    assert current().vault.get(rule.token_ref.removeprefix("vault:")).secret == SECRET
    client.post(PAGE, {**REFLECTOR, "token": "Invented-again"})
    assert load_setup(sites, SEA.id).reflector == rule, "its token stays in its place"
    assert current().vault.get(rule.token_ref.removeprefix("vault:")).secret == "Invented-again"
    asked = client.post(PAGE, {"action": "look"})
    (job,) = sites.jobs.list(kind=JobKind.OUTSIDE_LOOK).jobs
    assert (asked.status_code, asked.headers["Location"], job.site) == (303, f"/jobs/{job.id}/", SEA.id)
    client.post(PAGE, {"action": "look"})
    assert len(sites.jobs.list(kind=JobKind.OUTSIDE_LOOK).jobs) == 1, "nothing is asked twice"
    assert "いま外から確認しています" in shown(client.get(PAGE))


def test_am_i_infected_is_recorded_from_the_right_line_only(sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    form = {"action": "record_check", "result": "clean", "day": "2026-05-01", "shown": ADDRESS, "note": "夜に実施"}
    unsure = shown(client.post(PAGE, form, follow=True))
    assert "確かめられていません" in unsure
    assert set(sites.answers.newest(SEA.id)) & {MADE, FROM_INSIDE} == {MADE}
    looked(sites)
    other = shown(client.post(PAGE, {**form, "shown": "198.51.100.9", "day": "2026-05-02"}, follow=True))
    assert "この現場の回線のアドレスではありません" in other
    assert sites.answers.newest(SEA.id)[MADE].value == "2026-05-01"
    photo = SimpleUploadedFile("mail.png", b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR\0\0\0\1\0\0\0\1" + b"\0" * 20)
    good = shown(client.post(PAGE, {**form, "day": "2026-05-03", "result": "suspect", "file": photo}, follow=True))
    assert "この現場の回線のものです" in good
    assert "感染または脆弱性の疑いがあります" in good
    newest = sites.answers.newest(SEA.id)
    assert (newest[MADE].value, newest[FROM_INSIDE].value) == ("2026-05-03", "yes")
    assert newest[MADE].files[0].name == "mail.png"
    for wrong in ({"shown": "nonsense"}, {"result": "no-result"}, {"day": ""}):
        client.post(PAGE, {**form, **wrong}, follow=True)
        assert sites.answers.newest(SEA.id)[MADE].value == "2026-05-03"


def test_who_may_do_what(sites: Store, client_for: ClientFor) -> None:
    set_up(sites)
    looked(sites)
    customer = client_for(Role.CUSTOMER, customer=owner(sites, SEA.id))
    page = shown(customer.get(PAGE))
    for name in ("look", "keep_router", "set_reflector", "record_check"):
        assert f'value="{name}"' not in page
        assert customer.post(PAGE, {"action": name}).status_code == 403
    foreign = client_for(Role.CUSTOMER, customer=owner(sites, HILL.id))
    assert foreign.get(PAGE).status_code == 404
    installer = client_for(Role.INSTALLER, customer=owner(sites, HILL.id))
    for need, form in (
        (Permission.INSPECTION_START, {"action": "look"}), (Permission.SITE_EDIT, router_file()),
        (Permission.CREDENTIAL_EDIT, REFLECTOR), (Permission.ANSWER_EDIT, {"action": "record_check"}),
    ):  # fmt: skip
        assert installer.post(PAGE, form).status_code == 404, need
    assert sites.routers.get(SEA.id) is None


def test_hostile_texts_stay_texts(sites: Store, client_for: ClientFor) -> None:
    looked(sites, opened(80, speaks=SCRIPT, banner=HOSTILE[:200]), opened(81, speaks="http", banner=IMAGE))
    comment = f'comment="{SCRIPT}" '.encode()
    content = ROUTER.replace(b"add action=dst-nat", b"add " + comment + b"action=dst-nat")
    client = client_for(Role.OPERATOR)
    client.post(PAGE, router_file(content, name=f"{IMAGE}.rsc"))
    assert sites.routers.get(SEA.id) is not None
    shown(client.get(PAGE))


def test_queries_do_not_grow_with_what_is_seen(sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    client.post(PAGE, router_file())
    looked(sites)
    few = queries_of(client, sites, PAGE)
    for n in range(6):
        looked(sites, *(opened(p) for p in OUTSIDE_PORTS[:20]), address=f"203.0.113.{n + 8}")
    assert queries_of(client, sites, PAGE) <= few
    assert few < 45


def test_a_camera_that_upnp_exposes_is_the_headline_until_somebody_looked(sites: Store, client_for: ClientFor) -> None:
    source = Source(driver="igd", request="GetListOfPortMappings", at=clock.now())
    found = PortMappings(
        external_address=ADDRESS,
        mappings=(PortMapping(protocol="TCP", outside_port=8080, inside="192.0.2.20", inside_port=80),),
    )
    reading = Reading(fact=PortMappings, answer=Answer.OK, source=source, value=found)
    router = Device(id="r", site=SEA.id, target=Target(address="192.0.2.1"), kind=DeviceKind.ROUTER)
    camera = Device(id="c", site=SEA.id, target=Target(address="192.0.2.20"), kind=DeviceKind.CAMERA, name=HOSTILE)
    records = (DeviceRecord(device=router, readings=(reading,)), DeviceRecord(device=camera, readings=()))
    inspected(sites, replace(result(SEA, USUAL, minutes=120), records=records, findings=()))
    sites.devices.save([router, camera])
    page = shown(client_for(Role.OPERATOR).get(PAGE))
    assert "に、インターネットのだれからでも接続できる状態です。" in page
    assert SCRIPT not in page
    head = page.partition("<h1")[2].partition("</h1>")[0]
    assert ("verdict-fail" in head, "だれからでも" in head) == (True, True)
    looked(sites)
    page = shown(client_for(Role.OPERATOR).get(PAGE))
    assert "外から開いている口は見つかりませんでした" in page
    assert "に、インターネットのだれからでも接続できる状態です。" in page


def test_the_page_says_whose_configuration_it_stands_on(sites: Store, client_for: ClientFor) -> None:
    told = configuration_of(read_configuration(ROUTER))
    source = Source(driver="mikrotik", request="ip/firewall/nat", at=clock.now() + timedelta(hours=1))
    reading = Reading(fact=RouterConfiguration, answer=Answer.OK, source=source, value=told)
    router = Device(id="r", site=SEA.id, target=Target(address="192.0.2.1"), kind=DeviceKind.ROUTER, name=HOSTILE)
    records = (DeviceRecord(device=router, readings=(reading,)),)
    inspected(sites, replace(result(SEA, USUAL, minutes=120), records=records, findings=()))
    sites.devices.save([router])
    client = client_for(Role.OPERATOR)
    page = shown(client.get(PAGE))
    assert "点検のときにルータ本体（" in page
    assert "外からの入口が 2 個" in page
    assert SCRIPT not in page
    page = shown(client.post(PAGE, router_file(), follow=True))
    assert "読み込んだファイルより新しい、" in page
    assert "which is newer than the file below" in shown(client_for(Role.OPERATOR, lang="en").get(PAGE))


def test_the_site_leads_here(sites: Store, client_for: ClientFor) -> None:
    assert PAGE in shown(client_for(Role.OPERATOR).get(f"/sites/{SEA.id}/"))


def test_a_forward_that_a_filter_stops_is_told_with_its_line(sites: Store, client_for: ClientFor) -> None:
    wall = b"/ip firewall raw\nadd action=drop chain=prerouting dst-port=8080 in-interface=ether1 protocol=tcp\n"
    client = client_for(Role.OPERATOR)
    client.post(PAGE, router_file(ROUTER + wall), follow=True)
    page = shown(client.get(PAGE))
    assert "設定にはあるが、止まっている転送" in page
    assert "アドレス変換の前のフィルタで止まります" in page
    assert "add action=drop chain=prerouting dst-port=8080" in page
    assert "Forwards that are there, but stopped" in shown(client_for(Role.OPERATOR, lang="en").get(PAGE))
