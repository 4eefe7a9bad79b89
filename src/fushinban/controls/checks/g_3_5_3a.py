"""G-3.5-3a: reachability from the Internet was tested at installation."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-3a",
    title=Text(
        "インターネットからアクセスできるかを設置時に確かめている",
        "Reachability from the Internet was tested at installation",
    ),
    requirement=Text(
        "設置したときに、外からシステムに入れてしまわないかを試すこと。",
        "At installation it is tried whether the system can be reached from outside.",
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
            "設置時に、インターネット側からシステムにアクセスできるかどうかを試し、結果を記録しましたか。",
            "Was it tried at installation whether the system can be reached from the Internet, with the result "
            "written down?",
        ),
        hint=Text(
            "試した日時・試した回線・入力したアドレスとポート・結果を書き、画面の写真を残してください。"
            "この点検は内側からだけ行うため、代わりにはなりません。",
            "Write down time, line, address, ports and result, with a screenshot. This inspection works from "
            "inside only and is no substitute.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "内側から見て安全でも、ルータの設定次第で、管理画面や映像が世界中に公開されていることがあります。",
        "What looks safe from inside may be open to the whole world through the router's settings.",
    ),
    remedy=Text(
        "携帯電話の回線など外の回線から、グローバルIPアドレスの80・443・554・8000・37777・34567・23・22番などを試し"
        "、意図しない応答があればルータの設定を直してください。",
        "From another line such as a mobile phone, try the public address on ports 80, 443, 554, 8000, 37777, "
        "34567, 23 and 22, and correct the router where something answers unintendedly.",
    ),
    references=(guide("3.5 (3)"),),
)
