"""How a long job tells what it is doing: the surfaces decide how to show it."""

from typing import Protocol

from fushinban.model.device import Device
from fushinban.model.text import Text


class Progress(Protocol):
    """Hears of stages and devices. Called from the event loop; must return at once."""

    def stage(self, title: Text, total: int = 0) -> None:
        """A new stage begins; `total` steps are ahead (0: not known)."""

    def step(self, device: Device, doing: str) -> None:
        """Something is asked of a device now (`doing`: key of the fact)."""

    def done(self, device: Device, reached: bool) -> None:
        """A device is finished."""


class Quiet:
    """Says nothing."""

    def stage(self, title: Text, total: int = 0) -> None:
        """Nothing."""

    def step(self, device: Device, doing: str) -> None:
        """Nothing."""

    def done(self, device: Device, reached: bool) -> None:
        """Nothing."""
