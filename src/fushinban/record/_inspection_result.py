"""What a finished inspection has besides its columns, device records and findings: one packed value of its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fushinban.model.discovery import DiscoverySummary
from fushinban.model.finding import Coverage, PersonAnswer
from fushinban.model.inspection import Inspection, TranscriptCount
from fushinban.record.codec import pack, unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """The packed value."""

    discovery: DiscoverySummary
    coverage: Coverage
    answers: Mapping[str, PersonAnswer]
    transcript: tuple[TranscriptCount, ...] = ()
    previous_inspection: datetime | None = None


def pack_result(inspection: Inspection) -> bytes:
    """The bytes of an inspection's result."""
    return pack(
        _Result(
            discovery=inspection.discovery,
            coverage=inspection.coverage,
            answers=inspection.answers,
            transcript=inspection.transcript,
            previous_inspection=inspection.previous_inspection,
        )
    )


def result_of(data: bytes | memoryview) -> _Result:
    """The value from `pack_result`. Raises StoreError for wrong data."""
    return unpack(_Result, data)
