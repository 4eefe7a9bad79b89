"""What all getters share: the session, where ONVIF answers, where the services stand, and what is asked only once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from fushinban.drivers.onvif._services import ServiceTable
from fushinban.errors import DeviceError, NotSupported
from fushinban.messages import say
from fushinban.model.facts import DeviceTime, Identity, Profiles
from fushinban.transport.footprint import footprint, note_digests
from fushinban.transport.session import Session
from fushinban.transport.values import SoapCall

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A port at which ONVIF may answer, by its service name."""

    service: str
    tls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[T]):
    """What was asked once: a value, or the error in its place, and the digests of the answers behind it."""

    value: T | None = None
    error: DeviceError | None = None
    digests: tuple[str, ...] = ()

    def use(self) -> T:
        """The value, counted among what the running getter stands on. Raises the error."""
        note_digests(list(self.digests))
        return self.peek()

    def peek(self) -> T:
        """The value without counting it (to find a way, not to report). Raises the error."""
        if self.value is None:
            raise self.error or NotSupported(say("onvif.nothing"))
        return self.value


async def keep(ask: Callable[[], Awaitable[T]]) -> Kept[T]:
    """Ask now; a DeviceError is kept too, for each getter that needs this."""
    with footprint() as digests:
        try:
            return Kept(value=await ask(), digests=tuple(digests))
        except DeviceError as error:
            return Kept(error=error, digests=tuple(digests))


@dataclass(slots=True, eq=False)
class Once(Generic[T]):
    """Asks at the first need, however many getters wait for it side by side."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    kept: Kept[T] | None = None

    async def get(self, ask: Callable[[], Awaitable[T]]) -> Kept[T]:
        """What was kept; asked now where nobody did yet."""
        async with self.lock:
            if self.kept is None:
                self.kept = await keep(ask)
            return self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The profiles with their addresses, the media service they came from, and what kept an address back."""

    profiles: Profiles
    namespace: str
    path: str
    gap: DeviceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnvifContext:
    """One device that speaks ONVIF; everything here was asked once and serves all getters."""

    session: Session
    door: Door
    clock: Kept[DeviceTime]
    table: Kept[ServiceTable]
    identity: Kept[Identity]
    listing: Once[Listing] = field(default_factory=Once)

    async def ask(self, call: SoapCall, *, login: bool = True) -> bytes:
        """One operation; the bytes of its answer. Raises what the session raises."""
        return await self.session.soap(call, login=login, service=self.door.service, tls=self.door.tls)

    def path(self, namespace: str) -> str:
        """Where this service stands. Raises NotSupported where the device lists none, and what kept it from listing."""
        service = self.table.peek().find(namespace)
        if service is None or not service.path:
            raise NotSupported(say("onvif.no-service", namespace=namespace))
        return service.path
