"""Looks from outside as they are kept, and what they tell of a line's address through time."""

from dataclasses import dataclass
from datetime import datetime

from fushinban.model.filtering import ForwardKind, Line
from fushinban.model.reflection import Reflection
from fushinban.model.router import RouterState


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindPort:
    """Where one open port of a look led, by what was known of the site at that time.

    `device`: the name of the inside device, `address` and `inside_port` of it; or `own`: the name of the router's own
    service. `lines`: what in the router's configuration caused it. All empty: it was open, and nothing said why.
    """

    port: int
    device: str = ""
    address: str = ""
    inside_port: int | None = None
    own: str = ""
    kind: ForwardKind | None = None
    lines: tuple[Line, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anything was known to stand there."""
        return bool(self.device or self.address or self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideLook:
    """One look at a site's line. `family` 4 or 6; `reflector`: the public key that signed it; time aware UTC.

    `behind`: where its open ports led, as known then; None: kept before this was noted.
    """

    id: int
    site: str
    at: datetime
    family: int
    address: str
    reflector: str
    seen: Reflection
    behind: tuple[BehindPort, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSpan:
    """An address that a line had, as far as it was seen: at `first` and at `last`, and no other in between."""

    address: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressHolder:
    """A site that may have had an address at a moment: when it was seen there before and after (None: another was).

    `look`: the look that is nearest to the moment among these two, the one before it first.
    """

    site: str
    address: str
    before: datetime | None
    after: datetime | None
    look: OutsideLook | None = None

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
