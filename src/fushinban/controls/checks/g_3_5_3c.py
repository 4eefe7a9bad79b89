"""G-3.5-3c: the public address was opened in a browser."""

from fushinban.controls._looks import fresh_looks, look_evidence, no_fresh_look, seen_text
from fushinban.controls._saying import guide, joined
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(site: SiteView) -> Verdict:
    """Fails where a web page appears at the public address; passes where a fresh look found none."""
    looks = fresh_looks(site)
    if not looks:
        return no_fresh_look(site)
    pages = [port for look in looks for port in look.seen.open if port.speaks in {"http", "https"}]
    evidence = tuple(map(look_evidence, looks))
    if pages:
        message = Text(
            "グローバルIPアドレスを開くと、機器の画面が表示されます（{ports}）。",
            "The public IP address shows a page of a device ({ports}).",
        )
        return failed(message.fill(ports=joined(map(seen_text, pages))), *evidence, severity=Severity.HIGH)
    return passed(
        Text(
            "グローバルIPアドレスを開いても、調べたポートでは機器の画面は表示されませんでした。",
            "The public IP address shows no page of a device at the ports looked at.",
        ),
        *evidence,
    )


CONTROL = Control(
    id="G-3.5-3c",
    title=Text(
        "ブラウザでグローバルIPアドレスを開いて確かめている",
        "The public IP address was opened in a browser",
    ),
    requirement=Text(
        "確かめ方の一例として、システムのグローバルIPアドレスをWebブラウザに入力し、何が表示されるかを見ること。",
        "As one way to test, the public IP address is typed into a web browser to see what appears.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(1,),
    measures=(3,),
    checkpoints=(3,),
    check_site=check,
    question=Question(
        prompt=Text(
            "外の回線のブラウザにグローバルIPアドレスを入力し、機器の画面が表示されないことを確かめましたか。",
            "Was the public IP address typed into a browser on an outside line, and did no page of a device appear?",
        ),
        hint=Text(
            "表示された画面（表示されない場合はエラー画面）の写真を残してください。意図して公開している場合は、その"
            "理由を補足欄に書いてください。",
            "Keep a screenshot, also of an error page. Where a page is exposed on purpose, note the reason.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "ログイン画面が外から見えるだけで、パスワードを繰り返し試す攻撃の的になります。",
        "A login page that can be seen from outside is enough to attract endless password guessing.",
    ),
    remedy=Text(
        "機器の画面が表示された場合は、ルータのポート転送・DMZ・UPnPを止め、"
        "遠隔視聴にはVPNなどの方法を検討してください。",
        "If a page of a device appears, stop port forwarding, DMZ and UPnP at the router and consider a VPN or the "
        "like for remote viewing.",
    ),
    references=(guide("3.5 (3)"),),
)
