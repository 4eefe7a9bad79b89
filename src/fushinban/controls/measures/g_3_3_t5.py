"""G-3.3-T5: lifetime and end of maintenance are known."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.3-T5",
    title=Text("表No.5 製品寿命と保守期限が分かっている", "Table row 5: lifetime and end of maintenance are known"),
    requirement=Text(
        "機器の寿命と保守の期限がはっきりしており、その間に脆弱性が見つかれば更新を受けられること。",
        "Lifetime and end of maintenance are clear, and until then vulnerabilities are answered with updates.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.DESIGNER, Who.OPERATOR),
    when=(When.DESIGN, When.PERIODIC),
    measures=(4, 5),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "すべての機種の保守期限を機器一覧に記入し、今日の時点で期限内であることを確かめましたか。",
            "Is the end of maintenance of every model in the device list, and is none of them past it today?",
        ),
        hint=Text(
            "期限の出典（メーカーのページや回答）も控えてください。",
            "Note the source as well: a page or an answer of the maker.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "期限を過ぎた機器は、新しい脆弱性が見つかっても直されません。",
        "After that date, new vulnerabilities are no longer fixed.",
    ),
    remedy=Text(
        "メーカーに保守期限を問い合わせて機器一覧に書き、1年以内に切れる機器は更新の予算を確保してください。",
        "Ask the maker for the dates, write them into the device list, and budget for replacing what ends within a "
        "year.",
    ),
    references=(guide("3.3 表3.3.1 No.5"), etsi("5.3-13", "5.3-14")),
)
