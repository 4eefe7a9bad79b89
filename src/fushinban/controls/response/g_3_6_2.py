"""G-3.6-2: it is settled what to do with notices from others."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-2",
    title=Text(
        "外部から通知を受けたときの流れがある",
        "Steps to take on a notice from outside are settled",
    ),
    requirement=Text(
        "警察・回線事業者・専門家などから通知を受けたとき、誰が受けてどう動くかを決めておくこと。",
        "It is settled who takes notices from the police, providers or experts, and what follows.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    question=Question(
        prompt=Text(
            "外部から被害の通知を受けたときの担当者と、その後の流れを決めてありますか。",
            "Is it settled who takes a notice of damage from outside and what happens then?",
        ),
        hint=Text(
            "受付の書式（いつ・誰から・何を・連絡先）があれば、その写しを残してください。",
            "Keep a copy of the form (when, from whom, what, contact) if there is one.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "攻撃の被害は、外部からの通知で初めて分かることがほとんどです。担当者が決まっていないと、通知が放置されてし"
        "まいます。",
        "Most damage becomes known through others. Without somebody in charge, the notice is left unanswered.",
    ),
    remedy=Text(
        "通知を受ける担当者と代わりの人を決め、電話や代表メールを受ける人にも伝えてください。",
        "Name a person in charge and a deputy, and tell those who answer the phone and the general mail.",
    ),
    references=(guide("3.6"),),
)
