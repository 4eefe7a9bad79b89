"""G-3.6-3: a notice is treated as abuse that is going on."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-3",
    title=Text(
        "外部からの知らせには、悪用されているものとして急いで対応する",
        "A notice is treated as ongoing abuse",
    ),
    requirement=Text(
        "他者から知らされた時点で、すでに悪用されているとみて、早く対応を始めること。",
        "Once others tell, abuse is taken to be going on already, and work begins at once.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.INCIDENT,),
    impacts=(4,),
    question=Question(
        prompt=Text(
            "外部から知らせを受けたとき、いつまでに対応を始めるかを決めてあり、そのとおりに行えますか。",
            "Is there a time within which work on a notice begins, and can it be kept?",
        ),
        hint=Text(
            "これまでに知らせを受けたことがあれば、受けた日時と対応を始めた日時の記録を残してください。",
            "If there have been notices, keep the times of receipt and of the first step.",
        ),
    ),
    rationale=Text(
        "他者が気付いたということは、機器がすでに誰かへの攻撃などに使われている可能性が高いということです。",
        "If others noticed, the device is most likely already used against somebody.",
    ),
    remedy=Text(
        "「受けた当日中に責任者へ報告し、対応を始める」など、時間の目標を決めて書いておいてください。"
        "夜間・休日の連絡先も決めてください。",
        "Write down a target, such as telling the responsible person and beginning on the same day, also for "
        "nights and holidays.",
    ),
    references=(guide("3.6"),),
)
