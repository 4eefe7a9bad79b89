"""G-3.5-3d: a changing public address was taken into account."""

from fushinban.controls._looks import fresh_looks, look_evidence, no_fresh_look
from fushinban.controls._saying import guide, names
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, passed
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(site: SiteView) -> Verdict:
    """Passes where a look noted the address that the line has now, fixed or not."""
    looks = fresh_looks(site)
    if not looks:
        return no_fresh_look(site)
    message = Text(
        "外からの確認のたびに、そのときの回線のアドレス（いまは {list}）を日時とともに記録しています。",
        "Every look from outside notes the address that the line has then (now {list}), with the time.",
    )
    return passed(message.fill(list=names(look.address for look in looks)), *map(look_evidence, looks))


CONTROL = Control(
    id="G-3.5-3d",
    title=Text(
        "グローバルIPアドレスが変わる場合を考慮している",
        "A changing public IP address was taken into account",
    ),
    requirement=Text(
        "グローバルIPアドレスが変わる契約や共有される契約の場合に、その調べ方を決めておくこと。",
        "Where the public IP address changes or is shared, the way to look it up is settled.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    measures=(3,),
    checkpoints=(3,),
    check_site=check,
    question=Question(
        prompt=Text(
            "回線のグローバルIPアドレスが固定か可変か、共有型（MAP-E・DS-Liteなど）かを調べ、調べ方とともに記録しま"
            "したか。",
            "Is it on record whether the public IP address is fixed, changing or shared (MAP-E, DS-Lite), and how "
            "to look it up?",
        ),
        hint=Text(
            "契約書類やルータの画面で分かります。設定シートの「回線種別」と「グローバルIPアドレス」に書いてください。",
            "The contract or the router's pages tell. Write it on the sheet under “line type” and “public IP address”.",
        ),
    ),
    rationale=Text(
        "別のアドレスを調べて「公開されていない」と判断すると、実際の公開を見逃します。外部からの被害の通知も、アド"
        "レスと時刻で示されます。",
        "Testing a wrong address hides a real exposure, and notices of damage name an address and a time.",
    ),
    remedy=Text(
        "回線の種類を回線事業者に問い合わせ、グローバルIPアドレスの調べ方を設定シートに書いてください。",
        "Ask the provider for the type of line, and write on the sheet how to look up the public IP address.",
    ),
    references=(guide("3.5 (3)"),),
)
