"""What every part of the report is made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from fushinban.model.control import Control
from fushinban.model.device import Device
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, Text, say
from fushinban.reports._text import clipped, printable

CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An inspection, the catalogue it was judged by, and the language of the reader."""

    inspection: Inspection
    controls: Mapping[str, Control]
    lang: Lang

    def of(self, text: Text) -> str:
        """A text in the reader's language."""
        return text.of(self.lang)

    def say(self, message: str, /, **values: object) -> str:
        """The message `report.<message>` in the reader's language."""
        return say(f"report.{message}", **values).of(self.lang)

    def title(self, control: str) -> str:
        """The title of a control; its id where an older inspection names one that is no longer there."""
        known = self.controls.get(control)
        return self.of(known.title) if known else control

    def device_name(self, device: Device) -> str:
        """`name（address）`, or the address alone for a device without a name; a very long name is cut."""
        if device.title == device.address:
            return device.target.key
        return self.say("device-name", name=clipped(printable(device.title), 44), address=device.target.key)


def section_of(control: str) -> str:
    """`3.5` for `G-3.5-4c`; empty for an id of another form."""
    parts = control.split("-")
    return parts[1] if len(parts) > 2 and parts[0] == "G" else ""


def short_of(control: str) -> str:
    """`4c` for `G-3.5-4c`."""
    return control.rpartition("-")[2]
