"""Serves a recording of a real device: what was recorded is answered, everything else is said not to be supported."""

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from fushinban.lab.plan import DevicePlan
from fushinban.lab.soap import Call, not_supported
from fushinban.transport.recording import Recorded, Recording, load_recording
from fushinban.transport.replay import find_exchange
from fushinban.transport.values import SoapCall


@dataclass(frozen=True, slots=True, kw_only=True)
class LabRecording:
    """The recorded answers of one device."""

    recording: Recording

    def find(self, call: Call) -> Recorded:
        """The recorded exchange for a call. Raises the fault of an operation that a device does not have."""
        body = etree.Element(etree.QName(call.namespace or None, call.operation))
        for name, value in call.arguments.items():
            etree.SubElement(body, name).text = value
        asked = SoapCall(
            operation=call.operation, action=f"{call.namespace}/{call.operation}", body=etree.tostring(body)
        )
        found = find_exchange(self.recording, asked)
        if found is None:
            raise not_supported()
        return found


def open_recording(plan: DevicePlan) -> LabRecording | None:
    """The recording that a device serves; None for a declared device. Raises InputError where it cannot be read."""
    return LabRecording(recording=load_recording(Path(plan.recording))) if plan.recording else None
