"""The audit log: what it says, in which order, also when several write at once, and what a crash leaves behind."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.errors import FushinbanError, InputError, StoreError
from fushinban.jobs.logins import Login, note_reads
from fushinban.messages import say
from fushinban.model.audit import SYSTEM, Actor, ActorKind, Fault, action_label, nobody
from fushinban.model.credential import Credential
from fushinban.record.acting import actor_now, command_actor
from fushinban.record.audit_export import BOM, csv_lines, json_lines, parse_line, verify_export, write_export
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from record.samples import AUTHORISATION, SITE, START, device, inspection

ANNA = Actor(kind=ActorKind.PERSON, id="7", name="安奈", address="192.0.2.7")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    sheet: str
    count: int


def _run(code: str, *arguments: object) -> subprocess.Popen[str]:
    source = str(Path(__file__).resolve().parents[2] / "src")
    tests = str(Path(__file__).resolve().parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([source, tests])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _good(store: Store) -> bool:
    return list(store.audit.verify()) == []


def test_an_entry_says_who_did_what_to_which_thing(store: Store) -> None:
    store.audit.write(
        ANNA, "sign-in.passed", "person", "7", {"way": "passkey", "when": START, "more": {"a": [1, None]}}
    )
    store.audit.write(nobody("192.0.2.9"), "sign-in.failed", "person", "x@example.jp")
    store.audit.write(SYSTEM, "export", "sheet", "s", _Said(sheet="1", count=2))
    last, failed, first, begun = store.audit.entries()
    assert (first.number, first.actor, first.action, first.kind, first.id) == (2, ANNA, "sign-in.passed", "person", "7")
    assert first.detail == {"way": "passkey", "when": str(START), "more": {"a": [1, None]}}
    assert failed.actor.address == "192.0.2.9"
    assert last.detail == {"sheet": "1", "count": 2}
    assert (begun.number, begun.action) == (1, "audit.sealed-existing")
    assert [last.previous, failed.previous, first.previous, begun.previous] == [failed.hash, first.hash, begun.hash, ""]
    assert store.audit.head.hash == last.hash
    assert store.audit.entry(2) == first
    assert store.audit.entry(9) is None
    assert _good(store)


def test_what_no_database_keeps_is_written_all_the_same(store: Store) -> None:
    odd = Actor(kind=ActorKind.PERSON, id="1", name="\0half \ud800" + "x" * 300, address="a" * 99)
    store.audit.write(odd, "a" * 100, "k" * 60, "i\0" * 400, {"long": "y" * 20_000, "odd": "\ud800\0", "big": 2**80})
    (entry,) = store.audit.entries(most=1)
    assert entry.actor.name == ("half ?" + "x" * 300)[:200]
    assert len(entry.actor.address) == 64
    assert len(str(entry.detail)) < 9000
    assert _good(store)


def test_who_acts_is_known_where_nobody_says_it(store: Store) -> None:
    with store.audit.acting(ANNA):
        store.audit.write(None, "one")
        with store.audit.acting(SYSTEM):
            store.audit.write(None, "two")
        assert actor_now() == ANNA
    store.audit.write(None, "three")
    assert [e.actor for e in store.audit.entries(most=3)] == [command_actor(), SYSTEM, ANNA]
    assert command_actor().kind is ActorKind.COMMAND
    assert command_actor().id == str(os.getuid())


def test_entries_are_found_by_what_they_say_page_by_page(store: Store) -> None:
    for number in range(5):
        store.audit.write(ANNA, "sign-in.passed", "person", str(number))
        store.audit.write(SYSTEM, "export", "findings", str(number))
    whole = store.audit.entries()
    assert [e.number for e in whole] == list(range(11, 0, -1))
    assert store.audit.entries(most=4) + store.audit.entries(after=8, most=100) == whole
    assert [e.id for e in store.audit.entries(actor="7", most=2)] == ["4", "3"]
    assert [e.id for e in store.audit.entries(action="sign-in.", id="2")] == ["2"]
    assert len(store.audit.entries(kind="findings")) == 5
    assert len(store.audit.entries(actor_kind=ActorKind.SYSTEM)) == 6
    middle = whole[5].at
    assert store.audit.entries(start=middle, end=whole[0].at) == whole[1:6]
    assert list(store.audit.all(first=9)) == list(reversed(whole[:3]))


def test_what_fails_leaves_no_entry_and_what_fails_inside_only_its_own(store: Store) -> None:
    def fails(action: str) -> None:
        with store.together():
            store.audit.write(ANNA, action)
            raise InputError(say("audit.empty"))

    with pytest.raises(InputError):
        fails("lost")
    with store.together():
        store.audit.write(ANNA, "before")
        with pytest.raises(InputError):
            fails("inside")
        store.audit.write(ANNA, "after")
    assert [e.action for e in store.audit.entries()] == ["after", "before", "audit.sealed-existing"]
    assert _good(store)


def test_a_change_without_content_of_its_own_is_quiet(store: Store) -> None:
    store.sites.save(SITE, AUTHORISATION)
    count = store.audit.head.number
    store.sites.save(SITE, AUTHORISATION)
    assert store.audit.head.number == count
    store.sites.save(replace(SITE, name="別の名前"))
    (entry,) = store.audit.entries(kind="site", most=1)
    assert (entry.number, entry.action, entry.id) == (count + 1, "site.saved", SITE.id)
    with pytest.raises(KeyError):
        store.audit.changed("x", "no-such-kind", "1")


def test_an_inspection_is_in_the_log_with_its_site(store: Store) -> None:
    with store.audit.acting(ANNA):
        inspection_id = store.inspections.begin(SITE, inspection("x").kind, AUTHORISATION, START)
        store.inspections.finish(inspection(inspection_id))
    told = [(e.action, e.kind) for e in reversed(store.audit.entries(actor="7"))]
    assert ("site.saved", "site") in told
    assert ("inspection.started", "inspection") in told
    assert told[-1] == ("inspection.finished", "inspection")
    assert _good(store)


def test_a_secret_that_is_read_is_noted_once_for_each_login(store: Store) -> None:
    login = Login(
        credential=Credential(username="u", secret="test-Secret-1", origin="vault:shop"), site=SITE, shared_with=1
    )
    other = replace(login, credential=replace(login.credential, origin="env:OTHER"))
    note_reads(store, SITE, "i-1", [login, login, other])
    second, first = store.audit.entries(action="secret.read")
    assert (first.id, second.id) == ("env:OTHER", "vault:shop")
    assert second.detail == {"site": SITE.id, "inspection": "i-1", "devices": 2}
    assert "test-Secret-1" not in "".join(map(str, store.audit.entries()))


def test_several_processes_append_without_gap(tmp_path: Path, database_url: str) -> None:
    code = """
        import sys
        from pathlib import Path
        from fushinban.model.audit import SYSTEM
        from fushinban.record.setup import open_store
        with open_store(sys.argv[1], data_dir=Path(sys.argv[2])) as store:
            print("open", flush=True)
            for number in range(25):
                store.audit.write(SYSTEM, "count", "process", sys.argv[3], {"number": number})
    """
    folder = tmp_path / "data"
    started = [_run(code, database_url, folder, name) for name in ("a", "b", "c")]
    for process in started:
        out, errors = process.communicate(timeout=60)
        assert (out.strip(), errors) == ("open", "")
    with open_store(database_url, data_dir=folder) as store:
        entries = tuple(store.audit.all())
        assert [e.number for e in entries] == list(range(1, 77))
        for name in ("a", "b", "c"):
            assert [e.detail["number"] for e in entries if e.id == name] == list(range(25))
        assert store.audit.head_file.read(store.audit.keys).head == store.audit.head
        assert _good(store)


def test_threads_append_and_work_at_the_same_site_at_once(store: Store) -> None:
    store.sites.save(SITE)
    failed: list[Exception] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                store.devices.save([device(number * 10 + turn)])
                store.audit.write(SYSTEM, "count", "thread", str(number))
        except FushinbanError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(store.audit.entries(kind="thread")) == 20
    assert _good(store)


def test_a_kill_between_commit_and_mark_is_no_tampering(tmp_path: Path, database_url: str) -> None:
    code = """
        import os, signal, sys
        from pathlib import Path
        from fushinban.model.audit import SYSTEM
        from fushinban.record import audit_head
        from fushinban.record.setup import open_store
        store = open_store(sys.argv[1], data_dir=Path(sys.argv[2]))
        store.audit.write(SYSTEM, "one")
        audit_head.HeadFile.move = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        store.audit.write(SYSTEM, "two")
    """
    folder = tmp_path / "data"
    process = _run(code, database_url, folder)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with open_store(database_url, data_dir=folder) as store:
        assert store.audit.entries(most=1)[0].action == "two"
        assert store.audit.head_file.read(store.audit.keys).head is not None
        assert _good(store)
        store.audit.write(SYSTEM, "three")
        assert store.audit.head_file.read(store.audit.keys).head == store.audit.head


def test_a_half_written_mark_leaves_the_other_place(store: Store) -> None:
    for number in range(4):
        store.audit.write(SYSTEM, str(number))
    content = store.audit.head_file.path.read_bytes()
    assert len(content) == 512
    for torn in (content[:256] + b"{" * 20 + content[276:], b"\0" * 200 + content[200:]):
        store.audit.head_file.path.write_bytes(torn)
        marked = store.audit.head_file.read(store.audit.keys)
        assert marked.head is not None
        assert store.audit.head.number - marked.head.number in {0, 1}
        assert _good(store)
    store.audit.head_file.path.write_bytes(b"nonsense" * 64)
    assert [p.fault for p in store.audit.verify()] == [Fault.CHANGED]


def test_without_its_key_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSHINBAN_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    with open_store(data_dir=tmp_path) as store:
        store.sites.save(SITE)
        from fushinban.record.vault import Vault

        Vault(tmp_path).put("shop", "u", "test-Secret-1")
    monkeypatch.delenv("FUSHINBAN_KEY")
    with open_store(data_dir=tmp_path) as store:
        with pytest.raises(StoreError):
            store.sites.save(replace(SITE, name="別の名前"))
        assert store.sites.get(SITE.id) == SITE


def test_another_key_is_told_as_such_and_can_be_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(data_dir=tmp_path) as store:
        store.sites.save(SITE)
        store.devices.save([device(1)])
    monkeypatch.setenv("FUSHINBAN_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    with open_store(data_dir=tmp_path) as store:
        found = list(store.audit.verify())
        assert {p.fault for p in found} == {Fault.OTHER_KEY, Fault.CHANGED}
        assert len(found) == 3  # entries, their end, the mark
        store.audit.adopt("new key", ANNA)
        assert [(p.fault, p.note) for p in store.audit.verify()] == [(Fault.OTHER_KEY, True)]
        assert store.audit.entries(most=1)[0].action == "audit.adopted"


def test_a_restored_database_can_be_taken_over(store: Store) -> None:
    store.audit.write(SYSTEM, "one")
    ahead = replace(store.audit.head, number=900)
    store.audit.head_file.move(ahead, store.audit.keys)
    assert [p.fault for p in store.audit.verify()] == [Fault.CUT_OFF]
    store.audit.adopt("restored", ANNA)
    assert _good(store)
    (entry,) = store.audit.entries(most=1)
    assert (entry.action, entry.detail["known"], entry.detail["head"]) == ("audit.adopted", 900, 2)


def test_an_export_can_be_checked_elsewhere(store: Store, tmp_path: Path) -> None:
    store.sites.save(replace(SITE, name="=HYPERLINK(1)"))
    store.audit.write(replace(ANNA, name="=1+1"), "-x", "k", "@id", {"text": "行\n"})
    path = tmp_path / "log.jsonl"
    assert write_export(store.audit.all(), path) == store.audit.head.number
    assert list(verify_export(path)) == []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-2] + lines[-1:]), encoding="utf-8")
    assert [p.fault for p in verify_export(path)] == [Fault.MISSING]
    said = json.loads(lines[1]) | {"id": "other"}
    path.write_text("".join([lines[0], json.dumps(said) + "\n", *lines[2:]]), encoding="utf-8")
    assert [(p.fault, p.number) for p in verify_export(path)] == [(Fault.CHANGED, 2)]
    table = tmp_path / "log.CSV"
    write_export(store.audit.all(), table)
    text = table.read_bytes().decode()
    assert text.startswith(f"{BOM}number,at,")
    assert ",'=1+1," in text
    assert ",'-x,k,'@id," in text
    assert "\n=" not in text.replace("\r\n", "\n")
    assert len(list(csv_lines(()))) == 1
    with pytest.raises(InputError):
        write_export((), tmp_path / "log.txt")
    with pytest.raises(InputError):
        write_export((), tmp_path / "none" / "log.csv")


@given(st.binary(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["number", "at", "actor", "action", "kind", "id", "detail", "digest", "hash"]), inner
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_line_is_an_entry_or_refused(line: bytes) -> None:
    with pytest.raises(InputError):
        parse_line(line, "file", 1)


def test_a_line_of_an_export_is_read_back(store: Store) -> None:
    store.audit.write(ANNA, "one", "k", "i", {"a": 1})
    (entry,) = store.audit.entries(most=1)
    (line,) = json_lines([entry])
    assert parse_line(line, "file", 1) == entry


def test_actions_have_words() -> None:
    assert action_label("sign-in.passed").ja == "サインインしました"
    assert action_label("never-heard-of").en == "never-heard-of"
