"""G-3.6-3: a notice is treated as abuse that is going on."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-3",
    title=Text(
        "外部からの通知に、悪用中とみて急いで対応できる",
        "A notice from outside is treated as ongoing abuse",
    ),
    requirement=Text(
        "外部から通知を受けた時点で、すでに悪用されているとみて、早く対応を始めること。",
        "When a notice arrives, abuse is taken to be going on already, and work begins at once.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.INCIDENT,),
    impacts=(4,),
    question=Question(
        prompt=Text(
            "外部から通知を受けたとき、いつまでに対応を始めるかを決めてあり、そのとおりに行えますか。",
            "Is there a time within which work on a notice begins, and can it be kept?",
        ),
        hint=Text(
            "これまでに通知を受けたことがあれば、受けた日時と対応を始めた日時の記録を残してください。",
            "If there have been notices, keep the times of receipt and of the first step.",
        ),
    ),
    rationale=Text(
        "外部の人が気付いたのであれば、機器がすでに攻撃などに使われている可能性が高いと考えられます。",
        "If others have noticed, the device is most likely already being used against somebody.",
    ),
    remedy=Text(
        "「受けた当日中に責任者へ報告し、対応を始める」など、対応を始めるまでの時間の目標を書いておいてください。夜"
        "間・休日の連絡先も決めてください。",
        "Write down a target, such as telling the responsible person and beginning on the same day, also for "
        "nights and holidays.",
    ),
    references=(guide("3.6"),),
)
