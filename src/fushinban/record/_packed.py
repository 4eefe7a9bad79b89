"""The packed bytes of a device's record. Its sheets stand in it as they stand in the table of sheets, packed once.

Packed: one line of JSON with the lengths of the parts, then the parts: the record without sheets, and every sheet. A
record of an older program is one packed value with the sheets inside; it is read as well.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from threading import Lock

import orjson

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.model.inspection import DeviceRecord
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.record.codec import pack, unpack

_START = b"{"  # no packed value begins with it
_STAGES: Mapping[str, Stage] = {s.value: s for s in Stage}


class PackedSheets:
    """The packed form of the sheets that were handled last; any thread may ask."""

    def __init__(self, most: int = 512) -> None:
        self._most = most
        # By identity: comparing sheets would cost more than packing them. The sheet is held, so its id stays its own.
        self._known: dict[int, tuple[ParameterSheet, bytes]] = {}
        self._turn = Lock()

    def of(self, sheet: ParameterSheet) -> bytes:
        """The packed sheet."""
        found = self._known.get(id(sheet))
        return found[1] if found is not None else self.remember(sheet, pack(sheet))

    def remember(self, sheet: ParameterSheet, packed: bytes) -> bytes:
        """Note how a sheet is packed; gives the bytes back."""
        with self._turn:
            self._known[id(sheet)] = (sheet, packed)
            while len(self._known) > self._most:
                del self._known[next(iter(self._known))]
        return packed


def pack_record(record: DeviceRecord, packed: PackedSheets) -> bytes:
    """The bytes of a record. Raises StoreError for what is not kept."""
    bare = pack(replace(record, sheets={}))
    sheets = [(stage.value, packed.of(sheet)) for stage, sheet in record.sheets.items()]
    lengths = {"record": len(bare), "sheets": [(stage, len(data)) for stage, data in sheets]}
    return b"".join((orjson.dumps(lengths), b"\n", bare, *(data for _, data in sheets)))


def unpack_record(data: bytes | memoryview, *, sheets: bool = True) -> DeviceRecord:
    """The record from `pack_record`; `sheets` False: without them, for who does not look at them.

    Raises StoreError for wrong data.
    """
    data = bytes(data)
    if not data.startswith(_START):
        return unpack(DeviceRecord, data)
    try:
        bare, packed = _parts(data)
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(say("record.unreadable", kind="DeviceRecord", reason=type(error).__name__)) from error
    record = unpack(DeviceRecord, bare)
    return replace(record, sheets={stage: unpack_sheet(part) for stage, part in packed.items()}) if sheets else record


@lru_cache(maxsize=32)  # whoever reads a record often reads the newest sheets too, which are the same
def unpack_sheet(packed: bytes) -> ParameterSheet:
    """A sheet from its packed form. Raises StoreError for wrong data."""
    return unpack(ParameterSheet, packed)


def _parts(data: bytes) -> tuple[bytes, dict[Stage, bytes]]:
    line, found, rest = data.partition(b"\n")
    lengths = orjson.loads(line)
    stages = [_STAGES[stage] for stage, _ in lengths["sheets"]]
    sizes = [lengths["record"], *(size for _, size in lengths["sheets"])]
    if not found or not all(type(s) is int and s >= 0 for s in sizes) or sum(sizes) != len(rest):
        raise ValueError("wrong lengths")
    starts = [sum(sizes[:n]) for n in range(len(sizes))]
    parts = [rest[start : start + size] for start, size in zip(starts, sizes, strict=True)]
    return parts[0], dict(zip(stages, parts[1:], strict=True))
