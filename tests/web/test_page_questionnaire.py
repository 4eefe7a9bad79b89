"""The questionnaire: answers kept with their history, files handed in, two people at once."""

import re
import struct
import zlib
from http import HTTPStatus
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from fushinban import clock
from fushinban.errors import InputError
from fushinban.jobs import evidence_files
from fushinban.jobs.answering import questions
from fushinban.model.rights import Role
from fushinban.record.store import Store
from web.conftest import ClientFor
from web.page_samples import HILL, HOSTILE, SEA, hostile_site, owner, queries_of, shown, two_sites

PLACE = f"/sites/{SEA.id}/questionnaire/"
YES_NO, DATED = "G-2.1-1", "G-2.1-6"
TODAY = clock.in_japan(clock.now()).date()


def png(width: int = 2, height: int = 2) -> bytes:
    """A picture whose header says this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def sent(question: str = YES_NO, **more: object) -> dict[str, object]:
    return {"action": "answer", "question": question, "value": "yes", "seen": "0", **more}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_the_list_says_how_far_it_is(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.INSTALLER)
    page = shown(client.get(PLACE))
    assert "件の質問が残っています" in page
    assert "はじめから答える" in page
    for control in questions().values():
        assert control.id in page
    assert "機器から確認済み" not in shown(client.get(f"{PLACE}?question={YES_NO}"))
    client.post(PLACE, sent())
    after = shown(client.get(PLACE))
    assert "つづきから答える" in after
    assert "次の点検のとき" in after


def test_one_after_the_other(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.INSTALLER)
    form = shown(client.get(f"{PLACE}?question={YES_NO}"))
    assert 'value="yes" required' in form
    assert 'name="by" value="Installer-0"' in form
    assert f'name="on" value="{TODAY.isoformat()}"' in form
    answer = client.post(PLACE, sent(note="脚立が必要\n2階", by="現場 太郎", on="2026-01-05"))
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert re.fullmatch(re.escape(PLACE) + r"\?question=G-[\w.-]+", answer.headers["Location"])
    assert answer.headers["Location"] != f"{PLACE}?question={YES_NO}"
    (kept,) = console.answers.history(SEA.id, YES_NO)
    assert (kept.answer.value, kept.answer.by, str(kept.answer.on)) == ("yes", "現場 太郎", "2026-01-05")
    assert kept.answer.note == "脚立が必要\n2階"
    (entry,) = console.audit.entries(action="answer.saved")
    assert entry.actor.name == "Installer-0"
    assert "現在の回答: はい" in shown(client.get(f"{PLACE}?question={YES_NO}"))


def test_a_date_is_read_as_people_write_it(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.INSTALLER)
    client.post(PLACE, sent(DATED, value="date", day="令和8年1月5日"))
    assert console.answers.newest(SEA.id)[DATED].value == "2026-01-05"
    client.post(PLACE, sent(DATED, value="no", seen="1"))
    assert console.answers.newest(SEA.id)[DATED].value == "no"
    assert "まだ行っていない" in shown(client.get(f"{PLACE}?question={DATED}"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": ""}, "答えを選んでください"),
        ({"value": "maybe"}, "答えを選んでください"),
        ({"question": DATED, "value": "date", "day": "きのう"}, "日付を読み取れません"),
        ({"question": DATED, "value": "date", "day": "2999-01-01"}, "明日以降の日付"),
        ({"note": "長" * 2001}, "2000 文字以内"),
        ({"on": "2999-01-01"}, "明日以降の日付"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    console: Store, client_for: ClientFor, changed: dict[str, object], said: str
) -> None:
    two_sites(console)
    answer = client_for(Role.INSTALLER).post(PLACE, {**sent(note="消えないメモ"), **changed})
    page = shown(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert said in page
    assert "消えないメモ" in page or "note" in changed
    assert console.answers.newest(SEA.id) == {}


def test_two_people_answer_the_same(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    first, second = client_for(Role.INSTALLER), client_for(Role.OPERATOR)
    first.post(PLACE, sent(value="no", note="鍵がない"))
    late = second.post(PLACE, {**sent(note="見てきた"), "file": upload("a.png", png())})
    page = shown(late, HTTPStatus.CONFLICT)
    said = ("ほかの人が先に答えています", "いいえ – Installer-0", "鍵がない")
    for part in (*said, "見てきた", 'name="seen" value="1"', "a.png"):
        assert part in page
    assert console.answers.newest(SEA.id)[YES_NO].value == "no"
    keep = re.findall(r'name="keep" value="([^"]+)"', page)
    second.post(PLACE, sent(seen="1", note="見てきた", keep=keep))
    history = console.answers.history(SEA.id, YES_NO)
    assert [(e.answer.value, e.answer.by) for e in history] == [("yes", "Operator-1"), ("no", "Installer-0")]
    assert [f.name for f in history[0].answer.files] == ["a.png"]
    assert "前の回答 1 件" in shown(first.get(f"{PLACE}?question={YES_NO}"))


def test_the_same_twice_is_kept_once(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.INSTALLER)
    for _ in range(2):
        assert client.post(PLACE, sent()).status_code == HTTPStatus.SEE_OTHER
    assert len(console.answers.history(SEA.id, YES_NO)) == 1


def test_a_group_is_answered_card_by_card(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.INSTALLER)
    page = shown(client.get(f"{PLACE}?group=2.1"))
    assert page.count('class="panel question"') == 6
    part = shown(client.post(PLACE, sent(view="group"), headers={"hx-request": "true"}))
    assert "<html" not in part
    assert "保存しました" in part
    assert 'hx-swap-oob="true"' in part
    plain = client.post(PLACE, sent(view="group", seen="1", value="no"))
    assert plain.headers["Location"] == f"{PLACE}?group=2.1#{YES_NO}"
    wrong = client.post(PLACE, sent(value="", seen="2"), headers={"hx-request": "true"})
    assert "答えを選んでください" in shown(wrong)


def test_a_photograph_is_kept_and_shown_back(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.INSTALLER)
    client.post(PLACE, {**sent(), "file": [upload("../../etc/棚 の写真.png", png()), upload("x.pdf", b"%PDF-1.4 x")]})
    photo, paper = console.answers.newest(SEA.id)[YES_NO].files
    assert (photo.name, paper.name) == ("棚 の写真.png", "x.pdf")
    page = shown(client.get(f"{PLACE}?question={YES_NO}"))
    assert f'<img src="/sites/{SEA.id}/evidence/{photo.digest}/"' in page
    seen = client.get(f"/sites/{SEA.id}/evidence/{photo.digest}/")
    assert (seen.status_code, seen.content, seen.headers["Content-Type"]) == (HTTPStatus.OK, png(), "image/png")
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert seen.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert seen.headers["Content-Disposition"].startswith("inline")
    saved = client.get(f"/sites/{SEA.id}/evidence/{paper.digest}/")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert len(console.audit.entries(action="evidence.kept")) == 2
    client.post(PLACE, sent(seen="1", note="紙だけ残す", keep=[f"{paper.digest}:x.pdf"]))
    assert console.answers.newest(SEA.id)[YES_NO].files == (paper,)


def test_files_of_others_are_out_of_reach(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client_for(Role.INSTALLER).post(PLACE, {**sent(), "file": upload("a.png", png())})
    digest = console.answers.newest(SEA.id)[YES_NO].files[0].digest
    own = client_for(Role.CUSTOMER, customer=owner(console, SEA.id))
    other = client_for(Role.CUSTOMER, customer=owner(console, HILL.id))
    assert own.get(f"/sites/{SEA.id}/evidence/{digest}/").status_code == HTTPStatus.OK
    for site in (SEA.id, HILL.id):
        assert other.get(f"/sites/{site}/evidence/{digest}/").status_code == HTTPStatus.NOT_FOUND
    everywhere = client_for(Role.OPERATOR)
    everywhere.post(f"/sites/{HILL.id}/questionnaire/", sent(keep=[f"{digest}:stolen.png"]))
    assert console.answers.newest(HILL.id)[YES_NO].files == ()
    assert everywhere.get(f"/sites/{SEA.id}/evidence/{'0' * 64}/").status_code == HTTPStatus.NOT_FOUND
    assert everywhere.get(f"/sites/{SEA.id}/evidence/..%2f..%2fvault.key/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<script>alert(1)</script>", "受け付けられない種類"),
        ("picture.svg", b"<svg onload='alert(1)'/>", "受け付けられない種類"),
        ("photo.png", b"<html><script>alert(1)</script>", "受け付けられない種類"),
        ("tool.exe", b"MZ\x90\x00" * 9, "受け付けられない種類"),
        ("bomb.zip", b"PK\x03\x04" * 9, "受け付けられない種類"),
        ("wide.png", png(60_000, 60_000), "縦横が大きすぎます"),
        ("empty.png", b"", "空のファイル"),
        ("large.png", png() + b"\0" * evidence_files.MOST_BYTES, "20 MBまで"),
    ],
)
def test_what_is_no_evidence_is_refused(
    console: Store, client_for: ClientFor, name: str, content: bytes, said: str
) -> None:
    two_sites(console)
    answer = client_for(Role.INSTALLER).post(PLACE, {**sent(note="残る"), "file": upload(name, content)})
    page = shown(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert said in page
    assert "残る" in page
    assert console.answers.newest(SEA.id) == {}


def test_too_many_files(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    files = [upload(f"{n}.png", png(n + 1)) for n in range(7)]
    answer = client_for(Role.INSTALLER).post(PLACE, {**sent(), "file": files})
    assert "一度に 6 個" in shown(answer, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_only_those_who_may_answer(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    for role in (Role.AUDITOR, Role.CUSTOMER):
        client = client_for(role, site=SEA.id)
        assert client.post(PLACE, sent()).status_code == HTTPStatus.FORBIDDEN
        page = shown(client.get(f"{PLACE}?question={YES_NO}"))
        assert 'name="value"' not in page
        assert client.get(f"/sites/{HILL.id}/questionnaire/").status_code == HTTPStatus.NOT_FOUND
    elsewhere = client_for(Role.INSTALLER, site=HILL.id)
    assert elsewhere.post(PLACE, sent()).status_code == HTTPStatus.NOT_FOUND
    assert console.answers.newest(SEA.id) == {}
    for bad in ("?question=G-9", "?question=", "?group=9.9"):
        assert client_for(Role.OPERATOR).get(f"{PLACE}{bad}").status_code == HTTPStatus.NOT_FOUND
    assert client_for(Role.OPERATOR).post(PLACE, sent("G-9")).status_code == HTTPStatus.NOT_FOUND


def test_hostile_answers_are_only_text(console: Store, client_for: ClientFor) -> None:
    hostile_site(console)
    client = client_for(Role.INSTALLER)
    place = "/sites/bad-1/questionnaire/"
    client.post(place, {**sent(note=f"\0{HOSTILE}", by=HOSTILE[:200]), "file": upload('"><img src=x>.png', png())})
    kept = console.answers.newest("bad-1")[YES_NO]
    assert kept.note == HOSTILE
    assert "\0" not in kept.note
    for address in (place, f"{place}?question={YES_NO}", f"{place}?group=2.1"):
        assert "&lt;script&gt;alert" in shown(client.get(address))


def test_the_number_of_queries_does_not_grow(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.INSTALLER)
    counts = [queries_of(client, console, f"{PLACE}{more}") for more in ("", "?group=2.1", "?group=3.5")]
    assert counts[1] == counts[2]
    assert max(counts) <= 20


def test_any_console_keeps_answers_and_files(any_console: Store) -> None:
    from fushinban.model.rights import Grant
    from web.conftest import add_person, signed_in

    two_sites(any_console)
    client = signed_in(add_person(any_console, Grant(role=Role.INSTALLER)))
    answer: HttpResponse = client.post(PLACE, {**sent(note="\0a"), "file": upload("a.png", png())})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    client.post(PLACE, sent(value="no", seen="1"))
    histories = any_console.answers.histories(SEA.id, [YES_NO, DATED])
    assert [e.answer.value for e in histories[YES_NO]] == ["no", "yes"]
    assert DATED not in histories


def test_devices_settle_what_needs_no_answer(console: Store, client_for: ClientFor) -> None:
    from fushinban.jobs.answering import is_needed
    from fushinban.model.finding import Coverage, CoverageState

    coverage = Coverage(states={"a": CoverageState.VERIFIED, "b": CoverageState.VERIFIED}, gaps={"b": 2})
    assert [is_needed(c, coverage) for c in ("a", "b", "c")] == [False, True, True]
    assert is_needed("a", None)


def _jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\0" * 9
    return b"\xff\xd8\xff\xe0\x00\x04ab" + frame


def _webp(form: bytes, rest: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + form + b"\0\0\0\0" + rest


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (png(640, 480), (640, 480)),
        (b"GIF89a" + struct.pack("<HH", 640, 480), (640, 480)),
        (_jpeg(640, 480), (640, 480)),
        (_webp(b"VP8X", b"\0\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")), (640, 480)),
        (_webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14)), (640, 480)),
        (_webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480)), (640, 480)),
        (b"%PDF-1.7", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff\xff", None),
    ],
)
def test_pictures_are_measured_by_their_header(head: bytes, size: tuple[int, int] | None) -> None:
    assert evidence_files.picture_size(head) == size


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.jpg", _jpeg(1, 1), "image/jpeg"),
        ("a.heic", b"\0\0\0\x18ftypheic", "image/heic"),
        ("a.xlsx", b"PK\x03\x04", "application/octet-stream"),
        ("記録.csv", "日付,結果\r\n".encode("cp932"), "application/octet-stream"),
        ("a.txt", "あ".encode()[:2], "application/octet-stream"),
        ("a.log", b"\x00\x01", None),
        ("a.js", b"alert(1)", None),
    ],
)
def test_files_are_told_by_their_first_bytes(name: str, head: bytes, kind: str | None) -> None:
    found = evidence_files.kind_of(head, name)
    assert (found.media_type if found else None) == kind


@given(st.binary(max_size=200), st.sampled_from([b"", png()[:8], b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8X"]))
def test_any_bytes_are_measured_or_not(rest: bytes, start: bytes) -> None:
    size = evidence_files.picture_size(start + rest)
    assert size is None or min(size) >= 0
    kind = evidence_files.kind_of(start + rest, "a.txt")
    assert kind is None or kind.media_type


@given(st.text(max_size=400))
def test_names_are_clean_or_refused(name: str) -> None:
    try:
        clean = evidence_files.clean_name(name)
    except InputError:
        return
    assert 0 < len(clean) <= 152
    assert not set(clean) & set("/\\\0\n\r\u202e")
    assert not clean.startswith(".")


@pytest.mark.parametrize("name", ["", "/", "..", "\\\\", "\u202e", "a/..", "\0"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(InputError):
        evidence_files.clean_name(name)


def test_a_file_is_read_no_further_than_its_limit(console: Store) -> None:
    class Endless(BytesIO):
        asked: int = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0
            Endless.asked = size
            return b"\0" * size

    with pytest.raises(InputError):
        evidence_files.take_file(console, SEA.id, "a.png", Endless(), "x")
    assert Endless.asked == evidence_files.MOST_BYTES + 1
