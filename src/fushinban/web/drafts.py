"""What a person has begun to write and not finished: kept until it is finished or thrown away. Never with a secret."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fushinban import clock
from fushinban.jobs.site_form import Sections
from fushinban.web.installation import current
from fushinban.web.models import DraftRow

if TYPE_CHECKING:
    from fushinban.record.people.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDraft:
    """A site that is being written: its sections as far as they are there, and when they were last kept."""

    sections: Sections
    saved_at: datetime


def load(person: "Person") -> SiteDraft | None:
    """What this person has begun, or None."""
    row = DraftRow.objects.filter(person=person.pk).first()
    if row is None:
        return None
    sections = json.loads(row.payload)
    return SiteDraft(sections=sections, saved_at=row.saved_at) if isinstance(sections, dict) else None


def save(person: "Person", sections: Sections) -> None:
    """Keep it in the place of what was there."""
    payload = json.dumps(dict(sections), ensure_ascii=False)
    with current().store.together():
        DraftRow.objects.update_or_create(person=person.pk, defaults={"payload": payload, "saved_at": clock.now()})


def drop(person: "Person") -> None:
    """Throw it away."""
    with current().store.together():
        DraftRow.objects.filter(person=person.pk).delete()
