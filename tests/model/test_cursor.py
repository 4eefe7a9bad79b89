"""Cursors of long lists: the same in every worker process."""

import os
import subprocess
import sys

_MAKE = """
from fushinban.model.control import Outcome, Severity
from fushinban.model.listing import FindingsQuery
from fushinban.model.paging import write_cursor
print(write_cursor(("findings", FindingsQuery(outcomes=frozenset(Outcome), severities=frozenset(Severity))), (1, "a")))
"""


def test_each_process_writes_the_same_cursor() -> None:
    """Python orders sets of words anew in every process; a page may come from one worker and the next from another."""
    made = {
        subprocess.run(
            [sys.executable, "-c", _MAKE], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1
    assert made != {b""}
