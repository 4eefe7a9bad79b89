"""What was read of one device last: the record, and the inputs of a recorder as far as it names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fushinban.model.facts import Profile, Profiles, VideoSources
from fushinban.model.inspection import DeviceRecord
from fushinban.model.listing import DeviceHistory
from fushinban.model.reading import Reading
from fushinban.model.rights import SiteScope
from fushinban.record.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInput:
    """One video input (a channel of a recorder) and the streams that the device makes of it."""

    token: str
    streams: tuple[Profile, ...]


def newest_record(
    store: Store, scope: SiteScope, history: DeviceHistory, device_id: str
) -> tuple[DeviceRecord | None, str]:
    """What was read at the newest inspection that met the device, and that inspection's id."""
    for at, line in enumerate(history.inspections):
        met = at == 0 or any(outcomes[at] is not None for outcomes in history.outcomes.values())
        record = store.inspections.record(line.id, device_id, scope) if met else None
        if record is not None:
            return record, line.id
    return None, ""


def video_inputs(readings: Sequence[Reading[Any]]) -> tuple[VideoInput, ...]:
    """The inputs that the device names itself, or that its streams name, in its order."""
    values = [reading.value for reading in readings]
    tokens = dict.fromkeys(token for v in values if isinstance(v, VideoSources) for token in v.tokens)
    profiles = [profile for v in values if isinstance(v, Profiles) for profile in v.profiles]
    tokens |= dict.fromkeys(profile.source for profile in profiles if profile.source)
    return tuple(VideoInput(token=t, streams=tuple(p for p in profiles if p.source == t)) for t in tokens)
