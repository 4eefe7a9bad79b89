"""Engine: finds the devices of a site and says what is new, gone, back, changed, the same or ignored."""

from fushinban.discover.engine import discover
from fushinban.discover.groups import change_text
from fushinban.discover.sweep import check_size

__all__ = ["change_text", "check_size", "discover"]
