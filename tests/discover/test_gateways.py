"""What SSDP says of an internet gateway is kept with the device: where its description stands."""

from datetime import UTC, datetime

import pytest

from fushinban.discover.fuse import fuse
from fushinban.discover.ssdp import Description, SearchAnswer, described, sighting_of
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.discovery import Sighting
from fushinban.record.codec import decode, encode

NOW = datetime(2026, 6, 1, tzinfo=UTC)
GATEWAY = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"


def seen(address: str, kind: str = GATEWAY, place: tuple[int, str] | None = (5000, "/rootDesc.xml")) -> Sighting:
    answer = SearchAnswer(usn="uuid:1::upnp:rootdevice", location=f"http://{address}:5000/rootDesc.xml")
    return described(sighting_of(answer, address, NOW), Description(type=kind, name="Router", udn="uuid:1"), place)


def device(address: str, **announced: str) -> Device:
    return Device(id="gate", site="s", target=Target(address=address, announced=announced), listed=True)


def test_a_gateway_is_kept_with_the_place_of_its_description() -> None:
    (found,) = fuse("s", [seen("192.0.2.1")], [], [])
    assert found.device.kind is DeviceKind.ROUTER
    assert found.device.target.announced == {"igd": "5000/rootDesc.xml"}
    assert found.device.target.ports == {}
    assert found.device.target.key == "192.0.2.1"
    assert decode(Device, encode(found.device)) == found.device


@pytest.mark.parametrize(
    "sighting",
    [seen("192.0.2.1", kind="urn:schemas-upnp-org:device:MediaServer:1"), seen("192.0.2.1", place=None),
     seen("192.0.2.1", place=(5000, "/" + "x" * 300))],
)  # fmt: skip
def test_other_devices_and_places_that_are_too_long_are_not(sighting: Sighting) -> None:
    (found,) = fuse("s", [sighting], [], [])
    assert found.device.target.announced == {}


def test_a_new_place_takes_the_place_of_the_old_one() -> None:
    known = device("192.0.2.1", igd="49152/old.xml")
    (found,) = fuse("s", [seen("192.0.2.1")], [known], [known])
    assert found.device.target.announced == {"igd": "5000/rootDesc.xml"}


def test_what_an_old_record_holds_is_read_without_it() -> None:
    text = encode(device("192.0.2.1")).replace(',"announced":{}', "")
    assert decode(Device, text).target == Target(address="192.0.2.1")
