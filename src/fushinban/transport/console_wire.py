"""One dialogue over SSH or Telnet, spoken through netmiko on a socket that the door opened. Everything here blocks.

netmiko brings the connection (paramiko, its Telnet) and what it knows of each maker's line ends and options. Its own
ways to log in and to prepare a session are not used: they send a password again when it is asked for again, switch
settings, and enter configuration modes. Nothing is remembered on disk, and no key or agent of this computer is used.
"""

import base64
import hashlib
import logging
import select
import socket
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from fushinban.clock import monotonic
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.model.site import Limits
from fushinban.transport import console_text
from fushinban.transport.console_text import Tail
from fushinban.transport.dialects import Dialect

#: One step (a log-in, a command) may take this many read time-outs altogether: what drips does not hold us up.
PATIENCE = 6
#: A log-in may take this long (s) whatever the read time-out is: agreeing on keys takes a small router seconds.
LEAST_LOG_IN = 3.0
#: A text that ends in a prompt or question is complete after this much silence (s), and one that ends with a page.
_QUIET, _QUIET_PAGE = 0.15, 0.05
_PATIENCE = {Tail.BREAK: _QUIET_PAGE}
_CHUNK = 32 * 1024
#: Pages of one answer; at 24 lines each far more than any router prints.
_PAGES = 5000


class Refused(Exception):
    """A plain refusal of a password."""


class OtherKey(Exception):
    """It showed another key than the one that it must show; no password has left."""


class Unclear(Exception):
    """The connection ended, or said something unknown, after the password had left."""

    def __init__(self, error: DeviceError) -> None:
        super().__init__(error.text.en)
        self.error = error


@dataclass(kw_only=True)
class ConsoleWire:
    """One connection. `sock`: connected, by whoever may; it is closed with this.

    `sent`: a password has left, and it is not known yet how that ended. `told`: one has left at all.
    `host_key`: what the device showed over SSH; `expected`: what it must show (its last word counts), empty: anything.
    """

    dialect: Dialect
    service: str
    sock: socket.socket
    limits: Limits
    address: str
    expected: str = ""
    sent: bool = False
    told: bool = False
    host_key: str = ""
    prompt: str = ""
    _netmiko: Any = field(default=None, repr=False)
    _heard: str = field(default="", repr=False)
    _read: int = 0
    _ending: float = 0.0

    def log_in(self, username: str, password: str) -> None:
        """Up to the prompt. Raises Refused, Unclear, or, where no password has left yet, OtherKey or a DeviceError."""
        self._begin()
        text = self._open_ssh(username, password) if self.service == "ssh" else self._open_telnet(username, password)
        if console_text.tail_of(text) is not Tail.PROMPT:
            raise self._judged(self._odd())
        self.prompt = console_text.prompt_of(text)
        self.sent = False

    def climb(self, password: str) -> None:
        """To the administrator's level. Raises Refused, Unclear, or, where nothing was asked for, a DeviceError."""
        self._begin()
        self._say(self.dialect.climb)
        text = self._listen()
        if console_text.tail_of(text) is Tail.PASSWORD:
            text = self._answer_to(password)
        if console_text.tail_of(text) is not Tail.PROMPT:
            raise self._judged(self._odd())
        if console_text.prompt_of(text) == self.prompt:
            if not self.sent and console_text.says_taken(text):
                raise Unreachable(say("dialogue.occupied", address=self.address))
            raise Refused if self.sent else NotSupported(say("dialogue.no-level", address=self.address))
        self.prompt = console_text.prompt_of(text)
        self.sent = False

    def ask(self, command: str) -> bytes:
        """What one command prints, all pages of it. Raises Unreachable, and Malformed for what is too much."""
        assert command in self.dialect.reads
        self._begin()
        self._say(command)
        whole = ""
        for _ in range(_PAGES):
            page = self._page()
            if console_text.tail_of(page) is Tail.BREAK:
                whole += console_text.without_break(page)
                self._write(" ")
                continue
            # The prompt may be a line of the answer that looks like it: only a router that is done repeats it at once.
            if console_text.prompt_of(page) == self.prompt:
                page += self._again()
            whole += page
            if console_text.waits_twice(whole, self.prompt):
                return console_text.printed_for(command, whole, self.prompt)
        raise self._too_much()

    def leave(self, levels: int) -> None:
        """Leave what was entered, without saving; errors do not matter any more."""
        try:
            for _ in range(levels):
                self._begin()
                self._say(self.dialect.leave)
                text = self._listen()
                if console_text.tail_of(text) is Tail.YES_OR_NO:
                    self._write("N")
                    self._listen()
        except (DeviceError, OSError):
            return

    def close(self) -> None:
        """End the connection, whatever state it is in."""
        if self._netmiko is not None:
            self._netmiko.disconnect()
        cut(self.sock)
        self.sock.close()

    # How it begins.

    def _open_ssh(self, username: str, password: str) -> str:
        netmiko, connection = self._made(username=username, password=password)
        connection.key_policy = _Noting(self)
        try:
            connection.establish_connection()
        except (netmiko.NetmikoAuthenticationException, netmiko.NetmikoTimeoutException) as error:
            raise self._ssh_failure(error.__context__ or error) from None
        except (import_module("paramiko").SSHException, OSError, EOFError) as error:
            # netmiko asks for a shell in the same step: what goes wrong then says nothing of the password.
            self.sent = not self._is_in(connection)
            raise self._broken(error) from None
        self.sent = False
        return self._first_words()

    def _is_in(self, connection: Any) -> bool:
        client = connection.remote_conn_pre
        transport = client.get_transport() if client is not None else None
        return transport is not None and bool(transport.is_authenticated())

    def _ssh_failure(self, cause: BaseException) -> Exception:
        """What an error of paramiko's means. A server's plain refusal is told apart from a broken connection."""
        paramiko: Any = import_module("paramiko")
        if isinstance(cause, paramiko.BadAuthenticationType):
            return Unclear(Denied(say("dialogue.no-password-login", address=self.address)))
        if isinstance(cause, paramiko.AuthenticationException) and str(cause) == "Authentication failed.":
            return Refused()
        if isinstance(cause, paramiko.ssh_exception.IncompatiblePeer):
            return NotSupported(say("dialogue.no-agreement", address=self.address))
        return self._broken(cause)

    def _open_telnet(self, username: str, password: str) -> str:
        _, connection = self._made(username=username, password="")
        telnet = import_module("netmiko._telnetlib.telnetlib").Telnet()
        self.sock.settimeout(self.limits.read_timeout)
        telnet.sock = self.sock
        if hasattr(connection, "_process_option"):
            telnet.set_option_negotiation_callback(connection._process_option)
        connection.remote_conn = telnet
        connection.channel = import_module("netmiko.channel").TelnetChannel(conn=telnet, encoding="latin-1")
        text = self._first_words()
        if console_text.tail_of(text) is Tail.USERNAME:
            self._answer(username)
            text = self._listen()
        if console_text.tail_of(text) is Tail.PASSWORD:
            text = self._answer_to(password)
        return text

    def _first_words(self) -> str:
        """What the device says by itself. Raises Unreachable where somebody else holds its only session."""
        try:
            text = self._listen()
        except Unreachable:
            text = self._heard
            if not text.strip():
                raise
        if console_text.tail_of(text) is Tail.OTHER and console_text.says_taken(text):
            raise Unreachable(say("dialogue.taken", address=self.address))
        return text

    def _answer_to(self, password: str) -> str:
        """Send a password, once, and hear what comes. Raises Refused and Unclear."""
        self.sent = self.told = True
        self._answer(password)
        text = self._after_password()
        if console_text.tail_of(text) in (Tail.PASSWORD, Tail.USERNAME):
            raise Refused
        return text

    def _after_password(self) -> str:
        try:
            return self._listen()
        except DeviceError as error:
            raise Refused if console_text.says_refused(self._heard) else self._judged(error) from None

    def _made(self, *, username: str, password: str) -> tuple[Any, Any]:
        """netmiko, and its object for this device, not connected."""
        netmiko: Any = import_module("netmiko")
        for name in ("netmiko", "paramiko"):
            # They would log all that is read, and print what a hostile device makes them stumble over.
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        kind = self.dialect.device_type + ("" if self.service == "ssh" else "_telnet")
        patience = max(self.limits.read_timeout, LEAST_LOG_IN / 2)
        self._netmiko = netmiko.ssh_dispatcher(kind)(
            host=self.address, username=username, password=password, device_type=kind, sock=self.sock,
            use_keys=False, allow_agent=False, system_host_keys=False, alt_host_keys=False, ssh_config_file=None,
            conn_timeout=2 * patience, banner_timeout=patience, auth_timeout=2 * patience,
            blocking_timeout=self.limits.read_timeout, encoding="latin-1", auto_connect=False,
        )  # fmt: skip
        self._netmiko.remote_conn_pre = None
        return netmiko, self._netmiko

    # What goes over it.

    def _begin(self) -> None:
        self._ending = monotonic() + PATIENCE * self.limits.read_timeout

    def _say(self, line: str) -> None:
        self._write(line + self._netmiko.RETURN)

    def _answer(self, words: str) -> None:
        """Answer a question; over Telnet its line end is netmiko's for log-ins, which not all commands share."""
        self._write(words + ("\r" if self.service == "telnet" else str(self._netmiko.RETURN)))

    def _write(self, text: str) -> None:
        try:
            self._netmiko.channel.write_channel(text)
        except (OSError, EOFError) as error:
            raise self._broken(error) from None

    def _page(self) -> str:
        """Until the end of a page or of the answer."""
        text = ""
        while console_text.tail_of(text) not in (Tail.BREAK, Tail.PROMPT):
            text = console_text.after_break(text + self._listen(over=text))
            if console_text.tail_of(text) is Tail.YES_OR_NO:
                raise self._odd()
        return text

    def _again(self) -> str:
        self._say("")
        return self._listen()

    def _listen(self, over: str = "") -> str:
        """What comes until the device waits; `over`: what came before. Raises Unreachable for silence, and an end."""
        text = self._heard = ""
        while True:
            tail = console_text.tail_of(over + text) if text else Tail.OTHER
            piece = self._piece(_PATIENCE.get(tail, _QUIET) if tail is not Tail.OTHER else self.limits.read_timeout)
            if piece is None:
                if text.strip():
                    return text
                raise Unreachable(say("dialogue.silent", address=self.address, service=self._named))
            text += piece
            self._heard = text

    def _piece(self, patience: float) -> str | None:
        """What has come, waiting so long at most; None: nothing. Raises Unreachable, Malformed for too much."""
        left = self._ending - monotonic()
        if left <= 0:
            raise Unreachable(say("dialogue.slow", address=self.address, service=self._named))
        try:
            data = self._receive(min(patience, left))
        except EOFError:
            raise Unreachable(say("dialogue.closed", address=self.address, service=self._named)) from None
        except OSError as error:
            raise self._broken(error) from None
        self._read += len(data or "")
        if self._read > self.limits.body_bytes:
            raise self._too_much()
        return data

    def _receive(self, patience: float) -> str | None:
        """What is there. Raises EOFError at the end of the connection."""
        remote = self._netmiko.remote_conn
        if self.service == "ssh":
            remote.settimeout(max(0.01, patience))
            try:
                data: bytes = remote.recv(_CHUNK)
            except TimeoutError:
                return None
            if not data:
                raise EOFError
            return data.decode("latin-1")
        ready = remote.cookedq or remote.rawq or select.select([self.sock], [], [], max(0.0, patience))[0]
        if not ready:
            return None
        try:
            return str(remote.read_eager().decode("latin-1"))
        except OSError:
            # It closed while its options were being answered; what it said before still counts.
            left, remote.cookedq = remote.cookedq, b""
            if not left:
                raise
            return str(left.decode("latin-1"))

    # What is said of it.

    @property
    def _named(self) -> str:
        return "SSH" if self.service == "ssh" else "Telnet"

    def _judged(self, error: DeviceError) -> Exception:
        """An error, by whether a password is out."""
        return Unclear(error) if self.sent else error

    def _broken(self, error: BaseException) -> Exception:
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0][:120]
        return self._judged(
            Unreachable(say("dialogue.broken", address=self.address, service=self._named, reason=reason))
        )

    def _too_much(self) -> Malformed:
        return Malformed(say("dialogue.too-much", address=self.address, service=self._named))

    def _odd(self) -> Malformed:
        """What it said is not repeated: it may hold anything."""
        return Malformed(say("dialogue.odd", address=self.address, service=self._named))


class _Noting:
    """paramiko's policy for keys of devices that it does not know (it knows none): note it, and go on if it fits."""

    def __init__(self, wire: ConsoleWire) -> None:
        self._wire = wire

    def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:  # noqa: ARG002 - the face is paramiko's
        """Called right before the password leaves. Raises OtherKey."""
        digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
        self._wire.host_key = f"{key.get_name()} SHA256:{digest}"
        if self._wire.expected and self._wire.expected.split()[-1] != f"SHA256:{digest}":
            raise OtherKey
        self._wire.sent = self._wire.told = True


def cut(sock: socket.socket) -> None:
    """End a connection from another thread: whoever waits on it wakes up."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
