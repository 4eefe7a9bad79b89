"""G-3.4-6c: passwords are hard to guess and not used twice."""

from fushinban.controls._passwords import (
    account_text,
    faults,
    has_context,
    is_published,
    is_shared,
    is_short,
    is_weak,
    refused_login,
)
from fushinban.controls._saying import etsi, guide, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.facts import CredentialQuality
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Judges the stored login by strength, by words of the site, and by whether other devices have the same."""
    refused = refused_login(view)
    if refused:
        return refused
    quality = view[CredentialQuality]
    weak = (is_published(quality), is_short(quality), is_weak(quality), has_context(quality))
    found = faults(view, quality, *weak, is_shared(quality))
    if not found:
        return passed(
            Text(
                "登録されているパスワードに、推測されやすい点は見つかりませんでした。",
                "Nothing was found that makes the stored password easy to guess.",
            ),
            seen(view, CredentialQuality, account_text(quality)),
        )
    if not any(weak):
        message = Text(
            "同じパスワードをほかの機器でも使っています。", "The same password is used on other devices as well."
        )
        return failed(message, *found, severity=Severity.MEDIUM)
    return failed(
        Text("機器のパスワードが推測されやすいものになっています。", "The device's password is easy to guess."), *found
    )


CONTROL = Control(
    id="G-3.4-6c",
    title=Text("推測されにくいパスワードにしている", "Passwords are hard to guess"),
    requirement=Text(
        "変更後のパスワードは、店舗名や電話番号などから見当がつかないものにし、使い回さないこと。",
        "New passwords do not follow from the site's name or telephone number, and none is used in several places.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.HIGH,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.INSTALLATION, When.PERIODIC),
    measures=(1,),
    reads=(CredentialQuality,),
    check_device=check,
    question=Question(
        prompt=Text(
            "パスワードを登録していない機器について、"
            "推測されにくく使い回しのないパスワードであることを確かめましたか。",
            "For devices without a stored password: is it hard to guess and used nowhere else?",
        )
    ),
    rationale=Text(
        "店の名前や電話番号は真っ先に試されます。使い回すと、1台から漏れただけで全部の機器に入られます。",
        "Shop names and telephone numbers are tried first. A shared password opens every device once one of them "
        "leaks it.",
    ),
    remedy=Text(
        "パスワード管理ツールで機器ごとに12文字以上の無作為なパスワードを作ってください。機器のパスワードを変更した"
        "ら、ログイン情報を登録し直してください。",
        "Let a password manager make a random password of 12 or more characters for each device. Change it there, "
        "then store the new login.",
    ),
    references=(guide("3.4 (6)"), etsi("5.1-2")),
)
