"""What this running console is: its store, its keys, how it is reached. One per process, known to every page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fushinban.errors import StoreError
from fushinban.messages import say

if TYPE_CHECKING:
    from fushinban.record.store import Store
    from fushinban.record.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How people reach the console. `hosts`: names it answers to; `proxies`: networks whose forwarding is believed."""

    secure: bool = False
    hosts: frozenset[str] = frozenset()
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The console of this process. `sealing` encrypts second-factor secrets; it is never shown."""

    store: "Store"
    vault: "Vault"
    sealing: bytes = field(repr=False)
    reach: Reach = Reach()
    #: The runner of durable jobs, where this process has one (`jobs.durable`).
    jobs: Any = None

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.store.data_dir


class _Holder:
    installation: Installation | None = None


def use(installation: Installation | None) -> None:
    """Make this the console of the process (tests: one after the other)."""
    _Holder.installation = installation


def current() -> Installation:
    """The console of this process. Raises StoreError before `open_console`."""
    if _Holder.installation is None:
        raise StoreError(say("web.not-open"))
    return _Holder.installation
