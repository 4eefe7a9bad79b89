"""G-3.4-6b: the passwords of all accounts were changed."""

from fushinban.controls._passwords import (
    accepted_factory,
    account_text,
    factory_evidence,
    is_factory,
    with_outcome,
)
from fushinban.controls._saying import PERHAPS_VIDEO, etsi, guide, jc_star, names, note, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.facts import Accounts, CredentialQuality, DefaultLogin, FactoryLogins
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

MESSAGE = Text(
    "初期パスワードから変更していないアカウントがあります。",
    "There is an account whose initial password was never changed.",
)


def check(view: DeviceView) -> Verdict:
    """Fails on a known factory login; passes only where every listed account is known to differ from it."""
    taken = accepted_factory(view)
    if taken:
        return failed(MESSAGE, factory_evidence(view, taken))
    quality = view.find(CredentialQuality)
    told = is_factory(quality) if quality else None
    if quality and told and quality.accepted is not False:
        return failed(
            MESSAGE, seen(view, CredentialQuality, told), seen(view, CredentialQuality, account_text(quality))
        )
    settled = {a.username for a in with_outcome(view, DefaultLogin.REFUSED)}
    if quality and quality.accepted and not quality.list_row:
        settled.add(quality.username)
    left = [a.name for a in view[Accounts].accounts if a.name not in settled]
    if left or not settled:
        text = Text(
            "パスワードを変更したか確認できないアカウントがあります：{names}",
            "For these accounts it could not be confirmed that the password was changed: {names}",
        )
        return unknown(text.fill(names=names(left or ["-"])))
    text = Text("確認したアカウント：{names}", "Accounts checked: {names}").fill(names=names(sorted(settled)))
    return passed(
        Text(
            "機器が示したアカウントでは、初期パスワードは見つかりませんでした。",
            "No initial password was found among the accounts that the device lists.",
        ),
        seen(view, Accounts, text),
        note(
            "ONVIF以外（Web画面や専用ソフト）の別のアカウントは、一覧に出ないことがあります。",
            "Accounts of other ways in (web page, maker's software) may be missing from this list.",
        ),
    )


CONTROL = Control(
    id="G-3.4-6b",
    title=Text("すべてのアカウントのパスワードを変更している", "The passwords of all accounts were changed"),
    requirement=Text(
        "管理者だけでなく、閲覧用やONVIF用、ルータなども含めて、初期パスワードを必ず変えること。",
        "Initial passwords are changed without exception: viewers, ONVIF and router as well as the administrator.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.HIGH,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    measures=(1,),
    applies_to=PERHAPS_VIDEO,
    reads=(Accounts,),
    may_read=(CredentialQuality, FactoryLogins),
    check_device=check,
    question=Question(
        prompt=Text(
            "Web・ONVIF・映像配信・専用ソフト・ルータのすべてのアカウントで、初期パスワードを変更しましたか。",
            "Was the initial password changed for all accounts: web, ONVIF, streaming, maker's software and router?",
        )
    ),
    rationale=Text(
        "管理者の分だけ変えても、出荷時からある別のアカウントで入られることがあります。",
        "Even when the administrator's password is changed, attackers enter by another account that came with the "
        "device.",
    ),
    remedy=Text(
        "アカウントの一覧を開き、使わないものは削除し、残すものはすべて別のパスワードに変えてください。",
        "Open the list of accounts, delete what is not used, and give each of the others a new password of its own.",
    ),
    references=(guide("3.4 (6)"), etsi("5.1-4"), jc_star("03")),
)
