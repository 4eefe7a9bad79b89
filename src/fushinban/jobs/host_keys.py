"""The SSH host key that a device must show, the one that it showed last, and a person's decision between them."""

import re
from dataclasses import dataclass

from fushinban.errors import InputError
from fushinban.jobs.site_file import HOST_KEY
from fushinban.jobs.site_setup import load_setup
from fushinban.messages import say
from fushinban.model.device import ANY_KEY, Device
from fushinban.model.facts import SshHostKey
from fushinban.model.inspection import DeviceRecord
from fushinban.record.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The key that a device must show, and the one that it showed last; empty where there is none."""

    known: str
    shown: str

    @property
    def other(self) -> bool:
        """Whether it showed another than it must."""
        return bool(self.known and self.shown) and self.known.split()[-1] != self.shown.split()[-1]


def keys_of(device: Device, record: DeviceRecord | None) -> Keys:
    """Both keys of a device. `record`: what was read of it last."""
    readings = record.readings if record is not None else ()
    values = (r.value for r in readings if r.fact is SshHostKey and r.value is not None)
    return Keys(known=device.expected_key, shown=next((value.words for value in values), ""))


def know_key(store: Store, device: Device, key: str) -> None:
    """From the next inspection on, a password goes to this key alone; empty: to the first that is shown then.

    Raises InputError for what is no fingerprint, and where the site's set-up names the key.
    """
    if key and (key == ANY_KEY or not re.fullmatch(HOST_KEY, key)):
        raise InputError(say("host_key.wrong"))
    check_free(store, device)
    store.devices.know_key(device.site, device.id, key)


def check_free(store: Store, device: Device) -> None:
    """Raises InputError where the site's set-up names the key: it would win at the next inspection."""
    listed = load_setup(store, device.site).listed if store.setups.get(device.site) is not None else ()
    if any(one.id == device.id and one.host_key for one in listed):
        raise InputError(say("host_key.pinned"))
