"""Accounts of a device against the accounts that its sheet allows."""

import re

from fushinban.controls._saying import seen
from fushinban.controls._sheets import left_as, no_sheet, not_comparable, sheet_evidence
from fushinban.model.control import Evidence, Verdict
from fushinban.model.facts import Account, Accounts, Level
from fushinban.model.sheet import ParameterSheet
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

_LEVEL_KEY = re.compile(r"accounts\[(?P<name>.*)\]\.level")


def allowed_accounts(sheet: ParameterSheet) -> dict[str, str] | None:
    """Level by account name as the sheet has them; None where the sheet says nothing of accounts."""
    if not any(p.key.startswith(("accounts[", "accounts.")) for p in sheet.parameters):
        return None
    hits = ((_LEVEL_KEY.fullmatch(p.key), p.value) for p in sheet.parameters)
    return {m["name"]: level for m, level in hits if m}


def beyond_sheet(view: DeviceView, accounts: Accounts) -> tuple[Evidence, ...] | Verdict:
    """Evidence for each account that the sheet has not, or has otherwise; a verdict where it cannot be told."""
    sheet = left_as(view)
    if sheet is None:
        return no_sheet()
    allowed = allowed_accounts(sheet)
    if allowed is None:
        return not_comparable()
    found = tuple(seen(view, Accounts, text) for a in accounts.accounts if (text := _difference(a, allowed)))
    return (*found, sheet_evidence(sheet)) if found else ()


def _difference(account: Account, allowed: dict[str, str]) -> Text | None:
    level = allowed.get(account.name)
    if level is None:
        text = Text(
            "設定シートにないアカウント：{name}（{level}）", "Account that the sheet does not have: {name} ({level})"
        )
        return text.fill(name=account.name, level=account.level.label)
    if level != account.level.value:
        text = Text(
            "権限が異なるアカウント：{name}（{before} → {after}）",
            "Account with another level: {name} ({before} → {after})",
        )
        before = Level(level).label if level in set(Level) else level
        return text.fill(name=account.name, before=before, after=account.level.label)
    return None


def account_list(view: DeviceView, accounts: Accounts) -> Evidence:
    """All accounts with their levels."""
    ja = "、".join(f"{a.name}（{a.level.label.ja}）" for a in accounts.accounts) or "なし"
    en = ", ".join(f"{a.name} ({a.level.label.en})" for a in accounts.accounts) or "none"
    return seen(view, Accounts, Text("アカウント：{list}", "Accounts: {list}").fill(list=Text(ja, en)))
