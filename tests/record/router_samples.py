"""A RouterOS configuration for tests of the exposure, as `/export` prints it. Invented."""

SECRET = "Invented-Secret-9431"

_INTERFACES = f"""/interface bridge
add name=bridge
/ppp secret
add name=office password={SECRET}
/ip address
add address=192.168.1.1/24 interface=bridge
/ip dhcp-client
add interface=ether1
/interface list
add name=WAN
/interface list member
add interface=ether1 list=WAN
/ip firewall nat
"""
_FORWARD = (
    "add action=dst-nat chain=dstnat dst-port={port} in-interface=ether1 protocol={protocol} to-addresses={goal} "
)

#: The router's own services off, so that outsiders reach nothing but what is forwarded.
_CLOSED = """/ip service
set telnet disabled=yes
set ftp disabled=yes
set www disabled=yes
set ssh disabled=yes
set api disabled=yes
set winbox disabled=yes
set api-ssl disabled=yes
/tool bandwidth-server
set enabled=no
"""


def routeros_text(goal: str = "192.168.1.64") -> bytes:
    """Port 8080 leads to port 80 of `goal`; the router's own services are as they come from the factory."""
    return (_INTERFACES + _FORWARD.format(port=8080, protocol="tcp", goal=goal) + "to-ports=80\n").encode()


def closed_routeros_text(goal: str = "192.168.1.64") -> bytes:
    """As `routeros_text`, with a forward of UDP besides, and the router's own services off."""
    more = _FORWARD.format(port=5000, protocol="udp", goal=goal) + "to-ports=5000\n"
    head = "# 2026-05-01 09:00:00 by RouterOS 7.14\n"
    return head.encode() + routeros_text(goal) + (more + _CLOSED).encode()
