"""Recordings of real devices beside the checkout, as the ONVIF driver reads them and as plain search finds them.

The tests compare the two where a serial number or a person's name would otherwise have to stand in the repository.
"""

import asyncio
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from fushinban.collect.ask import ask_driver
from fushinban.drivers.onvif import DRIVER
from fushinban.model.device import Target
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer, Reading
from fushinban.transport.recording import Recording, load_recording
from fushinban.transport.replay import ReplaySession

F = TypeVar("F", bound=Fact)

_BATCH = "onvif/EthanFlower1+onvif-go/camera-data-batch-20260113-142511"
AXIS = f"{_BATCH}/AXIS_P3818-PVE_11.9.60_xmlcapture_20260113-142527.tar.gz"
BOSCH = f"{_BATCH}/Bosch_AUTODOME_IP_starlight_5000i_7.80.0128_xmlcapture_20260113-142522.tar.gz"
REOLINK = f"{_BATCH}/REOLINK_E1_Zoom_v3.1.0.2649_23083101_xmlcapture_20260113-142518.tar.gz"
MILESIGHT = "onvif/gBillal+ex_onvif/test/fixtures"
HIKVISION = "onvif/pypi-onveef-0.6.0/hikvision"
WHOLE = (AXIS, BOSCH, REOLINK)


@cache
def recording(path: Path) -> Recording:
    return load_recording(path)


@cache
def readings(path: Path) -> Mapping[type[Fact], Reading[Any]]:
    session = ReplaySession(recording(path), target=Target(address="192.0.2.1"))
    return {r.fact: r for r in asyncio.run(ask_driver(DRIVER, session, lambda _: None))}


def fact(path: Path, kind: type[F]) -> F:
    reading = readings(path)[kind]
    assert reading.answer is Answer.OK, reading.detail
    assert isinstance(reading.value, kind)
    return reading.value


def said(path: Path, operation: str, element: str) -> list[str]:
    """Texts of an element in the recorded answers to one operation, by plain search."""
    # a Reolink sends the login header back to its sender, so only what stands in the body counts
    bodies = (e.body.decode().partition("Body>")[2] for e in recording(path).exchanges if e.operation == operation)
    return [text.strip() for body in bodies for text in re.findall(rf"<(?:\w+:)?{element}>([^<]*)<", body)]
