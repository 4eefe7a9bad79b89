"""Facts of a router that was visited at its command line, as far as its configuration alone decides them."""

from fushinban.drivers import _router_facts as shared
from fushinban.drivers._console import ConsoleVisit
from fushinban.errors import NotSupported
from fushinban.messages import say
from fushinban.model import facts
from fushinban.transport.footprint import note_answer


async def get_hostname(visit: ConsoleVisit) -> facts.Hostname:
    """Its name."""
    return shared.hostname_of(visit.router())


async def get_configuration(visit: ConsoleVisit) -> facts.RouterConfiguration:
    """The whole configuration."""
    return shared.configuration_of(visit.router())


async def get_accounts(visit: ConsoleVisit) -> facts.MakerAccounts:
    """Who may log in."""
    return shared.accounts_of(visit.router())


async def get_services(visit: ConsoleVisit) -> facts.ServiceSettings:
    """Its own services that run."""
    return shared.settings_of(visit.router())


async def get_remote_log(visit: ConsoleVisit) -> facts.RemoteLog:
    """To whom it sends its log."""
    return shared.remote_log_of(visit.router())


async def get_ntp(visit: ConsoleVisit) -> facts.Ntp:
    """Whom it asks for the time."""
    return shared.ntp_of(visit.router())


async def get_dynamic_dns(visit: ConsoleVisit) -> facts.DynamicDnsService:
    """Whether it keeps a name on the internet."""
    return shared.dynamic_dns_of(visit.router())


async def get_interfaces(visit: ConsoleVisit) -> facts.Interfaces:
    """Its interfaces and own addresses."""
    return shared.interfaces_of(visit.router())


async def get_host_key(visit: ConsoleVisit) -> facts.SshHostKey:
    """The key that it showed over SSH; also where nobody logged in because of it."""
    algorithm, _, fingerprint = visit.host_key.partition(" ")
    if not fingerprint:
        raise NotSupported(say("router_facts.not-told", fact=facts.SshHostKey.title))
    note_answer(visit.host_key.encode())
    return facts.SshHostKey(algorithm=algorithm, fingerprint=fingerprint)
