"""G-3.5-3a: reachability from the Internet was tested at installation."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-3a",
    title=Text(
        "インターネットから接続できるかを設置時に試している",
        "Reachability from the Internet was tested at installation",
    ),
    requirement=Text(
        "設置したときに、インターネットからシステムに接続できてしまわないかを試すこと。",
        "At installation, a test shows whether the system can be reached from the Internet.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(1,),
    measures=(3,),
    checkpoints=(3,),
    question=Question(
        prompt=Text(
            "設置時に、インターネット側からシステムに接続できるかどうかを試し、結果を記録しましたか。",
            "Was it tested at installation whether the system can be reached from the Internet, and was the result "
            "recorded?",
        ),
        hint=Text(
            "試した日時・試した回線・入力したアドレスとポート・結果を書き、画面の写真を残してください。この点検は内"
            "側からだけ行うため、外からの確認の代わりにはなりません。",
            "Write down time, line, address, ports and result, with a screenshot. This inspection works from inside "
            "only and does not replace the test.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "内側から見て問題がなくても、ルータの設定次第で、管理画面や映像が世界中に公開されていることがあります。",
        "What looks fine from inside may be open to the whole world because of the router's settings.",
    ),
    remedy=Text(
        "携帯電話の回線など外の回線から、グローバルIPアドレスの80・443・554・8000・37777・34567・23・22番ポートなど"
        "を試し、意図しない応答があればルータの設定を直してください。",
        "From an outside line such as a mobile phone's, try the public IP address on ports 80, 443, 554, 8000, "
        "37777, 34567, 23 and 22, and correct the router's settings where something answers that should not.",
    ),
    references=(guide("3.5 (3)"),),
)
