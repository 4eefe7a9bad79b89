"""Objects of makers' own that say who a device is. Each stands in a recorded walk, or in what several projects read."""

from dataclasses import dataclass

from fushinban.drivers.snmp._objects import ENTERPRISES
from fushinban.transport.ber import Oid


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnObjects:
    """Where one maker's agents tell model, firmware and serial number; empty: nowhere that is known."""

    model: Oid = ()
    firmware: Oid = ()
    serial: Oid = ()

    @property
    def oids(self) -> tuple[Oid, ...]:
        """Those that there are."""
        return tuple(oid for oid in (self.model, self.firmware, self.serial) if oid)


def own_objects(object_id: Oid) -> OwnObjects:
    """The objects of an agent of this kind (sysObjectID)."""
    enterprise = object_id[len(ENTERPRISES)] if len(object_id) > len(ENTERPRISES) else 0
    if object_id[: len(ENTERPRISES)] != ENTERPRISES:
        return OwnObjects()
    root = (*ENTERPRISES, enterprise)
    match enterprise:
        case 39165:  # Hikvision cameras: read in this way by LibreNMS and others
            return OwnObjects(model=(*root, 1, 1, 0), firmware=(*root, 1, 3, 0))
        case 50001:  # Hikvision recorders: recorded walk, HIKVISION-MIB (hikEntityIndex: the serial number)
            return OwnObjects(serial=(*root, 1, 3, 0))
        case 14988:  # MikroTik: recorded walk, MIKROTIK-MIB (mtxrLicVersion, mtxrSerialNumber)
            return OwnObjects(firmware=(*root, 1, 1, 4, 4, 0), serial=(*root, 1, 1, 7, 3, 0))
        case 8691:  # Moxa switches: recorded walk; below the number of the model
            return OwnObjects(model=(*object_id, 1, 2, 0), firmware=(*object_id, 1, 4, 0))
        case _:
            return OwnObjects()
