"""Accounts and whether passwords are set (never the passwords), names, time and log servers, and scheduled commands."""

from typing import TypeVar

from fushinban.drivers._router_text import Notes, loosely_blanked
from fushinban.drivers.yamaha._lines import Command
from fushinban.drivers.yamaha._plain import is_without_bearing
from fushinban.model.filtering import Line
from fushinban.model.router import PasswordState, RouterAccount

T = TypeVar("T")

_ADMINISTRATORS = frozenset({"on", "1", "2"})


class People:
    """What was said of those who log in, and of whom the router talks to."""

    def __init__(self) -> None:
        self._passwords: dict[str, Line] = {}
        self._users: dict[str, Command] = {}
        self._administrators: dict[str, bool] = {}
        self.host_name = ""
        self._dynamic: dict[str, str] = {}
        self._time_servers: dict[str, None] = {}
        self._log_hosts: tuple[str, ...] = ()
        self._schedules: dict[str, Line] = {}

    def define(self, command: Command, notes: Notes) -> bool:
        """A command of accounts, names or servers; False for what is not read here."""
        words = command.words
        match words[:2]:
            case ("login" | "administrator", "password"):
                _keep(self._passwords, words[0], command, command.line)
            case ("login", "user"):
                _keep(self._users, command.word(2), command, command)
            case ("user", "attribute"):
                self._attributes(command)
            case ("netvolante-dns", "hostname"):
                self._dynamic[" ".join(words[2:5])] = next((w for w in words[3:] if "." in w), "")
            case ("netvolante-dns", "use"):
                pass
            case ("snmp", "sysname"):
                self.host_name = loosely_blanked(" ".join(words[2:]))
            case ("syslog", "host"):
                self._log_hosts = () if command.removed else words[2:]
            case ("ntp", "server") | ("ntpdate", _):
                self._time_servers[words[-1] if words[0] == "ntp" else words[1]] = None
            case ("schedule", "at"):
                self._schedule(command, notes)
            case _:
                return False
        return True

    def _attributes(self, command: Command) -> None:
        name = command.word(2) if "=" not in command.word(2) else ""
        for word in command.words[2:]:
            key, equals, value = word.partition("=")
            if equals and key == "administrator":
                self._administrators[name] = value in _ADMINISTRATORS

    def _schedule(self, command: Command, notes: Notes) -> None:
        number, words = command.word(2), command.words[3:]
        self._schedules.pop(number, None)
        if command.removed:
            return
        line = command.line
        self._schedules[number] = line
        place = next((at for at, word in enumerate(words) if at and word in ("*", "pp", "tunnel", "switch")), None)
        if place is None:
            notes.add(line, "broken")
            return
        run = words[place + (1 if words[place] == "*" else 2) :]
        if run[:1] == ("ntpdate",) and len(run) > 1:
            self._time_servers[run[1]] = None
        elif run[:1] in (("lua",), ("execute",)):
            notes.add(line, "script")
        elif not run or not is_without_bearing(run):
            notes.add(line, "rewrites")

    def accounts(self) -> tuple[RouterAccount, ...]:
        """The nameless user, the administrator, and the named users. Without a line no password is set."""
        found = [
            RouterAccount(name="", administrator=word == "administrator", password=_state(line), lines=_only(line))
            for word in ("login", "administrator")
            for line in (self._passwords.get(word),)
        ]
        for name, command in self._users.items():
            password = PasswordState.SET if len(command.words) > 3 else PasswordState.EMPTY
            administrator = self._administrators.get(name, self._administrators.get("", True))
            found.append(
                RouterAccount(name=name, administrator=administrator, password=password, lines=(command.line,))
            )
        return tuple(found)

    @property
    def dynamic_names(self) -> tuple[str, ...]:
        """Names under which the router tells its address to a dynamic DNS."""
        return tuple(name for name in dict.fromkeys(self._dynamic.values()) if name)

    @property
    def time_servers(self) -> tuple[str, ...]:
        """Whom the router asks for the time."""
        return tuple(self._time_servers)

    @property
    def log_hosts(self) -> tuple[str, ...]:
        """Where the router sends its log."""
        return self._log_hosts

    @property
    def schedules(self) -> tuple[Line, ...]:
        """What the router runs at times."""
        return tuple(self._schedules.values())


def _keep(where: dict[str, T], key: str, command: Command, what: T) -> None:
    where.pop(key, None)
    if not command.removed:
        where[key] = what


def _state(line: Line | None) -> PasswordState:
    return PasswordState.EMPTY if line is None else PasswordState.SET


def _only(line: Line | None) -> tuple[Line, ...]:
    return () if line is None else (line,)
