"""The parameter list of VAPIX (`param.cgi?action=list`): `root.Group.Name=value`, one a line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fushinban.drivers._maker_values import clip, switch, whole
from fushinban.drivers._secrets import is_masked
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say

_MOST = 20_000
_LINE = re.compile(r"(?:root\.)?([A-Za-z][\w.\-]{1,200})=(.*)")

#: Groups in which every fact of the list stands. Groups that hold only keys, mail logins and the like are left out.
GROUPS = (
    "Brand", "Properties.Firmware", "Properties.System", "Properties.ApiDiscovery",
    "Properties.FirmwareManagement", "Network", "HTTPS", "RemoteService", "SNMP", "Time", "System",
    "API.RemoteSyslog1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameters:
    """Values by name without `root.`; names are looked up without regard to case."""

    values: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        """A value, empty where the device has no such parameter or hides it behind stars."""
        value = self.values.get(name.lower(), "")
        return "" if is_masked(value) else value

    def has(self, name: str) -> bool:
        """Whether the device has this parameter."""
        return name.lower() in self.values

    def flag(self, name: str) -> bool | None:
        """A switch; None where it is not there or its value is no switch."""
        return switch(self.get(name))

    def number(self, name: str) -> int:
        """A number from 0 to 2^31; 0 for anything else."""
        return whole(self.get(name)) or 0

    def below(self, group: str) -> Iterator[tuple[str, str]]:
        """Names after the group's own, and their values."""
        start = group.lower() + "."
        return ((n.removeprefix(start), self.get(n)) for n in self.values if n.startswith(start))

    def rows(self, group: str) -> tuple[str, ...]:
        """Names of the groups one level below whose names are a letter and a number (`I0`, `Server1`), in order."""
        heads = {name.partition(".")[0] for name, _ in self.below(group) if "." in name}
        numbered = [(int(m.group(1)), head) for head in heads if (m := re.fullmatch(r"[a-z]+(\d{1,3})", head))]
        return tuple(f"{group}.{head}" for _, head in sorted(numbered))


def parse_parameters(data: bytes) -> Parameters:
    """The parameters of a list. A group that the device lacks is a line of its own (`# Error: …`) and is passed over.

    Raises NotSupported where there is nothing but such lines, Malformed for what is no list.
    """
    text = data.decode("utf-8", "replace")
    values: dict[str, str] = {}
    errors = others = 0
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found and len(values) < _MOST:
            # After an error line the device leaves `root.` away in the group that follows.
            values.setdefault(found.group(1).lower(), clip(found.group(2)))
        elif line.startswith("# Error"):
            errors += 1
        elif line.strip() and not line.startswith("#"):
            others += 1
    if values and others <= len(values):
        return Parameters(values)
    if errors and not others:
        raise NotSupported(say("axis.no-parameters"))
    raise Malformed(say("axis.unreadable", what="param.cgi"))
