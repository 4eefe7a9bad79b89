"""What a document says of accepted findings: they stay failures, with reason, person and day; what is over is said."""

from collections.abc import Sequence

from fushinban.clock import shown_date
from fushinban.model.acceptance import Acceptance, AcceptanceEnd
from fushinban.model.control import Outcome
from fushinban.model.finding import Finding
from fushinban.reports._document.context import Context


class Held:
    """The acceptances of an inspection's failures, by device and control."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_finding = {(a.device, a.control): a for a in context.inspection.acceptances}

    def of(self, finding: Finding) -> Acceptance | None:
        """The acceptance of a finding, which may be over; only of one that fails."""
        if finding.outcome is not Outcome.FAIL:
            return None
        return self._by_finding.get((finding.device, finding.control))

    def holds(self, finding: Finding) -> bool:
        """Whether a finding is accepted as the document is made."""
        found = self.of(finding)
        return found is not None and found.end is None

    def told(self, finding: Finding) -> tuple[str, bool]:
        """Until when, why and by whom, in one sentence, and whether that is over; an empty one where it never was."""
        found = self.of(finding)
        if found is None:
            return "", False
        which = {None: "accepted", AcceptanceEnd.GRAVER: "accepted-graver"}.get(found.end, "accepted-over")
        reason = " ".join(found.reason.split())
        values = {"until": found.last_day, "by": found.by, "at": shown_date(found.at), "reason": reason}
        return self._context.say(which, **values), found.end is not None

    def counted(self, findings: Sequence[Finding]) -> str:
        """How many of these are accepted and over, in words; empty for none."""
        found = [a for a in map(self.of, findings) if a is not None]
        held = sum(1 for a in found if a.end is None)
        words = []
        if held:
            words.append(self._context.say("accepted-count", count=held))
        if len(found) > held:
            words.append(self._context.say("accepted-over-count", count=len(found) - held))
        return self._context.say("list-separator").join(words)
