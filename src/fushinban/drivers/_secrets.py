"""What may be known of secrets that makers hand out in clear: never the words themselves."""

import re

#: Community names that everybody tries: what RFC examples and makers' factory settings use.
_USUAL = frozenset({"public", "private", "write", "admin", "snmp", "community", "default", "read", "cisco"})

_MASK = re.compile(r"[*●•.xX]{3,}")


def is_masked(text: str) -> bool:
    """Whether the device shows stars instead of the word."""
    return bool(_MASK.fullmatch(text.strip()))


def has_usual_community(*names: str) -> bool | None:
    """Whether one of these community names is one that everybody tries; None where none of them can be seen."""
    seen = [name.strip().casefold() for name in names if name.strip() and not is_masked(name)]
    return any(name in _USUAL for name in seen) if seen else None
