"""What a job works with besides the site file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fushinban.jobs.progress import Progress
from fushinban.record.store import Store
from fushinban.record.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Store, vault, environment (for `env:` secrets), progress, and the folder where relative paths begin."""

    store: Store
    vault: Vault
    environ: Mapping[str, str]
    progress: Progress
    folder: Path
