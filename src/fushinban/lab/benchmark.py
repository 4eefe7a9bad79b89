"""A large plain site for `make bench`: many devices without TLS, each with the same answer time."""

from fushinban.lab.plan import Auth, DevicePlan, LabPlan, LabUser
from fushinban.model.facts.access import Level

_PER_NETWORK = 250
_MOST = 250 * 256


def make_plan(count: int, answer_ms: int, *, base_port: int = 0) -> LabPlan:
    """`count` cameras (1 to 64,000) from 127.78.0.1 on, each answering after `answer_ms` milliseconds."""
    if not 0 < count <= _MOST:
        raise ValueError(f"a benchmark has 1 to {_MOST} devices")
    devices = tuple(_device(n, answer_ms) for n in range(count))
    return LabPlan(
        name="ベンチマーク（架空）", id="benchmark", customer="架空の計測", devices=devices, base_port=base_port
    )


def _device(number: int, answer_ms: int) -> DevicePlan:
    network, host = divmod(number, _PER_NETWORK)
    address = f"127.78.{network}.{host + 1}"
    return DevicePlan(
        id=f"bench-{number:05d}",
        address=address,
        name=f"計測 {number:05d}",
        serial=f"BENCH{number:07d}",
        mac=f"02:00:5e:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}",
        hostname=f"bench-{number:05d}",
        location="計測室",
        services=frozenset({"http", "rtsp", "ws-discovery"}),
        users=(LabUser(name="inspect", password="Keisoku-52-Kujira!", level=Level.ADMINISTRATOR),),
        login="inspect",
        auth=Auth.DIGEST,
        ntp=("127.78.255.1",),
        dns=("127.78.255.1",),
        gateway=f"127.78.{network}.254",
        answer_ms=answer_ms,
        certificate_group="benchmark",
    )
