"""Rules about ICMP alone: nobody offers a service by it, so its types are not followed; some count as all."""

from dataclasses import replace

from fushinban.model.filtering import Action, Rule
from fushinban.model.intervals import Intervals

_ICMP = Intervals.single(1, 58)
_STOPS = frozenset({Action.DROP, Action.REJECT})


def without_types(rule: Rule) -> Rule:
    """A rule for some kinds of ICMP as one for ICMP: what lets some through lets it through, what stops some does not.

    So a condition on types or rates does not make a whole prediction uncertain. Rules for more than ICMP stay.
    """
    match = rule.match
    if not match.unclear or match.protocols.size > 2 or not _ICMP.covers(match.protocols):
        return rule
    action = Action.CONTINUE if rule.action in _STOPS else rule.action
    return replace(rule, action=action, match=replace(match, unclear=""))
