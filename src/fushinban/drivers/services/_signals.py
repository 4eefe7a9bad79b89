"""The passive signals in what the open-port view saw, for the weighing of makers. Pure."""

from collections.abc import Iterable, Iterator

from fushinban.makers.hypothesis import Signal
from fushinban.model.facts import OpenPorts, RtspServer, ServedCertificates, SnmpSystem, WebPages
from fushinban.model.facts.base import Fact

_BANNERS = frozenset({"telnet", "ssh", "ftp"})


def signals_of(facts: Iterable[Fact]) -> tuple[Signal, ...]:
    """Signals of the facts that have any; others are passed over. Empty texts are left out."""
    return tuple(dict.fromkeys(s for fact in facts for s in _signals(fact) if s[1]))


def _signals(fact: Fact) -> Iterator[Signal]:
    if isinstance(fact, WebPages):
        for page in fact.pages:
            yield from (("http-server", page.server), ("http-title", page.title), ("http-realm", page.realm))
    elif isinstance(fact, SnmpSystem):
        yield from (("snmp-descr", fact.description), ("snmp-object", fact.object_id))
    elif isinstance(fact, RtspServer):
        yield "rtsp-server", fact.server
    elif isinstance(fact, ServedCertificates):
        for certificate in fact.certificates:
            yield "tls-subject", certificate.subject
    elif isinstance(fact, OpenPorts):
        for port in fact.open:
            if port.speaks in _BANNERS:
                yield port.speaks, port.banner
