"""A Yamaha router asked at its command line: `show environment` as anybody, `show config` as the administrator."""

from dataclasses import replace

from fushinban.drivers import _router_facts as shared
from fushinban.drivers._console import ConsoleVisit, visit
from fushinban.drivers.yamaha._configuration import parse
from fushinban.drivers.yamaha._environment import Environment, parse_environment
from fushinban.errors import DeviceError, NotSupported
from fushinban.messages import say
from fushinban.model import facts
from fushinban.transport.session import Session


async def visit_yamaha(session: Session) -> ConsoleVisit:
    """One dialogue; raises what the log-in raises."""
    return await visit(session, "yamaha", "show environment", "show config", parse)


async def get_identity(visited: ConsoleVisit) -> facts.Identity:
    """`show environment`; where it is not told, what the configuration begins with."""
    try:
        return parse_identity(visited.own_words())
    except DeviceError:
        if isinstance(visited.state, DeviceError):
            raise
        return shared.identity_of(visited.state)


async def get_uptime(visited: ConsoleVisit) -> facts.Uptime:
    """`show environment`."""
    return parse_uptime(visited.own_words())


async def get_interfaces(visited: ConsoleVisit) -> facts.Interfaces:
    """The configuration's, with the hardware addresses of `show environment`."""
    found = shared.interfaces_of(visited.router())
    return with_macs(found, b"" if isinstance(visited.shown, DeviceError) else visited.shown)


def parse_identity(shown: bytes) -> facts.Identity:
    """Maker, model, firmware, serial number. Raises Malformed."""
    return parse_environment(shown).identity


def parse_uptime(shown: bytes) -> facts.Uptime:
    """How long it runs. Raises Malformed, and NotSupported where it does not say."""
    environment = parse_environment(shown)
    if environment.seconds is None and environment.booted_at is None:
        raise NotSupported(say("router_facts.not-told", fact=facts.Uptime.title))
    return environment.uptime


def with_macs(found: facts.Interfaces, shown: bytes) -> facts.Interfaces:
    """`show environment` lists the hardware addresses in the order of the LAN ports."""
    environment = _environment(shown)
    by_name = {f"lan{number}": mac for number, mac in enumerate(environment.macs if environment else (), 1)}
    rows = tuple(replace(one, mac=by_name.get(one.token, one.mac)) for one in found.interfaces)
    return replace(found, interfaces=rows)


def _environment(shown: bytes) -> Environment | None:
    try:
        return parse_environment(shown)
    except DeviceError:
        return None
