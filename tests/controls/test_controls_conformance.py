"""One suite for every control of the catalogue; it finds its subjects by itself."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from control_cases import CASES, cases_of, site_view

from fushinban.check import judge
from fushinban.controls import controls
from fushinban.model.control import Control, DecidedBy, Outcome
from fushinban.model.finding import Finding
from fushinban.model.text import Text

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = ROOT.parent / "shared" / "guide.md"

#: Every row of the decomposed guide, per area.
IDS = {
    "threats": "G-2.1-1 G-2.1-2 G-2.1-3 G-2.1-4 G-2.1-5 G-2.1-6 G-2.2-1 G-2.2-2 G-2.2-3 G-2.2-4 G-2.2-5 G-2.2-6",
    "objectives": (
        "G-3.1-1 G-3.1-2 G-3.1-3 G-3.2-1 G-3.2-2 G-3.2-3 G-3.2-4 G-3.2-5 G-3.2-6 G-3.2-7"
    ),
    "measures": (
        "G-3.3-1 G-3.3-2 G-3.3-3 G-3.3-4 G-3.3-5 G-3.3-6 G-3.3-7 G-3.3-8 G-3.3-T1 G-3.3-T2 G-3.3-T3 G-3.3-T4 "
        "G-3.3-T5 G-3.3-T6 G-3.3-T7 G-3.3-T8 G-3.3-T9"
    ),
    "mirai": (
        "G-3.4-1a G-3.4-1b G-3.4-1c G-3.4-2a G-3.4-2b G-3.4-3a G-3.4-3b G-3.4-4a G-3.4-4b G-3.4-5a G-3.4-5b "
        "G-3.4-5c G-3.4-5d G-3.4-6a G-3.4-6b G-3.4-6c"
    ),
    "checks": (
        "G-3.5-0a G-3.5-0b G-3.5-0c G-3.5-1a G-3.5-1b G-3.5-1c G-3.5-1d G-3.5-1e G-3.5-1f G-3.5-1g G-3.5-1h "
        "G-3.5-2a G-3.5-2b G-3.5-2c G-3.5-2d G-3.5-2e G-3.5-2f G-3.5-2g G-3.5-3a G-3.5-3b G-3.5-3c G-3.5-3d "
        "G-3.5-3e G-3.5-4a G-3.5-4b G-3.5-4c G-3.5-4d G-3.5-4e G-3.5-4f G-3.5-4g G-3.5-4h G-3.5-4i G-3.5-5a "
        "G-3.5-5b G-3.5-5c G-3.5-5d G-3.5-5e G-3.5-5f G-3.5-5g G-3.5-5h G-3.5-5i G-3.5-5j G-3.5-5k"
    ),
    "response": (
        "G-3.6-1 G-3.6-2 G-3.6-3 G-3.6-4 G-3.6-5 G-3.6-6 G-3.6-7 G-3.6-8 G-3.6-9 G-3.6-10 G-3.6-11 G-3.6-12 "
        "G-3.6-13 G-3.6-14 G-3.6-15 G-3.6-16 G-3.6-17"
    ),
}  # fmt: skip
ALL_IDS = [i for ids in IDS.values() for i in ids.split()]

#: The longest run of characters that a control may share with the text of the guide.
LONGEST_QUOTE = 24

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
AUTOMATIC = [i for i, c in controls().items() if c.decided_by is DecidedBy.AUTO]


def every(ids: Mapping[str, Control]) -> list[Any]:
    return [pytest.param(c, id=i) for i, c in ids.items()]


@pytest.fixture(scope="module")
def guide() -> str:
    """The text of the guide without spaces; it stands beside a development checkout only."""
    if not GUIDE.is_file():
        pytest.skip("the text of the guide is not beside this checkout")
    return re.sub(r"\s", "", GUIDE.read_text(encoding="utf-8"))


def copied(text: Text, guide: str) -> str:
    """The first run of characters longer than a quote that stands in the guide too."""
    own = re.sub(r"\s", "", text.ja)
    runs = (own[n : n + LONGEST_QUOTE + 1] for n in range(len(own) - LONGEST_QUOTE))
    return next((run for run in runs if run in guide), "")


@pytest.fixture(params=every(controls()))
def control(request: pytest.FixtureRequest) -> Control:
    assert isinstance(request.param, Control)
    return request.param


def texts(control: Control) -> list[Text]:
    """Every sentence a control carries as data."""
    found = [control.title, control.requirement, control.rationale, control.remedy]
    if control.question:
        found += [control.question.prompt, *filter(None, [control.question.hint])]
    return found + list(filter(None, [control.not_verifiable]))


def findings_of(control: Control, case: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What the engine says of one case; a roll-up sees the findings that the case names."""
    return judge(site_view(control.id, case), {control.id: control})


def test_the_catalogue_holds_every_row_of_the_guide_and_no_other() -> None:
    assert len(ALL_IDS) == len(set(ALL_IDS)) == 115
    assert set(controls()) == set(ALL_IDS)


def test_controls_stand_in_the_order_of_the_guide() -> None:
    assert list(controls()) == [i for i in ALL_IDS if i in controls()]


def test_a_control_is_found_where_its_id_says(control: Control) -> None:
    area = next(a for a, ids in IDS.items() if control.id in ids.split())
    file = control.id.lower().replace("-", "_").replace(".", "_")
    assert (ROOT / "src" / "fushinban" / "controls" / area / f"{file}.py").is_file()


def test_every_sentence_is_there_in_both_languages(control: Control) -> None:
    for text in texts(control):
        assert JAPANESE.search(text.ja), text
        assert text.en.strip()
        assert not JAPANESE.search(text.en), text
        assert "{" not in text.ja + text.en, text
    assert not control.title.ja.endswith("。")
    for text in texts(control)[1:]:
        assert text.ja.endswith(("。", "）", "か", "？")), text
        assert text.en.endswith((".", "?", ")")), text


def test_it_is_decided_in_exactly_one_way(control: Control) -> None:
    assert not (control.check_device and control.check_site)
    if control.decided_by is DecidedBy.AUTO:
        assert control.not_verifiable is None
    elif control.decided_by is DecidedBy.ANSWER:
        assert control.not_verifiable is None
        assert not control.reads
        assert not control.may_read
    else:
        assert control.not_verifiable is not None


def test_a_site_check_demands_no_fact_of_every_device(control: Control) -> None:
    if control.check_site:
        assert not control.reads
        assert control.applies_to is None
    assert not set(control.reads) & set(control.may_read)
    assert control.check_site is not None or not control.rollup


def test_links_and_references_are_those_of_the_guide(control: Control) -> None:
    assert set(control.impacts) <= {1, 2, 3, 4}
    assert set(control.measures) <= {1, 2, 3, 4, 5}
    assert set(control.checkpoints) <= {1, 2, 3, 4, 5}
    assert control.who
    assert control.when
    assert "構築ガイド" in control.references[0]


def test_no_sentence_of_the_guide_is_copied(control: Control, guide: str) -> None:
    for text in texts(control):
        assert copied(text, guide) == ""


@pytest.mark.parametrize("control_id", AUTOMATIC)
def test_an_automatic_control_has_cases_for_every_outcome(control_id: str) -> None:
    outcomes = {case["expect"] for case in cases_of(control_id)}
    assert {"pass", "fail", "unknown"} <= outcomes


def test_every_case_file_belongs_to_a_control() -> None:
    assert {f.stem for f in CASES.glob("*.yml")} <= set(controls())


@pytest.mark.parametrize(
    ("control_id", "case"),
    [pytest.param(i, c, id=f"{i}: {c['name']}") for i in controls() for c in cases_of(i)],
)
def test_no_message_copies_the_guide(control_id: str, case: Mapping[str, Any], guide: str) -> None:
    for finding in findings_of(controls()[control_id], case):
        assert copied(finding.message, guide) == ""


@pytest.mark.parametrize(
    ("control_id", "case"),
    [pytest.param(i, c, id=f"{i}: {c['name']}") for i in controls() for c in cases_of(i)],
)
def test_case(control_id: str, case: Mapping[str, Any]) -> None:
    control = controls()[control_id]
    found = findings_of(control, case)
    assert found
    for finding in found:
        told = [finding.message, *(e.text for e in finding.evidence)]
        words = " ".join(f"{t.ja} {t.en}" for t in told)
        assert finding.outcome is Outcome(case["expect"]), words
        assert case.get("says", "") in words
        assert finding.severity.value == case.get("severity", finding.severity.value)
        assert finding.decided_by.value == case.get("decided_by", finding.decided_by.value)
        for text in told:
            assert JAPANESE.search(text.ja), text
            assert text.en.strip(), text
            assert "{" not in text.ja + text.en, text
