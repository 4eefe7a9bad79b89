"""Plays a router's command line from a script: prompts, echo, pages, the administrator's level, the question to save.

Behind a real SSH or Telnet server it is run as a program (`python console_player.py SCRIPT.json LOG`); in a test's own
process `Player` is fed directly. Scripts are made by hand after makers' documents; all values in them are invented.
"""

import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(kw_only=True)
class Script:
    """What one router says. `login`: it asks for name and password itself (Telnet); empty questions are not asked.

    `level`: the administrator's level is reached by `climb`; `saves`: it asks to save when that level is left.
    `page`: lines of a page, 0 for no pages. `trouble`: `silent`, `close`, `flood`, `odd`, `taken`, `drip`, `stall`.
    """

    prompt: str = "> "
    above_prompt: str = "# "
    ask_username: str = ""
    ask_password: str = ""
    username: str = ""
    password: str = ""
    login_refused: str = "Login incorrect"
    climb: str = "administrator"
    ask_level: str = "Password: "
    level_password: str = ""
    level_refused: str = "Error: Password is incorrect"
    saves: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    complaint: str = "Error: Invalid command name"
    page: int = 0
    page_break: str = "---more---"
    encoding: str = "utf-8"
    trouble: str = ""
    banner: str = ""


class Player:
    """One session. `heard`: every line that was typed; keys that answer a question stand there in brackets.

    `asked`: the commands among them; `said`: what they printed.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: list[str] = []
        self.asked: list[str] = []
        self.said: list[str] = []
        self.ended = False
        self.floods = False
        self._state = "command"
        self._line = self._key_before = b""
        self._pages: list[str] = []
        self._above = False
        self._name = ""

    def start(self) -> bytes:
        """What it says first."""
        if self.script.trouble == "silent":
            self._state = "deaf"
            return b""
        if self.script.trouble == "taken":
            self.ended = True
            return self._out("\r\nSession is already in use.\r\n")
        text = self.script.banner
        if self.script.ask_username:
            self._state = "username"
            return self._out(text + self.script.ask_username)
        if self.script.ask_password:
            self._state = "password"
            return self._out(text + self.script.ask_password)
        return self._out(text + self._prompt)

    def feed(self, data: bytes) -> bytes:
        """What it answers to what was typed."""
        said = b""
        for byte in data:
            if self.ended or self._state == "deaf":
                break
            said += self._key(bytes((byte,)))
        return said

    def _key(self, key: bytes) -> bytes:
        if self._state == "page":
            self.heard.append(f"[{key.decode('latin-1')}]")
            self._state = "command"
            return b"\r" + b" " * 14 + b"\r" + self._next_page()
        if self._state == "save":
            self.heard.append(f"[{key.decode('latin-1')}]")
            self._state, self._above = "command", False
            return self._out(key.decode("latin-1") + "\r\n" + self._prompt)
        after, self._key_before = self._key_before == b"\r", key
        if key == b"\0" or (key == b"\n" and after):
            return b""
        if key not in b"\r\n":
            self._line += key
            return key if self._state in ("command", "username") else b""
        line, self._line = self._line.decode("latin-1").strip(), b""
        self.heard.append(line)
        return b"\r\n" + self._typed(line)

    def _typed(self, line: str) -> bytes:
        script = self.script
        if self._state == "username":
            self._name, self._state = line, "password"
            return self._out(script.ask_password)
        if self._state == "password":
            if line != script.password or (script.ask_username and self._name != script.username):
                self._state = "username" if script.ask_username else "password"
                return self._out(f"{script.login_refused}\r\n{script.ask_username or script.ask_password}")
            self._state = "command"
            return self._out("\r\n" + self._prompt)
        if self._state == "level":
            self._state = "command"
            self._above = line == script.level_password
            return self._out(("" if self._above else script.level_refused + "\r\n") + self._prompt)
        return self._command(line)

    def _command(self, line: str) -> bytes:
        script = self.script
        if not line:
            return self._out(self._prompt)
        if line != "exit":
            self.asked.append(f"{line} (above)" if self._above else line)
        if line == script.climb and not self._above:
            if not script.ask_level:
                self._above = True
                return self._out(self._prompt)
            self._state = "level"
            return self._out(script.ask_level)
        if line == "exit":
            if self._above and script.saves:
                self._state = "save"
                return self._out("Save new configuration ? (Y/N)")
            if self._above:
                self._above = False
                return self._out(self._prompt)
            self.ended = True
            return b""
        return self._answer(line)

    def _answer(self, line: str) -> bytes:
        script = self.script
        if script.trouble == "close":
            self.ended = True
            return self._out("ip lan1 addr")
        if script.trouble == "flood":
            self.floods = True
            return b""
        if script.trouble == "stall":
            self._state = "deaf"
            return self._out("ip lan1 address 192.0.2.1/24\r\n")
        if script.trouble == "odd":
            self._state = "deaf"
            return self._out("Format flash memory ? (Y/N)")
        text = script.above.get(line) if self._above else None
        text = script.answers.get(line) if text is None else text
        if text is None:
            return self._out(f"{script.complaint}\r\n{self._prompt}")
        self.said.append(text)
        self._pages = text.rstrip("\n").split("\n")
        return self._next_page()

    def _next_page(self) -> bytes:
        size = self.script.page or len(self._pages)
        page, self._pages = self._pages[:size], self._pages[size:]
        said = "".join(f"{line}\r\n" for line in page)
        if self._pages:
            self._state = "page"
            return self._out(said + self.script.page_break)
        return self._out(said + self._prompt)

    @property
    def _prompt(self) -> str:
        return self.script.above_prompt if self._above else self.script.prompt

    def _out(self, text: str) -> bytes:
        return text.encode(self.script.encoding, "replace")


def save_script(script: Script, path: Path) -> Path:
    """Write a script for the program."""
    path.write_text(json.dumps(asdict(script), ensure_ascii=False), encoding="utf-8")
    return path


def main(script: Path, log: Path) -> None:
    """Play on standard input and output; every session appends what it heard to the log, and ends within a minute."""
    import tty

    if sys.stdin.isatty():
        tty.setraw(0)
    player = Player(Script(**json.loads(script.read_text(encoding="utf-8"))))
    end = time.monotonic() + 60
    with log.open("a", encoding="utf-8", buffering=1) as noted:
        noted.write("[session]\n")
        os.write(1, player.start())
        known = 0
        while not player.ended and time.monotonic() < end:
            data = os.read(0, 4096)
            if not data:
                break
            said = player.feed(data)
            noted.writelines(f"{line}\n" for line in player.heard[known:])
            known = len(player.heard)
            while said:
                said = said[os.write(1, said) :]
            while player.floods and time.monotonic() < end:
                os.write(1, b"ip filter 1 pass * * * * *\r\n" * 100)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except OSError:
        sys.exit(1)
