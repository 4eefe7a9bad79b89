"""G-3.3-6: software around the cameras is kept up to date."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.3-6",
    title=Text("【対策④】関連ソフトウェアが更新されている", "Measure 4: related software is up to date"),
    requirement=Text(
        "映像管理ソフト、閲覧用パソコン、ブラウザ、スマートフォンのアプリを常に更新しておくこと。",
        "Video management software, viewing PCs, browsers and mobile apps are kept updated.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "映像を見るパソコン・管理ソフト・ブラウザ・アプリを、サポート中の最新版に更新していますか。",
            "Are viewing PCs, management software, browsers and apps on a supported, up-to-date version?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "カメラを守っていても、閲覧用のパソコンが感染すれば、映像や設定を奪われるおそれがあります。",
        "However well the cameras are guarded, an infected viewing PC may give away pictures and settings.",
    ),
    remedy=Text(
        "使っているソフトの一覧とバージョンを書き出し、自動更新を有効にし、サポートが終わったものは入れ替えてくださ"
        "い。",
        "List the software with versions, switch automatic updates on, and replace what is no longer supported.",
    ),
    references=(guide("3.3 (4)"),),
)
