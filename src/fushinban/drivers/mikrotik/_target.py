"""Where a RouterOS dstnat rule sends packets."""

from fushinban.drivers._packet_words import address_set, port_set
from fushinban.drivers.mikrotik._book import Item
from fushinban.drivers.mikrotik._match import WrongValue
from fushinban.model.filtering import ForwardKind, Match, Target
from fushinban.model.intervals import ANY_ADDRESS, ANY_PORT, Intervals


def target_of(item: Item, match: Match) -> Target:
    """The new destination of packets that the rule matches. Raises WrongValue."""
    try:
        ports = _ports(item.get("to-ports"), match.destination_ports)
    except ValueError as error:
        raise WrongValue("to-ports") from error
    if item.get("action") == "redirect":
        return Target(own=True, ports=ports)
    text = item.get("to-addresses")
    if not text.strip("0."):  # left out, or the address that stands for that
        return Target(ports=ports)
    try:
        inside = address_set(text)
    except ValueError as error:
        raise WrongValue("to-addresses") from error
    outside = match.destinations
    if item.get("action") == "netmap" and outside != ANY_ADDRESS and outside.size == inside.size:
        return Target(address_shift=inside.first - outside.first, ports=ports)
    return Target(addresses=inside, ports=ports)


def _ports(text: str, before: Intervals) -> Intervals | None:
    """The ports afterwards; None: as before. A port that already lies in the wanted range is kept (as Linux does)."""
    if not text or text == "0-65535":
        return None
    wanted = port_set(text.split(","))
    return None if wanted.size > 1 and wanted.covers(before) else wanted


def kind_of(item: Item, match: Match) -> ForwardKind:
    """What sort of opening it is, as people call it."""
    if item.get("action") == "netmap":
        return ForwardKind.ONE_TO_ONE
    if match.destination_ports == ANY_PORT and not item.get("to-ports"):
        return ForwardKind.DMZ if match.destinations.size != 1 else ForwardKind.ONE_TO_ONE
    return ForwardKind.STATIC
