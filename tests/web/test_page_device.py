"""One device: who it is, its sheet stage by stage, findings, history, what was read, and setting it aside."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest

from fushinban.model.control import Outcome, Severity
from fushinban.model.device import DeviceKind
from fushinban.model.facts import (
    Account,
    Accounts,
    Level,
    OpenPorts,
    Port,
    PortState,
    Profile,
    Profiles,
    Section,
    ServedCertificates,
    SshHostKey,
    VideoSources,
)
from fushinban.model.facts.services import Certificate
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer, Reading
from fushinban.model.rights import Role
from fushinban.model.sheet import Change, Importance, Parameter, ParameterSheet, Stage, differences
from fushinban.model.text import Text
from fushinban.record.store import Store
from fushinban.web.pages import _device_sheet as device_sheet
from record.console_samples import inspected, result
from record.samples import START
from web.conftest import ClientFor
from web.page_samples import CAM, HILL, REC, SEA, hostile_site, owner, queries_of, shown, two_sites

PLACE = f"/sites/{SEA.id}/devices/{CAM}/"


def parameter(key: str, value: str, **more: object) -> Parameter:
    return Parameter(key=key, value=value, label=Text(f"項目 {key}", key), section=Section.NETWORK, **more)  # type: ignore[arg-type] # checked by Parameter


def sheet_of(stage: Stage, *parameters: Parameter) -> ParameterSheet:
    return ParameterSheet(
        device=CAM, stage=stage, taken_at=START, parameters=parameters, digest=f"{stage.value:0>64}", by="設置 花子"
    )


INSTALLED = sheet_of(
    Stage.INSTALLED, parameter("dns.server", "192.0.2.1"), parameter("accounts[admin].level", "Operator"),
    parameter("time.now", "1", volatile=True), parameter("credential.secret", "a" * 64, secret=True),
)  # fmt: skip
ACTUAL = sheet_of(
    Stage.ACTUAL, parameter("dns.server", "198.51.100.7"), parameter("accounts[admin].level", "Administrator"),
    parameter("time.now", "2", volatile=True), parameter("credential.secret", "b" * 64, secret=True),
)  # fmt: skip


def read_device(store: Store) -> None:
    """The camera with sheets of two stages, accounts, a port and a certificate that has run out."""
    plain = result(SEA, [(CAM, "G-2.1-2", Outcome.FAIL, Severity.HIGH)], minutes=90)
    source = plain.records[0].readings[0].source
    over = START - timedelta(days=3)
    certificate = Certificate(id=":443", subject="CN=cam", issuer="CN=cam", not_after=over, self_signed=True)
    facts = (
        Accounts(accounts=(Account(name="admin", level=Level.ADMINISTRATOR),)),
        OpenPorts(ports=(Port(number=23, service="telnet", state=PortState.OPEN, speaks="telnet", banner="login:"),)),
        ServedCertificates(certificates=(certificate,)),
    )
    readings = tuple(Reading(fact=type(f), answer=Answer.OK, source=source, value=f) for f in facts)
    record: DeviceRecord = replace(
        plain.records[0], readings=readings, sheets={Stage.INSTALLED: INSTALLED, Stage.ACTUAL: ACTUAL},
        changes=differences(INSTALLED, ACTUAL),
    )  # fmt: skip
    store.sheets.save_many(SEA.id, (INSTALLED, ACTUAL))
    inspected(store, replace(plain, records=(record, plain.records[1])))


def test_who_it_is_and_what_was_found(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    page = shown(client_for(Role.OPERATOR).get(PLACE))
    known = (f"{SEA.name} カメラ0", "DS-2CD0143", "SEA-1-0000", "00:00:5e:00:53:00", "192.0.2.10")
    for part in ("この機器には、直すところが 2 件あります", *known):
        assert part in page
    assert "Telnetが閉じている" in page
    english = shown(client_for(Role.OPERATOR, lang="en").get(PLACE))
    assert "This device has 2 things to put right" in english


def test_the_stages_stand_side_by_side(console: Store, client_for: ClientFor) -> None:
    read_device(console)
    client = client_for(Role.OPERATOR)
    page = shown(client.get(PLACE))
    assert "まだない段階：初期設定、設計" in page
    assert page.index("192.0.2.1<") < page.index("198.51.100.7<", page.index('id="sheet"'))
    assert page.count('class="differs"') == 3
    assert "管理者" in page
    assert "自動で変わる値" in page
    assert "a" * 17 not in page
    assert f"{'b' * 16}…" in page
    only = shown(client.get(f"{PLACE}?only=differences"))
    assert "項目 dns.server" in only
    assert "項目 time.now" not in only


def test_changes_accounts_ports_and_certificates(console: Store, client_for: ClientFor) -> None:
    read_device(console)
    page = shown(client_for(Role.OPERATOR).get(PLACE))
    for part in ("心当たりのない変更", "<code>admin</code>", "<b>23</b>", "login:", "CN=cam", "期限切れ", "自己署名"):
        assert part in page
    assert "importance-major" in page


def test_readings_are_for_those_who_may(console: Store, client_for: ClientFor) -> None:
    read_device(console)
    page = shown(client_for(Role.CUSTOMER, customer=owner(console, SEA.id)).get(PLACE))
    assert "権限がありません" in page
    for part in ('id="sheet"', "GetDeviceInformation", "login:", "CN=cam"):
        assert part not in page
    assert "GetDeviceInformation" in shown(client_for(Role.AUDITOR).get(PLACE))


def test_history_and_what_nobody_could_read(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    plain = result(SEA, [(CAM, "G-2.1-2", Outcome.UNKNOWN, Severity.HIGH)], minutes=120)
    gone = replace(plain.records[0], readings=(), reached=False)
    inspected(console, replace(plain, records=(gone, plain.records[1])))
    page = shown(client_for(Role.OPERATOR).get(PLACE))
    assert "何も読み取れませんでした" in page
    assert "確かめられなかったことが 1 件" in page
    assert page.count("dot-fail") >= 2
    assert "dot-unknown" in page
    assert "この機器からは読み取っていません" in page


def test_a_device_that_was_never_inspected(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    console.devices.save([replace(result(SEA, ()).records[0].device, id="new/1 カメラ", name="新しい")])
    page = shown(client_for(Role.OPERATOR).get(f"/sites/{SEA.id}/devices/new/1 カメラ/"))
    assert "設定シートはまだありません" in page
    assert "新しい" in page


def test_foreign_and_missing_devices(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.CUSTOMER, customer=owner(console, SEA.id))
    assert client.get(PLACE).status_code == HTTPStatus.OK
    for site, device in ((HILL.id, CAM), (SEA.id, "none"), (SEA.id, "x" * 300), (SEA.id, "%00")):
        address = f"/sites/{site}/devices/{device}/"
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND, address


def test_set_aside_asks_and_takes_back(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.INSTALLER)
    asked = shown(client.post(PLACE, {"action": "set_aside"}))
    assert "点検の対象から外しますか" in asked
    device = console.devices.get(SEA.id, CAM)
    assert device is not None
    assert not device.ignored
    done = client.post(PLACE, {"action": "set_aside", "confirmed": "yes"}, follow=True)
    assert "点検の対象から外しています" in shown(done)
    device = console.devices.get(SEA.id, CAM)
    assert device is not None
    assert device.ignored
    assert "対象に戻しました" in shown(client.post(PLACE, {"action": "take_back"}, follow=True))
    entries = console.audit.entries(kind="devices", action="device.")
    assert [e.action for e in entries] == ["device.taken-back", "device.ignored"]
    for role in (Role.AUDITOR, Role.CUSTOMER):
        refused = client_for(role, site=SEA.id).post(PLACE, {"action": "set_aside", "confirmed": "yes"})
        assert refused.status_code == HTTPStatus.FORBIDDEN
    elsewhere = client_for(Role.INSTALLER, site=HILL.id).post(PLACE, {"action": "take_back"})
    assert elsewhere.status_code == HTTPStatus.NOT_FOUND


def test_the_present_settings_are_adopted_as_installed(console: Store, client_for: ClientFor) -> None:
    read_device(console)
    client = client_for(Role.INSTALLER)
    assert f'name="seen" value="{ACTUAL.digest}"' in shown(client.get(PLACE))
    sent = {"action": "adopt", "seen": ACTUAL.digest}
    assert "設置時の設定として記録しますか" in shown(client.post(PLACE, sent))
    assert console.sheets.newest(SEA.id, CAM)[Stage.INSTALLED].digest == INSTALLED.digest
    done = shown(client.post(PLACE, {**sent, "confirmed": "yes"}, follow=True))
    for part in ("設置時の設定として記録しました", "設置時の設定と同じです", "それより前の設置時の設定"):
        assert part in done
    assert 'class="differs"' not in done
    installed = console.sheets.newest(SEA.id, CAM)[Stage.INSTALLED]
    assert (installed.digest, installed.parameters) == (ACTUAL.digest, ACTUAL.parameters)
    assert installed.by.startswith("Installer")
    assert [e.sheet.digest for e in console.sheets.history(SEA.id, CAM, Stage.INSTALLED)][1] == INSTALLED.digest
    entry = console.audit.entries(kind="sheets", action="sheet.saved")[0]
    assert (entry.actor.name, entry.detail) == (installed.by, {"sheets": 1, "first": [f"{CAM} installed"]})
    assert "すでに今の設定と同じ" in shown(client.post(PLACE, {**sent, "confirmed": "yes"}, follow=True))


def test_settings_read_meanwhile_are_not_adopted_unseen(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    read_device(console)
    newer = replace(ACTUAL, taken_at=START + timedelta(hours=3), digest="f" * 64)
    console.sheets.save(SEA.id, newer)
    sent = {"action": "adopt", "seen": ACTUAL.digest, "confirmed": "yes"}
    answer = client_for(Role.OPERATOR).post(PLACE, sent)
    assert "もう一度確かめてください" in shown(answer, HTTPStatus.CONFLICT)
    assert console.sheets.newest(SEA.id, CAM)[Stage.INSTALLED].digest == INSTALLED.digest
    nothing = client_for(Role.OPERATOR).post(f"/sites/{SEA.id}/devices/{REC}/", {"action": "adopt", "confirmed": "yes"})
    assert "まだ設定を読み取っていません" in shown(nothing, HTTPStatus.BAD_REQUEST)
    for role in (Role.AUDITOR, Role.CUSTOMER):
        refused = client_for(role, site=SEA.id).post(PLACE, sent)
        assert refused.status_code == HTTPStatus.FORBIDDEN
    assert client_for(Role.INSTALLER, site=HILL.id).post(PLACE, sent).status_code == HTTPStatus.NOT_FOUND
    assert "adopt" not in shown(client_for(Role.AUDITOR).get(PLACE))


def test_a_recorder_shows_its_inputs_and_what_hangs_at_it(console: Store, client_for: ClientFor) -> None:
    plain = result(SEA, [(REC, "G-2.1-2", Outcome.PASS, Severity.HIGH)], minutes=90)
    source = plain.records[1].readings[0].source if plain.records[1].readings else plain.records[0].readings[0].source
    profile = Profile(token="P1", name="玄関 <script>alert(1)</script>", source="V1", codec="H264", resolution="1x1")
    facts = (VideoSources(tokens=("V1", "V2")), Profiles(profiles=(profile,)))
    readings = tuple(Reading(fact=type(f), answer=Answer.OK, source=source, value=f) for f in facts)
    records = tuple(replace(r, readings=readings) if r.device.id == REC else r for r in plain.records)
    inspected(console, replace(plain, records=records))
    (recorder,) = [r.device for r in records if r.device.id == REC]
    note = f'"parent":"{REC}"'
    console.devices.save(
        [
            replace(recorder, id="ch-1", name="レジ前カメラ", kind=DeviceKind.CAMERA, parent=REC, channel="1"),
            replace(recorder, id="no-child", name="無関係", kind=DeviceKind.CAMERA, parent="", note=note),
        ]
    )
    place = f"/sites/{SEA.id}/devices/{REC}/"
    page = shown(client_for(Role.OPERATOR).get(place))
    for part in ("映像入力は 2 個", "<code>V2</code>", "玄関 &lt;script&gt;", "レジ前カメラ", "devices/ch-1/"):
        assert part in page
    assert "無関係" not in page
    customer = shown(client_for(Role.CUSTOMER, customer=owner(console, SEA.id)).get(place))
    assert "レジ前カメラ" in customer
    assert "V2" not in customer
    assert "映像入力とつながる機器" not in shown(client_for(Role.OPERATOR).get(PLACE))


def test_hostile_devices_are_only_text(console: Store, client_for: ClientFor) -> None:
    hostile_site(console)
    client = client_for(Role.ADMINISTRATOR)
    for device in (CAM, REC):
        assert "&lt;script&gt;alert" in shown(client.get(f"/sites/bad-1/devices/{device}/"))


def test_the_number_of_queries_does_not_grow(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.OPERATOR)
    few = queries_of(client, console, PLACE)
    two_sites(console, more=50)
    assert queries_of(client, console, PLACE) <= few <= 26


@pytest.mark.parametrize(
    ("values", "differs"),
    [
        ({Stage.FACTORY: "a", Stage.INSTALLED: "b", Stage.ACTUAL: "b"}, [False, True, False]),
        ({Stage.PLANNED: "a", Stage.ACTUAL: "a"}, [False, False]),
        ({Stage.PLANNED: None, Stage.INSTALLED: "a", Stage.ACTUAL: "b"}, [False, False, True]),
        ({Stage.INSTALLED: "a", Stage.ACTUAL: None}, [False, False]),
    ],
)
def test_a_stage_differs_from_what_was_said_before(values: dict[Stage, str | None], differs: list[bool]) -> None:
    sheets = {s: sheet_of(s, *([parameter("dns.server", v)] if v else [])) for s, v in values.items()}
    (part,) = device_sheet.parts(sheets, (), "ja", only=False)
    assert [cell.differs for cell in part.lines[0].cells] == differs
    kept = device_sheet.parts(sheets, (), "ja", only=True)
    assert bool(kept) is any(differs)


def test_what_is_gone_is_marked_where_the_inspection_knew_it() -> None:
    before, after = sheet_of(Stage.INSTALLED, parameter("dns.server", "a")), sheet_of(Stage.ACTUAL)
    sheets = {Stage.INSTALLED: before, Stage.ACTUAL: after}
    change = Change(key="dns.server", label=Text("a", "a"), before="a", after="", importance=Importance.MAJOR)
    (part,) = device_sheet.parts(sheets, (change,), "ja", only=True)
    assert [(c.value, c.differs) for c in part.lines[0].cells] == [("a", False), (None, True)]


OLD_KEY, NEW_KEY = "ssh-ed25519 SHA256:" + "o" * 43, "ssh-ed25519 SHA256:" + "n" * 43


def read_router(store: Store, known: str = OLD_KEY) -> None:
    """A router that must show one key and showed another."""
    plain = result(SEA, [(CAM, "G-2.1-2", Outcome.UNKNOWN, Severity.HIGH)], minutes=90)
    algorithm, fingerprint = NEW_KEY.split()
    key = SshHostKey(algorithm=algorithm, fingerprint=fingerprint)
    source = plain.records[0].readings[0].source
    reading = Reading(fact=SshHostKey, answer=Answer.OK, source=source, value=key)
    device = replace(plain.records[0].device, host_key=known)
    record = replace(plain.records[0], device=device, readings=(reading,))
    inspected(store, replace(plain, records=(record, plain.records[1])))
    store.devices.save([device])


def test_another_host_key_is_told_and_accepted_after_asking(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    read_router(console)
    client = client_for(Role.OPERATOR)
    page = shown(client.get(PLACE))
    for words in ("SSHホスト鍵が、これまでと違います", OLD_KEY, NEW_KEY, "新しい鍵を認める"):
        assert words in page
    stale = {"action": "accept_key", "key": OLD_KEY}
    assert client.post(PLACE, stale).status_code == HTTPStatus.BAD_REQUEST
    accept = {"action": "accept_key", "key": NEW_KEY}
    assert "新しいSSHホスト鍵を認めますか" in shown(client.post(PLACE, accept))
    device = console.devices.get(SEA.id, CAM)
    assert device is not None
    assert device.host_key == OLD_KEY, "only asked"
    assert client.post(PLACE, {**accept, "confirmed": "yes"}).status_code == HTTPStatus.SEE_OTHER
    device = console.devices.get(SEA.id, CAM)
    assert device is not None
    assert device.host_key == NEW_KEY
    page = shown(client.get(PLACE))
    assert "これまでと違います" not in page
    assert NEW_KEY in page
    (entry,) = (e for e in console.audit.entries(most=50) if e.action.startswith("device.key"))
    assert (entry.action, entry.detail["now"]) == ("device.key-accepted", NEW_KEY)
    client.post(PLACE, {"action": "forget_key", "confirmed": "yes"})
    device = console.devices.get(SEA.id, CAM)
    assert device is not None
    assert device.host_key == ""


def test_who_may_not_keep_logins_may_not_accept_a_key(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    read_router(console)
    client = client_for(Role.AUDITOR)
    page = shown(client.get(PLACE))
    assert "SSHホスト鍵が、これまでと違います" in page
    assert "新しい鍵を認める" not in page
    for action in ("accept_key", "forget_key"):
        answer = client.post(PLACE, {"action": action, "key": NEW_KEY, "confirmed": "yes"})
        assert answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    device = console.devices.get(SEA.id, CAM)
    assert device is not None
    assert device.host_key == OLD_KEY


def test_the_same_key_is_no_warning(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    read_router(console, NEW_KEY.split()[1])
    page = shown(client_for(Role.OPERATOR).get(PLACE))
    assert "これまでと違います" not in page
    assert "鍵の記録を消す" in page
