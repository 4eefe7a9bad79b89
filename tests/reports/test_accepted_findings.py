"""What is accepted stands in the documents: until when, why and by whom; what is over is said, nothing is hidden."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import html
from sample_controls import CONTROLS
from sample_inspection import HOSTILE, START, sample

from fushinban.model.acceptance import Acceptance, AcceptanceEnd
from fushinban.model.control import Outcome, Severity
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang
from fushinban.reports import inspection_html, inspection_pdf, result_json

REASON = "来月の改装で機器ごと交換するため"
UNTIL = START.replace(hour=15, minute=0) + timedelta(days=30)


def accepted(inspection: Inspection, *, end: AcceptanceEnd | None = None, reason: str = REASON) -> Inspection:
    """All failures of the control that fails at most devices."""
    failed = [f for f in inspection.findings if f.outcome is Outcome.FAIL]
    control = max({f.control for f in failed}, key=lambda c: sum(f.control == c for f in failed))
    held = tuple(
        Acceptance(
            id=n, site=f.site, device=f.device, control=f.control, severity=Severity.HIGH, reason=reason,
            by="海野 花子", at=START, until=UNTIL, end=end, ended_at=UNTIL if end else None,
        )
        for n, f in enumerate(failed, start=1)
        if f.control == control
    )  # fmt: skip
    return replace(inspection, acceptances=held)


def rendered(inspection: Inspection, lang: Lang = "ja") -> str:
    return inspection_html.render(inspection, CONTROLS, lang).decode()


def text_of(inspection: Inspection, lang: Lang = "ja") -> str:
    page = html.document_fromstring(rendered(inspection, lang))
    return " ".join(str(page.text_content()).split())


def test_it_says_until_when_why_and_by_whom_and_stays_a_failure() -> None:
    plain, held = sample(), accepted(sample())
    page = text_of(held)
    count = len(held.acceptances)
    assert count
    for part in (REASON, "2026-12-23 まで", "海野 花子", f"受け入れ済み {count}件", "不適合のまま数えています"):
        assert part in page
        assert part not in text_of(plain)
    tiles = '<li class="tile-fail">'
    whole, before = (rendered(i, "ja") for i in (held, plain))
    assert whole.partition(tiles)[2][:600] == before.partition(tiles)[2][:600], "the count of failures is the same"
    english = text_of(held, "en")
    assert "Accepted until 2026-12-23 (still a failure) because" in english
    assert f"{count} accepted" in english


def first_todo(inspection: Inspection) -> str:
    """The control of the first thing to do."""
    page = html.document_fromstring(rendered(inspection))
    (first, *_) = page.xpath("//ol[@class='todos']//a")
    return str(first.text_content())


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (AcceptanceEnd.EXPIRED, "受け入れの期限（2026-12-23）が過ぎ"),
        (AcceptanceEnd.GRAVER, "受け入れたときより深刻になった"),
    ],
)
def test_what_is_over_is_said(end: AcceptanceEnd, said: str) -> None:
    page = text_of(accepted(sample(), end=end))
    assert said in page
    assert "受け入れ終了" in page
    assert "受け入れ済み" not in page


def test_what_is_accepted_is_not_the_first_thing_to_do() -> None:
    plain = sample()
    control = first_todo(plain)
    held = tuple(
        replace(accepted(plain).acceptances[0], id=n, device=f.device, control=control)
        for n, f in enumerate(plain.findings, start=1)
        if f.outcome is Outcome.FAIL and f.control == control
    )
    after = replace(plain, acceptances=held)
    assert first_todo(after) != control
    assert control in text_of(after)


def test_hostile_reasons_are_only_text() -> None:
    for reason in HOSTILE:
        held = accepted(sample(), reason=reason * 20)
        page = rendered(held, "ja")
        assert "<script>alert" not in page
        assert inspection_pdf.render(held, CONTROLS, "ja").startswith(b"%PDF")
        json.loads(result_json.make(held, "ja"))


def test_the_pdf_tells_the_same(needs_program: Callable[[str], str], tmp_path: Path) -> None:
    def printed(inspection: Inspection) -> str:
        path = tmp_path / "report.pdf"
        path.write_bytes(inspection_pdf.render(inspection, CONTROLS, "ja"))
        command = [needs_program("pdftotext"), "-raw", str(path), "-"]
        done = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
        return "".join(done.replace("\u200b", "").replace("\u2060", "").split())

    told = printed(accepted(sample()))
    for part in (REASON, "2026-12-23まで", "海野花子"):
        assert part in told
    assert "期限（2026-12-23）が過ぎ" in printed(accepted(sample(), end=AcceptanceEnd.EXPIRED))


def test_the_data_tell_the_same_within_their_schema() -> None:
    held = accepted(sample())
    told = json.loads(result_json.make(held, "ja"))
    Draft202012Validator(result_json.schema()).validate(told)
    found = [f["acceptance"] for f in told["findings"] if "acceptance" in f]
    assert len(found) == len(held.acceptances)
    assert {f["outcome"] for f in told["findings"] if "acceptance" in f} == {"fail"}
    assert found[0] == {
        "reason": REASON, "by": "海野 花子", "at": "2026-11-23T01:04:00Z", "until": "2026-12-23T15:00:00Z", "end": "",
    }  # fmt: skip
