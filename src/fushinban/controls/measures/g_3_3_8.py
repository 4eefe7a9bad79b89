"""G-3.3-8: the maker's manual and hardening guide were followed."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.3-8",
    title=Text("メーカーの設定ガイドを参照している", "The maker's hardening guide was consulted"),
    requirement=Text(
        "名称や機能は機種ごとに違うため、そのメーカーの取扱説明書やセキュリティ設定ガイドを見て設定すること。",
        "As names and functions differ, devices are set up by their maker's manual or security guide.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    measures=(2,),
    question=Question(
        prompt=Text(
            "すべての機種で、参照したメーカーの説明書・設定ガイドの名前と版を記録していますか。",
            "For every model, are name and edition of the maker's manual or guide that was used on record?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "同じ働きの設定でも名前が違い、見落としやすいためです。版を残すと、後から見直せます。",
        "The same setting has different names and is easily missed. With the edition on record it can be reviewed "
        "later.",
    ),
    remedy=Text(
        "機種ごとにメーカーのサイトからセキュリティ設定ガイドを入手し、設定シートに資料名と版を書いてください。",
        "Get the security guide of each model from its maker's site, and write title and edition into the sheet.",
    ),
    references=(guide("3.3"), etsi("5.12-2")),
)
