"""Hundreds of rules whose conditions cannot be evaluated are told as one possibility for each forward."""

from fushinban.model.exposure import Prediction
from fushinban.probe import predict
from fushinban.probe.reading import read_configuration

HEAD = """# 2026-05-01 09:00:00 by RouterOS 7.14
/ip address
add address=192.168.1.1/16 interface=bridge
/ip dhcp-client
add interface=ether1
/ip firewall filter
add chain=forward action=accept connection-state=established,related
"""


def predicted(doubts: int, forwards: int) -> Prediction:
    """Pairs of a rule that may accept and one that may drop, and so many forwards. All of it invented."""
    lines = [HEAD.rstrip()]
    for number in range(doubts):
        lines.append(f"add chain=forward action=accept time=8h-9h,mon src-address=198.51.{number}.0/24")
        lines.append(f"add chain=forward action=drop content=x{number} src-address=198.51.{number}.0/25")
    lines += ["add chain=forward action=drop", "/ip firewall nat"]
    lines += [
        f"add action=dst-nat chain=dstnat dst-port={9000 + n} in-interface=ether1 protocol=tcp "
        f"to-addresses=192.168.2.{n}"
        for n in range(1, forwards + 1)
    ]
    return predict(read_configuration("\n".join(lines).encode(), "mikrotik"), ())


def test_few_doubts_are_told_one_by_one() -> None:
    rows = predicted(3, 2).openings
    assert len(rows) > 2
    assert not any(row.reach.certain for row in rows)


def test_many_doubts_are_one_row_each_and_nothing_is_lost() -> None:
    few, many = predicted(3, 4), predicted(120, 4)
    assert {row.inside.ranges for row in many.openings} == {row.inside.ranges for row in few.openings}
    assert len(many.openings) <= 2 * 4
    for row in many.openings:
        assert not row.reach.certain
        assert any("198.51.119.0/24" in line.text for line in row.reach.lines)
        for before in few.openings:
            if before.inside == row.inside:
                assert row.reach.sources.covers(before.reach.sources)
