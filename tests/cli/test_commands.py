"""The commands as a user types them, without any network."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from fushinban.cli import main
from fushinban.cli._main import chosen_language, commands
from fushinban.record.vault import Vault

SITE = """
[site]
id = "ekimae"
name = "駅前店"
customer = "みなと商店"
kind = "shop"
[authorisation]
by = "店主"
from = 2026-01-01
until = 2099-12-31
networks = ["127.0.0.0/8"]
[[device]]
address = "127.0.0.1"
ports = { http = 1 }
"""


def run(capsys: Any, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    seen = capsys.readouterr()
    return int(end.value.code or 0), seen.out, seen.err


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "SITE.toml"
    path.write_text(SITE, encoding="utf-8")
    return path


def test_controls_lists_all_rows_for_machines(capsys: Any) -> None:
    code, out, _ = run(capsys, "controls", "--json", "-")
    rows = json.loads(out)
    assert code == 0
    assert len(rows) == len({r["id"] for r in rows}) == 115
    assert {r["decided_by"] for r in rows} <= {"auto", "answer", "none"}
    assert sum(r["decided_by"] == "auto" for r in rows) >= 45
    assert all(r["strength"] in {"required", "recommended"} and isinstance(r["reads"], list) for r in rows)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_command_has_help_in_both_languages(capsys: Any, lang: str) -> None:
    for name in commands():
        code, out, _ = run(capsys, "--lang", lang, *name.split(), "--help")
        assert code == 0
        assert "Usage" in out


def test_the_language_may_stand_anywhere(monkeypatch: Any) -> None:
    assert chosen_language(["inspect", "X", "--lang", "en", "--out", "o"]) == ("en", ["inspect", "X", "--out", "o"])
    assert chosen_language(["--lang=en", "demo"]) == ("en", ["demo"])
    monkeypatch.setenv("FUSHINBAN_LANG", "en")
    assert chosen_language(["demo"]) == ("en", ["demo"])


@pytest.mark.parametrize(("lang", "words"), [("ja", "言語"), ("en", "言語")])
def test_an_unknown_language_is_refused(capsys: Any, lang: str, words: str) -> None:
    code, _, err = run(capsys, "--lang", "xx", "demo")
    assert code == 2
    assert words in err


def test_a_password_is_never_taken_from_an_argument(capsys: Any) -> None:
    code, _, err = run(capsys, "credential", "add", "cams", "--username", "audit", "--password", "x")
    assert code == 2
    assert "--password" in err


def test_a_stored_login_is_judged_and_never_shown(capsys: Any, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("CAMS", "xc3511")
    code, out, _ = run(capsys, "credential", "add", "cams", "--username", "root", "--from-env", "CAMS")
    assert code == 0
    assert "公開リスト" in out
    assert "xc3511" not in out
    code, out, _ = run(capsys, "credential", "list")
    assert code == 0
    assert out.split() == ["cams", "root"]
    stored = [p.read_bytes() for p in (tmp_path / "data").rglob("*") if p.is_file()]
    assert stored
    assert not any(b"xc3511" in content for content in stored)
    assert run(capsys, "credential", "remove", "cams")[0] == 0
    assert "登録されたログイン情報はありません" in run(capsys, "credential", "list")[1]


def test_names_of_the_program_are_hidden_and_refused(capsys: Any, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("CAMS", "Hagoromo-vK7-Rondo-52")
    Vault(tmp_path / "data").put("webhook.1a", "webhook", "invented-secret")
    for command in (("add", "webhook.1a", "--username", "x", "--from-env", "CAMS"), ("remove", "webhook.1a")):
        code, _, err = run(capsys, "credential", *command)
        assert code == 2
        assert "内部で使います" in err
    assert "登録されたログイン情報はありません" in run(capsys, "credential", "list")[1]
    assert Vault(tmp_path / "data").get("webhook.1a").secret == "invented-secret"


def test_a_strong_password_from_standard_input_passes_without_complaint(capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Hagoromo-vK7-Rondo-52\n"))
    code, out, _ = run(capsys, "credential", "add", "cams", "--username", "audit")
    assert code == 0
    assert "✕" not in out


def test_an_empty_password_is_refused(capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    code, _, err = run(capsys, "credential", "add", "cams", "--username", "audit")
    assert code == 2
    assert "空" in err


def test_a_missing_site_file_is_one_sentence(capsys: Any, tmp_path: Path) -> None:
    code, _, err = run(capsys, "inspect", str(tmp_path / "none.toml"))
    assert code == 2
    assert "none.toml" in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_an_authorisation_makes_a_site_file_that_can_be_read(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    code, out, _ = run(
        capsys, "authorise", str(path), "--by", "店主 山田", "--until", "2099-12-31", "--network", "192.168.1.0/24"
    )
    assert code == 0
    assert "店主 山田" in out
    assert "192.168.1.0/24" in path.read_text(encoding="utf-8")


def test_an_authorisation_keeps_the_rest_of_the_file(capsys: Any, site: Path) -> None:
    site.write_text(site.read_text(encoding="utf-8") + "# 大事なメモ\n", encoding="utf-8")
    arguments = ("--by", "新店主", "--until", "2099-12-31", "--network", "127.0.0.0/16", "--test", "read")
    assert run(capsys, "authorise", str(site), *arguments)[0] == 0
    text = site.read_text(encoding="utf-8")
    assert "大事なメモ" in text
    assert "新店主" in text
    assert 'kind = "shop"' in text


@pytest.mark.parametrize("wrong", ["8.8.8.0/24", "192.168.1.0/99", "not-a-network"])
def test_a_wrong_authorisation_leaves_the_file_as_it_was(capsys: Any, site: Path, wrong: str) -> None:
    before = site.read_bytes()
    code, _, err = run(capsys, "authorise", str(site), "--by", "x", "--until", "2099-12-31", "--network", wrong)
    assert code == 2
    assert err
    assert site.read_bytes() == before


def test_a_report_without_an_inspection_says_what_to_do(capsys: Any, site: Path) -> None:
    code, _, err = run(capsys, "report", str(site))
    assert code == 2
    assert "fushinban inspect" in err


def test_a_device_that_nobody_knows_cannot_be_retried(capsys: Any, site: Path) -> None:
    code, _, err = run(capsys, "credential", "retry", str(site), "192.0.2.1")
    assert code == 2
    assert "192.0.2.1" in err


def test_expired_authorisation_refuses_before_any_packet(capsys: Any, site: Path) -> None:
    site.write_text(SITE.replace("2099-12-31", "2026-01-02"), encoding="utf-8")
    code, _, err = run(capsys, "inspect", str(site))
    assert code == 2
    assert "2026" in err


def test_a_site_where_nobody_answers_ends_with_three(capsys: Any, site: Path, tmp_path: Path) -> None:
    ports = ", ".join(f'"{s}" = 1' for s in _all_services())
    site.write_text(SITE.replace("http = 1", ports), encoding="utf-8")
    code, out, err = run(capsys, "inspect", str(site), "--json", str(tmp_path / "r.json"))
    assert code == 3
    assert "1台もありません" in err
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["devices"][0]["reached"] is False
    assert out


def _all_services() -> list[str]:
    from fushinban.model.device import CAMERA_PORTS, UDP_PORTS

    return [*CAMERA_PORTS, *UDP_PORTS]


def test_questions_are_asked_and_the_answers_kept(capsys: Any, monkeypatch: Any, site: Path) -> None:
    said = iter(["はい", "", "", "q"])
    monkeypatch.setattr("builtins.input", lambda prompt="": next(said, "q"))
    code, out, _ = run(capsys, "answer", str(site), "--by", "佐藤")
    assert code == 0
    assert "1件の回答を記録しました" in out


def test_a_stream_that_takes_only_a_part_loses_nothing(monkeypatch: Any) -> None:
    from fushinban.cli._command import write_out

    class Short(io.RawIOBase):
        """A raw stream, as standard output is without a buffer: every write takes a little."""

        def __init__(self) -> None:
            self.taken = b""

        def write(self, data: Any) -> int:
            part = bytes(data[:7])
            self.taken += part
            return len(part)

    raw = Short()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, write_through=True))
    write_out("点検の結果".encode() * 50)
    assert raw.taken.decode() == "点検の結果" * 50
