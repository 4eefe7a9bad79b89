"""Engine: finds the devices of a site and says what is new, gone, back, changed, the same or ignored."""

from fushinban.discover.engine import discover
from fushinban.discover.groups import change_text

__all__ = ["change_text", "discover"]
