"""A full inspection of many lab devices against the same reads through onvif-zeep-async: `make bench`.

Three processes: the lab (devices that answer after a set time), our `fushinban inspect`, and the peer. The figures are
wall time, CPU time of the client process alone, and its peak memory; ratios are what travels between machines.
"""

import argparse
import json
import multiprocessing
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One client run over `devices`: seconds of wall and CPU time, peak MiB, requests per device."""

    client: str
    devices: int
    wall: float
    cpu: float
    peak_mib: float
    requests: float
    first_packet: float | None = None

    @property
    def per_second(self) -> float:
        """Devices per second."""
        return self.devices / self.wall

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds per device."""
        return self.cpu / self.devices * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LabHandle:
    """A running lab in its own process."""

    pipe: Connection
    site_toml: str
    environment: dict[str, str]

    def counts(self) -> tuple[dict[str, int], float | None]:
        """Requests by operation since the last call, and when (epoch seconds) the first of them came."""
        self.pipe.send("counts")
        found: tuple[dict[str, int], float | None] = self.pipe.recv()
        return found


@contextmanager
def lab(devices: int, answer_ms: int) -> Iterator[LabHandle]:
    """Serve `devices` lab cameras in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(devices, answer_ms, there), daemon=True)
    process.start()
    site_toml, environment = here.recv()
    try:
        yield LabHandle(pipe=here, site_toml=site_toml, environment=environment)
    finally:
        process.terminate()
        process.join()


def _serve(devices: int, answer_ms: int, pipe: Connection) -> None:
    import asyncio  # noqa: PLC0415 - in the lab's process only
    from collections import Counter  # noqa: PLC0415

    import uvloop  # noqa: PLC0415

    from fushinban.lab.benchmark import make_plan  # noqa: PLC0415
    from fushinban.lab.plan import Auth  # noqa: PLC0415
    from fushinban.lab.site import Lab  # noqa: PLC0415

    plain = make_plan(devices, answer_ms)
    # The peer logs in by WS-UsernameToken, we by HTTP digest: the devices take both.
    plan = replace(plain, devices=tuple(replace(d, auth=Auth.BOTH) for d in plain.devices))

    async def run() -> None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        async with Lab(plan) as site:
            pipe.send((site.site_toml(), dict(site.environment())))
            loop = asyncio.get_running_loop()
            asked = asyncio.Event()
            loop.add_reader(pipe.fileno(), asked.set)
            while True:
                await asked.wait()
                asked.clear()
                pipe.recv()
                total: Counter[str] = Counter()
                firsts = []
                for device in site.devices.values():
                    total.update(device.counts)
                    device.counts.clear()
                    if device.requests:
                        firsts.append(device.requests[0].at.timestamp())
                        device.requests.clear()
                pipe.send((dict(total), min(firsts, default=None)))

    uvloop.run(run())


def run_ours(handle: LabHandle, folder: Path, devices: int) -> Run:
    """`fushinban inspect` as a user runs it, with limits that suit a large site; JSON only."""
    site = folder / "SITE.toml"
    limits = "\n[limits]\nsite_connections = 512\nport_gap = 0.0\n"
    # The peer is given the addresses, so neither side looks for devices; the usual kinds of test are allowed.
    text = re.sub(r"(?m)^methods = .*$", 'methods = ["listed"]', handle.site_toml)
    text = re.sub(r"(?m)^tests = .*$", 'tests = ["discovery", "ports", "read", "anonymous"]', text)
    site.write_text(text + limits, encoding="utf-8")
    # The records are there already, as they are from the second use on: making the tables is not part of an inspection.
    made = [sys.executable, "-m", "fushinban", "credential", "list", "--data", str(folder / "records")]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    command = [sys.executable, "-m", "fushinban", "inspect", str(site), "--data", str(folder / "records")]
    command += ["--json", str(folder / "result.json")]
    handle.counts()
    started = time.time()
    wall, cpu, peak = measured(command, {**os.environ, **handle.environment}, {0, 1})
    counts, first = handle.counts()
    reached = sum(1 for d in json.loads((folder / "result.json").read_text())["devices"] if d["firmware"])
    if reached != devices:
        raise SystemExit(f"only {reached} of {devices} devices were read; the figures would be worthless")
    packet = first - started if first else None
    return Run(
        client="fushinban", devices=devices, wall=wall, cpu=cpu, peak_mib=peak,
        requests=sum(counts.values()) / devices, first_packet=packet,
    )  # fmt: skip


def run_peer(handle: LabHandle, folder: Path, devices: int, at_once: int) -> Run:
    """The same reads through onvif-zeep-async, one client per device, so many at once."""
    plan = folder / "peer.json"
    plan.write_text(json.dumps(peer_targets(handle, devices)), encoding="utf-8")
    handle.counts()
    command = [sys.executable, str(HERE / "peer_zeep.py"), str(plan), str(folder / "peer-result.json"), str(at_once)]
    wall, cpu, peak = measured(command, {**os.environ, **handle.environment}, {0, 1})
    counts, _ = handle.counts()
    done = json.loads((folder / "peer-result.json").read_text())
    if done["devices"] != devices:
        raise SystemExit(f"the peer read {done['devices']} of {devices} devices: {done['errors'][:3]}")
    requests = sum(counts.values()) / devices
    client = f"onvif-zeep-async, {at_once} at once"
    return Run(client=client, devices=devices, wall=wall, cpu=cpu, peak_mib=peak, requests=requests)


def peer_targets(handle: LabHandle, devices: int) -> list[dict[str, object]]:
    """Address, port, account and password of each device, from the site file."""
    import tomllib  # noqa: PLC0415

    site = tomllib.loads(handle.site_toml)
    logins = {c["match"]: c for c in site["credential"]}
    targets = []
    for device in site["device"][:devices]:
        login = logins[device["address"]]
        secret = handle.environment[login["secret"].removeprefix("env:")]
        targets.append(
            {
                "address": device["address"],
                "port": device["ports"]["http"],
                "username": login["username"],
                "password": secret,
            }
        )
    return targets


def measured(command: list[str], environment: dict[str, str], codes: set[int]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds (user and system) and peak MiB of one process, from the operating system's account."""
    # As on a user's machine, compiled modules are kept from the run before.
    environment = {k: v for k, v in environment.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - started
    if process.returncode not in codes:
        raise SystemExit(f"{command[:4]} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Run everything and print the figures as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=256)
    parser.add_argument("--peer-at-once", type=int, nargs="*", default=[32, 256], help="clients of the peer at once")
    parser.add_argument("--runs", type=int, default=1, help="how often --devices are run on both sides: medians count")
    parser.add_argument("--answer-ms", type=int, default=50)
    parser.add_argument("--growth", type=int, nargs="*", default=[64, 256, 1024])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    runs = []
    for devices in dict.fromkeys([*given.growth, given.devices]):
        times = given.runs if devices == given.devices else 1
        runs.append(repeated(times, devices, given.answer_ms, partial(run_ours, devices=devices)))
    ours = next(r for r in runs if r.devices == given.devices)
    peers = []
    for at_once in given.peer_at_once:
        peers.append(
            repeated(
                given.runs, given.devices, given.answer_ms,
                partial(run_peer, devices=given.devices, at_once=at_once),
            )
        )  # fmt: skip
    sys.stdout.write(
        f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"answers after {given.answer_ms} ms\n"
    )
    for peer in peers:
        faster, lighter = ours.per_second / peer.per_second, peer.cpu_ms / ours.cpu_ms
        sys.stdout.write(f"{peer.client}: {faster:.1f} times its devices per second, 1/{lighter:.1f} of its CPU\n")
    if given.json:
        given.json.write_text(json.dumps([asdict(r) for r in [*runs, *peers]], indent=2), encoding="utf-8")


def repeated(times: int, devices: int, answer_ms: int, once: Callable[[LabHandle, Path], Run]) -> Run:
    """The same so many times, each on a fresh lab; the medians of wall and of CPU time, the largest peak."""
    runs = []
    for _ in range(times):
        with lab(devices, answer_ms) as handle, tempfile.TemporaryDirectory() as folder:
            runs.append(once(handle, Path(folder)))
            show(runs[-1])
    return replace(
        runs[0], wall=median(r.wall for r in runs), cpu=median(r.cpu for r in runs),
        peak_mib=max(r.peak_mib for r in runs),
    )  # fmt: skip


def show(run: Run) -> None:
    """One row of the table."""
    first = f"{run.first_packet:.2f}" if run.first_packet is not None else "–"
    sys.stdout.write(
        f"| {run.client} | {run.devices} | {run.wall:.2f} | {run.per_second:.1f} | {run.cpu_ms:.1f} | "
        f"{run.peak_mib:.0f} | {run.requests:.1f} | {first} |\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
