"""`fushinban exposure predict`: the table, the JSON and its schema, the exit codes, in both languages."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fushinban.cli import main
from fushinban.reports._exposure import exposure_schema

SHOP = Path(__file__).resolve().parents[1] / "drivers" / "yamaha_configs" / "shop_pppoe.txt"
CLOSED = """# RTX830 Rev.15.02.10 (Fri Jun  7 10:04:56 2019)
ip route default gateway pp 1
ip lan1 address 192.168.100.1/24
pp select 1
 pppoe use lan2
 ppp ipcp ipaddress on
 ip pp nat descriptor 1
 pp enable 1
nat descriptor type 1 masquerade
"""


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["exposure", "predict", *arguments])
    return int(end.value.code or 0)


def written(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(exposure_schema()).validate(found)
    return found


def test_a_shop_in_japanese(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    out = tmp_path / "exposure.json"
    assert run("--config", str(SHOP), "--json", str(out)) == 1
    said = capsys.readouterr().out
    assert "インターネットから届く内側のサービスが 3 件あります。" in said
    assert "192.168.100.50 : 80" in said
    assert "198.51.100.0/24" in said
    assert "外部からは届かない" in said
    assert "INVENTED" not in said + out.read_text(encoding="utf-8")
    found = written(out)
    assert found["kind"] == "yamaha"
    assert found["complete"] is True
    assert [(s["outside"]["ports"], s["inside"]["addresses"], s["inside"]["ports"]) for s in found["services"]] == [
        (["554"], ["192.168.100.51"], ["554"]), (["8080"], ["192.168.100.50"], ["80"]),
        (["37777-37778"], ["192.168.100.52"], ["37777-37778"]),
    ]  # fmt: skip
    first = found["services"][0]
    assert first["protocol"] == "tcp"
    assert first["outside"]["assigned"]
    assert first["sources"] == {"anyone": False, "addresses": ["198.51.100.0/24"], "all_but": [], "ports": []}
    assert [line["number"] for line in first["lines"]] == [39, 44, 73, 90]
    ssh = next(one for one in found["management"] if one["service"] == "ssh")
    assert ssh["reachable"]
    assert ssh["ways"][0]["outside"]["ports"] == ["10022"]
    assert ssh["ways"][0]["sources"]["anyone"]
    assert found["unread"] == []


def test_english_and_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--config", str(SHOP), "--json", "-", "--lang", "en", "--kind", "yamaha") == 1
    found = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(exposure_schema()).validate(found)
    assert found["lang"] == "en"
    assert run("--config", str(SHOP), "--lang", "en") == 1
    assert "3 inside service(s) can be reached" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("", 0),
        ("frobnicate\n", 3),
        ("nat descriptor masquerade static 1 1 192.168.100.5 tcp 80\n", 1),
        ("nat descriptor masquerade static 1 1 192.168.100.5 tcp 80\nfrobnicate\n", 1),
        ("nat descriptor masquerade static 1 1 192.168.100.1 tcp 22\nsshd service on\nsshd host any\n", 1),
        ("nat descriptor masquerade static 1 1 192.168.100.1 tcp 1723\npptp service on\n", 0),
    ],
)
def test_exit_codes(added: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, out = tmp_path / "config.txt", tmp_path / "out.json"
    config.write_text(CLOSED + added, encoding="utf-8")
    assert run("--config", str(config), "--json", str(out)) == code
    found = written(out)
    assert found["complete"] is ("frobnicate" not in added)
    assert [u["text"] for u in found["unread"]] == (["frobnicate"] if "frobnicate" in added else [])
    assert ("不完全" in capsys.readouterr().out) is ("frobnicate" in added)


def test_many_ranges_and_unread_lines_stay_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, out = tmp_path / "config.txt", tmp_path / "out.json"
    hosts = "".join(f"ip filter {n} pass 198.51.100.{n * 2} * * * *\n" for n in range(1, 60))
    odd = "".join(f"odd command {n}\n" for n in range(100))
    config.write_text(
        CLOSED + "nat descriptor masquerade static 1 1 192.168.100.5 tcp 80\n" + hosts + odd
        + f"pp select 1\n ip pp secure filter in {' '.join(str(n) for n in range(1, 60))}\n",
        encoding="utf-8",
    )  # fmt: skip
    assert run("--config", str(config), "--json", str(out), "--lang", "en") == 1
    assert capsys.readouterr().out.count("odd command") == 40
    found = written(out)
    assert len(found["unread"]) == 100
    assert sum(len(one["sources"]["addresses"]) for one in found["services"]) == 59


@pytest.mark.parametrize("kind", ["", "yamaha", "windows"])
def test_what_cannot_be_read_is_refused(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "letter.txt"
    config.write_text("Dear customer,\nplease find enclosed\n", encoding="utf-8")
    assert run("--config", str(config), *(("--kind", kind) if kind else ())) == 2
    assert run("--config", str(tmp_path / "none.txt")) == 2
    assert run("--config", str(tmp_path)) == 2
    assert run() == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--config", str(SHOP), "--json", str(tmp_path / "none" / "out.json")) == 3
    assert "書き込めません" in capsys.readouterr().err


def test_it_needs_no_database() -> None:
    code = (
        "import sys\nfrom fushinban.cli import main\n"
        f"try:\n    main(['exposure', 'predict', '--config', {str(SHOP)!r}])\nexcept SystemExit: pass\n"
        "print([m for m in ('django', 'dbos', 'uvicorn', 'numpy') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_note_in_japanese_stands_beside_its_bullet(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "none.txt"
    config.write_text("# RTX830 Rev.15.02.10\nip lan1 address 192.168.100.1/24\n", encoding="utf-8")
    run("--config", str(config), "--kind", "yamaha")
    told = capsys.readouterr().out
    assert "• インターネット側のインターフェースが見つかりませんでした。" in told
    assert not [line for line in told.splitlines() if line.strip() == "•"]


def test_the_headline_does_not_keep_the_router_itself_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    config = tmp_path / "config.txt"
    config.write_text(CLOSED, encoding="utf-8")
    assert run("--config", str(config)) == 0
    assert "ルータ自身の" not in capsys.readouterr().out.partition("ルータ自身のサービス")[0]
    config.write_text(f"{CLOSED}nat descriptor masquerade incoming 1 forward 192.168.100.1\n", encoding="utf-8")
    assert run("--config", str(config)) == 1
    said = capsys.readouterr().out
    assert "インターネットから届く内側のサービスはありません。" in said
    assert "ルータ自身の" in said
    assert "に、インターネットから届きます。" in said


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\0\0"])
def test_an_empty_file_is_told_as_such(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.txt"
    config.write_bytes(content)
    assert run("--config", str(config)) == 2
    assert "空です" in capsys.readouterr().err
