"""G-3.4-3b: products without support are replaced."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.4-3b",
    title=Text("サポート中の製品に切り替えている", "Unsupported products are replaced by supported ones"),
    requirement=Text(
        "サポートが切れた製品を使い続けず、サポートのある製品に入れ替えること。",
        "Products whose support has ended are not kept in use but replaced.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    measures=(5,),
    question=Question(
        prompt=Text(
            "サポートの終わった製品は、すべて入れ替えが済んでいますか。",
            "Have all products whose support has ended been replaced?",
        ),
        hint=Text(
            "入れ替え前の機器が残っていれば「いいえ」と答え、計画を補足欄に書いてください。もともとなければ「該当な"
            "し」と答えてください。",
            "If some are still in use, answer no and note the plan. If there never were any, answer n/a.",
        ),
    ),
    rationale=Text(
        "直されない脆弱性は、時間とともに増える一方です。",
        "Vulnerabilities that nobody fixes only grow in number.",
    ),
    remedy=Text(
        "入れ替えの時期と予算を決めてください。それまでは、外部と通信できないようにネットワークを分けてください。",
        "Set date and budget for the replacement. Until then, separate the device so that it cannot talk to the "
        "outside.",
    ),
    references=(guide("3.4 (3)"), etsi("5.3-15")),
)
