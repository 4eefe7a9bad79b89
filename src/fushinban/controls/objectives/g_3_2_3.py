"""G-3.2-3: no message that nobody meant."""

from fushinban.controls._saying import guide
from fushinban.controls._sheets import (
    change_evidence,
    changes,
    comparable,
    left_as,
    no_sheet,
    not_comparable,
    sheet_evidence,
)
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.device import VIDEO_KINDS
from fushinban.model.facts import Hostname, Scopes
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Where a defaced device shows its message, as far as it can be read over ONVIF.
KEYS = ("hostname.name", "scopes.name", "scopes.location")


def check(view: DeviceView) -> Verdict:
    """Fails when a name differs from the sheet; the text inside the picture cannot be read here."""
    before = left_as(view)
    if before is None:
        return no_sheet()
    if not comparable(view, before, (Hostname, Scopes)):
        return not_comparable()
    kept = {f.key for f in comparable(view, before, (Hostname, Scopes))}
    found = changes(view, before, (k for k in KEYS if k.partition(".")[0] in kept))
    if found:
        message = Text(
            "機器の名前が、設置時のものから書き換わっています。", "The device's name has changed since installation."
        )
        return failed(message, *change_evidence(found, before))
    return passed(
        Text(
            "機器の名前は設置時から変わっていませんでした（映像に重ねた文字は確認していません）。",
            "The device's names are as installed (text inside the picture was not checked).",
        ),
        sheet_evidence(before),
    )


CONTROL = Control(
    id="G-3.2-3",
    title=Text("機器名や画面に意図しない表示がない", "No unintended text in device names or pictures"),
    requirement=Text(
        "機器の名前や画面の文字が、攻撃者によって書き換えられていないこと。",
        "Neither the device's names nor the text on the picture have been replaced by an attacker.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(2,),
    checkpoints=(2,),
    applies_to=VIDEO_KINDS,
    may_read=(Hostname, Scopes),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器の名前と、映像に重ねて表示される文字に、"
            "覚えのないものがないことを確かめましたか。",
            "For devices that could not be checked: is there nothing unknown in device names and in the text on the "
            "pictures?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "過去には、攻撃者が機器の名前や画面に自分のメッセージを表示させた事例があります。こうした表示は、侵入された"
        "印です。",
        "Attackers have put messages into device names and pictures. Such text shows that somebody was inside.",
    ),
    remedy=Text(
        "変更した覚えがなければ侵入を疑い、ログを保存してからパスワードを変更し、名前を元に戻してください。意図した"
        "変更なら、設定シートを更新してください。",
        "If nobody changed it, suspect a break-in: save the logs, change the passwords, restore the name. "
        "If it was intended, update the sheet.",
    ),
    references=(guide("3.2 (2)"),),
)
