"""One dimension of the packets (addresses or ports), cut where any rule begins or ends.

Between two cuts every number is met by the same rules. Which ones is a mask: an integer whose bit n stands for rule n.
Two masks of different dimensions are combined by `&`, whatever the number of rules.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from fushinban.model.intervals import Intervals, Range


class Axis:
    """The cuts of one dimension for a list of rules. `sets`: for each rule the numbers that it is for."""

    __slots__ = ("_cuts", "_masks", "_sets", "_whole", "_wide")

    def __init__(self, sets: Sequence[Intervals]) -> None:
        self._sets = sets
        self._cuts, self._masks = _cut((1 << place, one) for place, one in enumerate(sets))
        self._whole = Intervals(((self._cuts[0], self._cuts[-1] - 1),)) if self._cuts else Intervals()
        self._wide = sum(1 << place for place, one in enumerate(sets) if one.ranges == self._whole.ranges)

    def parts(self, numbers: Intervals, among: int) -> list[tuple[int, Intervals]]:
        """The numbers, grouped by which of the rules `among` (a mask) are for them."""
        if not numbers:
            return []
        cuts, masks = self._cuts, self._masks
        between = bisect_right(cuts, numbers.last) - bisect_right(cuts, numbers.first)
        if (among & ~self._wide).bit_count() * 6 < between:
            # Few rules: their own cuts are found faster than all cuts are walked along.
            cuts, masks = _cut(self._few(among))
        found: dict[int, list[Range]] = {}
        for first, last in numbers.ranges:
            place = bisect_right(cuts, first)
            begin = first
            while begin <= last:
                end = last if place >= len(cuts) or cuts[place] > last else cuts[place] - 1
                found.setdefault(masks[place] & among, []).append((begin, end))
                begin = end + 1
                place += 1
        if len(found) == 1:
            return [(mask, numbers) for mask in found]
        return [(mask, joined(ranges)) for mask, ranges in found.items()]

    def _few(self, among: int) -> Iterator[tuple[int, Intervals]]:
        yield among & self._wide, self._whole
        mask = among & ~self._wide
        while mask:
            bit = mask & -mask
            mask ^= bit
            yield bit, self._sets[bit.bit_length() - 1]


def _cut(sets: Iterable[tuple[int, Intervals]]) -> tuple[list[int], list[int]]:
    """Where rules begin and end, and the rules between as a mask: one mask more than cuts."""
    turns: dict[int, int] = {}
    for bits, one in sets:
        for first, last in one.ranges:
            turns[first] = turns.get(first, 0) ^ bits
            turns[last + 1] = turns.get(last + 1, 0) ^ bits
    cuts, masks, mask = sorted(turns), [0], 0
    for cut in cuts:
        mask ^= turns[cut]
        masks.append(mask)
    return cuts, masks


def joined(ranges: Iterable[Range]) -> Intervals:
    """The set of ranges that are sorted and separate, but may touch."""
    together: list[Range] = []
    for first, last in ranges:
        if together and together[-1][1] + 1 == first:
            together[-1] = (together[-1][0], last)
        else:
            together.append((first, last))
    return Intervals(tuple(together))
