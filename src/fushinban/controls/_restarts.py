"""Whether a device has restarted since the inspection before, by its uptime and the mark of its start."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fushinban.clock import shown
from fushinban.controls._saying import could_not_read, seen
from fushinban.model.control import Verdict, failed, passed, unknown
from fushinban.model.facts import Uptime
from fushinban.model.reading import Reading
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Counters of hundredths of a second in 32 bits (SNMP's sysUpTime) begin again after this long: 497 days.
WRAP = timedelta(seconds=2**32 / 100)

#: How far two computations of the same start may lie apart: setting clocks, and a counter that runs wrong.
TOLERANCE = timedelta(minutes=5)
DRIFT = 0.0002


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """When it was read, when the device says it started (None: it does not say), and the mark of that start."""

    read: datetime
    at: datetime | None
    mark: str


def restarted(view: DeviceView) -> Verdict:
    """Fails where it has restarted since the inspection before, whatever the reason; passes where it ran through."""
    reading = view.reading(Uptime)
    if reading is None:
        return could_not_read(view, Uptime)
    now, earlier = _start(reading), view.earlier(Uptime)
    if earlier is None:
        text = Text(
            "起動時刻の記録が今回しかないため、前回の点検と比べられませんでした。次の点検から比べられます。",
            "This is the first record of its start, so there is nothing to compare. The next inspection can compare.",
        )
        return unknown(text, seen(view, Uptime, _told(now)))
    before = _start(earlier)
    same = _same_start(before, now)
    evidence = seen(view, Uptime, _compared(before, now))
    if same is None:
        text = Text(
            "機器が示す稼働時間からは、前回の点検の後に再起動したかどうかを判断できませんでした。",
            "The uptime that the device tells does not show whether it restarted since the last inspection.",
        )
        return unknown(text, evidence)
    if same:
        text = Text("前回の点検から、再起動していません。", "It has not restarted since the last inspection.")
        return passed(text, evidence)
    text = Text(
        "前回の点検の後に再起動しています。作業や停電の記録で説明できるか確かめてください。",
        "It has restarted since the last inspection. See whether records of work or a power failure explain it.",
    )
    return failed(text, evidence)


def _start(reading: Reading[Uptime]) -> _Start:
    uptime, read = reading.value, reading.source.at
    assert uptime is not None
    at = uptime.booted_at
    if at is None and uptime.seconds is not None:
        at = read - timedelta(seconds=uptime.seconds)
    return _Start(read=read, at=at, mark=uptime.boot_id)


def _same_start(before: _Start, now: _Start) -> bool | None:
    """Whether both are one start; None where that cannot be told."""
    if before.mark and now.mark:
        return before.mark == now.mark
    if before.at is None or now.at is None:
        return None
    slack = TOLERANCE + (now.read - before.read) * DRIFT
    moved = now.at - before.at
    if moved <= slack:
        # As before, or further back: a clock was set, and nothing restarted. Little more than what a counter may run
        # wrong, and after the last reading: it may be either.
        return None if moved > TOLERANCE and now.at > before.read - TOLERANCE else True
    rounds = round(moved / WRAP)
    if rounds and abs(moved - rounds * WRAP) <= slack:
        return True  # the counter began again, not the device
    # What began before the last reading and still looks like another start is a clock that was set.
    return False if now.at > before.read - slack else None


def _told(start: _Start) -> Text:
    if start.at is None:
        return Text("起動時刻は示されていません", "The time of its start is not told")
    return Text("起動：{at}", "Started: {at}").fill(at=shown(start.at))


def _compared(before: _Start, now: _Start) -> Text:
    return Text(
        "前回の点検 {read} の時点：{then} ／ 今回：{now}", "At the inspection of {read}: {then}; now: {now}"
    ).fill(read=shown(before.read), then=_told(before), now=_told(now))
