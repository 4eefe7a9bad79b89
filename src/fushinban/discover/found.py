"""What one method found."""

from dataclasses import dataclass

from fushinban.model.discovery import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Sightings of one method, how many answers could not be read, and addresses where somebody refused everything."""

    sightings: tuple[Sighting, ...] = ()
    unreadable: int = 0
    refusing: frozenset[str] = frozenset()


#: Names under which a sighting's hints carry what fingerprints are looked up in.
SIGNALS = ("http-server", "onvif-maker", "ssdp-maker", "mdns-name")

#: Longest hint that is kept; devices may send what they like.
MAX_HINT = 200


def hints(**texts: str) -> dict[str, str]:
    """Hints without empty ones, each one printable line; `_` in a name stands for `-`."""
    kept = {name.replace("_", "-"): plain(text) for name, text in texts.items()}
    return {name: text for name, text in kept.items() if text}


def plain(text: str) -> str:
    """One printable line of at most 200 characters."""
    words = " ".join(text.split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)[:MAX_HINT]


def plain_mac(text: str) -> str:
    """A MAC address in lower-case colon form; empty for anything else, and for addresses that name no one device."""
    digits = "".join(c for c in text.lower() if c in "0123456789abcdef")
    others = text.strip().translate(str.maketrans("", "", ":-. "))
    if len(digits) != 12 or len(others) != 12 or digits == "0" * 12 or int(digits[:2], 16) & 1:
        return ""
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))
