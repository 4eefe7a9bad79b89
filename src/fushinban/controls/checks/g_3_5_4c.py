"""G-3.5-4c: the version was the newest at installation."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-4c",
    title=Text(
        "設置時に最新の版であることを確かめている",
        "The version was confirmed as the newest at installation",
    ),
    requirement=Text(
        "仕入れた時点で古い版になっていることがあるため、設置するときにメーカーの公式サイトで最新の版を調べること。",
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
            "設置時に、メーカーのWebサイトで最新の版かどうかを確かめた日はいつですか。",
            "On which day, at installation, was the newest version looked up on the maker's website?",
        ),
        kind=AnswerKind.DATE,
        hint=Text(
            "確かめたページのアドレスと、表示されていた版を書き残してください。設置時の確認のため、"
            "日付の古さは問いません。",
            "Keep the address of the page and the version it named. This concerns the installation, so the date "
            "may be old.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "箱から出したばかりの機器でも、出荷後に見つかった弱点が直っていないことがあります。",
        "Even a device fresh from the box may lack the repairs of weaknesses found since it was packed.",
    ),
    remedy=Text(
        "機種ごとにメーカーのサポートページで最新の版を調べ、設置している版と比べてください。古ければ、"
        "設定を控えてから更新してください。",
        "Look up the newest version of each model on the maker's support page and compare. If older, save the "
        "settings and update.",
    ),
    references=(guide("3.5 (4)"), etsi("5.3-5")),
)
