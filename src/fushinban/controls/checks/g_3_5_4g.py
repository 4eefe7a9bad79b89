"""G-3.5-4g: weakness information on PC software is looked at."""

from fushinban.controls._periods import half_yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import HALF_YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-4g",
    title=Text(
        "パソコンのソフトウェアの脆弱性情報を確認している",
        "Vulnerability information on PC software is looked up",
    ),
    requirement=Text(
        "映像を見るパソコンのブラウザや専用ソフトに脆弱性がないか、JVNなどの公開情報で調べること。",
        "For browsers and viewers on PCs, public information such as JVN is consulted for vulnerabilities.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "映像を見るパソコンのソフトウェアについて、JVNなどで脆弱性情報を最後に調べた日はいつですか。",
            "On which day was JVN or the like last consulted for the software of the viewing PCs?",
        ),
        kind=AnswerKind.DATE,
        hint=half_yearly(
            "パソコンを使わない場合は「該当なし」と答えてください。",
            "Answer n/a where no PC is used.",
        ),
        max_age_days=HALF_YEARLY,
    ),
    rationale=Text(
        "パソコンが乗っ取られると、そこに保存されたパスワードでカメラやレコーダにも侵入されるおそれがあります。",
        "A PC that is taken over may give away the passwords of cameras and recorders stored on it.",
    ),
    remedy=Text(
        "使っているソフトウェアの名前とバージョンを一覧にし、JVN（https://jvn.jp/）で検索してください。自動更新があ"
        "れば有効にしてください。",
        "List the software with its versions, search JVN (https://jvn.jp/), and switch automatic updates on.",
    ),
    references=(guide("3.5 (4)"), "JVN https://jvn.jp/"),
)
