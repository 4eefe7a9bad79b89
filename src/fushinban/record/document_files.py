"""Where the file of a document is now: a data folder may have another name since a restore or a move."""

import hashlib
from pathlib import Path, PurePosixPath

from fushinban.record.values import Document

#: The folder of documents in the data folder.
FOLDER = "documents"


def find_document(document: Document, data_dir: Path) -> Path | None:
    """The file that was handed over, unchanged; None when it is gone or another.

    Looked for below the documents of this data folder, then where it was put. The record itself is never rewritten:
    it is sealed.
    """
    for path in (_here(document.path, data_dir), Path(document.path)):
        if path is not None and path.is_file() and _digest(path) == document.sha256:
            return path
    return None


def _here(path: str, data_dir: Path) -> Path | None:
    parts = PurePosixPath(path).parts
    if FOLDER not in parts or ".." in parts:
        return None
    behind = parts[len(parts) - parts[::-1].index(FOLDER) :]
    return data_dir.joinpath(FOLDER, *behind)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
