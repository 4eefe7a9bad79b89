"""Puts on record what the recordings of real devices prove of each driver (`tests/drivers/recorded_support.json`).

They stand beside a development checkout only: `FUSHINBAN_CORPORA`, else the usual folder. Then run `make docs`.
"""

import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Read all recordings and write the record."""
    sys.path[:0] = [str(ROOT / "tests" / "drivers"), str(ROOT / "tests")]
    support = importlib.import_module("driver_support")
    folder = Path(os.environ.get("FUSHINBAN_CORPORA") or ROOT.parent / "shared" / "corpora")
    if not folder.is_dir():
        sys.stderr.write(f"no recordings at {folder}\n")
        return 1
    support.write_ledger(support.recorded(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
