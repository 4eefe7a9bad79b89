"""Short words for predictions, so that tests can say what they expect in a line.

The configurations in `yamaha_configs/` are made by hand after the maker's command reference; all values are invented.
"""

from pathlib import Path

from fushinban.drivers.yamaha._configuration import parse
from fushinban.model.exposure import Prediction, Reach
from fushinban.model.intervals import written_addresses, written_ports
from fushinban.model.router import Origin, RouterState
from fushinban.probe import predict

CONFIGS = Path(__file__).parent / "yamaha_configs"

#: The smallest router with one camera network behind one PPPoE line; a test adds what it is about.
BASE = """# RTX1210 Rev.14.01.42 (Fri Mar 10 10:12:34 2023)
ip route default gateway pp 1
ip lan1 address 192.168.100.1/24
pp select 1
 pppoe use lan2
 ip pp address 203.0.113.7/32
 ip pp nat descriptor 1
 pp enable 1
nat descriptor type 1 masquerade
telnetd service off
httpd service off
dns service off
sntpd service off
"""


def state_of(text: str) -> RouterState:
    return parse(text.encode(), Origin.FILE)


def prediction_of(*lines: str, base: str = BASE) -> Prediction:
    return predict(state_of(base + "\n".join(lines) + "\n"))


def rows(prediction: Prediction) -> list[str]:
    """`tcp 203.0.113.7:8080 > 192.168.100.5:80 from anyone` for each opening."""
    found = []
    for row in prediction.openings:
        inside = "prefix of " + row.inside_interface if row.unknown_prefix else ",".join(written_addresses(row.inside))
        inside += ":" + ",".join(written_ports(row.inside_ports)) if row.inside_ports else ""
        found.append(f"{row.protocol} {_outside(row.reach)} > {inside} from {who(row.reach)}")
    return found


def own(prediction: Prediction) -> list[str]:
    """`ssh tcp 203.0.113.7:22 from anyone` for each way to a service of the router."""
    return [
        f"{one.service.name} {one.service.protocol} {_outside(way)} from {who(way)}"
        for one in prediction.management
        for way in one.ways
    ]


def _outside(reach: Reach) -> str:
    where = f"any at {reach.interface}" if reach.assigned else ",".join(written_addresses(reach.outside))
    return where + (":" + ",".join(written_ports(reach.outside_ports)) if reach.outside_ports else "")


def who(reach: Reach) -> str:
    said = "anyone" if reach.anyone else ",".join(written_addresses(reach.sources))
    if reach.left_out and len(reach.left_out.ranges) < len(reach.sources.ranges):
        said = "all but " + ",".join(written_addresses(reach.left_out))
    said += " port " + ",".join(written_ports(reach.source_ports)) if reach.source_ports else ""
    return said if reach.certain else said + "?"


def unread(prediction: Prediction) -> list[tuple[int, str]]:
    return [(one.line.number, one.line.text) for one in prediction.unread]
