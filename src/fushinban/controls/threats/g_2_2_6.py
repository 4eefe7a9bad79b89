"""G-2.2-6: chapter 3 of the guide is carried out as a whole (roll-up)."""

from collections import Counter

from fushinban.controls._saying import guide, names
from fushinban.model.control import (
    Control,
    Evidence,
    Outcome,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    passed,
    unknown,
)
from fushinban.model.finding import Finding
from fushinban.model.text import Text
from fushinban.model.view import SiteView

#: Controls that restate chapter 3.
CHAPTER = "G-3."


def check(view: SiteView) -> Verdict:
    """Fails while any control of chapter 3 fails; passes only when none is left open."""
    worst = _worst([f for f in view.findings if f.control.startswith(CHAPTER)])
    count = Counter(worst.values())
    evidence = Evidence(text=_score(count))
    if count[Outcome.FAIL]:
        bad = [c for c, outcome in worst.items() if outcome is Outcome.FAIL]
        text = Text("不適合の項目：{controls}", "Controls that fail: {controls}").fill(controls=names(bad))
        message = Text(
            "ガイド3章の対策のうち、不適合の項目が{count}件あります。",
            "{count} controls of chapter 3 of the guide fail.",
        )
        return failed(message.fill(count=len(bad)), evidence, Evidence(text=text))
    still_open = count[Outcome.UNKNOWN] + count[Outcome.ERROR]
    if still_open or not worst:
        message = Text(
            "不適合の項目はありませんが、確認できていない項目が{count}件あります。",
            "No control fails, but {count} could not be checked yet.",
        )
        return unknown(message.fill(count=still_open), evidence)
    return passed(
        Text("ガイド3章の対策は、すべて確認できました。", "All measures of chapter 3 of the guide were confirmed."),
        evidence,
    )


def _worst(findings: list[Finding]) -> dict[str, Outcome]:
    order = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)
    worst: dict[str, Outcome] = {}
    for finding in findings:
        known = worst.get(finding.control, Outcome.NOT_APPLICABLE)
        worst[finding.control] = min(known, finding.outcome, key=order.index)
    return worst


def _score(count: Counter[Outcome]) -> Text:
    text = Text(
        "3章の項目：適合{good}件、不適合{bad}件、検証不可{open}件、該当なし{none}件",
        "Chapter 3: {good} pass, {bad} fail, {open} could not be checked, {none} do not apply",
    )
    return text.fill(
        good=count[Outcome.PASS],
        bad=count[Outcome.FAIL],
        open=count[Outcome.UNKNOWN] + count[Outcome.ERROR],
        none=count[Outcome.NOT_APPLICABLE],
    )


CONTROL = Control(
    id="G-2.2-6",
    title=Text("ガイド3章の対策がひととおり実施されている", "The measures of chapter 3 are all carried out"),
    requirement=Text(
        "自分のカメラがよそへの攻撃に使われないよう、ガイドの防御の章にある対策を漏れなく行うこと。",
        "All measures of the guide's chapter on defence are taken, so that the cameras are not turned against others.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.INFO,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(1, 2, 3, 4),
    measures=(1, 2, 3, 4, 5),
    checkpoints=(1, 2, 3, 4, 5),
    check_site=check,
    rationale=Text(
        "1つの弱点からでも感染は起こるため、対策は全体としてそろっている必要があります。急ぐ度合いは、それぞれの項目"
        "に示しています。",
        "One weak point is enough for infection, so the measures must be complete. How urgent each one is stands at "
        "the control itself.",
    ),
    remedy=Text(
        "報告書の優先順位に沿って不適合の項目から直し、検証不可の項目は、質問への回答や証拠で確認してください。",
        "Correct what fails in the order of this report, and settle what could not be verified by answers and "
        "evidence.",
    ),
    references=(guide("2.2"),),
    rollup=True,
)
