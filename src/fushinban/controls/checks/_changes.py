"""Comparing what a device is with a sheet taken earlier, fact by fact, and saying what differs.

A fact that one side could not read is never reported as changed: it is counted as not compared.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fushinban.clock import shown_date
from fushinban.controls._saying import joined, why_missing
from fushinban.controls._sheets import sections
from fushinban.model.control import Evidence, Verdict, unknown
from fushinban.model.facts import FACT_TYPES, CredentialQuality, FactoryLogins
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer
from fushinban.model.sheet import Change, ParameterSheet, Stage, differences
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Facts about our own knowledge of a login, not about the device.
_OURS = frozenset({CredentialQuality, FactoryLogins})

#: Most differences that one finding lists.
_SHOWN = 20

_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An earlier sheet against the actual one. `unread`: facts that the earlier sheet has and nobody could read now."""

    base: ParameterSheet
    actual: ParameterSheet
    changes: tuple[Change, ...]
    compared: tuple[type[Fact], ...]
    unread: tuple[type[Fact], ...]


def compare(
    view: DeviceView,
    stage: Stage,
    facts: Iterable[type[Fact]] = (),
    concerns: Callable[[str], bool] = lambda _: True,
) -> Comparison | None:
    """The device against its sheet of this stage; None where there is no earlier sheet or no actual one.

    `facts` limits the comparison (empty: everything the device itself says), `concerns` further to single keys.
    """
    base, actual = earlier_sheet(view, stage), view.sheets.get(Stage.ACTUAL)
    if base is None or actual is None:
        return None
    wanted = tuple(facts) or tuple(f for f in FACT_TYPES.values() if f not in _OURS)
    then, now = sections(base), sections(actual)
    recorded = [f for f in wanted if f.key in then]
    compared = tuple(f for f in recorded if f.key in now or view.answer(f) is Answer.OK)
    changes = differences(base, actual, only=[p for f in compared for p in _prefixes(f)])
    return Comparison(
        base=base,
        actual=actual,
        changes=tuple(c for c in changes if concerns(c.key)),
        compared=compared,
        unread=tuple(f for f in recorded if f not in compared),
    )


def earlier_sheet(view: DeviceView, stage: Stage) -> ParameterSheet | None:
    """The sheet of this stage; None also where this very inspection made it, for then nothing can have changed."""
    base, actual = view.sheets.get(stage), view.sheets.get(Stage.ACTUAL)
    return None if base is None or (actual is not None and base.taken_at >= actual.taken_at) else base


def nothing_to_compare(view: DeviceView, stage: Stage) -> Verdict:
    """検証不可 because an earlier sheet is missing."""
    if view.sheets.get(Stage.ACTUAL) is None and stage in view.sheets:
        return unknown(
            Text(
                "現在の設定を読み取れていないため、以前の設定シートと比べられませんでした。",
                "The present settings could not be read, so they could not be compared with the earlier sheet.",
            )
        )
    if stage in view.sheets and earlier_sheet(view, stage) is None:
        return unknown(
            Text(
                f"「{stage.label.ja}」の設定シートは今回の点検で作ったものです。変更の有無は次の点検から比べられます。",
                f"The sheet “{stage.label.en}” was made by this inspection. Changes can be seen from the next one on.",
            )
        )
    return unknown(
        Text(
            f"比べるもとになる「{stage.label.ja}」の設定シートがないため、変更の有無を確認できませんでした。",
            f"There is no sheet “{stage.label.en}” to compare with, so it could not be checked for changes.",
        )
    )


def not_compared(view: DeviceView, comparison: Comparison) -> Verdict:
    """検証不可 because what the earlier sheet records could not be read now."""
    return unknown(
        Text(
            "設定の一部を読み取れなかったため、変更がないかどうかを確認できませんでした。",
            "Some settings could not be read, so it could not be confirmed that nothing was changed.",
        ),
        basis(comparison),
        *left_out(view, comparison),
    )


def basis(comparison: Comparison) -> Evidence:
    """Which sheet the comparison stands on."""
    base = comparison.base
    day, count = shown_date(base.taken_at), len(comparison.compared)
    return Evidence(
        text=Text(
            f"{day}の「{base.stage.label.ja}」の設定シートと、{count}種類の情報を比べました。",
            f"Compared with the sheet “{base.stage.label.en}” of {day}, {count} kinds of information.",
        ),
        digest=base.digest,
    )


def left_out(view: DeviceView, comparison: Comparison) -> tuple[Evidence, ...]:
    """What could not be compared, and why."""
    if not comparison.unread:
        return ()
    why = why_missing(view, *comparison.unread)
    return (Evidence(text=Text(f"比べられなかった情報：{why.ja}", f"Not compared: {why.en}")),)


def listed(comparison: Comparison) -> tuple[Evidence, ...]:
    """The differences, the gravest first."""
    return tuple(_line(comparison, c) for c in comparison.changes[:_SHOWN]) + _rest(len(comparison.changes) - _SHOWN)


def by_importance(changes: Iterable[Change]) -> Text:
    """`重要 2件、注意 1件`."""
    counts = Counter(c.importance for c in changes)
    rows = [(i.label, n) for i, n in counts.items()]
    return joined(Text(f"{label.ja} {n}件", f"{n} {label.en.lower()}") for label, n in rows)


def _line(comparison: Comparison, change: Change) -> Evidence:
    parameter = comparison.actual.values().get(change.key) or comparison.base.values()[change.key]
    mark, before, after = change.importance.label, _short(change.before), _short(change.after)
    return Evidence(
        text=Text(
            f"［{mark.ja}］{change.label.ja}：{before.ja} → {after.ja}",
            f"[{mark.en}] {change.label.en}: {before.en} → {after.en}",
        ),
        source=f"{parameter.source} {change.key}".strip(),
    )


def _short(value: str) -> Text:
    if not value:
        return Text("（なし）", "(none)")
    cut = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    return Text(cut, cut)


def _rest(count: int) -> tuple[Evidence, ...]:
    if count <= 0:
        return ()
    return (Evidence(text=Text(f"ほかに{count}件の違いがあります。", f"There are {count} more differences.")),)


def _prefixes(fact: type[Fact]) -> tuple[str, str]:
    return f"{fact.key}.", f"{fact.key}["
