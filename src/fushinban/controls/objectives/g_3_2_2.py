"""G-3.2-2: a change of settings is noticed and explained."""

from fushinban.controls._saying import etsi, guide
from fushinban.controls._sheets import (
    below,
    change_evidence,
    changes,
    comparable,
    left_as,
    no_sheet,
    not_comparable,
    sheet_evidence,
    titles,
)
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
)
from fushinban.model.facts import FACT_TYPES, CredentialQuality, FactoryLogins, PortState
from fushinban.model.sheet import Change, Importance
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: What we ourselves know or tried; it changes without anybody touching the device.
OURS = frozenset({CredentialQuality, FactoryLogins})

#: Closed and filtered ports change places with the path between us and the device.
_SHUT = frozenset({PortState.CLOSED.value, PortState.FILTERED.value, ""})


def check(view: DeviceView) -> Verdict:
    """Fails on weighty differences from the sheet that the device was left with."""
    before = left_as(view)
    if before is None:
        return no_sheet()
    facts = comparable(view, before, (f for f in FACT_TYPES.values() if f not in OURS))
    if not facts:
        return not_comparable()
    weighty = [c for c in changes(view, before, below(facts)) if _is_weighty(c)]
    if weighty:
        message = Text(
            "設置時から、重要な設定が{count}件変わっています。心当たりのある変更か確認してください。",
            "{count} important settings changed since installation. Please find out whether the changes were intended.",
        )
        return failed(message.fill(count=len(weighty)), *change_evidence(weighty, before))
    compared = Text("比べた項目：{facts}", "Compared: {facts}").fill(facts=titles(facts))
    return passed(
        Text(
            "設置時から変わった重要な設定は見つかりませんでした。",
            "No important setting was found to have changed since installation.",
        ),
        Evidence(text=compared),
        sheet_evidence(before),
    )


def _is_weighty(change: Change) -> bool:
    if change.importance is not Importance.MAJOR or change.key.endswith(".speaks"):
        return False
    return not (change.key.startswith("ports[") and {change.before, change.after} <= _SHUT)


CONTROL = Control(
    id="G-3.2-2",
    title=Text("設定の変更や改ざんに気付ける", "Changes and tampering of settings are noticed"),
    requirement=Text(
        "誰かが設定やデータを書き換えたとき、それが分かるようになっていること。",
        "When somebody alters settings or data, it comes to light.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(2,),
    checkpoints=(2,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で比べられなかった機器について、設置時の設定と今の設定を見比べ、すべての違いについて理由を説明でき"
            "ますか。",
            "For devices that could not be compared: did you compare the settings then and now, and can every "
            "difference be explained?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "攻撃者はアカウントやネットワークの設定を変えて居座ります。前の状態と比べることが、変更を見つける確かな方法"
        "です。",
        "Attackers settle in by changing accounts and network settings. Comparing with the earlier state is a sure "
        "way to see it.",
    ),
    remedy=Text(
        "変更した人と理由を作業記録で確認してください。正しい変更なら今の設定を新しい「設置時」の設定シートとして保"
        "存し、心当たりがなければパスワードを変更して設定を元に戻してください。",
        "Look up in the work record who changed it and why. If the change is right, keep the present settings as "
        "the new installed sheet; if nobody knows, change the passwords and restore the settings.",
    ),
    references=(guide("3.2 (2)"), etsi("5.7-2")),
)
