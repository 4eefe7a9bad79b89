"""Starts snmpsim over a folder of walks: `python snmp_simulator.py FOLDER CACHE ADDRESS:PORT`.

The community chooses the file, by its name without the ending.

snmpsim wants to become an ordinary user where root starts it, and Python's own files may not be readable for one then.
It serves loopback, for a test, from files that it only reads: it stays who it is.
"""

import contextlib
import sys
from typing import Any

from snmpsim import daemon


class _AsItIs(contextlib.nullcontext[None]):
    """In place of giving up privileges."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()


def main() -> int:
    folder, cache, endpoint = sys.argv[1:]
    daemon.PrivilegesOf = _AsItIs
    from snmpsim.commands import responder

    sys.argv = [
        "snmpsim", "--v3-engine-id=auto", f"--data-dir={folder}", f"--cache-dir={cache}",
        f"--agent-udpv4-endpoint={endpoint}",
    ]  # fmt: skip
    return int(responder.main() or 0)


if __name__ == "__main__":
    sys.exit(main())
