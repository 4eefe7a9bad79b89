"""G-3.5-4c: the version was the newest at installation."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-4c",
    title=Text(
        "設置時に最新のバージョンかどうかを確認している",
        "The newest version was looked up at installation",
    ),
    requirement=Text(
        "仕入れた時点ですでに古いバージョンになっていることがあるため、設置するときに最新のバージョンをメーカーのサ"
        "イトで調べること。",
        "As stock may be outdated, the newest version is looked up on the maker's site at installation.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.DESIGN, When.INSTALLATION),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "設置時に、メーカーのWebサイトで最新のバージョンかどうかを確かめた日はいつですか。",
            "On which day, at installation, was the newest version looked up on the maker's website?",
        ),
        kind=AnswerKind.DATE,
        hint=Text(
            "確かめたページのアドレスと、表示されていたバージョンを書き残してください。設置時の確認のため、日付の古"
            "さは問いません。",
            "Keep the address of the page and the version it named. This concerns the installation, so the date "
            "may be old.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "箱から出したばかりの機器でも、出荷後に見つかった脆弱性が直っていないことがあります。",
        "Even a device fresh from the box may lack fixes for vulnerabilities found since it was shipped.",
    ),
    remedy=Text(
        "機種ごとにメーカーのサポートページで最新のバージョンを調べ、設置しているバージョンと比べてください。古けれ"
        "ば、設定を控えてから更新してください。",
        "Look up the newest version of each model on the maker's support page and compare. If yours is older, save "
        "the settings and update.",
    ),
    references=(guide("3.5 (4)"), etsi("5.3-5")),
)
