"""Engine: judges what was collected against the controls, and stored logins without trying them."""

from fushinban.check.engine import coverage_of, judge

__all__ = ["coverage_of", "judge"]
