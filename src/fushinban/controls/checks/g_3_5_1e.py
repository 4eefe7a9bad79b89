"""G-3.5-1e (roll-up): the settings of the devices are sound."""

from fushinban.controls._saying import guide, names
from fushinban.model.control import (
    Control,
    DecidedBy,
    Evidence,
    Outcome,
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
from fushinban.model.finding import Finding
from fushinban.model.text import Text
from fushinban.model.view import SiteView

#: Controls that judge how a device is set (not its age, its maker or the work around it).
SETTINGS = (
    "G-2.1-1", "G-2.1-2", "G-2.1-3", "G-2.1-4", "G-2.2-2", "G-3.2-1", "G-3.3-1", "G-3.3-2", "G-3.3-3",
    "G-3.3-T7", "G-3.4-4a", "G-3.4-5a", "G-3.4-5d", "G-3.4-6a", "G-3.4-6b", "G-3.4-6c",
)  # fmt: skip


def check(view: SiteView) -> Verdict:
    """Fails with any of these controls; passes only where none of them failed and none stayed open."""
    judged = [f for f in view.findings if f.control in SETTINGS and f.decided_by is not DecidedBy.ANSWER]
    bad = [f for f in judged if f.outcome is Outcome.FAIL]
    unclear = [f for f in judged if f.outcome in {Outcome.UNKNOWN, Outcome.ERROR}]
    good = [f for f in judged if f.outcome is Outcome.PASS]
    counts = Evidence(
        text=Text(
            f"設定に関する判定：適合{len(good)}件、不適合{len(bad)}件、検証不可{len(unclear)}件",
            f"Verdicts on settings: {len(good)} pass, {len(bad)} fail, {len(unclear)} could not be verified",
        ),
        source="findings",
    )
    if bad:
        message = Text(
            f"設定に関する項目のうち、不適合が{len(bad)}件あります。設定内容が妥当とはいえません。",
            f"{len(bad)} verdicts on settings are “fail”, so the settings cannot be called sound.",
        )
        return failed(message, counts, _which(bad))
    if unclear or not good:
        message = Text(
            "読み取れなかった設定があるため、設定内容が妥当かどうかを確認できませんでした。",
            "Some settings could not be read, so it could not be confirmed that the settings are sound.",
        )
        return unknown(message, counts, *([_which(unclear)] if unclear else []))
    return passed(
        Text(
            "確認できた設定に、問題のあるものは見つかりませんでした。",
            "Among the settings that could be checked, no problem was found.",
        ),
        counts,
    )


def _which(findings: list[Finding]) -> Evidence:
    ids = names(sorted({f.control for f in findings}))
    return Evidence(text=Text(f"該当する点検項目：{ids.ja}", f"Controls concerned: {ids.en}"), source="findings")


CONTROL = Control(
    id="G-3.5-1e",
    title=Text("機器の設定内容が妥当である", "The settings of the devices are sound"),
    requirement=Text(
        "記録した設定が、安全に使うために適した値になっているかを見直すこと。",
        "The recorded settings are reviewed: are they the right ones for safe use?",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(1, 2, 4),
    measures=(1, 2, 3),
    checkpoints=(1,),
    check_site=check,
    question=Question(
        prompt=Text(
            "自動で判定できなかった設定について、作業者以外の人が設定シートを見て、問題がないことを確かめましたか。",
            "For settings that could not be judged: did somebody other than the installer review the sheet and find "
            "no problem?",
        ),
        hint=Text(
            "確認した人の名前と日付を設定シートに書いてください。", "Put the reviewer's name and the date on the sheet."
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "記録があっても、その値が安全でなければ攻撃を防げません。",
        "A record does not stop an attack where the recorded value itself is unsafe.",
    ),
    remedy=Text(
        "「該当する点検項目」の番号を報告書で探し、優先度の高いものから設定を直して、もう一度点検してください。",
        "Look up the controls concerned in the report by their numbers, correct the most urgent first, and inspect "
        "again.",
    ),
    references=(guide("3.5 (1)"),),
    rollup=True,
)
