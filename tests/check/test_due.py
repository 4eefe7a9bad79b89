"""A row that is not due at this kind of inspection does not apply; one that is due stays 検証不可."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fushinban.check.engine import judge
from fushinban.controls import controls
from fushinban.model.control import Outcome
from fushinban.model.finding import PersonAnswer
from fushinban.model.site import Authorisation, InspectionKind, Site, SiteKind
from fushinban.model.view import SiteView

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def view(kind: InspectionKind) -> SiteView:
    return SiteView(
        site=Site(id="s", name="s", customer="c", kind=SiteKind.SHOP),
        authorisation=Authorisation(by="c", start=NOW, end=NOW, networks=()),
        kind=kind,
        now=NOW,
        devices=(),
    )


def outcome(control: str, site: SiteView) -> Outcome:
    return next(f.outcome for f in judge(site, controls()) if f.control == control)


@pytest.mark.parametrize(
    ("control", "kind", "expected"),
    [
        ("G-3.5-5g", InspectionKind.INSTALLATION, Outcome.NOT_APPLICABLE),
        ("G-3.5-5g", InspectionKind.PERIODIC, Outcome.UNKNOWN),
        ("G-3.6-5", InspectionKind.PERIODIC, Outcome.NOT_APPLICABLE),
        ("G-3.6-5", InspectionKind.INCIDENT, Outcome.UNKNOWN),
        ("G-3.5-3a", InspectionKind.INSTALLATION, Outcome.UNKNOWN),
    ],
)
def test_a_row_is_asked_for_at_its_time(control: str, kind: InspectionKind, expected: Outcome) -> None:
    assert outcome(control, view(kind)) is expected


def test_an_answer_counts_even_before_its_time() -> None:
    site = view(InspectionKind.INSTALLATION)
    answered = replace(site, answers={"G-3.5-5g": PersonAnswer(control="G-3.5-5g", value="no")})
    assert outcome("G-3.5-5g", answered) is Outcome.FAIL
