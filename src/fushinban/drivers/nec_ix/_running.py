"""The text of `show running-config` of a UNIVERGE IX, cut into statements and blocks.

A block begins at the margin (`interface GigaEthernet0.0`) and goes on over the indented lines below it. Texts that lost
their indentation are understood too: what only an interface can be told belongs to the interface above it.
"""

import re
from dataclasses import dataclass, field

from fushinban.drivers._router_text import clipped
from fushinban.drivers.nec_ix._secrets import blanked
from fushinban.model.router import Line

#: Characters of one line that are read; the router itself takes far fewer.
_LONGEST = 2000
_PROMPT = re.compile(r"^[\w.-]+(?:\([\w.:/-]+\))?[#>] ?")
_SHOW = re.compile(
    r"^(?:show (?:running|startup)-config|write memory|exit|end|configure(?: terminal)?|enable-config|svintr-config)\b"
)
_VERSION = re.compile(r"IX Series (\S+) .*Version ([\w.]+)")
#: Heads of blocks; commands of one line that begin alike (`ppp profile` is a block, `ip dhcp enable` is not).
_HEADS = (
    "interface ", "device ", "ppp profile ", "ip dhcp profile ", "ipv6 dhcp client-profile ",
    "ipv6 dhcp server-profile ", "ikev2 default-profile", "ikev2 profile ", "route-map ", "class-map ", "policy-map ",
    "watch-group ", "ddns profile ", "ip router ", "ipv6 router ", "router ", "wlan ", "pki ", "vlan-group ",
    "web-auth profile ", "access-profile ", "aaa ", "dns-profile ", "ether-oam ", "vrf ", "event ", "action ",
)  # fmt: skip
#: What can only be said to an interface, for texts without indentation.
_INTERFACE_ONLY = re.compile(
    r"^(?:no )?(?:ip (?:address|unnumbered|filter|napt|nat|tcp|mtu|proxy-arp|dhcp (?:binding|client)|policy)\b"
    r"|ipv6 (?:address|enable|filter|nd|dhcp (?:client|server) |tcp|mtu|unnumbered)|encapsulation|auto-connect"
    r"|ppp binding|tunnel |ipsec policy |ikev2 (?:binding|peer|connect-type|outgoing-interface|dpd|ipsec|nat)"
    r"|shutdown|bridge-group|description)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One line, secrets blanked: its words, and whether it takes something back (`no …`, the word itself left out).

    `text`: the words with one space between them and one behind.
    """

    words: tuple[str, ...]
    text: str
    line: Line
    off: bool = False

    def starts(self, beginning: str) -> bool:
        """Whether it begins with these words."""
        return self.text.startswith(beginning + " ")

    def after(self, count: int) -> tuple[str, ...]:
        """The words behind the first ones."""
        return self.words[count:]


@dataclass(slots=True, kw_only=True)
class Block:
    """A statement with others below it."""

    head: Statement
    body: list[Statement] = field(default_factory=list)

    def has(self, beginning: str) -> bool:
        """Whether it is told something, and not with `no`."""
        whole = beginning + " "
        return any(s.text.startswith(whole) and not s.off for s in self.body)

    def said(self, beginning: str) -> list[Statement]:
        """All it is told that begins with these words, those with `no` left out."""
        whole = beginning + " "
        return [s for s in self.body if s.text.startswith(whole) and not s.off]


@dataclass(slots=True, kw_only=True)
class Running:
    """A whole configuration."""

    statements: list[Statement] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    orphans: list[Statement] = field(default_factory=list)
    model: str = ""
    version: str = ""
    line_count: int = 0
    _by_word: dict[str, list[Statement]] = field(default_factory=dict)

    def said(self, beginning: str) -> list[Statement]:
        """All that is said at the margin and begins with these words, those with `no` left out."""
        if not self._by_word:
            for statement in self.statements:
                self._by_word.setdefault(statement.words[0], []).append(statement)
        whole = beginning + " "
        here = self._by_word.get(beginning.partition(" ")[0], [])
        return [s for s in here if s.text.startswith(whole) and not s.off]

    def blocks_of(self, kind: str) -> list[Block]:
        """Blocks by how their head begins."""
        return [block for block in self.blocks if block.head.starts(kind)]


def read_running(text: str) -> Running:
    """Cut a text into statements."""
    lines = text.split("\n")
    running = Running(line_count=len(lines) - (lines[-1] == ""))
    block: Block | None = None
    for number, raw in enumerate(lines, start=1):
        line = _PROMPT.sub("", raw) if raw[:1].strip() else raw
        stripped = line.strip()
        if stripped.startswith("!"):
            _note_version(running, stripped)
            block = block if stripped == "!" and line[:1].isspace() else None
        elif stripped and not (_SHOW.match(stripped) or stripped.startswith("Building configuration")):
            statement = _statement(number, line)
            block = _place(running, block, statement, indented=line[:1].isspace())
    return running


def _note_version(running: Running, comment: str) -> None:
    found = _VERSION.search(comment)
    if found is not None and not running.model:
        running.model, running.version = found[1], found[2]


def _statement(number: int, text: str) -> Statement:
    safe = blanked(text.strip()[:_LONGEST])
    words = tuple(safe.split())
    off = words[0] == "no" and len(words) > 1
    words = words[1:] if off else words
    return Statement(words=words, text=" ".join(words) + " ", line=Line(number, clipped(safe)), off=off)


def _place(running: Running, block: Block | None, statement: Statement, *, indented: bool) -> Block | None:
    """Put a statement where it belongs; returns the block that is open behind it."""
    said = statement.line.text
    within = block is not None and (indented or (block.head.words[0] == "interface" and _INTERFACE_ONLY.match(said)))
    if within and block is not None:
        block.body.append(statement)
        return block
    if indented:
        running.orphans.append(statement)
        return None
    if not statement.off and (said + " ").startswith(_HEADS):
        running.blocks.append(Block(head=statement))
        return running.blocks[-1]
    running.statements.append(statement)
    return None
