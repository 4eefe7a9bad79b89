"""Where the head of the audit log is kept. Apart from `audit_head`, so that a backup finds it without Django."""

from hashlib import sha256
from pathlib import Path


def head_path(folder: Path, database: Path | None, place: str) -> Path:
    """Beside an SQLite file; for a server's database (`place`: its name without a password) in the data folder."""
    if database is not None:
        return database.with_name(database.name + ".audit-head")
    return folder / f"audit-{sha256(place.encode()).hexdigest()[:12]}.head"
