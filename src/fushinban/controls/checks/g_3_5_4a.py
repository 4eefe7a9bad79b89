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
            "機器は応答しましたが、版を答えませんでした。", "The device answered but did not name its version."
        )
        return unknown(message, seen(view, Identity, _line(identity)))
    message = Text(
        f"ファームウェアの版を確認しました（{identity.firmware}）。",
        f"The firmware version was read ({identity.firmware}).",
    )
    return passed(message, seen(view, Identity, _line(identity)))


def _line(identity: Identity) -> Text:
    what = " ".join(filter(None, (identity.maker, identity.model, identity.hardware))) or "?"
    version = identity.firmware or "?"
    return Text(f"機器：{what}、版：{version}", f"Device: {what}, version: {version}")


CONTROL = Control(
    id="G-3.5-4a",
    title=Text("ファームウェアの版を確認している", "The firmware version is known"),
    requirement=Text(
        "設計や設置のときに、機器に入っているファームウェア・ソフトウェアの版を調べること。",
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
            "自動で読み取れなかった機器について、設定画面などでファームウェアの版を確かめましたか。",
            "For devices that could not be read automatically, did you look up the firmware version?",
        ),
        hint=Text(
            "版が表示された画面の写真を残してください。", "Keep a photograph of the page that shows the version."
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "版が分からなければ、見つかった弱点が自分の機器に当てはまるのかを判断できません。",
        "Without the version nobody can tell whether a published weakness concerns this device.",
    ),
    remedy=Text(
        "機器の設定画面の「システム情報」などで版を調べ、設定シートに書いてください。認証情報を登録して点検すれば自動で読み取れます。",
        "Look up the version on the system page of the device and put it on the sheet. With a stored login it is read "
        "automatically.",
    ),
    references=(guide("3.5 (4)"),),
)
