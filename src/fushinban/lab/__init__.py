"""A pretend site on loopback that speaks the real protocols: for the demonstration, drills and tests."""

from fushinban.lab.faults import FAULTS, Fault, FaultUse, with_faults
from fushinban.lab.plan import DevicePlan, LabPlan, LabUser, planted, tolerated
from fushinban.lab.plan_file import demonstration_plan, load_plan, parse_plan
from fushinban.lab.site import Lab, serve
from fushinban.lab.state import DeviceState

__all__ = [
    "FAULTS",
    "DevicePlan",
    "DeviceState",
    "Fault",
    "FaultUse",
    "Lab",
    "LabPlan",
    "LabUser",
    "demonstration_plan",
    "load_plan",
    "parse_plan",
    "planted",
    "serve",
    "tolerated",
    "with_faults",
]
