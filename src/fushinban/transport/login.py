"""Log-ins of one session: the first one alone, every one inside the budget, none after a refusal.

A *layer* is what a device may judge on its own: one HTTP realm, WS-Security, RTSP. A layer is *proven* once an answer
came with the login that had been refused without it. While nothing is proven, each request first goes out without a
login, so that "accepted" is never concluded from an answer that everybody gets.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fushinban.clock import monotonic, now
from fushinban.errors import Denied, DeviceError
from fushinban.makers import Lockout
from fushinban.messages import Text, say
from fushinban.model.credential import Credential
from fushinban.transport.budget import AttemptBudget, Busy, Ticket
from fushinban.transport.http import NotSent

R = TypeVar("R")

_POLL = 0.1


class Refused(Denied):
    """A plain refusal of a first login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer says about the login that went with it.

    `accepted`: None where it cannot be told. `error`: why the answer is of no use. `stop`: make no further login.
    `doubt`: it may be the login or only the right to this operation. `again`: the same request may now succeed.
    """

    accepted: bool | None
    error: DeviceError | None = None
    stop: bool = False
    doubt: bool = False
    again: bool = False


ACCEPTED = Verdict(accepted=True)

#: One request with the login; the flag says that it is the first login and must use a new connection.
Attempt = Callable[[bool], Awaitable[tuple[R, Verdict]]]


class Login:
    """One credential towards one device."""

    def __init__(
        self, credential: Credential, budget: AttemptBudget, device_key: str, rule: Lockout | None, patience: float
    ) -> None:
        self.credential = credential
        self._budget = budget
        self._device = device_key
        self._rule = rule
        self._patience = patience
        self._lock = asyncio.Lock()
        self._proofs: dict[str, Attempt[Any]] = {}
        self._refusals: dict[str, tuple[type[DeviceError], Text]] = {}
        self._fingerprint = credential.fingerprint
        self.tried = False

    @property
    def accepted(self) -> bool:
        """Whether any layer accepted the login in this session."""
        return bool(self._proofs)

    def proven(self, layer: str) -> bool:
        """Whether this layer accepted the login in this session."""
        return layer in self._proofs

    async def run(self, layer: str, attempt: Attempt[R]) -> R:
        """Make one request that needs the login; the caller has seen it refused without.

        Raises Denied or Locked; after a refused first login all later calls raise the same without sending.
        """
        if layer not in self._proofs:
            async with self._lock:
                self._raise_if_refused(layer)
                if layer not in self._proofs:
                    return await self._first(layer, attempt)
        answer, verdict = await attempt(False)
        if verdict.error is None:
            return answer
        if verdict.stop:
            self._stop(layer, verdict.error)
        if verdict.doubt:
            await self._prove_again(layer)
        # The login has just been proven, so these cannot lock: the second is for nonces that are good for one use.
        for _ in range(2 if verdict.again else 0):
            answer, verdict = await attempt(False)
            if verdict.error is None:
                return answer
        assert verdict.error is not None
        raise verdict.error

    async def _first(self, layer: str, attempt: Attempt[R]) -> R:
        answer, verdict = await self._reserved(layer, attempt, refusal=False)
        if verdict.error is None:
            if verdict.accepted:
                self._proofs[layer] = attempt
            return answer
        if verdict.stop or verdict.accepted is False:
            self._stop(layer, verdict.error)
        raise verdict.error

    async def _prove_again(self, layer: str) -> None:
        """Repeat the request that was once accepted: is it the login, or only the right to one operation?"""
        async with self._lock:
            self._raise_if_refused(layer)
            # The login was right a moment ago, so a refusal now is unclear: it counts, but is not "never again".
            _, verdict = await self._reserved(layer, self._proofs[layer], refusal=None)
            if verdict.error is not None:
                del self._proofs[layer]
                self._stop(layer, verdict.error)

    async def _reserved(self, layer: str, attempt: Attempt[R], *, refusal: bool | None) -> tuple[R, Verdict]:
        ticket = await self._reserve(layer)
        self.tried = True
        try:
            answer, verdict = await attempt(True)
        except NotSent:
            self.tried = False
            self._budget.cancel(ticket)
            raise
        except BaseException:
            # Also when cancelled: written down at once, on this thread, because there may be no later.
            self._budget.settle(ticket, None)
            raise
        accepted = refusal if verdict.accepted is False else verdict.accepted
        await asyncio.to_thread(self._budget.settle, ticket, accepted)
        return answer, verdict

    async def _reserve(self, layer: str) -> Ticket:
        """A place in the budget; waits while another process tries the same login."""
        username = self.credential.username
        if not self._fingerprint:
            make = self._budget.fingerprint
            self._fingerprint = await asyncio.to_thread(make, username, self.credential.secret)
        end = monotonic() + self._patience
        while True:
            try:
                return await asyncio.to_thread(
                    self._budget.reserve, self._device, username, self._fingerprint, self._rule, now(), layer=layer
                )
            except Busy:
                if monotonic() > end:
                    raise
                await asyncio.sleep(_POLL)

    def _raise_if_refused(self, layer: str) -> None:
        refusal = self._refusals.get(layer)
        if refusal is None and self._refusals and not self._proofs:
            refusal = next(iter(self._refusals.values()))
        if refusal is not None:
            raise refusal[0](refusal[1])

    def _stop(self, layer: str, error: DeviceError) -> None:
        self._refusals[layer] = (type(error), error.text)
        raise error

    def refused(self) -> Refused:
        """The plain refusal, in words that keep every possible cause open."""
        return Refused(say("transport.denied-ambiguous", username=self.credential.username))

    def lacking(self, what: str) -> Denied:
        """A refusal of one operation although the login is known to be good."""
        return Denied(say("transport.denied-privilege", username=self.credential.username, what=what))
