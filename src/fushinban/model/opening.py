"""A port that a router of the site lets in from the internet, and which device stands behind it."""

from dataclasses import dataclass

from fushinban.model.device import Device
from fushinban.model.facts.maker import PortMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One UPnP mapping of a router. `device`: the one that it leads to; None where the site knows none there.

    `planned`: the router's planned sheet has it. `external`: the router's outside address, empty where it does not
    tell. `source`, `digest`: of the reading.
    """

    router: Device
    mapping: PortMapping
    device: Device | None
    planned: bool = False
    external: str = ""
    source: str = ""
    digest: str = ""
