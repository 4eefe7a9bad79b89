"""G-3.6-9: it is known that the place can be guessed from the picture."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-9",
    title=Text(
        "映像から場所が推測され、連絡が来ることを想定している",
        "Calls from people who guessed the place are expected",
    ),
    requirement=Text(
        "公開されてしまった映像の写り込みから設置場所を推測した人が、知らせてくることもあると知っておくこと。",
        "It is known that people may guess the place from what a leaked picture shows, and call.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(1,),
    question=Question(
        prompt=Text(
            "「そちらのカメラの映像が外から見えている」という連絡が店舗や受付に来た場合に、担当者へ伝わりますか。",
            "If somebody tells the shop or the front desk that the picture is public, does it reach the right person?",
        ),
        hint=Text(
            "電話を受ける人に、いたずらと決めつけず記録して担当者に伝えるよう頼んでください。",
            "Ask those who answer the phone to take a note and pass it on, not to take it for a prank.",
        ),
    ),
    rationale=Text(
        "看板や建物が写り込んでいると、見知らぬ人からも場所が分かります。親切な知らせを断ってしまうと、"
        "公開が続きます。",
        "Signs and buildings give the place away. Turning a friendly caller away leaves the picture public.",
    ),
    remedy=Text(
        "受付や店長に想定される連絡の例と伝え先を知らせ、電話のそばに書いておいてください。",
        "Give the front desk an example of such a call and the person to tell, in writing beside the phone.",
    ),
    references=(guide("3.6"),),
)
