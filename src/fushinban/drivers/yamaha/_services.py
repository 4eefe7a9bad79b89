"""The router's own services: which run, on which port, and for whom.

What runs where nothing is written is from memory of the maker's command reference (Telnet and the web pages for
everybody, SSH, SNMP and TFTP not at all, DNS for everybody, time for the LAN); such a service is marked `by_default`.
Newer models differ, mostly to the safe side.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fushinban.drivers._router_text import Notes
from fushinban.drivers.yamaha._hosts import Guests, guests
from fushinban.drivers.yamaha._lines import Command
from fushinban.model.intervals import Intervals, ports
from fushinban.model.router import Interface, OwnService, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class _Daemon:
    """One service: its command, name, protocols, usual port, and what holds where nothing is written."""

    command: str
    name: str
    purpose: Purpose
    protocols: tuple[int, ...]
    port: str
    runs: bool
    hosts: tuple[str, ...]


_DAEMONS = (
    _Daemon(command="telnetd", name="telnet", purpose=Purpose.MANAGEMENT, protocols=(6,), port="23", runs=True,
            hosts=("any",)),
    _Daemon(command="sshd", name="ssh", purpose=Purpose.MANAGEMENT, protocols=(6,), port="22", runs=False,
            hosts=("any",)),
    _Daemon(command="httpd", name="http", purpose=Purpose.MANAGEMENT, protocols=(6,), port="80", runs=True,
            hosts=("any",)),
    _Daemon(command="tftp", name="tftp", purpose=Purpose.MANAGEMENT, protocols=(17,), port="69", runs=True,
            hosts=("none",)),
    _Daemon(command="dns", name="dns", purpose=Purpose.NETWORK, protocols=(17, 6), port="53", runs=True,
            hosts=("any",)),
    _Daemon(command="sntpd", name="sntp", purpose=Purpose.NETWORK, protocols=(17,), port="123", runs=True,
            hosts=("lan",)),
)  # fmt: skip
_BY_COMMAND = {one.command: one for one in _DAEMONS}
#: Services that have one switch and one port: echo, discard and time; SIP; SSDP of UPnP.
_SWITCHES = {
    ("ip", "simple-service"): ("simple-service", (6, 17), ports("7", "9", "37")),
    ("sip", "use"): ("sip", (17,), ports("5060")),
}
_SNMP = frozenset({"snmp", "snmpv2c", "snmpv3"})


class Services:
    """What was said of the router's own services."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._said: dict[tuple[str, str], Command] = {}
        self._snmp: dict[tuple[str, str], Command] = {}
        self._only_console: Command | None = None

    def define(self, command: Command) -> bool:
        """A command of a service; False for what is not read here."""
        words = command.words
        if words[0] in _SNMP and command.word(1) == "host":
            self._keep(self._snmp, (words[0], command.word(2)), command)
        elif words[:2] in _SWITCHES:
            self._keep(self._said, (words[0], words[1]), command)
        elif words[0] == "security" and command.word(1) == "class":
            self._only_console = None if command.removed or command.word(2) != "3" else command
        elif (words[0] in _BY_COMMAND or words[0] == "sftpd") and command.word(1) in ("service", "host", "listen"):
            if command.starts("sshd", "host", "key"):
                return False
            self._keep(self._said, (words[0], words[1]), command)
        else:
            return False
        return True

    @staticmethod
    def _keep(where: dict[tuple[str, str], Command], key: tuple[str, str], command: Command) -> None:
        where.pop(key, None)
        if not command.removed:
            where[key] = command

    def all(self, interfaces: tuple[Interface, ...]) -> Iterator[OwnService]:
        """Every service that runs."""
        for daemon in _DAEMONS:
            if not (self._only_console and daemon.command in ("telnetd", "sshd")):
                yield from self._daemon(daemon, interfaces)
        if not self._only_console:
            yield from self._sftp(interfaces)
        yield from self._snmp_hosts(interfaces)
        for (first, second), (name, protocols, listening) in _SWITCHES.items():
            said = self._said.get((first, second))
            if said is not None and said.word(2) == "on":
                for protocol in protocols:
                    yield OwnService(
                        name=name, purpose=Purpose.NETWORK, protocol=protocol, ports=listening, lines=(said.line,)
                    )

    def _daemon(self, daemon: _Daemon, interfaces: tuple[Interface, ...]) -> Iterator[OwnService]:
        switch = self._said.get((daemon.command, "service"))
        runs = daemon.runs if switch is None else switch.word(2) not in ("off", "")
        if not runs:
            return
        host, listen = self._said.get((daemon.command, "host")), self._said.get((daemon.command, "listen"))
        listening = self._port(listen, daemon.port)
        lines = tuple(said.line for said in (switch, host, listen) if said is not None)
        for guest in self._guests(host, daemon.hosts, interfaces):
            for protocol in daemon.protocols:
                yield OwnService(
                    name=daemon.name, purpose=daemon.purpose, protocol=protocol, ports=listening,
                    sources=guest.sources, entering=guest.entering, lines=lines,
                    by_default=host is None,
                )  # fmt: skip

    def _sftp(self, interfaces: tuple[Interface, ...]) -> Iterator[OwnService]:
        switch, host = self._said.get(("sshd", "service")), self._said.get(("sftpd", "host"))
        if switch is None or switch.word(2) != "on" or host is None:
            return
        listening = self._port(self._said.get(("sshd", "listen")), "22")
        for guest in self._guests(host, (), interfaces):
            yield OwnService(
                name="sftp", purpose=Purpose.MANAGEMENT, protocol=6, ports=listening, sources=guest.sources,
                entering=guest.entering, lines=(switch.line, host.line),
            )  # fmt: skip

    def _snmp_hosts(self, interfaces: tuple[Interface, ...]) -> Iterator[OwnService]:
        for (version, host), command in self._snmp.items():
            for guest in self._guests(command, (), interfaces, hosts=(host,)):
                yield OwnService(
                    name=version, purpose=Purpose.MANAGEMENT, protocol=17, ports=ports("161"), sources=guest.sources,
                    entering=guest.entering, lines=(command.line,),
                )  # fmt: skip

    def _guests(
        self, said: Command | None, usual: tuple[str, ...], interfaces: tuple[Interface, ...], *,
        hosts: tuple[str, ...] = (),
    ) -> tuple[Guests, ...]:  # fmt: skip
        words = usual if said is None else hosts or said.words[2:]
        try:
            return guests(words, interfaces)
        except ValueError:
            assert said is not None, "the usual hosts are readable"
            self._notes.add(said.line, "wrong-value", name="host")
            return ()

    def _port(self, said: Command | None, usual: str) -> Intervals:
        if said is None:
            return ports(usual)
        try:
            return ports(said.word(2))
        except ValueError:
            self._notes.add(said.line, "wrong-value", name="listen")
            return ports(usual)
