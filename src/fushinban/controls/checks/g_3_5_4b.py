"""G-3.5-4b: the version is written on the sheet."""

from fushinban.clock import shown_date
from fushinban.controls._saying import guide
from fushinban.model.control import Control, Evidence, Question, Severity, Strength, Verdict, When, Who, passed, unknown
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

KEY = "identity.firmware"


def check(view: DeviceView) -> Verdict:
    """Passes where a sheet names the version, an earlier one before today's."""
    for stage in (Stage.INSTALLED, Stage.PLANNED, Stage.ACTUAL):
        sheet = view.sheets.get(stage)
        parameter = sheet.values().get(KEY) if sheet else None
        if sheet is not None and parameter is not None and parameter.value.strip():
            return _recorded(sheet, parameter.value)
    return unknown(
        Text(
            "手元の設定シートにファームウェアのバージョンが書かれていません。",
            "No sheet at hand names the firmware version.",
        )
    )


def _recorded(sheet: ParameterSheet, version: str) -> Verdict:
    label, day = sheet.stage.label, shown_date(sheet.taken_at)
    only_now = sheet.stage is Stage.ACTUAL
    message = Text(
        f"今回作成した設定シートにバージョンを記録しました（{version}）。設置時の記録はありません。"
        if only_now
        else f"設定シートにバージョンが記録されています（{version}）。",
        f"The version is now on the sheet ({version}). There is no record of the installation."
        if only_now
        else f"The version is on the sheet ({version}).",
    )
    line = Text(f"「{label.ja}」の設定シート（{day}）：{version}", f"Sheet “{label.en}” of {day}: {version}")
    return passed(message, Evidence(text=line, source=KEY, digest=sheet.digest))


CONTROL = Control(
    id="G-3.5-4b",
    title=Text("バージョンが設定シートに記録されている", "The version is written on the sheet"),
    requirement=Text(
        "調べたバージョンを、設定シートなどに書き残しておくこと。",
        "The version that was looked up is written on the sheet.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    check_device=check,
    question=Question(
        prompt=Text(
            "手元の設定シートにバージョンが書かれていない機器について、バージョンを書いた別の記録がありますか。",
            "For devices whose version is on no sheet at hand, is there another record of it?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "設置時のバージョンの記録があれば、更新したかどうかや、古いバージョンに戻されていないかが後で分かります。",
        "A record of the version shows later whether it was updated, or put back to an older one.",
    ),
    remedy=Text(
        "機器のバージョンを調べて設定シートに書き、調べた日付も添えてください。",
        "Look up the version, write it on the sheet, and add the date.",
    ),
    references=(guide("3.5 (4)"),),
)
