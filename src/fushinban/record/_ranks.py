"""The order of findings in one small number, so that one index serves a list sorted by how much things matter."""

from collections.abc import Iterable

from fushinban.model.control import Outcome, Severity
from fushinban.model.listing import FindingsQuery
from fushinban.model.overview import OutcomeCounts

_WIDTH = 8
_SEVERITIES = tuple(Severity)
_PLACE = {severity: place for place, severity in enumerate(_SEVERITIES)}

OPEN, UNKNOWN, ERROR, ACCEPTED, NOT_APPLICABLE, PASSED = range(6)
_NAMES = ("failed", "unknown", "error", "accepted", "not_applicable", "passed")
_STATES = {
    Outcome.FAIL: (OPEN, ACCEPTED),
    Outcome.UNKNOWN: (UNKNOWN, UNKNOWN),
    Outcome.ERROR: (ERROR, ERROR),
    Outcome.NOT_APPLICABLE: (NOT_APPLICABLE, NOT_APPLICABLE),
    Outcome.PASS: (PASSED, PASSED),
}
#: What an open failure's rank grows by when it is accepted.
ACCEPTED_STEP = ACCEPTED * _WIDTH
#: Ranks below this want somebody's attention or had it; passed and not applicable stand above.
TOLD_APART = NOT_APPLICABLE * _WIDTH


def rank_of(outcome: Outcome, severity: Severity, accepted: bool = False) -> int:
    """The rank of a finding; smaller matters more."""
    return _STATES[outcome][accepted] * _WIDTH + _PLACE[severity]


def state_of(rank: int) -> int:
    """OPEN, UNKNOWN, ERROR, ACCEPTED, NOT_APPLICABLE or PASSED."""
    return rank // _WIDTH


def name_of(rank: int) -> str:
    """The name that counters give the state."""
    return _NAMES[rank // _WIDTH]


def severity_of(rank: int) -> Severity:
    """The severity in a rank."""
    return _SEVERITIES[rank % _WIDTH]


def ranks_of(query: FindingsQuery) -> tuple[int, ...]:
    """All ranks that a query takes in, the most important first."""
    outcomes = query.outcomes or frozenset(Outcome)
    states = {state for outcome in outcomes for state in _STATES[outcome]}
    if query.accepted is not None:
        states &= {ACCEPTED} if query.accepted else set(range(6)) - {ACCEPTED}
    places = {_PLACE[s] for s in query.severities or frozenset(Severity)}
    return tuple(state * _WIDTH + place for state in sorted(states) for place in sorted(places))


def ranges(ranks: Iterable[int]) -> list[tuple[int, int]]:
    """The ranks as stretches (first, last) that hold no other rank in use."""
    found: list[tuple[int, int]] = []
    for rank in ranks:
        if found and _next(found[-1][1]) == rank:
            found[-1] = (found[-1][0], rank)
        else:
            found.append((rank, rank))
    return found


def _next(rank: int) -> int:
    return rank + 1 if rank % _WIDTH + 1 < len(_SEVERITIES) else (rank // _WIDTH + 1) * _WIDTH


def outcome_counts(by_rank: Iterable[tuple[int, int]]) -> OutcomeCounts:
    """Counters from pairs of rank and number."""
    counts: dict[str, int] = {}
    for rank, number in by_rank:
        counts[name_of(rank)] = counts.get(name_of(rank), 0) + number
        if state_of(rank) == OPEN:
            severity = severity_of(rank).value
            counts[severity] = counts.get(severity, 0) + number
    return OutcomeCounts(**counts)
