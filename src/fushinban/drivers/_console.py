"""A visit to a router's command line: over SSH, or Telnet where there is no SSH, and what was printed there."""

from collections.abc import Callable
from dataclasses import dataclass

from fushinban.drivers._router_text import loosely_blanked
from fushinban.drivers._saved_text import decoded
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.model.router import Origin, RouterState
from fushinban.transport.console_text import complaint, lacks_rights
from fushinban.transport.footprint import footprint, note_digests
from fushinban.transport.http import NotSent
from fushinban.transport.session import Session
from fushinban.transport.values import ConsoleAnswer, ConsoleTalk


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleVisit:
    """What one dialogue left: each part, or why there is none. `shown`: what the router prints of itself.

    `host_key`: type and SHA-256 of the key that it showed over SSH.
    """

    shown: bytes | DeviceError
    state: RouterState | DeviceError
    digests: list[str]
    host_key: str = ""

    def router(self) -> RouterState:
        """The state of its configuration. Raises what stands in its place."""
        note_digests(self.digests)
        if isinstance(self.state, DeviceError):
            raise type(self.state)(self.state.text)
        return self.state

    def own_words(self) -> bytes:
        """What it prints of itself. Raises what stands in its place."""
        note_digests(self.digests)
        if isinstance(self.shown, DeviceError):
            raise type(self.shown)(self.shown.text)
        return self.shown


async def visit(
    session: Session, dialect: str, shown: str, configuration: str, parse: Callable[[bytes, Origin], RouterState]
) -> ConsoleVisit:
    """Ask both commands on one connection, the second as the administrator.

    Raises what the log-in raises; Telnet is tried only where no connection over SSH comes about.
    """
    with footprint() as digests:
        answer = await _talk(session, dialect, shown, configuration)
    own = _printed(answer.printed, shown, None if answer.printed else answer.refused)
    text = _printed(answer.above, configuration, answer.refused)
    state = text if isinstance(text, DeviceError) else _parsed(text, parse)
    return ConsoleVisit(shown=own, state=state, digests=digests, host_key=answer.host_key)


async def _talk(session: Session, dialect: str, shown: str, configuration: str) -> ConsoleAnswer:
    def over(service: str) -> ConsoleTalk:
        return ConsoleTalk(dialect=dialect, service=service, commands=(shown,), above=(configuration,))

    try:
        return await session.console(over("ssh"))
    except NotSent as without:
        try:
            return await session.console(over("telnet"))
        except NotSent:
            raise without from None


def _printed(all_of: tuple[bytes, ...], command: str, refused: DeviceError | None) -> bytes | DeviceError:
    """What a command printed, or why it printed nothing of use."""
    if not all_of:
        return refused or Unreachable(say("dialogue.complained", command=command, said="–"))
    said = complaint(all_of[0])
    if not said:
        return all_of[0]
    if refused is not None:
        return refused
    values = {"command": command, "said": loosely_blanked(decoded(said.encode()))}
    if lacks_rights(said):
        return Denied(say("dialogue.forbidden", **values))
    return NotSupported(say("dialogue.complained", **values))


def _parsed(text: bytes, parse: Callable[[bytes, Origin], RouterState]) -> RouterState | DeviceError:
    try:
        return parse(text, Origin.DEVICE)
    except (Malformed, NotSupported) as error:
        return error
