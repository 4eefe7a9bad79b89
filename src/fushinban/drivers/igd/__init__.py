"""UPnP internet gateways, versions 1 and 2: the outside address, the line, and every port that was opened by UPnP.

Nothing of it needs a login: whatever any device on the LAN may ask is asked, and nothing is ever added or removed.
Asked of routers, and of whatever announced itself as a gateway. What a person forwarded by hand in the router's pages
is not in this list; it shows UPnP alone. Proven by Debian's miniupnpd, which many routers run, behind a real NAT.
"""

from fushinban.drivers._driver import Driver, Getter, Quality
from fushinban.drivers.igd._gateway import IgdContext, get_mappings, open_igd
from fushinban.model import facts
from fushinban.model.device import Device, DeviceKind


def applies(device: Device) -> bool:
    """Whether it is a router, or announced itself as a gateway."""
    return device.kind is DeviceKind.ROUTER or "igd" in device.target.announced


DRIVER: Driver[IgdContext] = Driver(
    name="igd",
    quality=Quality.SILVER,
    open=open_igd,
    applies=applies,
    getters={
        facts.PortMappings: Getter(
            ask=get_mappings,
            request="GetExternalIPAddress, GetStatusInfo, GetListOfPortMappings, GetGenericPortMappingEntry",
            requests=4,
        ),
    },
)
