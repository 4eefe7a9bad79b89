"""What the API works with: given by whoever serves it, asked for at every request."""

from collections.abc import Callable
from typing import Any, Protocol

from django.utils.module_loading import import_string

from fushinban.record.store import Store
from fushinban.record.vault import Vault

_CONSOLE = "fushinban.web.installation.current"


class Services(Protocol):
    """Store, vault, and the runner of durable jobs where this process has one (None: jobs cannot be started here)."""

    @property
    def store(self) -> Store:
        """The store."""

    @property
    def vault(self) -> Vault:
        """The vault."""

    @property
    def jobs(self) -> Any:
        """The runner (`jobs.durable.JobRunner`) or None."""


class _Holder:
    provider: Callable[[], Services] | None = None


def provide(provider: Callable[[], Services]) -> None:
    """Say where the services of this process come from; called again, the later one counts."""
    _Holder.provider = provider


def services() -> Services:
    """The services now: of the provider, or else of the console that serves the API in this process."""
    if _Holder.provider is None:
        # By name: surfaces do not import each other, and another server may provide its own.
        _Holder.provider = import_string(_CONSOLE)
    return _Holder.provider()
