"""G-3.4-3a: products without support are known."""

from fushinban.controls._saying import etsi, guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.4-3a",
    title=Text("サポートが終わった製品を把握している", "Products whose support has ended are known"),
    requirement=Text(
        "作られなくなって久しい製品は直してもらえないことがあるため、どれがそうか調べておくこと。",
        "As products discontinued long ago may no longer be fixed, it is known which ones they are.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    measures=(4, 5),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "すべての機種について、メーカーのサポートが続いているかを最後に確かめた日はいつですか。",
            "When did you last find out for every model whether its maker still supports it?",
        ),
        kind=AnswerKind.DATE,
        max_age_days=YEARLY,
    ),
    rationale=Text(
        "サポートの終わりは機器からは分からず、メーカーの案内を見て初めて分かります。",
        "A device does not tell that its support has ended; only its maker's announcements do.",
    ),
    remedy=Text(
        "機器一覧の型番ごとに、メーカーのサイトか問い合わせでサポート状況を調べ、期限を記入してください。",
        "For each model in the device list, find out the support status from the maker and note the date of its end.",
    ),
    references=(guide("3.4 (3)"), etsi("5.3-13", "5.3-15")),
)
