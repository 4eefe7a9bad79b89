"""G-3.6-14: notices from companies and researchers are accepted."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-14",
    title=Text(
        "民間企業や研究者からの知らせも受け付ける",
        "Notices from companies and researchers are accepted",
    ),
    requirement=Text(
        "知らせてくる相手が公的機関とは限らず、国内外の企業や研究者の場合もあると考えておくこと。",
        "The one who tells may be no authority but a company or researcher from anywhere.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    question=Question(
        prompt=Text(
            "公的機関以外からの知らせも、相手を確かめたうえで受け付けることにしていますか。",
            "Are notices from others than authorities accepted after the sender was verified?",
        ),
        hint=Text(
            "相手が示した番号ではなく、自分で調べた連絡先で確かめてください。"
            "金銭・パスワード・遠隔操作を求めるものは詐欺を疑います。",
            "Verify with contact data you found yourself. Requests for money, passwords or remote control point to "
            "fraud.",
        ),
    ),
    rationale=Text(
        "研究者や海外の企業が先に気付くことは珍しくありません。無視すると被害が続き、うのみにすると詐欺に遭います。",
        "Researchers and foreign companies often notice first. Ignoring them prolongs the damage; blind trust "
        "invites fraud.",
    ),
    remedy=Text(
        "相手の確かめ方（所属・連絡先の独自確認、要求の内容）を書いた確認票を用意してください。",
        "Prepare a check list for senders: organisation, independently found contact, what they ask for.",
    ),
    references=(guide("3.6"), etsi("5.2-2")),
)
