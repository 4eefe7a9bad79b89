"""Looks from outside on record, and the history of each site's outside address that they make."""

from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address

from fushinban.model.outside import AddressHolder, AddressSpan, BehindPort, OutsideLook
from fushinban.model.reflection import Reflection
from fushinban.record._outside_rows import OutsideBehindRow, OutsideLookRow
from fushinban.record.codec import decode, decode_tuple, encode
from fushinban.record.connection import Link

_MOST = 1000


class Outside:
    """Keep and read looks from outside. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = OutsideLookRow._base_manager.using(link.alias)
        self._behind = OutsideBehindRow._base_manager.using(link.alias)

    def keep(
        self, site_id: str, reflector: str, seen: Reflection, behind: tuple[BehindPort, ...] | None = None
    ) -> OutsideLook:
        """Keep a look. `reflector`: the public key that signed it; `behind`: where its open ports lead."""
        family = ip_address(seen.address).version
        with self._link.writing():
            row = self._rows.create(
                site=site_id, at=seen.started, family=family, address=seen.address, reflector=reflector,
                payload=encode(seen),
            )  # fmt: skip
            said = {"site": site_id, "address": seen.address, "open": len(seen.open)}
            self._link.audit.changed("outside.looked", "outside-look", str(row.pk), said)
            if behind is not None:
                self._behind.create(look=row.pk, payload=encode(behind, tuple[BehindPort, ...]))
                told = {"look": row.pk, "known": sum(port.known for port in behind)}
                self._link.audit.changed("outside.behind", "outside-behind", str(row.pk), told)
        return _look(row, behind)

    def of(self, site_id: str, most: int = 20) -> tuple[OutsideLook, ...]:
        """Looks at a site, the newest first."""
        with self._link.reading():
            return self._looks(self._rows.filter(site=site_id).order_by("-at", "-pk")[: min(most, _MOST)])

    def before(self, site_id: str, number: int | None, most: int) -> tuple[OutsideLook, ...]:
        """Looks at a site in the order in which they were kept, the newest first, those before a number."""
        rows = self._rows.filter(site=site_id)
        if number is not None:
            rows = rows.filter(pk__lt=number)
        with self._link.reading():
            return self._looks(rows.order_by("-pk")[: min(most, _MOST)])

    def last(self, site_id: str, family: int) -> OutsideLook | None:
        """The newest look over IPv4 (4) or IPv6 (6), or None."""
        with self._link.reading():
            found = self._looks(self._rows.filter(site=site_id, family=family).order_by("-at", "-pk")[:1])
        return found[0] if found else None

    def addresses(self, site_id: str, family: int = 4) -> tuple[AddressSpan, ...]:
        """The addresses that a site had, the newest first: from when until when each was seen, no other in between."""
        with self._link.reading():
            rows = self._rows.filter(site=site_id, family=family).order_by("-at", "-pk")
            seen = list(rows.values_list("address", "at")[:_MOST])
        spans: list[AddressSpan] = []
        for address, at in seen:
            if spans and spans[-1].address == address:
                spans[-1] = AddressSpan(address=address, first=at, last=spans[-1].last)
            else:
                spans.append(AddressSpan(address=address, first=at, last=at))
        return tuple(spans)

    def who_had(self, address: str, at: datetime) -> tuple[AddressHolder, ...]:
        """The sites that may have had an address at a moment, the surest first.

        Sure: it was seen there before and after with no other address between. Otherwise: it was the last address seen
        before, or the first one seen after.
        """
        address = str(ip_address(address))
        with self._link.reading():
            sites = list(self._rows.filter(address=address).values_list("site", "family").distinct()[:_MOST])
            found = [self._holder(site, family, address, at) for site, family in sites]
        return tuple(sorted(filter(None, found), key=lambda h: (not h.certain, h.site)))

    def _holder(self, site: str, family: int, address: str, at: datetime) -> AddressHolder | None:
        rows = self._rows.filter(site=site, family=family)
        before = rows.filter(at__lte=at).order_by("-at", "-pk").first()
        after = rows.filter(at__gt=at).order_by("at", "pk").first()
        seen_before = before is not None and before.address == address
        seen_after = after is not None and after.address == address
        if not seen_before and not seen_after:
            return None
        return AddressHolder(
            site=site,
            address=address,
            before=before.at if before is not None and seen_before else None,
            after=after.at if after is not None and seen_after else None,
            look=self._looks(filter(None, [before if seen_before else after]))[0],
        )

    def _looks(self, rows: Iterable[OutsideLookRow]) -> tuple[OutsideLook, ...]:
        """The looks of these rows, with where their ports led."""
        found = list(rows)
        kept = self._behind.filter(look__in=[row.pk for row in found])
        behind = {row.look: decode_tuple(BehindPort, row.payload) for row in kept}
        return tuple(_look(row, behind.get(row.pk)) for row in found)


def _look(row: OutsideLookRow, behind: tuple[BehindPort, ...] | None) -> OutsideLook:
    return OutsideLook(
        id=row.pk, site=row.site, at=row.at, family=row.family, address=row.address, reflector=row.reflector,
        seen=decode(Reflection, row.payload), behind=behind,
    )  # fmt: skip
