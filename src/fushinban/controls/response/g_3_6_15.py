"""G-3.6-15: notices in other languages are expected."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-15",
    title=Text(
        "日本語以外の通知にも備えている",
        "Notices in other languages can be handled",
    ),
    requirement=Text(
        "外国語の通知が届いても対応できるように備えること。",
        "There is a way to deal with notices that are not in Japanese.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    question=Question(
        prompt=Text(
            "英語などの外国語で通知が届いたとき、内容を読んで返事ができる人や方法を決めてありますか。",
            "Is it settled who or what reads and answers a notice in English or another language?",
        ),
        hint=Text(
            "受け取ったことを伝える英語の短い返信文を用意しておくと、すぐに返事ができます。",
            "With a short English reply that confirms receipt at hand, you can answer at once.",
        ),
    ),
    rationale=Text(
        "外国語のメールは迷惑メールと間違えられやすく、重要な通知を見落とす原因になります。",
        "Mail in a foreign language is easily taken for spam, and an important notice is lost.",
    ),
    remedy=Text(
        "受け取ったことを伝える英語の返信文を用意し、翻訳を頼む先を決めておいてください。迷惑メールのフォルダも定期"
        "的に見てください。",
        "Prepare an English reply that confirms receipt and decide who translates. Look into the spam folder "
        "regularly.",
    ),
    references=(guide("3.6"),),
)
