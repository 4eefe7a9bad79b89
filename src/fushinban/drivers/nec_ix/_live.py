"""A UNIVERGE IX asked at its command line: `show version` and `show running-config`.

All that is publicly known of IX software (10.x) shows its configuration in the configuration mode only, to users with
the monitor right too, and asks for no password there. It is entered where the site names `administrator`, as its
owner's word for it: `enable-config` changes nothing, and fails where somebody else works in that mode.
"""

from fushinban.drivers import _router_facts as shared
from fushinban.drivers._console import ConsoleVisit, visit
from fushinban.drivers.nec_ix._configuration import parse
from fushinban.drivers.nec_ix._version import parse_identity, parse_uptime
from fushinban.errors import DeviceError
from fushinban.model import facts
from fushinban.transport.session import Session


async def visit_nec_ix(session: Session) -> ConsoleVisit:
    """One dialogue; raises what the log-in raises."""
    return await visit(session, "nec_ix", "show version", "show running-config", parse)


async def get_identity(visited: ConsoleVisit) -> facts.Identity:
    """`show version`; where it is not told, what the configuration begins with."""
    try:
        return parse_identity(visited.own_words())
    except DeviceError:
        if isinstance(visited.state, DeviceError):
            raise
        return shared.identity_of(visited.state)


async def get_uptime(visited: ConsoleVisit) -> facts.Uptime:
    """`show version`."""
    return parse_uptime(visited.own_words())
