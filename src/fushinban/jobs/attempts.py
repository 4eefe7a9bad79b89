"""Lets a person allow logins again at a device that refused some."""

import os
from pathlib import Path

from fushinban import clock
from fushinban.errors import InputError
from fushinban.jobs.site_file import load_site
from fushinban.model.text import say
from fushinban.record.store import Store
from fushinban.transport.budget import AttemptBudget


def allow_again(site_path: Path, address: str, store: Store) -> int:
    """Forget the refused logins of a device (its address, or `address:http-port`); how many there were."""
    site_file = load_site(site_path, os.environ)
    site_id = site_file.site.id
    keys = {d.target.key for d in (*site_file.listed, *store.devices.of(site_id))}
    if address not in keys and not any(k.startswith(f"{address}:") for k in keys):
        raise InputError(say("cli.no-device", address=address, site=site_id))
    budget = AttemptBudget(store.budget_path)
    fitting = [k for k in keys if k == address or k.startswith(f"{address}:")]
    device_keys = [f"{site_id}|{key}" for key in fitting]
    count = sum(budget.failures(key, None, clock.now()) for key in device_keys)
    for key in device_keys:
        budget.forget(key)
    return count
