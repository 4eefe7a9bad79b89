"""Reads what `show config` prints on a Yamaha RTX, NVR or FWX."""

import re

from fushinban.drivers._configuration import ConfigurationParser
from fushinban.drivers._router_text import readable
from fushinban.drivers.yamaha._lines import read
from fushinban.drivers.yamaha._state import Reader
from fushinban.errors import Malformed
from fushinban.messages import Text, say
from fushinban.model.router import Origin, RouterState

#: Lines that only this maker writes.
_LIKE = re.compile(
    r"^(?:# ?(?:RTX|NVR|FWX|SRT|RTV|RT|vRX)[\w-]* Rev\..*|[^\S\n]*(?:no )?(?:nat descriptor .*"
    r"|(?:ip|ipv6) filter (?:dynamic )?\d+ .*|ip route \S+ gateway .*"
    r"|(?:ip|ipv6) (?:lan\d\S*|pp|tunnel|bridge\d+|vlan\d+|wan\d+|onu\d+) (?:address|secure|nat descriptor|prefix) .*"
    r"|pp (?:select|enable|always-on|auth) .*|tunnel (?:select|enable|encapsulation) .*"
    r"|pppoe use lan\d+|(?:telnetd|sshd|httpd|sntpd|tftp) (?:service|host|listen) .*|dhcp scope \d.*"
    r"|ipsec (?:ike|sa) .*|dns private address spoof .*|login password .*|administrator password .*"
    r"|netvolante-dns .*|switch control .*))$",
    re.MULTILINE,
)


def parse(content: bytes, origin: Origin) -> RouterState:
    """The state that a configuration describes. Raises Malformed for what is no configuration of this maker at all."""
    how = say("router_text.how-yamaha")
    text = readable(content, how)
    if _LIKE.search(text) is None:
        raise Malformed(say("router_text.other-kind", maker="Yamaha", how=how))
    listing = read(text)
    reader = Reader(origin)
    for command in listing.commands:
        reader.read(command)
    return reader.state(listing)


def recognise(text: str) -> int:
    """How many lines look like Yamaha."""
    return len(_LIKE.findall(text))


CONFIGURATION = ConfigurationParser(
    kind="yamaha",
    title=Text("ヤマハ（RTX・NVR・FWXシリーズ）", "Yamaha (RTX, NVR, FWX)"),
    parse=parse,
    recognise=recognise,
)
