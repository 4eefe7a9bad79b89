"""One folder in which all processes of a console count together. Decided before `prometheus_client` is imported."""

import os
import sys
from pathlib import Path

from fushinban.record.files import make_private_folder

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_metrics(folder: Path) -> None:
    """Make this process and those it starts count in one folder; what an earlier run counted is cleared.

    Called once, by the process that starts the workers, before any of them. Raises RuntimeError when the counting has
    begun already (then each process would count for itself), StoreError when the folder cannot be made.
    """
    if "prometheus_client" in sys.modules:
        raise RuntimeError("share_metrics comes too late: prometheus_client is imported already")
    make_private_folder(folder)
    for left in folder.glob("*.db"):
        left.unlink(missing_ok=True)
    os.environ[VARIABLE] = str(folder)
