"""Command lines that are spoken: how each is asked, and all that may be asked. Data only.

Nothing here changes a device: every command begins with `show`. Settings of the session (lines of a page, columns) are
not made either, because at these makers they are commands of the configuration, and whoever saves it next would keep
them; page breaks are answered by the space bar instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One maker's command line. `device_type`: netmiko's name of it. `reads`: the only commands that are ever asked.

    `climb`: the step to the administrator's level; it changes nothing and is taken only where the site names the
    password for it. `leave`: how a level is left.
    """

    device_type: str
    reads: frozenset[str]
    climb: str
    leave: str = "exit"


#: By name of the driver. The IX shows its configuration in its configuration mode only; `enable-config` enters it where
#: nobody else is in it (`svintr-config`, which throws the other one out, is never used).
DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "yamaha": Dialect(
            device_type="yamaha", reads=frozenset({"show environment", "show config"}), climb="administrator"
        ),
        "nec_ix": Dialect(
            device_type="nec_ix", reads=frozenset({"show version", "show running-config"}), climb="enable-config"
        ),
    }
)
