"""Devices: search, one, its sheets, findings, readings and history."""

from datetime import datetime

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, inner_cursor, outer_page
from fushinban.api.resources.findings import FindingOut, finding_out
from fushinban.api.shapes import CustomerOut, DeviceOut, Flag, Given, customer_out, device_out
from fushinban.jobs.device_reading import newest_record, video_inputs
from fushinban.jobs.host_keys import know_key
from fushinban.jobs.sheets import adopt_device
from fushinban.messages import Lang, Text
from fushinban.model.device import DeviceKind
from fushinban.model.listing import DeviceLine, DevicesQuery
from fushinban.model.rights import Permission
from fushinban.model.sheet import ParameterSheet, Stage

RESOURCE = Resource("devices", Text("機器", "Devices"))


class DeviceLineOut(Schema):
    """A device with its findings at the newest finished inspection. 機器"""

    device: DeviceOut
    site_name: str
    customer: CustomerOut | None
    failed: int
    accepted: int
    unknown: int
    error: int
    worst: str | None


class DeviceFilter(Schema):
    """Which devices."""

    text: str = Field("", max_length=200, description="Part of name, maker, model, serial, MAC or IP address")
    kind: DeviceKind | None = None
    maker: str | None = Field(None, max_length=200)
    customer: int | None = Field(None, ge=1, le=2**53)
    site: str | None = Field(None, max_length=100)
    ignored: bool | None = None


class HostKeyKnown(Given):
    """The SSH host key of a device, compared on the device itself."""

    key: str = Field(max_length=200, examples=["ssh-ed25519 SHA256:…"])


class DeviceChange(Given):
    """What a person may change of a device."""

    ignored: Flag = Field(description="Set aside: no longer read. 対象から外す")


class SheetAdopted(Given):
    """The settings read last are recorded as another stage. 設定シートの採用"""

    stage: Stage = Field(Stage.INSTALLED, description="factory, planned or installed")
    digest: str | None = Field(None, max_length=200, description="Of the actual sheet that was looked at")


class AdoptedOut(Schema):
    """Whether the stage is new; false where it said the same already."""

    stage: str
    new: bool


class StreamOut(Schema):
    """One stream of a video input."""

    token: str
    name: str
    codec: str
    resolution: str


class InputOut(Schema):
    """One video input of a recorder or an encoder. 映像入力"""

    token: str
    streams: list[StreamOut]


class ChannelsOut(Schema):
    """What a recorder said of its inputs, and the devices behind it, as far as they were collected."""

    inspection: str
    inputs: list[InputOut]
    devices: list[DeviceOut]


class ParameterOut(Schema):
    """One value of a sheet. A secret's value is only its fingerprint. 設定値"""

    key: str
    label: str
    section: str
    value: str
    unit: str
    secret: bool
    volatile: bool
    source: str


class SheetOut(Schema):
    """The settings of a device at one stage. 設定シート"""

    stage: str = Field(examples=["actual"])
    taken_at: datetime
    digest: str
    by: str
    parameters: list[ParameterOut]


class ReadingOut(Schema):
    """One answer of the device to one question. 読み取り"""

    fact: str
    answer: str = Field(examples=["ok"])
    driver: str
    request: str
    at: datetime
    digest: str
    detail: str | None


class ReadingsOut(Schema):
    """What was read of a device in one inspection."""

    inspection: str
    reached: bool
    drivers: list[str]
    readings: list[ReadingOut]


class HistoryOut(Schema):
    """How each control ended at the last inspections, the newest first (null: not judged then)."""

    inspections: list[str]
    outcomes: dict[str, list[str | None]]


@RESOURCE.get(
    "/devices", "listDevices", Text("機器の一覧", "List devices"), permission=Permission.SITE_VIEW,
    answers={200: Page[DeviceLineOut]},
)  # fmt: skip
def list_devices(call: Call, filters: Query[DeviceFilter], page: Query[PageQuery]) -> Page[DeviceLineOut]:
    """Devices of all sites that the caller may see."""
    query = DevicesQuery(**filters.model_dump())
    found = call.store.devices.search(call.scope(), query, cursor=inner_cursor("devices", page.cursor), most=page.most)
    return outer_page("devices", [_line(d) for d in found.items], found.next, found.total)


@RESOURCE.get(
    "/sites/{site_id}/devices/{device_id}", "getDevice", Text("機器の詳細", "One device"),
    permission=Permission.SITE_VIEW, answers={200: DeviceLineOut},
)  # fmt: skip
def get_device(call: Call, site_id: str, device_id: str) -> DeviceLineOut:
    """One device of a site."""
    return _line(call.had(call.store.devices.line(call.scope(), site_id, device_id)))


@RESOURCE.post(
    "/sites/{site_id}/devices/{device_id}/ignore", "ignoreDevice", Text("機器を対象から外す", "Set a device aside"),
    permission=Permission.SITE_EDIT, answers={200: DeviceOut},
)  # fmt: skip
def ignore_device(call: Call, site_id: str, device_id: str, body: DeviceChange) -> DeviceOut:
    """Set a device aside, or take it back."""
    _known(call, site_id, device_id)
    call.store.devices.ignore(site_id, device_id, body.ignored)
    return device_out(call.had(call.store.devices.get(site_id, device_id)))


@RESOURCE.post(
    "/sites/{site_id}/devices/{device_id}/host-key", "knowHostKey",
    Text("SSHホスト鍵を認める", "Accept an SSH host key"),
    permission=Permission.CREDENTIAL_EDIT, answers={200: DeviceOut},
)  # fmt: skip
def know_host_key(call: Call, site_id: str, device_id: str, body: HostKeyKnown) -> DeviceOut:
    """Passwords go to this key alone from now on; an empty one: to the first that is shown next."""
    _known(call, site_id, device_id)
    know_key(call.store, call.had(call.store.devices.get(site_id, device_id)), body.key)
    return device_out(call.had(call.store.devices.get(site_id, device_id)))


@RESOURCE.get(
    "/sites/{site_id}/devices/{device_id}/sheets", "getSheets", Text("設定シート", "Sheets of a device"),
    permission=Permission.READING_VIEW, answers={200: list[SheetOut]},
)  # fmt: skip
def get_sheets(call: Call, site_id: str, device_id: str) -> list[SheetOut]:
    """The newest sheet of every stage."""
    _known(call, site_id, device_id)
    return [_sheet(s, call.lang) for s in call.store.sheets.newest(site_id, device_id).values()]


@RESOURCE.post(
    "/sites/{site_id}/devices/{device_id}/sheets/adopt", "adoptSheet",
    Text("今の設定を設置時とする", "Adopt the actual settings"),
    permission=Permission.SITE_EDIT, answers={200: AdoptedOut},
)  # fmt: skip
def adopt_sheet(call: Call, site_id: str, device_id: str, body: SheetAdopted) -> AdoptedOut:
    """Record the settings read last as those of the installation, from which changes are told."""
    _known(call, site_id, device_id)
    new = adopt_device(call.store, site_id, device_id, body.stage, call.caller.shown, seen=body.digest)
    return AdoptedOut(stage=body.stage.value, new=new)


@RESOURCE.get(
    "/sites/{site_id}/devices/{device_id}/channels", "getChannels", Text("録画機の映像入力", "Channels of a recorder"),
    permission=Permission.READING_VIEW, answers={200: ChannelsOut},
)  # fmt: skip
def get_channels(call: Call, site_id: str, device_id: str) -> ChannelsOut:
    """The video inputs that the device named at the newest inspection that met it, and the devices behind it."""
    _known(call, site_id, device_id)
    history = call.store.findings.history(call.scope(), site_id, device_id)
    record, inspection = newest_record(call.store, call.scope(), history, device_id)
    inputs = [
        InputOut(token=i.token, streams=[
            StreamOut(token=p.token, name=p.name, codec=p.codec, resolution=p.resolution) for p in i.streams
        ])
        for i in video_inputs(record.readings if record is not None else ())
    ]  # fmt: skip
    devices = [device_out(d) for d in call.store.devices.children(site_id, device_id)]
    return ChannelsOut(inspection=inspection, inputs=inputs, devices=devices)


@RESOURCE.get(
    "/sites/{site_id}/devices/{device_id}/findings", "getDeviceFindings", Text("機器の指摘", "Findings of a device"),
    permission=Permission.SITE_VIEW, answers={200: list[FindingOut]},
)  # fmt: skip
def get_device_findings(call: Call, site_id: str, device_id: str) -> list[FindingOut]:
    """The current findings of one device, the worst first."""
    _known(call, site_id, device_id)
    return [finding_out(f, call.lang) for f in call.store.findings.of_device(call.scope(), site_id, device_id)]


@RESOURCE.get(
    "/sites/{site_id}/devices/{device_id}/history", "getDeviceHistory", Text("機器の履歴", "History of a device"),
    permission=Permission.SITE_VIEW, answers={200: HistoryOut},
)  # fmt: skip
def get_device_history(call: Call, site_id: str, device_id: str) -> HistoryOut:
    """How each control ended for the device at the site's last inspections."""
    _known(call, site_id, device_id)
    found = call.store.findings.history(call.scope(), site_id, device_id)
    return HistoryOut(
        inspections=[line.id for line in found.inspections],
        outcomes={c: [o.value if o else None for o in several] for c, several in found.outcomes.items()},
    )


@RESOURCE.get(
    "/inspections/{inspection_id}/devices/{device_id}/readings", "getReadings",
    Text("機器から読み取った内容", "What was read of a device"),
    permission=Permission.READING_VIEW, answers={200: ReadingsOut},
)  # fmt: skip
def get_readings(call: Call, inspection_id: str, device_id: str) -> ReadingsOut:
    """The answers of a device in one inspection: what was asked, of whom, and how it ended."""
    found = call.had(call.store.inspections.record(inspection_id, device_id, call.scope()))
    readings = [
        ReadingOut(
            fact=r.fact.key, answer=r.answer.value, driver=r.source.driver, request=r.source.request,
            at=r.source.at, digest=r.source.digest, detail=r.detail.of(call.lang) if r.detail else None,
        )
        for r in found.readings
    ]  # fmt: skip
    return ReadingsOut(inspection=inspection_id, reached=found.reached, drivers=list(found.drivers), readings=readings)


def _known(call: Call, site_id: str, device_id: str) -> None:
    """Only for a device that is there, of a site that the caller may reach."""
    call.require(site_id)
    call.had(call.store.devices.get(site_id, device_id))


def _line(line: DeviceLine) -> DeviceLineOut:
    return DeviceLineOut(
        device=device_out(line.device), site_name=line.site_name, customer=customer_out(line.customer),
        failed=line.failed, accepted=line.accepted, unknown=line.unknown, error=line.error,
        worst=line.worst.value if line.worst else None,
    )  # fmt: skip


def _sheet(sheet: ParameterSheet, lang: Lang) -> SheetOut:
    parameters = [
        ParameterOut(
            key=p.key, label=p.label.of(lang), section=p.section.value, value=p.value, unit=p.unit,
            secret=p.secret, volatile=p.volatile, source=p.source,
        )
        for p in sheet.parameters
    ]  # fmt: skip
    return SheetOut(
        stage=sheet.stage.value, taken_at=sheet.taken_at, digest=sheet.digest, by=sheet.by, parameters=parameters
    )
