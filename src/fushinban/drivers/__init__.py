"""Catalogue: one module per maker or protocol. A driver asks and parses, nothing else."""

import sys
from collections.abc import Mapping
from functools import cache

from fushinban import catalogue
from fushinban.drivers._driver import AnyDriver, Driver, Getter, Quality, speaks
from fushinban.makers import find_maker, named_drivers
from fushinban.model.device import Device

__all__ = ["AnyDriver", "Driver", "Getter", "Quality", "drivers", "general_drivers", "own_drivers", "speaks"]


@cache
def drivers() -> Mapping[str, AnyDriver]:
    """All drivers by name. One is imported at its first use: most sites have the devices of few makers."""
    return catalogue.Lazy(sys.modules[__name__], "DRIVER", Driver, lambda d: d.name)


def general_drivers(known: Mapping[str, AnyDriver]) -> list[AnyDriver]:
    """Those of the drivers that no maker's file names: they are asked of all devices, or see for themselves."""
    return [known[name] for name in known if name not in named_drivers()]


def own_drivers(known: Mapping[str, AnyDriver], device: Device) -> list[AnyDriver]:
    """Those of the drivers that apply to this device and are not asked of all."""
    maker = find_maker(device.maker)
    named = [known[name] for name in (maker.drivers if maker is not None else ()) if name in known]
    return [d for d in (*general_drivers(known), *named) if d.applies is not None and d.applies(device)]
