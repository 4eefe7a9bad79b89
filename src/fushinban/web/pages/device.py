"""機器: one device: who it is, its sheet with the stages side by side, findings, history, changes, what was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.http import Http404, HttpResponse

from fushinban import clock
from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.jobs.device_reading import newest_record, video_inputs
from fushinban.jobs.host_keys import Keys, check_free, keys_of, know_key
from fushinban.jobs.sheets import adopt_device
from fushinban.messages import Text, say
from fushinban.model.control import Outcome
from fushinban.model.device import Device, DeviceKind
from fushinban.model.facts import Accounts, Level, OpenPorts, ServedCertificates, StoredCertificates, TlsPorts
from fushinban.model.facts.base import Fact
from fushinban.model.inspection import DeviceRecord
from fushinban.model.listing import DeviceHistory, DeviceLine
from fushinban.model.reading import Answer, Reading
from fushinban.model.rights import Permission
from fushinban.model.sheet import Change, ParameterSheet, Stage
from fushinban.web._page import Page, action
from fushinban.web.pages import _device_sheet as sheet
from fushinban.web.pages._device_lines import Past, shown_history, shown_parts, shown_readings

F = TypeVar("F", bound=Fact)

#: Findings that are shown at once before the rest is folded away, and inspections in the history.
_FIRST, _INSPECTIONS = 8, 12
_TOLD = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR)
#: What other devices can hang at, and what has several video inputs.
_HUBS = frozenset({DeviceKind.RECORDER, DeviceKind.ENCODER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One kind of fact as it was read: the value, or how the device answered instead (None: it was not asked)."""

    value: Fact | None = None
    answer: Answer | None = None


class DevicePage(Page):
    """One device of a site."""

    path = "sites/<str:site_id>/devices/<path:device_id>/"
    name = "device"
    permission = Permission.SITE_VIEW
    template = "pages/device.html"

    def context(self, site_id: str, device_id: str) -> Mapping[str, object]:
        """Everything about the device."""
        site = self.site(site_id)
        line = self._line(site_id, device_id)
        history = self.store.findings.history(self.scope, site_id, device_id, _INSPECTIONS)
        found = self.store.findings.of_device(self.scope, site_id, device_id)
        told = tuple((i, _title_of(i.finding.control)) for i in found if i.finding.outcome in _TOLD)
        record, inspection = newest_record(self.store, self.scope, history, device_id)
        owner = line.customer.id if line.customer else None
        may = {p.name.lower(): self.rights.may(p, site_id, owner) for p in Permission}
        moved, steady = _history(history)
        return {
            "site": site, "line": line, "device": line.device, "may": may, "sentence": _sentence(line, history),
            "findings": told[:_FIRST], "more_findings": told[_FIRST:], "well": len(found) - len(told),
            "inspections": history.inspections, "steady_count": len(steady),
            "history": shown_history(moved, history.inspections, self.lang),
            "steady": shown_history(steady, history.inspections, self.lang),
            "parent": self._title(site_id, line.device.parent), "record": record, "inspection": inspection,
            "now": clock.now(), "keys": keys_of(line.device, record),
            **self._hub(line.device, record, read=may["reading_view"]),
            **self._sheet(site_id, device_id, record, read=may["reading_view"]),
        }  # fmt: skip

    @action(Permission.SITE_EDIT)
    def set_aside(self, site_id: str, device_id: str) -> HttpResponse:
        """No longer read this device."""
        return self._ignore(site_id, device_id, ignored=True)

    @action(Permission.SITE_EDIT)
    def take_back(self, site_id: str, device_id: str) -> HttpResponse:
        """Read it again."""
        return self._ignore(site_id, device_id, ignored=False)

    @action(Permission.SITE_EDIT)
    def adopt(self, site_id: str, device_id: str) -> HttpResponse:
        """The settings read last become those of the installation, from which changes are told."""
        self.site(site_id)
        device = self._line(site_id, device_id).device
        asking = self.confirm(
            title=say("page_device.adopt-title", device=device.title),
            sentences=(say("page_device.adopt-what"), say("page_device.adopt-then")),
            button=say("page_device.adopt-button"),
        )
        if asking is not None:
            return asking
        by, seen = self.request.actor.name, self.request.POST.get("seen")
        new = adopt_device(self.store, site_id, device_id, Stage.INSTALLED, by, seen=seen)
        self.tell(say("page_device.adopt-done" if new else "page_device.adopt-same", device=device.title))
        return self.to("device", site_id=site_id, device_id=device_id)

    @action(Permission.CREDENTIAL_EDIT)
    def accept_key(self, site_id: str, device_id: str) -> HttpResponse:
        """Passwords may go to the key that the device showed last."""
        device, keys = self._keys(site_id, device_id)
        if not keys.other or self.request.POST.get("key") != keys.shown:
            raise InputError(say("page_device.key-stale"))
        return self._know_key(device, keys.shown, "accept")

    @action(Permission.CREDENTIAL_EDIT)
    def forget_key(self, site_id: str, device_id: str) -> HttpResponse:
        """The next key that the device shows is taken for its own."""
        device, _ = self._keys(site_id, device_id)
        return self._know_key(device, "", "forget")

    def _know_key(self, device: Device, key: str, what: str) -> HttpResponse:
        check_free(self.store, device)
        asking = self.confirm(
            title=say(f"page_device.key-{what}-title", device=device.title),
            sentences=(say(f"page_device.key-{what}-what", key=key or device.host_key), say("page_device.key-compare")),
            button=say(f"page_device.key-{what}"),
        )
        if asking is not None:
            return asking
        know_key(self.store, device, key)
        self.tell(say(f"page_device.key-{what}-done"))
        return self.to("device", site_id=device.site, device_id=device.id)

    def _keys(self, site_id: str, device_id: str) -> tuple[Device, Keys]:
        self.site(site_id)
        device = self._line(site_id, device_id).device
        history = self.store.findings.history(self.scope, site_id, device_id, _INSPECTIONS)
        return device, keys_of(device, newest_record(self.store, self.scope, history, device_id)[0])

    def _hub(self, device: Device, record: DeviceRecord | None, *, read: bool) -> Mapping[str, object]:
        """What hangs at a recorder, and its video inputs for those who may see readings."""
        inputs = video_inputs(record.readings) if record is not None and read else ()
        if device.kind not in _HUBS and len(inputs) < 2:
            return {"hub": False}
        return {"hub": True, "children": self.store.devices.children(device.site, device.id), "inputs": inputs}

    def _ignore(self, site_id: str, device_id: str, *, ignored: bool) -> HttpResponse:
        self.site(site_id)
        line = self._line(site_id, device_id)
        if ignored:
            sentences = (say("page_device.aside-what"), say("page_device.aside-then"))
            asking = self.confirm(
                title=say("page_device.aside-title", device=line.device.title), sentences=sentences,
                button=say("page_device.aside-button"),
            )  # fmt: skip
            if asking is not None:
                return asking
        self.store.devices.ignore(site_id, device_id, ignored)
        self.tell(say("page_device.aside-done" if ignored else "page_device.back-done", device=line.device.title))
        return self.to("device", site_id=site_id, device_id=device_id)

    def _line(self, site_id: str, device_id: str) -> DeviceLine:
        fits = len(device_id) <= 200 and device_id.isprintable()
        line = self.store.devices.line(self.scope, site_id, device_id) if fits else None
        if line is None:
            raise Http404
        return line

    def _title(self, site_id: str, device_id: str) -> str:
        """What the recorder is called that the device hangs at."""
        parent = self.store.devices.get(site_id, device_id) if device_id else None
        return parent.title if parent is not None else ""

    def _sheet(self, site_id: str, device_id: str, record: DeviceRecord | None, *, read: bool) -> Mapping[str, object]:
        """The sheet and what was read, for those who may see readings; the changes for everybody who sees the site."""
        only = self.request.GET.get("only") == "differences"
        kept = self.store.sheets.newest(site_id, device_id) if read else {}
        changes = record.changes if record is not None else ()
        known = kept or (record.sheets if record is not None else {})
        shown: dict[str, object] = {
            "changes": sheet.shown_changes(changes, self.lang, sheet.secret_keys(known)), "only": only,
        }  # fmt: skip
        if read:
            kinds = {
                "accounts": Accounts, "ports": OpenPorts, "tls": TlsPorts, "served": ServedCertificates,
                "stored": StoredCertificates,
            }  # fmt: skip
            shown |= {name: _read(record, kind) for name, kind in kinds.items()}
            parts = sheet.parts(kept, _still(kept, changes), self.lang, only=only)
            stages = tuple(h for h in sheet.heads(kept) if h.taken_at)
            readings = record.readings if record is not None else ()
            shown |= {
                "parts": shown_parts(parts, stages, self.lang, only=only), "has_sheets": bool(kept),
                "missing": tuple(h.stage for h in sheet.heads(kept) if h.taken_at is None),
                "adopted": _adopted(kept), "actual": kept.get(Stage.ACTUAL), "same": _same(kept),
                "readings": shown_readings(readings, self.lang), "readings_count": len(readings),
                "administrator": Level.ADMINISTRATOR,
            }  # fmt: skip
        return shown


def _read(record: DeviceRecord | None, kind: type[Fact]) -> Read:
    readings: tuple[Reading[Fact], ...] = record.readings if record is not None else ()
    mine = [reading for reading in readings if reading.fact is kind]
    good = next((reading.value for reading in mine if reading.value is not None), None)
    return Read(value=good, answer=mine[0].answer if mine else None)


def _adopted(kept: Mapping[Stage, ParameterSheet]) -> ParameterSheet | None:
    """The sheet of the installation where it was recorded after the newest reading: changes are told of an older."""
    installed, actual = kept.get(Stage.INSTALLED), kept.get(Stage.ACTUAL)
    newer = installed is not None and actual is not None and installed.taken_at > actual.taken_at
    return installed if newer else None


def _same(kept: Mapping[Stage, ParameterSheet]) -> bool:
    installed, actual = kept.get(Stage.INSTALLED), kept.get(Stage.ACTUAL)
    return installed is not None and actual is not None and installed.digest == actual.digest


def _still(kept: Mapping[Stage, ParameterSheet], changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes as far as they are from the sheet of the installation that holds now."""
    return () if _adopted(kept) is not None else changes


def _sentence(line: DeviceLine, history: DeviceHistory) -> Text:
    """What a shop owner must know of the device."""
    if line.device.ignored:
        return say("page_device.sentence-ignored")
    if not history.inspections:
        return say("page_device.sentence-never")
    if line.failed:
        return say("page_device.sentence-failed", count=line.failed)
    if line.unknown or line.error:
        return say("page_device.sentence-unknown", count=line.unknown + line.error)
    return say("page_device.sentence-accepted" if line.accepted else "page_device.sentence-fine")


def _title_of(control: str) -> Text:
    known = controls().get(control)
    return known.title if known is not None else Text(control, control)


def _history(history: DeviceHistory) -> tuple[tuple[Past, ...], tuple[Past, ...]]:
    """Controls that are or were not well, and those that always were."""
    rows = [
        Past(control=control, title=_title_of(control), outcomes=outcomes)
        for control, outcomes in history.outcomes.items()
    ]
    order = {Outcome.FAIL: 0, Outcome.ERROR: 1, Outcome.UNKNOWN: 2}
    rows.sort(key=lambda row: (order.get(row.outcomes[0], 3) if row.outcomes[0] else 4, row.control))
    moved = [row for row in rows if any(o in order for o in row.outcomes)]
    return tuple(moved), tuple(row for row in rows if row not in moved)


PAGES = (DevicePage,)
