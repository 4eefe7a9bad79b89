"""Reads a RouterOS configuration: the text of `/export` (6 and 7), or answers of the REST interface by path."""

import re

from fushinban.drivers._configuration import ConfigurationParser
from fushinban.drivers._router_text import Notes, readable
from fushinban.drivers.mikrotik._export import read_export
from fushinban.drivers.mikrotik._rest import looks_like_rest, read_rest
from fushinban.drivers.mikrotik._state import state_of
from fushinban.errors import Malformed
from fushinban.messages import Text, say
from fushinban.model.router import Origin, RouterState

_LIKE = re.compile(
    r"^(?:#[^\n]{0,60}\bby RouterOS\b|# software id = "
    r"|/(?:interface|ip|ipv6|system|tool|routing|snmp|ppp|queue|user|certificate|port|radius|caps-man)\b"
    r"|(?:add|set) (?:\[ ?find\b|[a-z0-9.-]{1,40}=))",
    re.MULTILINE,
)
#: A section of RouterOS, which no other maker writes like this. (No line end in the space: a thousand empty lines would
#: each be gone through to the last.)
_SECTION = re.compile(r"^[^\S\n]*(?:\[[^\]\n@]{0,200}@[^\]\n]{0,200}\] ?>? ?)?/[a-z]", re.MULTILINE)
_PATH = re.compile(r'"/?(?:rest/)?(?:ip|ipv6|interface|system|snmp|user)/[a-z/-]+"\s*:')


def parse(content: bytes, origin: Origin) -> RouterState:
    """The state that a configuration describes. Raises Malformed for what is no configuration of RouterOS at all."""
    text = readable(content, say("router_text.how-mikrotik"))
    notes = Notes()
    if looks_like_rest(content):
        return state_of(read_rest(content, notes), origin, notes)
    if _SECTION.search(text) is None:
        raise _other_kind()
    export = read_export(text, notes)
    if not export.entries:
        raise _other_kind()
    return state_of(export, origin, notes)


def _other_kind() -> Malformed:
    return Malformed(say("router_text.other-kind", maker="MikroTik RouterOS", how=say("router_text.how-mikrotik")))


def recognise(text: str) -> int:
    """How many lines look like RouterOS."""
    if _SECTION.search(text) is None:
        return len(_PATH.findall(text)) if text.lstrip().startswith("{") else 0
    return len(_LIKE.findall(text))


CONFIGURATION = ConfigurationParser(
    kind="mikrotik", title=Text("MikroTik RouterOS", "MikroTik RouterOS"), parse=parse, recognise=recognise
)
