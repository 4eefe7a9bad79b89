"""G-3.6-2: it is settled what to do with notices from others."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-2",
    title=Text(
        "外部から知らされたときの流れが決まっている",
        "What to do with notices from others is settled",
    ),
    requirement=Text(
        "警察・通信事業者・専門家などから知らせを受けたとき、誰が受けてどう動くかを決めておくこと。",
        "It is settled who takes notices from police, providers or experts, and what follows.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    question=Question(
        prompt=Text(
            "外部から被害の知らせを受けたときに、受ける人と、その後の流れを決めてありますか。",
            "Is it settled who takes a notice of damage from outside and what happens then?",
        ),
        hint=Text(
            "受付の書式（いつ・誰から・何を・連絡先）があれば、その写しを残してください。",
            "Keep a copy of the form (when, from whom, what, contact) if there is one.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "攻撃の被害は、外部からの知らせで初めて分かることがほとんどです。担当が決まっていないと放置されます。",
        "Most damage becomes known through others. Without somebody in charge the notice is left lying.",
    ),
    remedy=Text(
        "受ける窓口と代わりの人を決め、電話や代表メールを受ける人にも伝えてください。",
        "Name a desk and a deputy, and tell those who answer the phone and the general mail address.",
    ),
    references=(guide("3.6"),),
)
