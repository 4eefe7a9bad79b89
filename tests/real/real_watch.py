"""Run inside a host: writes down every packet that arrives, one line each, as `tcpdump` would."""

import socket
import struct
import sys

_IPV4, _ARP, _TO_US, _FROM_US = 0x0800, 0x0806, 0, 4
_PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp"}


def described(ethertype: int, cast: int, frame: bytes) -> str:
    """`cast protocol source destination`; empty for what is neither IPv4 nor ARP."""
    whom = "unicast" if cast == _TO_US else "group"
    if ethertype == _IPV4 and len(frame) >= 34:
        source, destination = (socket.inet_ntoa(frame[at : at + 4]) for at in (26, 30))
        return f"{whom} {_PROTOCOLS.get(frame[23], 'other')} {source} {destination}"
    if ethertype == _ARP and len(frame) >= 42:
        (operation,) = struct.unpack("!H", frame[20:22])
        source, destination = (socket.inet_ntoa(frame[at : at + 4]) for at in (28, 38))
        return f"{whom} {'arp-ask' if operation == 1 else 'arp-tell'} {source} {destination}"
    return ""


def main() -> None:
    """Until it is ended."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(0x0003)) as sock:
        sock.bind(("eth0", 0))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            frame, (_, ethertype, cast, _, _) = sock.recvfrom(65535)
            line = described(ethertype, cast, frame) if cast != _FROM_US else ""
            if line:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
