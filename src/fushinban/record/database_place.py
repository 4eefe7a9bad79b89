"""Where the database of a store is, for the engine of durable jobs, which stands on the same one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fushinban.record.connection import Link
from fushinban.record.job_values import DatabasePlace

#: Options that Django takes for itself.
_DJANGOS_OWN = frozenset({"isolation_level", "pool", "server_side_binding", "assume_role"})
_NAMES = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}


def place_of(link: Link) -> DatabasePlace:
    """Where this store's database is."""
    known: Mapping[str, Any] = link.connection.settings_dict
    if link.connection.vendor == "sqlite":
        return DatabasePlace(file=Path(str(known["NAME"])))
    given = {name: known.get(key) for key, name in _NAMES.items()}
    options = {key: value for key, value in (known.get("OPTIONS") or {}).items() if key not in _DJANGOS_OWN}
    return DatabasePlace(file=None, connect={k: v for k, v in {**given, **options}.items() if v not in ("", None)})
