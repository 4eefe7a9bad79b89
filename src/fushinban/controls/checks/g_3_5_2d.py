"""G-3.5-2d: no unintended change of settings remains."""

from fushinban.controls._saying import etsi, guide
from fushinban.controls.checks._changes import (
    basis,
    by_importance,
    compare,
    left_out,
    listed,
    not_compared,
    nothing_to_compare,
)
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.sheet import Importance, Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails for every difference that matters: this software cannot know which of them was meant."""
    comparison = compare(view, Stage.INSTALLED)
    if comparison is None or not (comparison.compared or comparison.unread):
        return nothing_to_compare(view, Stage.INSTALLED)
    weighty = [c for c in comparison.changes if c.importance is not Importance.INFO]
    if weighty:
        kinds = by_importance(weighty)
        message = Text(
            f"設置時から変わった設定があります（{kinds.ja}）。心当たりのある変更か確認してください。",
            f"Settings have changed since installation ({kinds.en}). Please find out whether they were intended.",
        )
        grave = any(c.importance is Importance.MAJOR for c in weighty)
        severity = Severity.HIGH if grave else Severity.LOW
        return failed(message, basis(comparison), *listed(comparison), *left_out(view, comparison), severity=severity)
    if comparison.unread:
        return not_compared(view, comparison)
    message = Text(
        "設置時から変わった重要な設定は見つかりませんでした。",
        "No important setting was found to have changed since installation.",
    )
    return passed(message, basis(comparison), *listed(comparison))


CONTROL = Control(
    id="G-3.5-2d",
    title=Text("意図しない設定の変更が残っていない", "No unintended change of settings remains"),
    requirement=Text(
        "第三者などによって、知らないうちに設定を変えられていないかを確かめること。",
        "It is checked that no third party or anybody else has changed settings unnoticed.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(2,),
    measures=(1, 2),
    checkpoints=(2,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で比べられなかった機器について、設定画面を見て、心当たりのない変更がないことを確かめましたか。",
            "For devices that could not be compared: did you look at the settings and find no change that nobody "
            "can explain?",
        ),
        hint=Text(
            "確かめた人の名前と日付を、設定シートに書いてください。",
            "Write the name of the person who checked and the date on the sheet.",
        ),
    ),
    rationale=Text(
        "侵入した攻撃者は、アカウントの追加や通信先の変更など、後で戻ってくるための設定を残すことがあります。",
        "Intruders leave settings behind that let them come back, such as a new account or another server address.",
    ),
    remedy=Text(
        "変更を1つずつ作業記録と照らし合わせ、意図した変更なら記録を残し、現在の設定を新しい「設置時」の設定シートと"
        "して保存してください。説明のつかない変更があれば、再起動や初期化をする前にログを保存し、被害対応の手順に進"
        "んでください。",
        "Compare each change with the work record. If it was intended, record it and keep the present settings as "
        "the new installed sheet. If nobody can explain it, save the logs before any restart or reset and follow "
        "the incident procedure.",
    ),
    references=(guide("3.5 (2)"), etsi("5.7-2")),
)
