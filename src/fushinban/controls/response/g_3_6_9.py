"""G-3.6-9: it is known that the place can be guessed from the picture."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-9",
    title=Text(
        "映像から場所を知った人の連絡も受けられる",
        "Calls from people who recognised the place reach somebody",
    ),
    requirement=Text(
        "意図せず公開された映像から設置場所を推測した人が、連絡してくることもあると知っておくこと。",
        "It is known that people may recognise the place in an exposed picture, and call.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(1,),
    question=Question(
        prompt=Text(
            "「そちらのカメラの映像が外から見えている」という連絡が店舗や受付に来た場合に、担当者へ伝わりますか。",
            "If somebody tells the shop or the front desk that the camera's picture is public, does this reach the "
            "person in charge?",
        ),
        hint=Text(
            "電話を受ける人に、いたずらと決めつけず記録して担当者に伝えるよう頼んでください。",
            "Ask those who answer the phone to take a note and pass it on, not to take it for a prank.",
        ),
    ),
    rationale=Text(
        "看板や建物が写り込んでいると、見知らぬ人からも場所が分かります。親切な連絡を断ってしまうと、映像の公開が続"
        "きます。",
        "Signs and buildings give the place away. Turning a friendly caller away leaves the picture public.",
    ),
    remedy=Text(
        "このような連絡の例と伝える相手を紙に書き、受付や店長に説明して、電話のそばに貼ってください。",
        "Write down an example of such a call and whom to tell, explain it to the front desk, and hang it beside "
        "the phone.",
    ),
    references=(guide("3.6"),),
)
