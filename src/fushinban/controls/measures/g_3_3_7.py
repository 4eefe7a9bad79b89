"""G-3.3-7: devices are chosen by the guide's selection table (roll-up over its rows)."""

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
from fushinban.model.text import Text
from fushinban.model.view import SiteView

#: The eight rows of the table; the ninth (certified products) is only a recommendation.
ROWS = tuple(f"G-3.3-T{n}" for n in range(1, 9))


def check(view: SiteView) -> Verdict:
    """Fails while a row fails on any device; passes when every row was settled."""
    outcomes = {row: {f.outcome for f in view.findings if f.control == row} for row in ROWS}
    bad = [row for row, seen in outcomes.items() if Outcome.FAIL in seen]
    still_open = [row for row, seen in outcomes.items() if not seen or seen & {Outcome.UNKNOWN, Outcome.ERROR}]
    if bad:
        message = Text(
            "機器の選び方の表で、満たしていない項目が{count}件あります。",
            "Rows of the selection table that are not met: {count}.",
        )
        return failed(message.fill(count=len(bad)), _rows(Text("満たしていない項目", "Not met"), bad))
    if still_open:
        message = Text(
            "機器の選び方の表で、まだ確認していない項目が{count}件あります。",
            "Rows of the selection table that are still open: {count}.",
        )
        return unknown(message.fill(count=len(still_open)), _rows(Text("まだ確認していない項目", "Open"), still_open))
    return passed(
        Text("機器の選び方の表の項目は、すべて確認できました。", "All rows of the selection table are settled."),
        _rows(Text("確認した項目", "Settled"), list(ROWS)),
    )


def _rows(what: Text, rows: list[str]) -> Evidence:
    return Evidence(text=Text("{what}：{rows}", "{what}: {rows}").fill(what=what, rows=names(rows)))


CONTROL = Control(
    id="G-3.3-7",
    title=Text("【対策⑤】機器の選び方の表に沿って選んでいる", "Measure 5: devices are chosen by the selection table"),
    requirement=Text(
        "カメラ、レコーダ、ルータを、連絡先や更新の有無などを並べた選び方の表に照らして選ぶこと。",
        "Cameras, recorders and routers are chosen against the table of contacts, updates and functions.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.INFO,
    who=(Who.DESIGNER,),
    when=(When.DESIGN,),
    measures=(5,),
    check_site=check,
    rationale=Text(
        "更新も問い合わせ先もない機器は、設置後に設定を工夫しても守り切れません。",
        "A device without updates and without anybody to ask cannot be protected by settings alone.",
    ),
    remedy=Text(
        "満たしていない項目のある機器は次の更新時に入れ替えを検討し、まだ確認していない項目は質問に回答してください。",
        "Consider replacing devices that do not meet a row at the next renewal, and answer the open questions.",
    ),
    references=(guide("3.3 (5) 表3.3.1"),),
    rollup=True,
)
