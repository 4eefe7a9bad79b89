"""Mappings as the connection services tell them: one by one (version 1), or as a list (version 2)."""

from collections.abc import Mapping

from fushinban.drivers._maker_values import address_of, clip, switch, whole
from fushinban.drivers.igd._actions import Told, error_of, parse_told
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import PortMapping
from fushinban.transport import xml

_MAX_PORT = 65_535
_MAX_LISTING = 2 * 1024 * 1024


def parse_entry(data: bytes) -> PortMapping:
    """The mapping in an answer to GetGenericPortMappingEntry. Raises Malformed."""
    return entry_of(parse_told(data))


def entry_of(told: Told) -> PortMapping:
    """The same from its values."""
    return _mapping(told.values, "NewPortMappingDescription", "NewLeaseDuration")


def parse_listing(data: bytes) -> tuple[PortMapping, ...]:
    """The mappings in an answer to GetListOfPortMappings: a document within the document. Raises Malformed."""
    told = parse_told(data)
    if told.error:
        raise error_of(told, "GetListOfPortMappings")
    return listing_of(told)


def listing_of(told: Told) -> tuple[PortMapping, ...]:
    """The same from its values."""
    listing = told.values.get("NewPortListing")
    if listing is None:
        raise Malformed(say("igd.no-answer"))
    if not listing:
        return ()
    root = xml.parse(listing.encode("utf-8"), _MAX_LISTING)
    rows = xml.children(root, "PortMappingEntry")
    # The names of description and lease differ from those of single entries.
    return tuple(_mapping(_texts(row), "NewDescription", "NewLeaseTime") for row in rows)


def _texts(row: xml.Element) -> dict[str, str]:
    return {xml.local(part): (part.text or "").strip() for part in row.iterchildren("{*}*")}


def _mapping(values: Mapping[str, str], description: str, lease: str) -> PortMapping:
    outside, inside = (whole(values.get(name), _MAX_PORT) for name in ("NewExternalPort", "NewInternalPort"))
    protocol, client = clip(values.get("NewProtocol")).upper(), clip(values.get("NewInternalClient"))
    if outside is None or inside is None or protocol not in ("TCP", "UDP") or not client:
        raise Malformed(say("igd.bad-mapping"))
    remote = clip(values.get("NewRemoteHost"))
    return PortMapping(
        protocol=protocol,
        outside_port=outside,
        # "Everybody" is nothing at all; some write the unspecified address.
        remote=remote if not _is_address(remote) else address_of(remote),
        inside=client,
        inside_port=inside,
        name=clip(values.get(description)),
        enabled=switch(values.get("NewEnabled")) is not False,
        lease=whole(values.get(lease)) or 0,
    )


def _is_address(text: str) -> bool:
    return text in ("0.0.0.0", "::") or bool(address_of(text))  # noqa: S104 - what a router writes for everybody
