"""Which ports a lab takes: `base + usual port` for every service, and nothing else of this machine listening there."""

import errno
import os
import random
import resource
import socket
from collections.abc import Mapping

from fushinban.errors import InputError
from fushinban.lab.plan import HIGHEST_BASE, MAPPED_PORTS, LabPlan
from fushinban.messages import say
from fushinban.model.device import UDP_PORTS

_LOWEST_FREE = 10000
_TRIES = 40


class PortTaken(InputError):
    """A port of the block is in use by another program."""


def block(base: int) -> Mapping[str, int]:
    """Port by service name for a block of ports."""
    return {service: base + usual for service, usual in MAPPED_PORTS.items()}


def free_block(plan: LabPlan) -> Mapping[str, int]:
    """The plan's block, or a free one where it leaves the choice. Raises InputError where a port is taken."""
    if plan.base_port:
        ports = block(plan.base_port)
        _check_free(plan, ports)
        return ports
    chooser = random.Random(os.getpid())
    for _ in range(_TRIES):
        ports = block(chooser.randrange(_LOWEST_FREE, HIGHEST_BASE))
        try:
            _check_free(plan, ports)
        except PortTaken:
            continue
        return ports
    raise InputError(say("lab.no-free-block"))


def _check_free(plan: LabPlan, ports: Mapping[str, int]) -> None:
    """Bind every port once. Closed services are checked too: a host's own service must not answer for a device."""
    for device in plan.devices:
        for service, port in ports.items():
            kind = socket.SOCK_DGRAM if service in UDP_PORTS else socket.SOCK_STREAM
            with socket.socket(socket.AF_INET, kind) as sock:
                if kind is socket.SOCK_STREAM:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                _bind(sock, device.address, port)


def _bind(sock: socket.socket, address: str, port: int) -> None:
    try:
        sock.bind((address, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(say("lab.port-taken", address=address, port=port)) from error
        raise InputError(say("lab.no-address", address=address, error=error.strerror or "")) from error


def allow_files(plan: LabPlan) -> None:
    """Raise this process's limit of open files to what the lab needs. Raises InputError where it may not."""
    listening = sum(len(d.services) for d in plan.devices)
    need = 256 + listening + 4 * len(plan.devices)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= need:
        return
    if hard != resource.RLIM_INFINITY and hard < need:
        raise InputError(say("lab.too-many-files", need=need, limit=hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (need, hard))
