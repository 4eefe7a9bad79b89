"""Answers of people to the questions of controls, with their history."""

from collections.abc import Iterable, Mapping

from fushinban import clock
from fushinban.model.finding import PersonAnswer
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link
from fushinban.record.models import AnswerRow
from fushinban.record.values import AnswerEntry


class Answers:
    """Save and find answers; files handed in with them are in `Store.evidence`. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = AnswerRow._base_manager.using(link.alias)

    def save(self, site_id: str, *answers: PersonAnswer) -> int:
        """Keep answers; one equal to the newest of its control is not kept again. Returns how many are new."""
        with self._link.writing():
            known = self._newest(site_id)
            fresh = [a for a in answers if known.get(a.control) != a]
            now = clock.now()
            rows = self._rows.bulk_create(
                [AnswerRow(site=site_id, control=a.control, saved_at=now, payload=encode(a)) for a in fresh]
            )
            for row in rows:
                said = {"site": site_id, "control": row.control}
                self._link.audit.changed("answer.saved", "answer", str(row.pk), said)
        return len(fresh)

    def newest(self, site_id: str) -> Mapping[str, PersonAnswer]:
        """The newest answer to every control that has one, by control id."""
        with self._link.reading():
            return self._newest(site_id)

    def history(self, site_id: str, control: str) -> tuple[AnswerEntry, ...]:
        """All answers to one control, the newest first."""
        with self._link.reading():
            rows = tuple(self._rows.filter(site=site_id, control=control).order_by("-id"))
        return tuple(AnswerEntry(answer=decode(PersonAnswer, r.payload), saved_at=r.saved_at) for r in rows)

    def histories(self, site_id: str, controls: Iterable[str]) -> Mapping[str, tuple[AnswerEntry, ...]]:
        """All answers to each of these controls that has any, the newest first, in one query."""
        found: dict[str, list[AnswerEntry]] = {}
        with self._link.reading():
            rows = self._rows.filter(site=site_id, control__in=sorted(set(controls))).order_by("-id")
            for control, saved_at, payload in rows.values_list("control", "saved_at", "payload"):
                entry = AnswerEntry(answer=decode(PersonAnswer, payload), saved_at=saved_at)
                found.setdefault(control, []).append(entry)
        return {control: tuple(entries) for control, entries in found.items()}

    def _newest(self, site_id: str) -> dict[str, PersonAnswer]:
        rows = self._rows.filter(site=site_id).order_by("id").values_list("control", "payload")
        return {control: decode(PersonAnswer, payload) for control, payload in dict(rows).items()}
