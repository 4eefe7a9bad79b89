"""G-3.6-1: it is settled what to do when somebody notices something."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-1",
    title=Text(
        "異常に気付いたときの連絡と対応の流れがある",
        "Steps to take when somebody notices a problem are settled",
    ),
    requirement=Text(
        "設置者や利用者が運用中に異常に気付いたとき、誰に知らせてどう動くかを決めておくこと。",
        "It is settled whom the installer and the users tell, and what follows, when they notice a problem.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "異常に気付いた人が、誰にどう連絡するかを書いたものがあり、使う人が知っていますか。",
            "Is it written down whom to tell of a problem and how, and do the users know it?",
        ),
        hint=Text(
            "モニターのそばに貼った連絡票などの写しを残してください。",
            "Keep a copy, for example of the card beside the monitor.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "気付いた人が電源を切るなどの自己流の対処をすると、原因を調べる手がかりが消えます。",
        "When people improvise, for example by pulling the plug, the traces are lost.",
    ),
    remedy=Text(
        "「気付いたこと・連絡先・してはいけないこと（再起動や初期化）」を1枚の紙にまとめて、モニターのそばに貼ってく"
        "ださい。",
        "Put on one page what to look for, whom to call and what not to do (restart, reset), and hang it beside "
        "the monitor.",
    ),
    references=(guide("3.6"),),
)
