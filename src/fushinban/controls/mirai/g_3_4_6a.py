"""G-3.4-6a: the initial password is not kept."""

from fushinban.controls._passwords import (
    NEVER_SET_UP,
    accepted_factory,
    account_text,
    factory_evidence,
    is_factory,
    never_set_up,
    refused_login,
    with_outcome,
)
from fushinban.controls._router import NO_PASSWORD, logins_evidence, without_password
from fushinban.controls._saying import could_not_read, etsi, guide, jc_star, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.facts import Activation, CredentialQuality, DefaultLogin, FactoryLogins, RouterConfiguration
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

MESSAGE = Text("パスワードが買ったときのままです。", "The password is still the one the device came with.")


def check(view: DeviceView) -> Verdict:
    """Fails on a device that nobody has set up, a router's account without a password, and a factory login.

    Passes on a refused test, or on another, working login.
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
    told = is_factory(quality) if quality else None
    if quality and told and quality.accepted is not False:
        return failed(
            MESSAGE, seen(view, CredentialQuality, told), seen(view, CredentialQuality, account_text(quality))
        )
    tested = view.find(FactoryLogins)
    if tested and tested.accounts and len(with_outcome(view, DefaultLogin.REFUSED)) == len(tested.accounts):
        text = Text(
            "出荷時のパスワードでログインを試みたところ、機器に拒否されました。",
            "A login with the factory password was tried, and the device refused it.",
        )
        return passed(text, factory_evidence(view, tested.accounts))
    if quality is None:
        return could_not_read(view, CredentialQuality, FactoryLogins)
    return _by_stored(view, quality)


def _by_stored(view: DeviceView, quality: CredentialQuality) -> Verdict:
    """What the stored login says, which is not the factory value as far as it is known."""
    refused = refused_login(view)
    if refused:
        return refused
    if quality.list_row:
        text = Text(
            "登録されているパスワードは公開リストにあり、買ったときの値かもしれません。",
            "The stored password is on the published list and may be the one the device came with.",
        )
        return unknown(text, seen(view, CredentialQuality, account_text(quality)))
    if quality.accepted is None:
        text = Text(
            "登録されているパスワードは出荷時の値ではありませんが、機器で使われていることを確認できませんでした。",
            "The stored password is not the factory value, but whether the device really uses it could not be "
            "confirmed.",
        )
        return unknown(text, seen(view, CredentialQuality, account_text(quality)))
    return passed(
        Text(
            "出荷時とは違うパスワードでログインできました。",
            "The device accepted a password that is not the factory value.",
        ),
        seen(view, CredentialQuality, account_text(quality)),
    )


CONTROL = Control(
    id="G-3.4-6a",
    title=Text("初期パスワードのまま使っていない", "The initial password is no longer in use"),
    requirement=Text(
        "買ったときのパスワードを、そのまま使い続けないこと。",
        "A device is not used with the password that was set when it was bought.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.CRITICAL,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    measures=(1,),
    checkpoints=(1,),
    may_read=(Activation, CredentialQuality, FactoryLogins, RouterConfiguration),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、初期パスワードから変更したことを設置記録で確かめましたか。",
            "For devices that could not be checked: does the installation record show that the initial password was "
            "changed?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "初期パスワードは取扱説明書やインターネットで誰でも調べられます。",
        "Anybody can look up initial passwords in manuals and on the Internet.",
    ),
    remedy=Text(
        "ただちにパスワードを変更し、変更した日と担当者を設定シートに記録してください（パスワードそのものは書かない"
        "でください）。",
        "Change it at once, and write date and person into the sheet (not the password itself).",
    ),
    references=(guide("3.4 (6)"), etsi("5.1-1"), jc_star("02")),
)
