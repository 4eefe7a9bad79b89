"""G-3.6-14: notices from companies and researchers are accepted."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-14",
    title=Text(
        "民間企業や研究者からの通知も受け付けている",
        "Notices from companies and researchers are accepted",
    ),
    requirement=Text(
        "通知してくる相手は公的機関とは限らず、国内外の企業や研究者の場合もあると考えておくこと。",
        "It is kept in mind that the sender of a notice may be a company or a researcher from anywhere, not only an "
        "authority.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    question=Question(
        prompt=Text(
            "公的機関以外からの通知も、相手を確かめたうえで受け付けることにしていますか。",
            "Are notices from senders other than authorities accepted, after the sender has been verified?",
        ),
        hint=Text(
            "相手が示した番号ではなく、自分で調べた連絡先で確かめてください。金銭・パスワード・遠隔操作を求めるもの"
            "は、詐欺を疑ってください。",
            "Verify the sender by contact data that you found yourself. Requests for money, passwords or remote "
            "control point to fraud.",
        ),
    ),
    rationale=Text(
        "研究者や海外の企業が先に気付くことは珍しくありません。無視すると被害が続き、うのみにすると詐欺に遭うおそれ"
        "があります。",
        "Researchers and foreign companies often notice first. Ignoring them prolongs the damage; trusting them "
        "blindly invites fraud.",
    ),
    remedy=Text(
        "相手を確かめるための確認票（所属、自分で調べた連絡先での確認、要求の内容）を用意してください。",
        "Prepare a checklist for senders: organisation, check by a contact you found yourself, what they ask for.",
    ),
    references=(guide("3.6"), etsi("5.2-2")),
)
