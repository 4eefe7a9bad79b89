"""Reads OpenWrt's configuration: files of /etc/config, `uci export`, `uci show`, or answers of ubus as JSON."""

import re

from fushinban.drivers._configuration import ConfigurationParser
from fushinban.drivers._router_text import Notes, readable
from fushinban.drivers.openwrt._state import state_of
from fushinban.drivers.openwrt._ubus import looks_like_ubus, other_kind, read_ubus
from fushinban.drivers.openwrt._uci import read_uci
from fushinban.messages import Text, say
from fushinban.model.router import Origin, RouterState

_LIKE = re.compile(
    r"^(?:package [\w-]+[ \t]*$|config [\w-]+(?: +['\"]?[\w-]+['\"]?)?[ \t]*$"
    r"|[ \t]+(?:option|list)[ \t]+['\"]?[\w-]+['\"]?[ \t]|[\w-]+\.(?:@[\w-]+\[-?\d+\]|[\w-]+)(?:\.[\w-]+)?=)",
    re.MULTILINE,
)
_SECTION = re.compile(r"^(?:config[ \t]+['\"]?[\w-]+|[\w-]+\.(?:@[\w-]+\[-?\d+\]|[\w-]+)(?:\.[\w-]+)?=)", re.MULTILINE)


def parse(content: bytes, origin: Origin) -> RouterState:
    """The state that a configuration describes. Raises Malformed for what is no configuration of OpenWrt at all."""
    text = readable(content, say("router_text.how-openwrt"))
    notes = Notes()
    if looks_like_ubus(content):
        return state_of(read_ubus(content), origin, notes)
    if _SECTION.search(text) is None:
        raise other_kind()
    uci = read_uci(text, notes)
    if not uci.sections:
        raise other_kind()
    return state_of(uci, origin, notes)


def recognise(text: str) -> int:
    """How many lines look like uci."""
    if text.lstrip().startswith(("{", "[")):
        return text.count('".type"')
    return len(_LIKE.findall(text)) if _SECTION.search(text) is not None else 0


CONFIGURATION = ConfigurationParser(kind="openwrt", title=Text("OpenWrt", "OpenWrt"), parse=parse, recognise=recognise)
