"""Facts that the state of a router decides: the same functions for every maker's router."""

from collections.abc import Callable, Iterable

from fushinban.errors import NotSupported
from fushinban.messages import say
from fushinban.model.exposure import protocol_name
from fushinban.model.facts import (
    DynamicDnsService,
    Fact,
    Hostname,
    Identity,
    Interface,
    Interfaces,
    Level,
    MakerAccount,
    MakerAccounts,
    NetworkService,
    Ntp,
    PortMapping,
    PortMappings,
    RemoteLog,
    RouterConfiguration,
    RouterForward,
    RouterLogin,
    RouterService,
    ServiceSetting,
    ServiceSettings,
)
from fushinban.model.filtering import Family, Names, Rule
from fushinban.model.intervals import (
    ANY_PORT,
    ANY_PROTOCOL,
    ANY_V4,
    ANY_V6,
    Intervals,
    address_of,
    written_addresses,
    written_ports,
)  # fmt: skip
from fushinban.model.router import OwnService, Role, RouterState

#: Ranges of one cell that are shown; the state itself has all.
_MOST_RANGES = 4
#: Larger sets of outside addresses mean "whatever address the line has".
_WHATEVER = 1 << 16

#: How the services of routers are called in all makers' settings.
_SERVICES = {
    "telnet": NetworkService.TELNET, "ssh": NetworkService.SSH, "http": NetworkService.HTTP,
    "https": NetworkService.HTTPS, "ftp": NetworkService.FTP, "snmp": NetworkService.SNMP,
    "snmpv2c": NetworkService.SNMP, "snmpv3": NetworkService.SNMP, "upnp": NetworkService.UPNP,
    "winbox": NetworkService.WINBOX, "api": NetworkService.API, "api-ssl": NetworkService.API,
}  # fmt: skip


def identity_of(state: RouterState) -> Identity:
    """Maker, model, firmware and serial. Raises NotSupported where neither model nor firmware is told."""
    if not state.model and not state.firmware:
        raise _not_told(Identity)
    return Identity(maker=state.maker, model=state.model, firmware=state.firmware, serial=state.serial)


def hostname_of(state: RouterState) -> Hostname:
    """Its name. Raises NotSupported where it has none."""
    if not state.host_name:
        raise _not_told(Hostname)
    return Hostname(name=state.host_name)


def configuration_of(state: RouterState) -> RouterConfiguration:
    """The whole configuration, with the rows that people want to see."""
    return RouterConfiguration(
        state=state,
        forwards=tuple(_forward(rule) for rule in state.forwards),
        services=tuple(_service(service) for service in state.services),
        logins=tuple(
            RouterLogin(name=a.name, administrator=a.administrator, password=a.password, enabled=a.enabled)
            for a in state.accounts
        ),
        upnp=state.upnp.enabled,
        dynamic_names=state.dynamic_names,
        time_servers=state.time_servers,
        log_hosts=state.log_hosts,
        schedules=tuple(line.text for line in state.schedules),
        unread=len(state.unread),
    )


def accounts_of(state: RouterState) -> MakerAccounts:
    """Who may log in by name. Raises NotSupported where the configuration shows nobody."""
    named = [a for a in state.accounts if a.name]
    if not named:
        raise _not_told(MakerAccounts)
    return MakerAccounts(
        accounts=tuple(
            MakerAccount(
                name=a.name, level=Level.ADMINISTRATOR if a.administrator else Level.USER, enabled=a.enabled
            )
            for a in named
        )
    )  # fmt: skip


def settings_of(state: RouterState) -> ServiceSettings:
    """The router's own services that run, each once, and whether UPnP does. Telnet is named off where it is."""
    found: dict[str, tuple[int, ...]] = {}
    for service in state.services:
        if service.name != "upnp":
            found[service.name] = tuple(dict.fromkeys((*found.get(service.name, ()), *_single_ports(service.ports))))
    settings = [
        ServiceSetting(service=_SERVICES.get(name, NetworkService.OTHER), name=name, enabled=True, ports=numbers)
        for name, numbers in found.items()
    ]
    if "telnet" not in found:
        settings.append(ServiceSetting(service=NetworkService.TELNET, name="telnet", enabled=False))
    upnp = ServiceSetting(service=NetworkService.UPNP, name="upnp", enabled=state.upnp.enabled)
    return ServiceSettings(services=(*settings, upnp))


def remote_log_of(state: RouterState) -> RemoteLog:
    """To whom it sends its log; off where it names nobody."""
    return RemoteLog(enabled=bool(state.log_hosts), servers=state.log_hosts)


def dynamic_dns_of(state: RouterState) -> DynamicDnsService:
    """Whether it keeps a name on the internet, and which."""
    return DynamicDnsService(enabled=bool(state.dynamic_names), name=", ".join(state.dynamic_names))


def port_mappings_of(state: RouterState) -> PortMappings:
    """What devices have opened by UPnP, as the router itself lists it. Raises NotSupported where UPnP is not on."""
    if not state.upnp.enabled and not state.mappings:
        raise _not_told(PortMappings)
    outer = (a.ip for i in state.interfaces if i.role is Role.WAN for a in i.addresses if a.version == 4)
    rows = (_mapping(rule) for rule in state.mappings)
    return PortMappings(
        external_address=str(next(outer, "")), mappings=tuple(row for row in rows if row is not None)
    )  # fmt: skip


def _mapping(rule: Rule) -> PortMapping | None:
    """A mapping as IGD would tell it; None for one that leads to several places."""
    match, target = rule.match, rule.target
    inside = target.addresses if target is not None else None
    number = target.ports if target is not None and target.ports is not None else match.destination_ports
    if inside is None or inside.size != 1 or not number or not match.destination_ports:
        return None
    return PortMapping(
        protocol=_protocols(match.protocols).upper(), outside_port=match.destination_ports.first,
        remote=_addresses(match.sources), inside=str(address_of(inside.first)), inside_port=number.first,
        name=rule.name.rpartition(": ")[2],
    )  # fmt: skip


def ntp_of(state: RouterState) -> Ntp:
    """Whom it asks for the time."""
    return Ntp(servers=state.time_servers)


def interfaces_of(state: RouterState) -> Interfaces:
    """Its interfaces with their own addresses. Raises NotSupported where the configuration shows none."""
    if not state.interfaces:
        raise _not_told(Interfaces)
    return Interfaces(
        interfaces=tuple(
            Interface(
                token=one.name, name=one.description or one.name,
                ipv4_enabled=Family.V4 in one.assigned or any(a.version == 4 for a in one.addresses),
                ipv4=tuple(str(a) for a in one.addresses if a.version == 4),
                ipv6_enabled=Family.V6 in one.assigned or any(a.version == 6 for a in one.addresses),
                ipv6=tuple(str(a) for a in one.addresses if a.version == 6),
            )
            for one in state.interfaces
        )
    )  # fmt: skip


def _not_told(fact: type[Fact]) -> NotSupported:
    return NotSupported(say("router_facts.not-told", fact=fact.title))


def _forward(rule: Rule) -> RouterForward:
    match, target = rule.match, rule.target
    inside, inside_ports = match.destinations, match.destination_ports
    if target is not None:
        inside = target.addresses if target.addresses is not None else inside.moved(target.address_shift)
        inside_ports = target.ports if target.ports is not None else inside_ports.moved(target.port_shift)
    return RouterForward(
        protocol=_protocols(match.protocols),
        outside=_addresses(match.destinations) if match.destinations.size <= _WHATEVER else "",
        outside_ports=_ports(match.destination_ports), sources=_addresses(match.sources),
        inside="router" if target is not None and target.own else _addresses(inside),
        inside_ports=_ports(inside_ports), kind=rule.kind, name=rule.name,
    )  # fmt: skip


def _service(service: OwnService) -> RouterService:
    return RouterService(
        name=service.name, purpose=service.purpose, protocol=protocol_name(Intervals.single(service.protocol)),
        ports=_ports(service.ports), sources=_addresses(service.sources), interfaces=_names(service.entering),
        by_default=service.by_default,
    )  # fmt: skip


def _protocols(of: Intervals) -> str:
    if of == ANY_PROTOCOL:
        return "all"
    if of.size > _MOST_RANGES:
        return "other"
    return "/".join(protocol_name(Intervals.single(n)) for first, last in of for n in range(first, last + 1))


def _addresses(of: Intervals) -> str:
    """Empty for all addresses, also for all of one family."""
    return "" if of.covers(ANY_V4) or of.covers(ANY_V6) else _few(of, written_addresses)


def _ports(of: Intervals) -> str:
    return "" if of == ANY_PORT else _few(of, written_ports)


def _few(of: Intervals, written: Callable[[Intervals], Iterable[str]]) -> str:
    shown = ", ".join(written(Intervals(of.ranges[:_MOST_RANGES])))
    return f"{shown}, …" if len(of.ranges) > _MOST_RANGES else shown


def _single_ports(of: Intervals) -> tuple[int, ...]:
    """The ports, where they are few."""
    few = of.ranges if of.size <= 2 * _MOST_RANGES else ()
    return tuple(number for first, last in few for number in range(first, last + 1))


def _names(of: Names) -> str:
    """Empty for all interfaces; `-name` for those left out."""
    return ", ".join(f"-{name}" if of.others else name for name in sorted(of.names))
