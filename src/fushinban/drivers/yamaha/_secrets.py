"""Blanks secrets in a line of a Yamaha configuration before anything else keeps it."""

from fushinban.drivers._router_text import clipped, loosely_blanked, without_logins

#: Beginnings of commands that carry a secret, and how many words of the line may be kept; the rest is blanked, whatever
#: form it has (in clear, `encrypted`, or as stars). `#` stands for any word.
_KEPT: tuple[tuple[str, int], ...] = (
    ("login password", 2),
    ("administrator password", 2),
    ("login user", 3),
    ("auth user attribute", 99),
    ("auth user group", 99),
    ("auth user", 4),
    ("pp auth myname", 4),
    ("pp auth username", 4),
    ("wan auth myname", 4),
    ("ipsec ike pre-shared-key", 4),
    ("ipsec ike eap myname", 5),
    ("ipsec ike eap request", 5),
    ("ipsec ike xauth myname", 5),
    ("ipsec ike license-key", 4),
    ("ipsec ike mode-cfg", 99),
    ("l2tp tunnel auth", 4),
    ("snmp community", 3),
    ("snmp trap community", 3),
    ("snmp host", 3),
    ("snmpv2c community", 3),
    ("snmpv2c trap community", 3),
    ("snmpv2c trap host", 4),
    ("snmpv2c host", 3),
    ("snmpv3 usm user", 4),
    ("snmpv3 engine id", 3),
    ("radius secret", 2),
    ("ngn radius auth password", 4),
    ("ngn radius account", 4),
    ("mail server smtp", 5),
    ("mail server pop", 5),
    ("heartbeat pre-shared-key", 2),
    ("heartbeat2 receive", 3),
    ("heartbeat2 transmit", 3),
    ("httpd custom-gui api password", 4),
    ("mobile pin code", 3),
    ("sshd host key", 4),
    ("sshd authorized-keys", 3),
    ("ssh known hosts", 3),
    ("yno access code", 3),
    ("yno", 2),
    ("netvolante-dns auto save", 4),
    ("ip # rip auth key", 5),
    ("ip # ospf area", 5),
    ("ipv6 # ospf area", 5),
    ("ospf area", 3),
    ("ospf virtual-link", 3),
    ("bgp neighbor", 4),
    ("external-memory", 3),
    ("usbhost", 3),
    ("wlan", 2),
    ("airlink", 2),
    ("wireless", 2),
    ("operation", 99),
    ("pki", 3),
    ("http upload", 3),
    ("http revision-up", 99),
    ("url filter", 3),
)  # fmt: skip


def _by_first() -> dict[str, list[tuple[tuple[str, ...], int]]]:
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for words, count in _KEPT:
        parts = tuple(words.split())
        found.setdefault(parts[0], []).append((parts, count))
    return found


_BY_FIRST = _by_first()
#: Commands that hold no word of a person's choice. Their `pass` is no password, and they stand there by thousands.
_WITHOUT = frozenset(
    {(first, "filter") for first in ("ip", "ipv6", "ethernet")}
    | {(first, second) for first in ("ip", "ipv6") for second in ("inbound", "policy", "forward")}
    | {("nat", "descriptor")}
)
#: Commands of free text.
_FREE = frozenset({("description",), ("schedule",), ("snmp",), ("mail",), ("http",), ("user",)})
#: Words after which a secret follows within a line that otherwise may be kept.
_AFTER = ("auth=", "password=", "key=", "crypto")


def blanked(words: tuple[str, ...]) -> str:
    """The line of these words as it may be kept: without secrets, at most 400 characters."""
    if words[:2] in _WITHOUT:
        return clipped(" ".join(words))
    kept = _kept(words)
    if kept < len(words):
        return clipped(without_logins(" ".join((*words[:kept], "***"))))
    return loosely_blanked(" ".join(_without_value(word) for word in words))


def may_hold_secret(words: tuple[str, ...]) -> bool:
    """Whether a secret may stand in the line, or in its rest where it was broken: then the rest is not kept at all."""
    bare = words[1:] if words[:1] == ("no",) else words
    if "***" in blanked(words) or bare[:1] in _FREE:
        return True
    return any(_agree(parts, bare) for parts, _ in _BY_FIRST.get(bare[0] if bare else "", ()))


def _agree(parts: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether the words are such a beginning, or the beginning of one."""
    return all(p == "#" or p.startswith(word) for p, word in zip(parts, words, strict=False))


def _kept(words: tuple[str, ...]) -> int:
    bare = words[1:] if words[:1] == ("no",) else words
    more = len(words) - len(bare)
    for parts, count in _BY_FIRST.get(bare[0] if bare else "", ()):
        if len(bare) >= len(parts) and all(p in ("#", word) for p, word in zip(parts, bare, strict=False)):
            return count + more
    return len(words)


def _without_value(word: str) -> str:
    for begin in _AFTER:
        if word.startswith(begin) and "=" in begin:
            return f"{begin}***"
    return word
