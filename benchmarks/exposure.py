"""Predicted exposure: `python benchmarks/exposure.py` times reading a large configuration and predicting from it.

Asked for: 2,000 rules and 200 devices in less than 100 ms, 5,000 lines in less than 200 ms. All addresses are those
of documentation or private ones. The best of several runs is told: the machine has other things to do.
"""

import argparse
import gc
import ipaddress
import json
import random
import sys
import time
from collections.abc import Callable, Iterator

import fushinban.drivers  # noqa: F401 - the catalogue of configurations is found below it
from fushinban.drivers._configuration import configurations
from fushinban.model.exposure import InsideDevice
from fushinban.model.router import Origin, RouterState
from fushinban.probe import predict

RULES, DEVICES, LINES = 2000, 200, 5000
_RUNS = 7


def shop(rules: int, seed: int = 4) -> str:
    """A Yamaha configuration with so many rules: forwards, filters for each, blocked networks and blocked ports."""
    chance = random.Random(seed)  # noqa: S311 - invented data
    numbers: list[int] = []
    body: list[str] = []
    forwards = rules // 4

    def add(text: str) -> None:
        numbers.append(200000 + len(numbers))
        body.append(f"ip filter {numbers[-1]} {text}")

    for number in range(rules // 4):
        add(f"reject 203.0.{113 if number % 2 else 112}.{number % 256}/{chance.choice((28, 30, 32))} * * * *")
    for number in range(rules // 20):
        add(f"reject * * tcp * {20000 + number}")
    for number in range(forwards):
        host = f"192.168.{100 + number // 250}.{2 + number % 200}"
        add(f"pass {chance.choice(('*', '*', '198.51.100.0/24'))} {host} tcp * {1024 + number}")
    while len(body) + forwards < rules:
        host = f"192.168.{100 + len(body) % 2}.{2 + len(body) % 200}"
        add(f"{chance.choice(('pass', 'reject'))} * {host} {chance.choice(('tcp', 'udp'))} * {chance.randint(1, 9999)}")
    static = [
        f"nat descriptor masquerade static 1 {n + 1} 192.168.{100 + n // 250}.{2 + n % 200} tcp {30000 + n}={1024 + n}"
        for n in range(forwards)
    ]
    return "\n".join([*_frame(numbers), *body, *static, *_end()]) + "\n"


def _frame(numbers: list[int]) -> Iterator[str]:
    yield "# RTX1210 Rev.14.01.42 (Fri Mar 10 10:12:34 2023)"
    yield "ip route default gateway pp 1"
    yield "ip lan1 address 192.168.100.1/23"
    yield "pp select 1"
    yield " pppoe use lan2"
    yield " ppp ipcp ipaddress on"
    yield " ip pp nat descriptor 1"
    yield f" ip pp secure filter in {' '.join(map(str, numbers))}"
    yield " pp enable 1"


def _end() -> Iterator[str]:
    yield "nat descriptor type 1 masquerade"
    yield "nat descriptor masquerade incoming 1 reject"


def open_network(rules: int, seed: int = 5) -> str:
    """The same router with an inside network of global addresses and no translation: rules by device and port."""
    chance = random.Random(seed)  # noqa: S311 - invented data
    body = [
        f"ip filter {n} {chance.choice(('pass', 'pass', 'reject'))} * 203.0.113.{2 + n % 200}"
        f" {chance.choice(('tcp', 'udp'))} * {chance.choice((80, 443, 554, 8000, 37777, 1024 + n))}"
        for n in range(1, rules + 1)
    ]
    frame = [line.replace("192.168.100.1/23", "203.0.113.1/24") for line in _frame(list(range(1, rules + 1)))]
    return "\n".join(line for line in (*frame, *body) if "nat descriptor" not in line) + "\n"


def devices(count: int) -> tuple[InsideDevice, ...]:
    """Devices at the inside."""
    return tuple(
        InsideDevice(name=f"camera {n}", addresses=(ipaddress.ip_address(f"192.168.100.{2 + n % 250}"),))
        for n in range(count)
    )


def best(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of the fastest of several runs: by the wall clock, and of the processor."""
    wall, processor = [], []
    for _ in range(_RUNS):
        begun, used = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - used) * 1000)
    return min(wall), min(processor)


def measure() -> dict[str, tuple[float, float]]:
    """All figures in milliseconds."""
    parser = configurations()["yamaha"]
    gc.set_threshold(100_000, 20, 50)  # as the command line sets it

    def state(text: str) -> RouterState:
        return parser.parse(text.encode(), Origin.FILE)

    inside = devices(DEVICES)
    forwarding, unprotected = state(shop(RULES)), state(open_network(RULES))
    long = shop(RULES) + "".join(
        f"dhcp scope bind 1 192.168.100.{n % 250} 01 00 30 93 11 0e {n % 99}\n" for n in range(9000)
    )
    many = shop(LINES)
    lines = "\n".join(long.split("\n")[:LINES])
    return {
        f"predict: {RULES} rules, {RULES // 4} of them forwards, {DEVICES} devices": best(
            lambda: predict(forwarding, inside)
        ),
        f"predict: {RULES} rules, {DEVICES} devices with global addresses": best(lambda: predict(unprotected, inside)),
        f"parse: {LINES} lines, {RULES} of them rules": best(lambda: state(lines)),
        f"parse: {LINES} rules": best(lambda: state(many)),
    }


def main() -> None:
    """Print the figures, as a table or as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    figures = measure()
    if options.parse_args().json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    for name, (wall, processor) in figures.items():
        sys.stdout.write(f"{name:70} {wall:8.1f} ms, processor {processor:8.1f} ms\n")


if __name__ == "__main__":
    main()
