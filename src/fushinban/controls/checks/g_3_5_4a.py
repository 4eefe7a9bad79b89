"""G-3.5-4a: the firmware version of the device is known."""

from fushinban.controls._saying import guide, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, passed, unknown
from fushinban.model.facts import Identity
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Passes where the device names its version; whether it is the newest is asked in G-3.5-4c."""
    identity = view[Identity]
    if not identity.firmware.strip():
        message = Text(
            "機器は応答しましたが、バージョンを答えませんでした。", "The device answered but did not give its version."
        )
        return unknown(message, seen(view, Identity, _line(identity)))
    message = Text(
        f"ファームウェアのバージョンを確認しました（{identity.firmware}）。",
        f"The firmware version was read ({identity.firmware}).",
    )
    return passed(message, seen(view, Identity, _line(identity)))


def _line(identity: Identity) -> Text:
    what = " ".join(filter(None, (identity.maker, identity.model, identity.hardware))) or "?"
    version = identity.firmware or "?"
    return Text(f"機器：{what}、バージョン：{version}", f"Device: {what}, version: {version}")


CONTROL = Control(
    id="G-3.5-4a",
    title=Text("ファームウェアのバージョンを確認している", "The firmware version was looked up"),
    requirement=Text(
        "設計や設置のときに、機器に入っているファームウェア・ソフトウェアのバージョンを調べること。",
        "At design and installation the version of the firmware and software of each device is looked up.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.DESIGN, When.INSTALLATION),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    reads=(Identity,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で読み取れなかった機器について、設定画面などでファームウェアのバージョンを確かめましたか。",
            "For devices that could not be read: did you look up the firmware version on the settings pages or the "
            "like?",
        ),
        hint=Text(
            "バージョンが表示された画面の写真を残してください。",
            "Keep a photograph of the page that shows the version.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "バージョンが分からなければ、見つかった脆弱性が自分の機器に当てはまるのかを判断できません。",
        "Without the version nobody can tell whether a published vulnerability affects this device.",
    ),
    remedy=Text(
        "機器の設定画面の「システム情報」などでバージョンを調べ、設定シートに書いてください。ログイン情報を登録して"
        "点検すれば、多くの機器では自動で読み取れます。",
        "Look up the version on the system page of the device and write it on the sheet. With a stored login, most "
        "devices are read automatically.",
    ),
    references=(guide("3.5 (4)"),),
)
