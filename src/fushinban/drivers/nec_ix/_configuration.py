"""Reads what `show running-config` prints on a UNIVERGE IX."""

import re

from fushinban.drivers._configuration import ConfigurationParser
from fushinban.drivers._router_text import Notes, readable
from fushinban.drivers.nec_ix._running import read_running
from fushinban.drivers.nec_ix._state import state_of
from fushinban.errors import Malformed
from fushinban.messages import Text, say
from fushinban.model.router import Origin, RouterState

#: Lines that only this maker writes: its interface names end in `.0`, its access lists say `src` and `dest`.
_LIKE = re.compile(
    r"^(?:! NEC |! IX Series |[ \t]*ip(?:v6)? access-list \S{1,64} (?:permit|deny) |[ \t]*ip napt "
    r"|[ \t]*ip(?:v6)? filter \S{1,64} \d{1,6} (?:in|out)\b"
    r"|interface (?:GigaEthernet|FastEthernet|TenGigaEthernet|BRI|Tunnel|Loopback|BVI|Null|USB-Serial)[\w/:.]*[ \t]*$"
    r"|device (?:GigaEthernet|FastEthernet|BRI|USB)\S*[ \t]*$|(?:telnet|ssh|http)-server (?:ip|ipv6) "
    r"|ip(?:v6)? ufs-cache |username \S{1,64} password (?:plain|hash|secret) |snmp-agent ip|proxy-dns ip"
    r"|nm (?:ip|account)|ip route (?:default|[\d./]+) (?:GigaEthernet|FastEthernet|Tunnel))",
    re.MULTILINE,
)


def parse(content: bytes, origin: Origin) -> RouterState:
    """The state that a configuration describes. Raises Malformed for what is no configuration of this maker at all."""
    text = readable(content, say("router_text.how-nec-ix"))
    if _LIKE.search(text) is None:
        how = say("router_text.how-nec-ix")
        raise Malformed(say("router_text.other-kind", maker="NEC UNIVERGE IX", how=how))
    return state_of(read_running(text), origin, Notes())


def recognise(text: str) -> int:
    """How many lines look like UNIVERGE IX."""
    return len(_LIKE.findall(text))


CONFIGURATION = ConfigurationParser(
    kind="nec_ix", title=Text("NEC UNIVERGE IX", "NEC UNIVERGE IX"), parse=parse, recognise=recognise
)
