"""G-3.5-0c (roll-up): each of the five measures was checked by at least one method."""

from collections.abc import Mapping

from fushinban.controls._saying import guide
from fushinban.model.control import (
    Control,
    DecidedBy,
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

#: Which controls show that a measure was looked at. The guide draws this in a figure that its excerpt leaves out;
#: the assignment is our own reading of its text.
CHECKS: Mapping[int, tuple[str, ...]] = {
    1: ("G-3.5-2e", "G-2.1-1", "G-2.2-2", "G-3.3-2"),
    2: ("G-3.5-1f", "G-3.5-2d", "G-3.5-2g", "G-3.3-3"),
    3: ("G-3.5-3a", "G-3.5-3b", "G-3.5-3c"),
    4: ("G-3.5-4a", "G-3.5-4c", "G-3.5-4e"),
    5: ("G-3.3-T2", "G-3.3-T5", "G-3.4-3a"),
}

_NAMES = {
    1: Text("対策①（IDとパスワード）", "measure 1 (IDs and passwords)"),
    2: Text("対策②（設定）", "measure 2 (settings)"),
    3: Text("対策③（インターネットからのアクセス）", "measure 3 (access from the Internet)"),
    4: Text("対策④（アップデート）", "measure 4 (updates)"),
    5: Text("対策⑤（機器の選択）", "measure 5 (choice of devices)"),
}
_DONE = Text("確認した", "checked")
_DECLINED = Text("行っていないと回答", "answered as not done")
_OPEN = Text("まだ確認できていない", "not checked yet")


def check(view: SiteView) -> Verdict:
    """Fails where people answered that a measure's checks are not done; 検証不可 where nothing is known."""
    states = {m: _state([f for f in view.findings if f.control in ids]) for m, ids in CHECKS.items()}
    lines = [_line(m, state) for m, state in states.items()]
    if all(s is _DONE for s in states.values()):
        return passed(
            Text("5つの対策のすべてを、何らかの方法で確認しました。", "All five measures were checked."), *lines
        )
    if any(s is _DECLINED for s in states.values()):
        message = Text(
            "確認していない対策があります。不正に侵入されても気付けないおそれがあります。",
            "Some measures are not checked, so a breach might go unnoticed.",
        )
        return failed(message, *lines)
    return unknown(Text("まだ確認できていない対策があります。", "Some measures have not been checked yet."), *lines)


def _state(findings: list[Finding]) -> Text:
    looked = [f for f in findings if f.outcome is Outcome.PASS or _found_bad(f)]
    if looked:
        return _DONE
    return _DECLINED if any(f.outcome is Outcome.FAIL for f in findings) else _OPEN


def _found_bad(finding: Finding) -> bool:
    """A check by software that failed was made all the same; an answer "no" means that it was not."""
    return finding.outcome is Outcome.FAIL and finding.decided_by is DecidedBy.AUTO


def _line(measure: int, state: Text) -> Evidence:
    name, ids = _NAMES[measure], ", ".join(CHECKS[measure])
    return Evidence(text=Text(f"{name.ja}：{state.ja}（{ids}）", f"{name.en}: {state.en} ({ids})"), source="findings")


CONTROL = Control(
    id="G-3.5-0c",
    title=Text("5つの対策それぞれに確認の方法がある", "Each of the five measures has a way to check it"),
    requirement=Text(
        "基本となる5つの対策について、攻撃の影響を受けていないかを確かめる方法を持っていること。",
        "For each of the five basic measures there is a way to see whether an attack has affected it.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(1, 2, 3, 4),
    measures=(1, 2, 3, 4, 5),
    checkpoints=(1, 2, 3, 4, 5),
    check_site=check,
    rollup=True,
    rationale=Text(
        "確認する方法がないと、対策がいつの間にか効かなくなっていても気付けません。",
        "A measure that nobody can check may have stopped working long ago without anybody noticing.",
    ),
    remedy=Text(
        "「まだ確認できていない」とされた対策の点検項目を、報告書で番号から探し、点検するか質問に答えてください。",
        "In the report, find by their numbers the controls of the measures not checked yet, and inspect or answer "
        "them.",
    ),
    references=(guide("3.5"),),
)
