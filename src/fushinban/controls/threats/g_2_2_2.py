"""G-2.2-2: no device has a password that Mirai tries."""

from fushinban.controls._passwords import (
    NEVER_SET_UP,
    accepted_factory,
    account_text,
    factory_evidence,
    faults,
    is_factory,
    is_published,
    never_set_up,
    refused_login,
)
from fushinban.controls._router import NO_PASSWORD, logins_evidence, without_password
from fushinban.controls._saying import could_not_read, etsi, guide, jc_star, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.facts import Activation, CredentialQuality, FactoryLogins, RouterConfiguration
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

MESSAGE = Text(
    "世界中に知られているパスワードのままです。マルウェア（悪質なプログラム）に機器を乗っ取られるおそれがあります。",
    "The password is one that the whole world knows. Malware may take the device over.",
)


def check(view: DeviceView) -> Verdict:
    """Fails on a device that nobody has set up, a router's account without a password, a factory login that it took,
    or a published stored password.
    """
    new = never_set_up(view)
    if new:
        return failed(NEVER_SET_UP, new)
    empty = without_password(view)
    if empty:
        return failed(NO_PASSWORD, logins_evidence(view, empty))
    taken = accepted_factory(view)
    if taken:
        return failed(MESSAGE, factory_evidence(view, taken))
    quality = view.find(CredentialQuality)
    if quality is None:
        return could_not_read(view, CredentialQuality)
    refused = refused_login(view)
    if refused:
        return refused
    found = faults(view, quality, is_published(quality), is_factory(quality))
    if found:
        return failed(MESSAGE, *found)
    return passed(
        Text(
            "登録されているパスワードは、公開リストとメーカーの出荷時の値のどちらにも見つかりませんでした。",
            "The stored password was found neither on the published list nor among the maker's factory values.",
        ),
        seen(view, CredentialQuality, account_text(quality)),
    )


CONTROL = Control(
    id="G-2.2-2",
    title=Text("出荷時や公開済みのパスワードが使われていない", "No factory or published password is in use"),
    requirement=Text(
        "マルウェアが順に試す既知のユーザー名とパスワードの組が、どの機器にも残っていないこと。",
        "None of the known pairs of user name and password that malware tries is left on any device.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.CRITICAL,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(4,),
    measures=(1,),
    checkpoints=(1,),
    may_read=(Activation, CredentialQuality, FactoryLogins, RouterConfiguration),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、"
            "出荷時のパスワードや公開リストにあるパスワードを使っていないことを確かめましたか。",
            "For devices that could not be checked: did you confirm that no factory or published password is in use?",
        )
    ),
    rationale=Text(
        "Miraiというマルウェアは、公開された61組のユーザー名とパスワードを試して感染を広げます。この点検での照合は、"
        "機器に触れずに行っています。",
        "Mirai, a malware, spreads by trying 61 published pairs of user name and password. This comparison is made "
        "without touching the device.",
    ),
    remedy=Text(
        "ただちにパスワードを変更してください。変更前に外部から接続できた機器は、感染していないかも確認してください。",
        "Change the password at once. If the device was reachable from outside before, check it for infection too.",
    ),
    references=(guide("2.2"), etsi("5.1-1"), jc_star("02")),
)
