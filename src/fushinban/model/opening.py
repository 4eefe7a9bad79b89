"""What a router of the site lets in from the internet, and which device stands behind it."""

from dataclasses import dataclass

from fushinban.model.device import Device
from fushinban.model.exposure import Opening as PredictedOpening
from fushinban.model.facts.maker import PortMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One UPnP mapping of a router. `device`: the one that it leads to; None where the site knows none there.

    `planned`: the router's planned sheet has it. `picture`: the port shows pictures to whoever asks. `external`: the
    outside address of the router, empty where it does not tell. `source`, `digest`: of the reading.
    """

    router: Device
    mapping: PortMapping
    device: Device | None
    planned: bool = False
    picture: bool = False
    external: str = ""
    source: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """One way to the inside that the router's configuration opens, as predicted.

    `device`: the one that it leads to; None where the site knows none there, or where it leads to many. `planned`: the
    router's planned sheet has it. `picture`: pictures are shown at its port to whoever asks.
    """

    row: PredictedOpening
    device: Device | None
    planned: bool = False
    picture: bool = False
