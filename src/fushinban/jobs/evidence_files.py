"""Files that people hand in with an answer: what they are by their first bytes, and keeping them for a site.

Nothing is ever unpacked or decoded here: pictures are measured by their header alone, and what would be huge once
decoded is refused, so that no browser that shows it has to.
"""

import struct
import unicodedata
from dataclasses import dataclass
from typing import IO

from fushinban.check.answers import is_file_name
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.finding import EvidenceFile
from fushinban.record.store import Store

#: The largest file, bytes; files of one answer; and picture points that a browser decodes without trouble.
MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 20
MOST_POINTS = 120_000_000

#: How many first bytes are enough to tell what a file is and how large its picture.
HEAD = 512 * 1024

_PACKED_OFFICE = (".xlsx", ".docx", ".pptx", ".ods", ".odt")
_PLAIN = (".txt", ".csv", ".log")
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """What a file is. `shown`: browsers show it as a picture; everything else is only saved."""

    media_type: str
    shown: bool = False


OPAQUE = FileKind(media_type="application/octet-stream")


def take_file(store: Store, site_id: str, name: str, content: IO[bytes], by: str) -> EvidenceFile:
    """Keep one file as evidence of a site. Raises InputError for what is too large, unknown, or badly named."""
    clean = clean_name(name)
    data = content.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(say("page_questionnaire.file-large", name=clean, limit=MOST_BYTES // 1024 // 1024))
    if not data:
        raise InputError(say("page_questionnaire.file-empty", name=clean))
    if kind_of(data, clean) is None:
        raise InputError(say("page_questionnaire.file-kind", name=clean))
    size = picture_size(data)
    if size is not None and size[0] * size[1] > MOST_POINTS:
        raise InputError(say("page_questionnaire.file-points", name=clean))
    digest = store.evidence.keep(data)
    store.evidence_of_site.note(site_id, digest, clean, by)
    return EvidenceFile(name=clean, digest=digest)


def clean_name(given: str) -> str:
    """The last part of a name, without what a file system or a page could mistake. Raises InputError."""
    last = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip().strip(".")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) <= 8:  # a long name keeps its ending
        name = f"{stem[: 150 - len(suffix)]}.{suffix}"
    name = name[:150]
    if not name or not is_file_name(name):
        raise InputError(say("page_questionnaire.file-name"))
    return name


def kind_of(head: bytes, name: str) -> FileKind | None:
    """What a file is by its first bytes (and its name, where bytes do not say it); None: nothing that is taken."""
    if (picture := _picture(head)) is not None:
        return FileKind(media_type=picture, shown=True)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return FileKind(media_type="image/heic")
    if head.startswith(b"%PDF-"):
        return FileKind(media_type="application/pdf")
    ending = name.lower()
    if head.startswith(b"PK\x03\x04") and ending.endswith(_PACKED_OFFICE):
        return OPAQUE
    return OPAQUE if ending.endswith(_PLAIN) and _is_text(head) else None


def picture_size(head: bytes) -> tuple[int, int] | None:
    """Width and height that the header of a PNG, GIF, JPEG or WebP claims; None where it claims none."""
    try:
        return _SIZES[_picture(head) or ""](head)
    except (KeyError, struct.error):
        return None


def _picture(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _png(head: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from(">II", head, 16)
    return int(width), int(height)


def _gif(head: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<HH", head, 6)
    return int(width), int(height)


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """From the frame header: segments are walked by their lengths."""
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", head, at + 5)
            return int(width), int(height)
        length = struct.unpack_from(">H", head, at + 2)[0]
        at += 2 + max(2, length)
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", head, 26)
    return int(width) & 0x3FFF, int(height) & 0x3FFF


_SIZES = {"image/png": _png, "image/gif": _gif, "image/jpeg": _jpeg, "image/webp": _webp}


def _is_text(head: bytes) -> bool:
    """Whether these are characters and nothing else; a character cut off at the end does not count."""
    if any(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    for encoding in ("utf-8-sig", "cp932"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
