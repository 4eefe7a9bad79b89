"""A lab in a process of its own, as cameras are other machines too. Run as a program it serves a plan.

`python real_lab.py PLAN [usual]`: PLAN is a pickled LabPlan. With `usual` every service stands at its usual port and
WS-Discovery's group is joined on the device's own address (for network namespaces). The first line of output is the
site file and its environment; after that each line of input is answered by a line with the state of all devices.
"""

import asyncio
import json
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fushinban.lab import site as lab_site
from fushinban.lab.plan import MAPPED_PORTS, LabPlan
from fushinban.lab.site import Lab
from fushinban.lab.state import DeviceState
from fushinban.lab.wsdiscovery import GROUP, GROUP_PORT, GroupResponder, ProbeResponder

PYTHON = sys.executable


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What one pretend device remembers."""

    failed_logins: int
    accepted_logins: int
    locked: bool
    max_connections: int
    requests: int
    write_attempts: list[str]
    clear_passwords: list[str]


class RunningLab:
    """The other side of a lab process."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self._process = process
        self._log = log
        first = json.loads(self._line())
        self.site_toml: str = first["site"]
        self.environment: dict[str, str] = first["environment"]

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def states(self) -> dict[str, Remembered]:
        """What the devices remember now, by id."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        rows: dict[str, dict[str, Any]] = json.loads(self._line())
        return {name: Remembered(**row) for name, row in rows.items()}

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the lab ended: {self._log.read_text(errors='replace')}"
        return line


@contextmanager
def lab_process(
    plan: LabPlan, folder: Path, *, before: Sequence[str] = (), usual_ports: bool = False
) -> Iterator[RunningLab]:
    """Serve a plan until the end of the block; `before`: a command that starts the process (in a namespace)."""
    file = folder / f"{plan.id}.plan"
    file.write_bytes(pickle.dumps(plan))
    command = [*before, PYTHON, str(Path(__file__)), str(file), *(["usual"] if usual_ports else [])]
    log = folder / f"{plan.id}.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8"
        )
    try:
        yield RunningLab(process, log)
    finally:
        process.kill()
        process.communicate(timeout=10)


async def _serve(plan: LabPlan, *, usual_ports: bool) -> None:
    if usual_ports:
        lab_site.free_block = lambda _: dict(MAPPED_PORTS)
    async with Lab(plan) as lab:
        if usual_ports:
            for state in lab.devices.values():
                await _join_group(state)
        print(json.dumps({"site": lab.site_toml(), "environment": dict(lab.environment())}), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps({name: _state(device) for name, device in lab.devices.items()}), flush=True)


async def _join_group(state: DeviceState) -> None:
    """Hear calls into WS-Discovery's group on the device's own link, and answer them from its own address."""
    address = state.plan.address
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((GROUP, GROUP_PORT))
    member = socket.inet_aton(GROUP) + socket.inet_aton(address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    sock.setblocking(False)
    loop = asyncio.get_running_loop()
    _, speaker = await loop.create_datagram_endpoint(lambda: ProbeResponder(state), local_addr=(address, 0))
    await loop.create_datagram_endpoint(lambda: GroupResponder((speaker,)), sock=sock)


def _state(device: DeviceState) -> dict[str, object]:
    return {
        "failed_logins": device.failed_logins,
        "accepted_logins": device.accepted_logins,
        "locked": device.locked,
        "max_connections": device.max_connections,
        "requests": sum(device.counts.values()),
        "write_attempts": device.write_attempts,
        "clear_passwords": device.clear_passwords,
    }


if __name__ == "__main__":
    asyncio.run(_serve(pickle.loads(Path(sys.argv[1]).read_bytes()), usual_ports="usual" in sys.argv[2:]))
