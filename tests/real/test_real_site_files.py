"""Wrong site files through the command line: one sentence that names the place, exit code 2, and not one packet."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from real_inspector import run

from fushinban.cli import main
from fushinban.model.device import CAMERA_PORTS

AUTHORISATION = """\
[authorisation]
by = "店主"
from = 2026-01-01
until = 2099-12-31
networks = ["{address}"]
"""
GOOD = f"""\
[site]
id = "eki"
name = "駅前店"
{AUTHORISATION}\
[[credential]]
match = "{{address}}"
username = "audit"
secret = "env:FUSHINBAN_TEST_SECRET"
[discovery]
methods = ["listed", "ws-discovery"]
[limits]
port_gap = 0.0
[[device]]
address = "{{address}}"
ports = {{{{ {{ports}} }}}}
"""


class Bystander:
    """A device that answers nothing and counts who calls: each port of a camera is open, TCP and WS-Discovery's."""

    def __init__(self, address: str, stack: ExitStack) -> None:
        self.address = address
        self._listeners = [stack.enter_context(socket.create_server((address, 0))) for _ in range(3)]
        self._ear = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self._ear.bind((address, 0))
        for sock in (*self._listeners, self._ear):
            sock.setblocking(False)

    @property
    def ports(self) -> str:
        """The `ports` of a site file that lead every service here."""
        first, second, third = (sock.getsockname()[1] for sock in self._listeners)
        ports = {**dict.fromkeys(CAMERA_PORTS, first), "http": second, "rtsp": third}
        return ", ".join(f"{k} = {v}" for k, v in {**ports, "ws-discovery": self._ear.getsockname()[1]}.items())

    def calls(self) -> int:
        """How many connections and datagrams came."""
        return sum(_drained(listener.accept) for listener in self._listeners) + _drained(self._receive)

    def _receive(self) -> tuple[bytes, object]:
        return self._ear.recvfrom(65535)


def _drained(take: Any) -> int:
    count = 0
    while True:
        try:
            got = take()
        except BlockingIOError:
            return count
        if isinstance(got[0], socket.socket):
            got[0].close()
        count += 1


@pytest.fixture
def bystander(address: str) -> Iterator[Bystander]:
    with ExitStack() as stack:
        yield Bystander(address, stack)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A good file with one thing changed, and what the sentence must name (in every language)."""

    old: str
    new: str
    names: tuple[str, ...]


#: 192.88.99.0/24 stands for public addresses: relays of old, given up for good (RFC 7526).
WRONG = {
    "no TOML": Wrong(old='name = "駅前店"', new='name = "駅前店', names=("SITE.toml", "3")),
    "unknown key": Wrong(old="name =", new="nmae =", names=("SITE.toml", "3", "site.nmae", "name")),
    "unknown section": Wrong(old="[limits]", new="[limit]", names=("SITE.toml", "15", "limit", "limits")),
    "wrong type": Wrong(old='["{address}"]', new='"{address}"', names=("SITE.toml", "8", "authorisation.networks")),
    "no authorisation": Wrong(old=AUTHORISATION, new="", names=("SITE.toml", "authorisation")),
    "nobody allowed it": Wrong(old='by = "店主"', new='by = ""', names=("SITE.toml", "5", "authorisation.by")),
    "no such day": Wrong(old="2099-12-31", new='"2099-02-30"', names=("SITE.toml", "7", "authorisation.until")),
    "ends before it begins": Wrong(old="2099-12-31", new="2025-12-31", names=("SITE.toml", "7", "until")),
    "over": Wrong(old="2099-12-31", new="2026-01-02", names=("2026-01-02",)),
    "not yet": Wrong(old="2026-01-01", new="2099-01-01", names=("2099-01-01",)),
    "public": Wrong(old='"{address}"]', new='"{address}", "192.88.99.0/24"]', names=("8", "192.88.99.0/24")),
    "overlapping": Wrong(old='"{address}"]', new='"{address}", "{address}/32"]', names=("8", "{address}/32")),
    "outside": Wrong(old='[[device]]\naddress = "{address}"', new='[[device]]\naddress = "192.0.2.9"', names=("18",)),
    "method": Wrong(old='"listed", ', new='"listed", "telepathy", ', names=("14", "telepathy", "ws-discovery")),
    "three connections": Wrong(old="port_gap = 0.0", new="device_connections = 3", names=("16", "device_connections")),
    "port": Wrong(old="http = ", new="http = 7", names=("SITE.toml", "19", "http", "65535")),
    "password in clear": Wrong(old="secret = ", new='password = "made-up"\nsecret = ', names=("12", "password")),
    "control": Wrong(old="[limits]", new='[answers]\n"9.9.9" = "はい"\n[limits]', names=("9.9.9",)),
    "secret not set": Wrong(
        old="env:FUSHINBAN_TEST_SECRET", new="env:FUSHINBAN_TEST_NO_SUCH", names=("FUSHINBAN_TEST_NO_SUCH", "{address}")
    ),
    "secret not stored": Wrong(old="env:FUSHINBAN_TEST_SECRET", new="vault:no-such", names=("no-such",)),
}

#: Looking around needs neither answers nor log-ins.
_FOR_INSPECT = ("control", "secret not set", "secret not stored")
CASES = [("inspect", name) for name in WRONG] + [("discover", name) for name in WRONG if name not in _FOR_INSPECT]


def written(folder: Path, bystander: Bystander, wrong: Wrong) -> Path:
    """The wrong file."""
    old, new = (text.replace("{address}", bystander.address) for text in (wrong.old, wrong.new))
    good = GOOD.format(address=bystander.address, ports=bystander.ports)
    assert good.count(old) >= 1
    path = folder / "SITE.toml"
    path.write_text(good.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_wrong_files_cost_no_packet(
    case: tuple[str, str],
    bystander: Bystander,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command, wrong = case[0], WRONG[case[1]]
    monkeypatch.setenv("FUSHINBAN_TEST_SECRET", "made-up-Kaze-31")
    site = written(tmp_path, bystander, wrong)
    told = []
    for lang in ("ja", "en"):
        with pytest.raises(SystemExit) as left:
            main([command, str(site), "--json", "-", "--lang", lang])
        output, errors = capsys.readouterr()
        assert left.value.code == 2, errors
        assert output == ""
        assert errors.startswith("fushinban: ")
        assert errors.count("\n") == 1, "one sentence"
        assert [n for n in wrong.names if n.replace("{address}", bystander.address) not in errors] == []
        told.append(errors)
    assert told[0] != told[1]
    assert any("ぁ" <= c <= "ん" for c in told[0])
    assert not any("ぁ" <= c <= "ん" for c in told[1].replace("駅前店", ""))
    assert bystander.calls() == 0


def test_files_that_are_none(bystander: Bystander, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    binary = tmp_path / "SHIFT.toml"
    binary.write_bytes('[site]\nid = "a"\nname = "駅前店"\n'.encode("cp932"))
    for path, line in ((binary, "3"), (tmp_path / "NONE.toml", ""), (tmp_path, "")):
        with pytest.raises(SystemExit) as left:
            main(["inspect", str(path), "--lang", "en"])
        _, errors = capsys.readouterr()
        assert left.value.code == 2
        assert path.name in errors
        assert line in errors
        assert errors.count("\n") == 1
    assert bystander.calls() == 0


def test_the_right_file_is_acted_upon(bystander: Bystander, tmp_path: Path) -> None:
    """The same file without a mistake reaches the bystander, so that counting nothing means something."""
    site = written(tmp_path, bystander, Wrong(old="[site]", new="[site]", names=()))
    data = tmp_path / "records"
    data.mkdir()
    text = site.read_text(encoding="utf-8").replace("port_gap = 0.0", "port_gap = 0.0\nread_timeout = 0.1")
    site.write_text(text.replace(', "ws-discovery"', ""), encoding="utf-8")
    ended = run("inspect", site, "--json", "-", data=data, environ={"FUSHINBAN_TEST_SECRET": "made-up-Kaze-31"})
    assert ended.code in (0, 1, 3), ended.errors
    assert bystander.calls() > 3
