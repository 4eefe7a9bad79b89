"""i-PRO (Panasonic): the little of its CGI that is known from public sources. ONVIF tells the rest."""

from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.ipro import _device
from fushinban.model import facts

DRIVER: Driver[MakerWeb] = Driver(
    name="ipro",
    quality=Quality.BRONZE,
    open=_device.open_ipro,
    applies=speaks("ipro"),
    getters={
        facts.Activation: Getter(ask=_device.get_activation, request="first_login"),
        facts.Identity: Getter(ask=_device.get_identity, request="getinfo"),
    },
)
