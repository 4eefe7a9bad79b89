"""The settings of jobs."""

from fushinban.errors import Conflict, InputError
from fushinban.messages import say
from fushinban.model.job import JobSettings
from fushinban.record._job_rows import JobSettingsRow
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link
from fushinban.record.job_values import SavedSettings

_LEAST = {"inspections": 1, "per_worker": 1, "starts_per_minute": 0, "site_pause": 0, "late_days": 0}
_MOST = {"inspections": 200, "per_worker": 64, "starts_per_minute": 6000, "site_pause": 43_200, "late_days": 60}
_DAYS = (30, 36_500)


class JobSettingsStore:
    """Get and save. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = JobSettingsRow._base_manager.using(link.alias)

    def get(self) -> SavedSettings:
        """The settings that hold."""
        with self._link.reading():
            row = self._rows.filter(id=1).first()
        if row is None:
            return SavedSettings(settings=JobSettings(), version=0)
        return SavedSettings(settings=decode(JobSettings, row.payload), version=row.version)

    def save(self, settings: JobSettings, expected: int) -> int:
        """Keep them; the new version. Raises InputError for a value out of bounds, Conflict where others saved."""
        check_settings(settings)
        with self._link.writing():
            row, _ = self._rows.select_for_update().get_or_create(id=1, defaults={"payload": encode(settings)})
            if row.version != expected:
                raise Conflict(say("jobs.settings-conflict"))
            row.payload, row.version = encode(settings), expected + 1
            row.save(using=self._link.alias)
            self._link.audit.changed("settings.changed", "settings", str(row.pk), {"version": row.version})
        return expected + 1


def check_settings(settings: JobSettings) -> None:
    """Raise InputError for the first value out of bounds."""
    for name, least in _LEAST.items():
        if not least <= getattr(settings, name) <= _MOST[name]:
            raise InputError(
                say("jobs.setting-bounds", name=say(f"jobs.setting-{name}"), least=least, most=_MOST[name])
            )
    for name in ("transcripts", "records", "jobs"):
        days = getattr(settings.keeping, name)
        if days is not None and not _DAYS[0] <= days <= _DAYS[1]:
            label = say(f"jobs.setting-keep-{name}")
            raise InputError(say("jobs.setting-bounds", name=label, least=_DAYS[0], most=_DAYS[1]))
