"""Comparing a device with an earlier sheet: what counts as compared, changed, and not read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from control_cases import NOW, site_view

from fushinban.controls import controls
from fushinban.controls.checks._changes import Comparison, compare, left_out, listed
from fushinban.controls.checks.g_3_5_0c import CHECKS
from fushinban.controls.checks.g_3_5_1e import SETTINGS
from fushinban.model.control import Outcome
from fushinban.model.facts import Accounts, Dns, Hostname
from fushinban.model.sheet import Stage
from fushinban.model.view import DeviceView


def view_of(now: dict[str, Any], then: dict[str, Any], missing: dict[str, str] | None = None) -> DeviceView:
    case = {"facts": now, "missing": missing or {}, "sheets": {"installed": then}}
    return site_view("G-3.5-2d", case).devices[0]


def compared(view: DeviceView) -> Comparison:
    found = compare(view, Stage.INSTALLED)
    assert found is not None
    return found


def test_a_fact_that_is_new_to_the_device_is_not_compared() -> None:
    found = compared(
        view_of({"Hostname": {"name": "a"}, "Dns": {"servers": ["192.0.2.1"]}}, {"Hostname": {"name": "a"}})
    )
    assert found.compared == (Hostname,)
    assert not found.changes


def test_a_fact_that_could_not_be_read_is_named_with_the_reason() -> None:
    view = view_of({"Hostname": {"name": "a"}}, {"Hostname": {"name": "a"}, "Dns": {}}, {"Dns": "denied"})
    found = compared(view)
    assert found.unread == (Dns,)
    assert "DNS" in left_out(view, found)[0].text.ja
    assert "拒否" in left_out(view, found)[0].text.ja


def test_all_accounts_gone_is_a_change_and_not_an_unread_fact() -> None:
    accounts = {"Accounts": {"accounts": [{"name": "admin", "level": "Administrator"}]}}
    found = compared(view_of({"Accounts": {"accounts": []}}, accounts))
    assert found.compared == (Accounts,)
    assert [(c.key, c.after) for c in found.changes] == [("accounts[admin].level", ""), ("accounts[admin].name", "")]


def test_a_sheet_of_this_very_inspection_is_nothing_to_compare_with() -> None:
    view = view_of({"Hostname": {"name": "a"}}, {"Hostname": {"name": "a"}})
    same = {s: replace(sheet, taken_at=NOW) for s, sheet in view.sheets.items()}
    assert compare(view, Stage.INSTALLED) is not None
    assert compare(replace(view, sheets=same), Stage.INSTALLED) is None
    later = {**view.sheets, Stage.INSTALLED: replace(view.sheets[Stage.INSTALLED], taken_at=NOW + timedelta(days=1))}
    assert compare(replace(view, sheets=later), Stage.INSTALLED) is None


def test_on_the_day_of_installation_no_comparison_passes() -> None:
    accounts = {"Accounts": {"accounts": [{"name": "admin", "level": "Administrator"}]}, "Hostname": {"name": "a"}}
    view = view_of(accounts, accounts)
    same = replace(view, sheets={s: replace(sheet, taken_at=NOW) for s, sheet in view.sheets.items()})
    for control_id in ("G-3.5-1f", "G-3.5-2a", "G-3.5-2d", "G-3.5-2e", "G-3.5-2f"):
        check = controls()[control_id].check_device
        assert check is not None
        assert check(view).outcome is Outcome.PASS
        assert check(same).outcome is Outcome.UNKNOWN
        assert "今回の点検で作った" in check(same).message.ja


def test_a_missing_side_is_nothing_to_compare() -> None:
    view = view_of({"Hostname": {"name": "a"}}, {"Hostname": {"name": "a"}})
    assert compare(replace(view, sheets={}), Stage.INSTALLED) is None
    assert compare(view, Stage.PLANNED) is None
    alone = {Stage.INSTALLED: view.sheets[Stage.INSTALLED]}
    assert compare(replace(view, sheets=alone), Stage.INSTALLED) is None


def test_many_and_long_differences_are_cut_and_counted() -> None:
    now = {"Accounts": {"accounts": [{"name": f"user{n:02}", "level": "User"} for n in range(30)]}}
    lines = listed(compared(view_of(now, {"Accounts": {"accounts": []}})))
    assert len(lines) == 21
    assert "40件" in lines[-1].text.ja
    long = listed(compared(view_of({"Hostname": {"name": "b" * 500}}, {"Hostname": {"name": "a"}})))
    assert len(long[0].text.ja) < 150
    assert "…" in long[0].text.ja


@pytest.mark.parametrize("control_id", sorted({*SETTINGS, *(i for ids in CHECKS.values() for i in ids)}))
def test_a_rollup_names_controls_that_exist(control_id: str) -> None:
    assert control_id in controls()
    assert not controls()[control_id].rollup
