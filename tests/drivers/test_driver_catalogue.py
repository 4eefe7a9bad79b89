"""Which drivers are asked of whom, and that those of other makers are not even loaded."""

import subprocess
import sys
from dataclasses import replace
from types import ModuleType

import pytest

from fushinban.catalogue import Lazy
from fushinban.drivers import Driver, drivers, general_drivers, own_drivers
from fushinban.errors import CatalogueError
from fushinban.makers import makers, named_drivers
from fushinban.model.device import Device, DeviceKind, Target

DEVICE = Device(id="d", site="s", kind=DeviceKind.CAMERA, target=Target(address="192.0.2.7"))


def test_every_driver_is_general_or_named_by_a_maker() -> None:
    general = {d.name for d in general_drivers(drivers())}
    assert general == {"igd", "onvif", "services", "snmp"}
    assert general | named_drivers() == set(drivers())
    assert all(drivers()[name].applies is not None for name in named_drivers())


@pytest.mark.parametrize("maker", [m for m in makers().values() if m.drivers], ids=lambda m: m.id)
def test_a_makers_devices_are_asked_by_its_drivers(maker) -> None:  # type: ignore[no-untyped-def] # Maker, by id above
    own = {d.name for d in own_drivers(drivers(), replace(DEVICE, maker=maker.name))}
    assert set(maker.drivers) <= own
    assert not own & (named_drivers() - set(maker.drivers))


def test_a_device_of_nobody_is_asked_by_no_makers_driver() -> None:
    assert own_drivers(drivers(), DEVICE) == []


def test_drivers_of_other_makers_are_not_loaded() -> None:
    asked = (
        "import sys; from fushinban.drivers import drivers, general_drivers; general_drivers(drivers());"
        "print([m for m in sys.modules if m.startswith('fushinban.drivers.axis')])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_module_under_another_name_stops() -> None:
    package = sys.modules["fushinban.drivers"]
    assert isinstance(package, ModuleType)
    lazy = Lazy(package, "DRIVER", Driver, lambda d: f"not {d.name}")
    with pytest.raises(CatalogueError):
        lazy["services"]
    with pytest.raises(KeyError):
        lazy["_driver"]
