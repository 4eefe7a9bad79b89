"""Settings of the installation: how much happens at once, how long things are kept."""

from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.shapes import Flag, Given, Whole, as_whole
from fushinban.messages import Text
from fushinban.model.job import JobSettings, Keeping
from fushinban.model.rights import Permission

RESOURCE = Resource("settings", Text("設定", "Settings"))


Days = Annotated[int, Field(ge=30, le=36_500), BeforeValidator(as_whole)]


class KeepingOut(Schema):
    """For how many days things are kept; null: for ever. 保存期間(日)"""

    transcripts: int | None
    records: int | None
    jobs: int | None


class KeepingIn(Given):
    """The same, to be set."""

    transcripts: Days | None
    records: Days | None
    jobs: Days | None


class SettingsOut(Schema):
    """How much happens at once. ジョブの設定"""

    inspections: int
    per_worker: int
    starts_per_minute: int
    site_pause: int
    late_days: int
    schedules: bool
    keeping: KeepingOut
    version: int


class SettingsIn(Given):
    """All settings, to be set together."""

    inspections: Whole = Field(ge=1, le=200)
    per_worker: Whole = Field(ge=1, le=64)
    starts_per_minute: Whole = Field(ge=0, le=6000)
    site_pause: Whole = Field(ge=0, le=43_200, description="Minutes between two inspections of a site. 間隔(分)")
    late_days: Whole = Field(ge=0, le=60)
    schedules: Flag
    keeping: KeepingIn


@RESOURCE.get(
    "/settings/jobs", "getSettings", Text("ジョブの設定", "Settings of jobs"), permission=Permission.SETTINGS_VIEW,
    whole=True, answers={200: SettingsOut},
)  # fmt: skip
def get_settings(call: Call) -> SettingsOut:
    """The settings that hold, with their version as ETag."""
    saved = call.store.job_settings.get()
    call.versioned(saved.version)
    return _out(saved.settings, saved.version)


@RESOURCE.put(
    "/settings/jobs", "replaceSettings", Text("ジョブの設定を変える", "Change the settings of jobs"),
    permission=Permission.SETTINGS_EDIT, whole=True, edits=True, answers={200: SettingsOut},
)  # fmt: skip
def replace_settings(call: Call, body: SettingsIn) -> SettingsOut:
    """Set all of them together."""
    expected = call.expected()
    values = body.model_dump() | {"keeping": Keeping(**body.keeping.model_dump())}
    wanted = JobSettings(**values)
    known = call.store.job_settings.get().version
    version = call.store.job_settings.save(wanted, known if expected is None else expected)
    call.versioned(version)
    return _out(wanted, version)


def _out(settings: JobSettings, version: int) -> SettingsOut:
    keeping = settings.keeping
    return SettingsOut(
        inspections=settings.inspections, per_worker=settings.per_worker,
        starts_per_minute=settings.starts_per_minute, site_pause=settings.site_pause, late_days=settings.late_days,
        schedules=settings.schedules, version=version,
        keeping=KeepingOut(transcripts=keeping.transcripts, records=keeping.records, jobs=keeping.jobs),
    )  # fmt: skip
