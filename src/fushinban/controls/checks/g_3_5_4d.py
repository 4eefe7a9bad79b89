"""G-3.5-4d: the maker was asked where the version was unclear."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-4d",
    title=Text(
        "最新のバージョンが不明なときメーカーに問い合わせている",
        "The maker was asked where the newest version was unclear",
    ),
    requirement=Text(
        "最新のバージョンが公式サイトで分からない場合は、メーカーや販売元に尋ねること。",
        "Where the newest version cannot be found, the maker or seller is asked.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "最新のバージョンが分からない機器について、メーカーか販売元に問い合わせましたか。",
            "For devices whose newest version is unclear, was the maker or seller asked?",
        ),
        hint=Text(
            "すべて公式サイトで分かった場合は「該当なし」と答えてください。問い合わせたメールと回答を残してください。",
            "Answer n/a if every version was found on the web. Keep the mail and the reply.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "情報が公開されていない機器ほど、脆弱性が放置されやすくなります。",
        "Devices without public information are the ones whose vulnerabilities tend to stay.",
    ),
    remedy=Text(
        "型番・製造番号・現在のバージョンを添えて問い合わせ、回答を設定シートに記録してください。",
        "Ask with model, serial number and present version, and record the reply on the sheet.",
    ),
    references=(guide("3.5 (4)"),),
)
