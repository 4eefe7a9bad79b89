"""Looks from outside on record, and whose an address was at a moment."""

from datetime import timedelta

from fushinban.model.filtering import ForwardKind, Line
from fushinban.model.outside import AddressSpan, BehindPort
from fushinban.record.store import Store
from record.outside_samples import outside_look
from record.samples import START

A, B = "198.51.100.7", "198.51.100.8"
HOUR = timedelta(hours=1)


def keep(store: Store, site: str, *looks: tuple[int, str]) -> None:
    for hour, address in looks:
        store.outside.keep(site, "ed25519:invented", outside_look(address, START + hour * HOUR))


def test_a_look_comes_back_as_it_was(store: Store) -> None:
    seen = outside_look(A, START)
    kept = store.outside.keep("shop", "ed25519:invented", seen)
    assert (kept.site, kept.family, kept.address, kept.seen) == ("shop", 4, A, seen)
    assert store.outside.of("shop") == (kept,)
    assert store.outside.last("shop", 4) == kept
    assert store.outside.last("shop", 6) is None
    assert store.outside.of("other") == ()
    (entry,) = store.audit.entries(action="outside.looked")
    assert (entry.kind, entry.id) == ("outside-look", str(kept.id))


def test_the_history_joins_what_was_seen_without_another_between(store: Store) -> None:
    keep(store, "shop", (0, A), (1, A), (2, B), (3, A), (4, A))
    keep(store, "other", (1, B))
    assert store.outside.addresses("shop") == (
        AddressSpan(address=A, first=START + 3 * HOUR, last=START + 4 * HOUR),
        AddressSpan(address=B, first=START + 2 * HOUR, last=START + 2 * HOUR),
        AddressSpan(address=A, first=START, last=START + HOUR),
    )
    assert store.outside.addresses("shop", 6) == ()


def test_ipv6_has_a_history_of_its_own(store: Store) -> None:
    keep(store, "shop", (0, A), (1, "2001:db8::7"), (2, A))
    assert [s.address for s in store.outside.addresses("shop", 6)] == ["2001:db8::7"]
    assert len(store.outside.addresses("shop", 4)) == 1
    assert store.outside.who_had("2001:0DB8::0007", START + HOUR)[0].site == "shop"


def test_whose_an_address_was(store: Store) -> None:
    keep(store, "shop", (0, A), (2, A), (4, B))
    keep(store, "next-door", (3, A), (5, A))
    during = store.outside.who_had(A, START + HOUR)
    assert [(h.site, h.certain) for h in during] == [("shop", True), ("next-door", False)]
    assert (during[0].before, during[0].after) == (START, START + 2 * HOUR)
    assert (during[1].before, during[1].after) == (None, START + 3 * HOUR)
    later = store.outside.who_had(A, START + 4 * HOUR)
    assert [(h.site, h.certain) for h in later] == [("next-door", True)]
    assert store.outside.who_had("203.0.113.1", START) == ()


def test_what_stood_behind_a_port_is_kept_as_it_was_known_then(store: Store) -> None:
    line = Line(31, "option dest_ip '192.168.1.20'")
    door = BehindPort(
        port=80, device="玄関", address="192.168.1.20", inside_port=80, kind=ForwardKind.STATIC, lines=(line,)
    )
    kept = store.outside.keep("shop", "ed25519:invented", outside_look(A, START), (door,))
    moved = BehindPort(port=80, device="倉庫", address="192.168.1.30", inside_port=80)
    later = store.outside.keep("shop", "ed25519:invented", outside_look(A, START + 4 * HOUR), (moved,))
    assert (kept.behind, later.behind) == ((door,), (moved,))
    assert store.outside.of("shop") == (later, kept)
    assert store.outside.before("shop", None, 9) == (later, kept)
    assert store.outside.last("shop", 4) == later
    (then,) = store.outside.who_had(A, START + HOUR)
    assert then.look == kept, "what was known before the moment counts, not what was learnt later"
    (now,) = store.outside.who_had(A, START + 5 * HOUR)
    assert now.look == later
    (early,) = store.outside.who_had(A, START - HOUR)
    assert early.look == kept, "the first look after, where there is none before"
    (entry,) = store.audit.entries(action="outside.behind", id=str(kept.id))
    assert entry.kind == "outside-behind"


def test_looks_from_before_this_was_noted_say_so(store: Store) -> None:
    keep(store, "shop", (0, A))
    (look,) = store.outside.of("shop")
    assert look.behind is None
    nothing = store.outside.keep("shop", "ed25519:invented", outside_look(A, START + HOUR), ())
    assert store.outside.last("shop", 4) == nothing
    assert nothing.behind == ()
