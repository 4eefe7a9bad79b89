"""G-3.5-1h: that confirmation rests on the work record."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-1h",
    title=Text(
        "作業記録をもとに設置先と確認している",
        "The customer's confirmation uses the work record",
    ),
    requirement=Text(
        "設置先との確認では、いつ誰が何を設定したかの作業記録も使うこと。",
        "The confirmation with the customer also uses the record of who set what and when.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(2,),
    checkpoints=(1,),
    question=Question(
        prompt=Text(
            "設置や設定の作業記録（日付・作業者・機器・内容）を作り、それをもとに設置先と確認しましたか。",
            "Is there a work record (date, worker, device, work), and was it used in the confirmation with the "
            "customer?",
        ),
        hint=Text(
            "作業記録の写しを残してください。パスワードは書かないでください。",
            "Keep a copy of the work record, without any password.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "作業記録がなければ、後で見つかった違いが作業によるものか攻撃によるものか、区別できません。",
        "Without a work record, nobody can tell later whether a difference came from work or from an attack.",
    ),
    remedy=Text(
        "設定シートの「作業記録」に、日付・作業者・機器・変更前・変更後・理由を書いてください。",
        "Fill in the “work record” of the sheet: date, worker, device, before, after, reason.",
    ),
    references=(guide("3.5 (1)"),),
)
