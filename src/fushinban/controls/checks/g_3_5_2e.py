"""G-3.5-2e: no new user account appeared."""

import re
from collections.abc import Mapping

from fushinban.controls._saying import guide, seen
from fushinban.controls.checks._changes import earlier_sheet, nothing_to_compare
from fushinban.model.control import (
    Control,
    Evidence,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    passed,
    unknown,
)
from fushinban.model.facts import Account, Accounts, Level
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

_LEVEL = re.compile(r"accounts\[(.*)\]\.level", re.DOTALL)


def check(view: DeviceView) -> Verdict:
    """Fails for an account, or more rights of an account, that the installed sheet does not have."""
    sheet = earlier_sheet(view, Stage.INSTALLED)
    if sheet is None:
        return nothing_to_compare(view, Stage.INSTALLED)
    if not any(key.startswith("accounts") for key in sheet.values()):
        return unknown(
            Text(
                "設置時の設定シートにアカウントの記録がないため、増えたアカウントがないか確認できませんでした。",
                "The installed sheet lists no accounts, so it could not be checked for added ones.",
            )
        )
    before = _recorded(sheet)
    added = [a for a in view[Accounts].accounts if a.name not in before]
    changed = [a for a in view[Accounts].accounts if a.name in before and before[a.name] != a.level.value]
    if added or changed:
        message = Text(
            f"設置時から、増えたアカウントが{len(added)}個、権限の変わったアカウントが{len(changed)}個あります。",
            f"Since installation, {len(added)} accounts were added and {len(changed)} have other rights.",
        )
        grave = any(a.level is Level.ADMINISTRATOR for a in (*added, *changed))
        lines = [_added(view, a) for a in added] + [_changed(view, a, before[a.name]) for a in changed]
        return failed(message, *lines, severity=Severity.CRITICAL if grave else None)
    count = len(view[Accounts].accounts)
    message = Text(
        "設置時から増えたアカウントは見つかりませんでした。", "No account was found that was added since installation."
    )
    return passed(message, seen(view, Accounts, Text(f"現在のアカウント：{count}個", f"Accounts now: {count}")))


def _recorded(sheet: ParameterSheet) -> Mapping[str, str]:
    """Level by account name, as the sheet has it."""
    rows = ((_LEVEL.fullmatch(p.key), p.value) for p in sheet.parameters)
    return {match[1]: value for match, value in rows if match}


def _added(view: DeviceView, account: Account) -> Evidence:
    level = account.level.label
    text = Text(f"増えたアカウント：{account.name}（{level.ja}）", f"New account: {account.name} ({level.en})")
    return seen(view, Accounts, text)


def _changed(view: DeviceView, account: Account, before: str) -> Evidence:
    was = Level(before).label if before in set(Level) else Text(before, before)
    now = account.level.label
    return seen(
        view,
        Accounts,
        Text(
            f"権限の変わったアカウント：{account.name}（{was.ja} → {now.ja}）",
            f"Account with other rights: {account.name} ({was.en} → {now.en})",
        ),
    )


CONTROL = Control(
    id="G-3.5-2e",
    title=Text("知らないアカウントが増えていない", "No unknown account was added"),
    requirement=Text(
        "設置時にはなかったアカウントが作られていないかを確かめること。",
        "It is checked that no account was made that was not there at installation.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(2, 4),
    measures=(1,),
    checkpoints=(2,),
    reads=(Accounts,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、アカウントの一覧を見て、知らないアカウントがないことを確かめました"
            "か。",
            "For devices that could not be checked: did you look at the list of accounts and find no unknown one?",
        ),
        hint=Text("アカウントの一覧画面の写真を残してください。", "Keep a photograph of the list of accounts."),
        evidence_wanted=True,
    ),
    rationale=Text(
        "過去には、侵入者が自分用のアカウントを作り、パスワードを変えられた後も侵入を続けていた例があります。",
        "In past attacks, intruders made accounts of their own and kept coming back after passwords had been changed.",
    ),
    remedy=Text(
        "増えたアカウントや変わった権限について、誰が何のために行ったか、関係者に確認してください。説明がつかなけれ"
        "ば、ログを保存してからそのアカウントを削除し、すべてのパスワードを変え、ほかの機器も調べてください。",
        "Ask everyone concerned who made the account or changed its rights, and why. If nobody knows, save the "
        "logs, then delete it, change all passwords and look at the other devices as well.",
    ),
    references=(guide("3.5 (2)"), "IEC 62443-4-2 CR 1.3"),
)
