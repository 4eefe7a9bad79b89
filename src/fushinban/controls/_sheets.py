"""Comparing a device with what was left or planned: the sheets of the earlier stages against the actual one."""

from collections.abc import Iterable

from fushinban.controls._saying import joined
from fushinban.model.control import Evidence, Verdict, unknown
from fushinban.model.facts.base import Fact
from fushinban.model.sheet import Change, ParameterSheet, Stage, differences
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Differences named one by one in the evidence; the rest is counted.
SHOWN = 8


def left_as(view: DeviceView) -> ParameterSheet | None:
    """The sheet of the installation, or the planned one where there is none yet.

    One that this very inspection made proves nothing, for a device never differs from what was read of it just now.
    """
    actual = view.sheets.get(Stage.ACTUAL)
    earlier = (view.sheets.get(stage) for stage in (Stage.INSTALLED, Stage.PLANNED))
    return next((s for s in earlier if s and not (actual and s.taken_at >= actual.taken_at)), None)


def changes(view: DeviceView, before: ParameterSheet, prefixes: Iterable[str]) -> tuple[Change, ...]:
    """Differences between that sheet and the device now, below these key prefixes (volatile values left out)."""
    actual = view.sheets.get(Stage.ACTUAL)
    return differences(before, actual, tuple(prefixes)) if actual else ()


def comparable(view: DeviceView, before: ParameterSheet, facts: Iterable[type[Fact]]) -> tuple[type[Fact], ...]:
    """Those facts that are in that sheet and in the actual one, so that a missing answer is not taken for a change."""
    actual = view.sheets.get(Stage.ACTUAL)
    if actual is None:
        return ()
    old, new = sections(before), sections(actual)
    return tuple(f for f in facts if f.key in old and f.key in new)


def below(facts: Iterable[type[Fact]]) -> tuple[str, ...]:
    """Key prefixes of everything that belongs to these facts."""
    return tuple(p for f in facts for p in (f"{f.key}.", f"{f.key}["))


def no_sheet() -> Verdict:
    """検証不可: there is nothing to compare with."""
    return unknown(
        Text(
            "比べるもとになる以前の設定シート（設置時または設計）がまだないため、確認できませんでした。",
            "There is no earlier sheet (installed or planned) to compare with yet, so this could not be checked.",
        )
    )


def not_comparable() -> Verdict:
    """検証不可: both sheets exist, but have no answer in common."""
    return unknown(
        Text(
            "以前の設定シートと今回読み取った設定に共通する項目がないため、比べられませんでした。",
            "The earlier sheet and the settings read now have nothing in common, so they could not be compared.",
        )
    )


def change_text(change: Change) -> Text:
    """`admin 権限：User → Administrator`."""
    before = Text(change.before or "（なし）", change.before or "(none)")
    after = Text(change.after or "（なし）", change.after or "(none)")
    return Text("{label}：{before} → {after}", "{label}: {before} → {after}").fill(
        label=change.label, before=before, after=after
    )


def change_evidence(changes_: Iterable[Change], before: ParameterSheet) -> tuple[Evidence, ...]:
    """The differences, and which sheet they were measured against."""
    several = tuple(changes_)
    shown = [Evidence(text=change_text(c)) for c in several[:SHOWN]]
    if len(several) > SHOWN:
        more = Text("ほか{count}件の違いがあります。", "There are {count} more differences.")
        shown.append(Evidence(text=more.fill(count=len(several) - SHOWN)))
    return (*shown, sheet_evidence(before))


def sheet_evidence(sheet: ParameterSheet) -> Evidence:
    """Which sheet was compared with."""
    text = Text("比べた設定シート：{stage}（{day}）", "Sheet compared with: {stage} ({day})")
    return Evidence(text=text.fill(stage=sheet.stage.label, day=f"{sheet.taken_at:%Y-%m-%d}"), digest=sheet.digest)


def titles(facts: Iterable[type[Fact]]) -> Text:
    """Titles of facts as one list."""
    return joined(f.title for f in facts)


def sections(sheet: ParameterSheet) -> frozenset[str]:
    """Keys of the facts that a sheet holds."""
    found: set[str] = set()
    # The parameters of a fact stand together, so most keys begin like the one before them.
    last: tuple[str, ...] = ("\0",)
    for parameter in sheet.parameters:
        if not parameter.key.startswith(last):
            name = parameter.key.partition(".")[0].partition("[")[0]
            found.add(name)
            last = (f"{name}.", f"{name}[")
    return frozenset(found)
