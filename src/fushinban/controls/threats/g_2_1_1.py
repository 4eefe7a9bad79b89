"""G-2.1-1: no management screen has a password that is guessed at once."""

from fushinban.controls._passwords import (
    account_text,
    faults,
    is_factory,
    is_guessable,
    is_published,
    is_short,
    refused_login,
)
from fushinban.controls._saying import etsi, guide, jc_star, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.facts import CredentialQuality
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Judges the stored login offline; it says nothing where the device refuses that login."""
    refused = refused_login(view)
    if refused:
        return refused
    quality = view[CredentialQuality]
    found = faults(view, quality, is_published(quality), is_factory(quality), is_short(quality), is_guessable(quality))
    if found:
        return failed(
            Text("機器のパスワードがすぐに推測できる状態です。", "The device's password can be guessed at once."),
            *found,
        )
    return passed(
        Text(
            "登録されているパスワードに、すぐに推測できる点は見つかりませんでした。",
            "Nothing was found that makes the stored password easy to guess at once.",
        ),
        seen(view, CredentialQuality, account_text(quality)),
    )


CONTROL = Control(
    id="G-2.1-1",
    title=Text("管理画面に簡単なパスワードが設定されていない", "No management screen has a simple password"),
    requirement=Text(
        "機器の管理画面に入るためのパスワードが、攻撃者に短時間で当てられるものではないこと。",
        "An attacker cannot find the password of a device's management screen in a short time.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(1, 2, 4),
    measures=(1,),
    checkpoints=(1,),
    reads=(CredentialQuality,),
    check_device=check,
    question=Question(
        prompt=Text(
            "パスワードを登録していない機器について、誰がいつ設定したかを含めて、管理画面のパスワードが簡単なもので"
            "ないことを確かめましたか。",
            "For devices without a stored password: did you confirm that it is not a simple one, and who set it when?",
        )
    ),
    rationale=Text(
        "短いパスワード、よくある単語、公開リストにあるパスワードは、自動で次々に試されて数分で当てられることがあり"
        "ます。",
        "Short passwords, common words and those on published lists may fall to automatic attempts within minutes.",
    ),
    remedy=Text(
        "単語や店舗名を避けた12文字以上の、その機器だけのパスワードに変更してください。変更後は、ログイン情報を登録"
        "し直して、もう一度点検してください。",
        "Change it to one of 12 or more characters, without words or names, used on this device only. Then store "
        "the new login and inspect again.",
    ),
    references=(guide("2.1 (1)"), etsi("5.1-1", "5.1-2"), jc_star("02")),
)
