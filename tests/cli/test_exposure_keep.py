"""`fushinban exposure keep` and `exposure history`: a configuration taken over, and what stood behind a port then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fushinban.cli import main
from fushinban.model.facts import PortState
from fushinban.model.filtering import ForwardKind
from fushinban.model.outside import BehindPort
from fushinban.model.reflection import Reflection, SeenPort
from fushinban.record.setup import open_store

SITE = """
[site]
id = "minato"
name = "みなと商店（見本）"
[authorisation]
by = "店主（見本）"
from = 2026-01-01
until = 2099-01-01
networks = ["192.0.2.0/24"]
"""
SECRET = "Invented-Secret-9431"
ROUTER = f"/ip address\nadd address=192.0.2.1/24 interface=bridge\n/ppp secret\nadd name=office password={SECRET}\n"
ADDRESS, THEN = "203.0.113.7", datetime(2026, 11, 16, 17, 10, tzinfo=UTC)


def run(folder: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["exposure", *arguments, "--data", str(folder / "data")])
    return int(end.value.code or 0)


def test_a_configuration_is_taken_over_without_its_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site, config = tmp_path / "SITE.toml", tmp_path / "router.rsc"
    site.write_text(SITE, encoding="utf-8")
    config.write_text(ROUTER, encoding="utf-8")
    assert run(tmp_path, "keep", str(site), "--config", str(config)) == 0
    assert "router.rsc" in capsys.readouterr().out
    with open_store(data_dir=tmp_path / "data") as store:
        kept = store.routers.get("minato")
    assert kept is not None
    assert (kept.name, kept.by, kept.state.kind) == ("router.rsc", "店主（見本）", "mikrotik")
    assert SECRET not in repr(kept)
    assert SECRET.encode() not in (tmp_path / "data" / "fushinban.sqlite3").read_bytes()
    for wrong in ("missing.rsc", "SITE.toml"):
        assert run(tmp_path, "keep", str(site), "--config", str(tmp_path / wrong)) == 2
    capsys.readouterr()
    assert run(tmp_path, "keep", str(site), "--config", str(config), "--kind", "frob") == 2
    assert "種類「frob」は分かりません" in capsys.readouterr().err


def test_what_stood_behind_a_port_then(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(data_dir=tmp_path / "data") as store:
        for hours, device in ((-1, "玄関"), (3, "倉庫")):
            at = THEN + timedelta(hours=hours)
            ports = tuple(SeenPort(port=p, state=PortState.OPEN, speaks="[/http]") for p in (80, 8080, 8081))
            seen = Reflection(address=ADDRESS, nonce="0", started=at, ended=at, ports=ports)
            places = (
                BehindPort(port=8080, device=device, address="192.0.2.20", inside_port=80, kind=ForwardKind.STATIC),
                BehindPort(port=80, own="http"),
                BehindPort(port=8081),
            )
            store.outside.keep("minato", "ed25519:k", seen, places)
    asked = ("history", "--address", ADDRESS, "--at", "2026-11-17 02:10")
    assert run(tmp_path, *asked) == 0
    told = capsys.readouterr().out
    assert "玄関（192.0.2.20:80）" in told
    assert "倉庫" not in told
    assert "ルータ自身（http）" in told
    assert "そのときは分かっていませんでした" in told
    assert run(tmp_path, *asked, "--port", "80") == 0
    assert "玄関" not in capsys.readouterr().out
    assert run(tmp_path, "history", "--site", "minato", "--port", "80") == 2
