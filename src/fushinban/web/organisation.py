"""What the organisation is called. Asked for by every page, so each process remembers it for a while."""

from fushinban import clock
from fushinban.web.installation import Installation, current
from fushinban.web.models import OrganisationRow

_REMEMBERED = 60.0
LONGEST = 200


class _Memory:
    of: Installation | None = None
    name = ""
    until = 0.0


def name() -> str:
    """The name; empty before set-up. Another process's change is seen within a minute."""
    installation = current()
    if _Memory.of is not installation or clock.monotonic() > _Memory.until:
        row = OrganisationRow.objects.first()
        _Memory.of, _Memory.name = installation, row.name if row is not None else ""
        _Memory.until = clock.monotonic() + _REMEMBERED
    return _Memory.name


def rename(new: str) -> None:
    """Give it a name; noted in the audit log. Raises StoreError."""
    store = current().store
    with store.together():
        OrganisationRow.objects.update_or_create(pk=1, defaults={"name": new.strip()[:LONGEST]})
        store.audit.write(None, "organisation.named", "organisation", "1", {"name": new.strip()[:LONGEST]})
    _Memory.of = None
