"""Looks from outside as they are kept, and what they tell of a line's address through time."""

from dataclasses import dataclass
from datetime import datetime

from fushinban.model.reflection import Reflection
from fushinban.model.router import RouterState


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideLook:
    """One look at a site's line. `family` 4 or 6; `reflector`: the public key that signed it; time aware UTC."""

    id: int
    site: str
    at: datetime
    family: int
    address: str
    reflector: str
    seen: Reflection


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSpan:
    """An address that a line had, as far as it was seen: at `first` and at `last`, and no other in between."""

    address: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressHolder:
    """A site that may have had an address at a moment: when it was seen there before and after (None: another was)."""

    site: str
    address: str
    before: datetime | None
    after: datetime | None

    @property
    def certain(self) -> bool:
        """Whether it was seen there on both sides of the moment."""
        return self.before is not None and self.after is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRouter:
    """One router as it was handed in. `name`: of the file; `by`: who handed it in; `kept_at` aware UTC."""

    site: str
    name: str
    by: str
    kept_at: datetime
    version: int
    state: RouterState
