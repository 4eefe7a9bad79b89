"""What all getters of a Hikvision device share: where it answers, what it can, and what is asked only once."""

from dataclasses import dataclass, field, replace
from functools import partial

from fushinban.drivers._doors import WebDoor, first_answer
from fushinban.drivers._maker_values import whole
from fushinban.drivers.hikvision import _calls
from fushinban.drivers.hikvision._read import content, document, flag, truth, words
from fushinban.drivers.services._once import Once
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import Activation
from fushinban.transport.footprint import footprint, note_digests
from fushinban.transport.session import Session
from fushinban.transport.values import HttpAnswer, HttpRequest
from fushinban.transport.xml import Element, local, parse

#: Refusals of a question that is asked without a login: the device does not tell it, or not to strangers.
_UNTOLD = frozenset({401, 403, 404, 405, 501})


@dataclass(frozen=True, slots=True, kw_only=True)
class IsapiContext:
    """One device that speaks ISAPI. `activation`: whether it was set up, told to everybody.

    `functions`: its list of what it can. `refused`: why the login was of no use, or was not tried; then nothing more is
    asked with it.
    """

    session: Session
    door: WebDoor
    activation: Once[Activation]
    functions: Once[Element]
    refused: DeviceError | None = None
    kept: dict[str, Once[bytes]] = field(default_factory=dict)

    async def get(self, path: str) -> bytes:
        """The body of a path, asked once however many getters need it."""
        if path not in self.kept:
            if self.refused is not None:
                raise self.refused
            self.kept[path] = Once(partial(_body, self.session, _calls.ask(self.door, path)))
        return await self.kept[path].value()

    async def log_page(self, request: HttpRequest) -> bytes:
        """One page of the log."""
        if self.refused is not None:
            raise self.refused
        return await _body(self.session, request)

    async def can(self, name: str, *path: str) -> None:
        """Raise NotSupported where the device says of itself that it cannot do this.

        What it does not speak of is asked: lists of functions are never whole.
        """
        if await self.says(*path) is False:
            raise NotSupported(say("hikvision.not-listed", name=name))

    async def says(self, *path: str) -> bool | None:
        """A switch of the device's list of functions; None where it says nothing."""
        return flag(await self._functions(), *path)

    async def says_number(self, *path: str) -> int | None:
        """A number of the device's list of functions; None where it says nothing."""
        return whole(words(await self._functions(), *path))

    async def _functions(self) -> Element | None:
        """The list of functions, asked to know what to ask, not to report: facts do not stand on it."""
        if self.refused is not None:
            raise self.refused
        try:
            with footprint():
                return await self.functions.value()
        except (NotSupported, Malformed):
            return None  # old firmware has no such list


def parse_capabilities(data: bytes) -> Element:
    """The list of functions."""
    return document(data, _calls.CAPABILITIES, "DeviceCap")


async def open_hikvision(session: Session) -> IsapiContext:
    """The context of one device. Raises what it said where it does not speak ISAPI.

    First it is asked whether it was ever set up, without a login: where it was not, no login is tried. Then the device
    information is asked, whose login goes ahead of all others.
    """
    with footprint() as digests:
        door, answer = await first_answer(session, partial(_calls.ask, path=_calls.ACTIVATION), login=False)
        if answer.status in _UNTOLD:
            answer = await session.http(_calls.ask(door, _calls.ACTIVATION_SDK), login=False)

    async def activation() -> Activation:
        note_digests(digests)
        return parse_activation(answer)

    set_up, known = _set_up(answer)
    functions = Once(partial(_functions, session, door))
    device = IsapiContext(session=session, door=door, activation=Once(activation), functions=functions)
    if set_up is False:
        return _refusing(device, Denied(say("hikvision.not-activated")))
    try:
        parse_device_info(await device.get(_calls.DEVICE_INFO))
    except (NotSupported, Malformed):
        if not known:
            raise
    except (Denied, Locked) as error:
        return _refusing(device, error)
    return device


def _refusing(device: IsapiContext, error: DeviceError) -> IsapiContext:
    return replace(device, refused=error, kept={})


async def _functions(session: Session, door: WebDoor) -> Element:
    return parse_capabilities(await _body(session, _calls.ask(door, _calls.CAPABILITIES)))


def _set_up(answer: HttpAnswer) -> tuple[bool | None, bool]:
    """Whether the device was set up, if it says so, and whether it thereby showed that it speaks ISAPI."""
    try:
        return parse_activation(answer).initialised, True
    except (Malformed, NotSupported, Denied):
        return None, False


def parse_activation(answer: HttpAnswer) -> Activation:
    """The answer to activateStatus. Its shape is from memory: an element `Activated` that holds a boolean.

    Raises Malformed for any other shape, and what its status means.
    """
    data = content(answer, _calls.ACTIVATION)
    root = parse(data)
    found = next((e for e in root.iter() if local(e).lower() == "activated"), None)
    activated = None if found is None else truth(found.text or "")
    if activated is None:
        raise Malformed(say("hikvision.no-value", what=_calls.ACTIVATION, name="Activated"))
    return Activation(initialised=activated)


def parse_device_info(data: bytes) -> Element:
    """The device information."""
    return document(data, _calls.DEVICE_INFO, "DeviceInfo")


async def _body(session: Session, request: HttpRequest) -> bytes:
    return content(await session.http(request), request.path)
