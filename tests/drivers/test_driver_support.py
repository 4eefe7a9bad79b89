"""The support matrix says no more than what tests show."""

from pathlib import Path

import pytest
from driver_support import ledger, pretend, recorded
from fake_device import fakes

from fushinban.drivers import Quality, drivers
from fushinban.model.facts import FACT_TYPES

#: Proven by a real program in a suite of its own, which a table of answers cannot hold.
ELSEWHERE = frozenset({"igd"})


def test_what_is_on_record_of_the_recordings_is_still_so(corpora: Path) -> None:
    now = {(driver, p.device): p for driver, proofs in recorded(corpora).items() for p in proofs}
    kept = {(driver, p.device): p for driver, proofs in ledger().items() for p in proofs}
    assert kept.keys() == now.keys(), "run tools/support.py"
    for place, proof in kept.items():
        assert set(proof.facts) <= set(now[place].facts), (
            f"{place} told more before; if that is right: tools/support.py"
        )
        assert now[place].requests <= proof.requests, f"{place} takes more requests; if that is right: tools/support.py"


def test_the_record_names_drivers_and_facts_that_there_are() -> None:
    for driver, proofs in ledger().items():
        assert driver in drivers()
        for proof in proofs:
            assert set(proof.facts) <= set(FACT_TYPES)
            assert proof.facts


@pytest.mark.parametrize("name", [n for n in drivers() if n in fakes()])
def test_a_pretend_device_counts_requests(name: str) -> None:
    proof = pretend(name)
    assert 0 < proof.requests <= fakes()[name].most_requests
    assert set(proof.facts) == {f.key for f in fakes()[name].told}


@pytest.mark.parametrize("name", list(drivers()))
def test_a_driver_that_no_recording_of_a_real_device_proves_stays_bronze(name: str) -> None:
    if not ledger().get(name) and name not in ELSEWHERE:
        assert drivers()[name].quality is Quality.BRONZE
