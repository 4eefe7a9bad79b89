"""G-3.5-5i: normal and abnormal traffic can be told apart."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5i",
    title=Text(
        "正常時と異常時の通信量を区別できる",
        "Normal and abnormal traffic can be told apart",
    ),
    requirement=Text(
        "正常なときの通信量を把握し、異常なときと見分けられるようにすること。",
        "The normal amount of traffic is known, so that an abnormal amount stands out.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(3, 4),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "正常なときの通信量の目安を決めてあり、それを超えたときに気付けますか。",
            "Is there a guide value for normal traffic, and would it be noticed when it is exceeded?",
        ),
        hint=Text(
            "遠隔視聴の時間帯や録画の書き出しなど、増える理由が分かっているものも書いておいてください。",
            "Note known reasons for more, such as remote viewing or exports of recordings.",
        ),
    ),
    rationale=Text(
        "防犯カメラの通信量は毎日ほぼ一定のため、目安さえあれば異常はよく目立ちます。",
        "Camera traffic is much the same every day, so with a guide value anything abnormal stands out.",
    ),
    remedy=Text(
        "正常な時期に1週間ほど通信量を控え、上限の目安を決めて設定シートに書いてください。",
        "Note the traffic of a normal week, choose an upper guide value and write it on the sheet.",
    ),
    references=(guide("3.5 (5)"), etsi("5.10-1")),
)
