"""G-3.3-2: passwords are fit for their purpose."""

from fushinban.controls._passwords import (
    account_text,
    faults,
    is_factory,
    is_published,
    is_short,
    is_weak,
    refused_login,
)
from fushinban.controls._saying import etsi, guide, jc_star, note, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.facts import CredentialQuality
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Judges the stored login by length, strength, published list and factory value."""
    refused = refused_login(view)
    if refused:
        return refused
    quality = view[CredentialQuality]
    found = faults(view, quality, is_published(quality), is_factory(quality), is_short(quality), is_weak(quality))
    if found:
        message = Text("機器のパスワードの強さが足りません。", "The device's password is not strong enough.")
        return failed(message, *found)
    return passed(
        Text("登録されているパスワードには、十分な強さがあります。", "The stored password is strong enough."),
        seen(view, CredentialQuality, account_text(quality)),
        note(
            "同じ機器のほかのアカウントと、ルータ・Wi-Fi・クラウドのパスワードは確認していません。",
            "Other accounts of the device and the passwords of router, Wi-Fi and cloud were not checked.",
        ),
    )


CONTROL = Control(
    id="G-3.3-2",
    title=Text("【対策①】パスワードに十分な強さがある", "Measure 1: passwords are strong enough"),
    requirement=Text(
        "カメラ、レコーダ、ルータ、Wi-Fi、クラウドなど、ログインするものすべてに適切なパスワードを設定すること。",
        "Everything that one logs in to (cameras, recorders, router, Wi-Fi, cloud) has a suitable password.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(1, 2, 4),
    measures=(1,),
    reads=(CredentialQuality,),
    check_device=check,
    question=Question(
        prompt=Text(
            "パスワードを登録していない機器と、ルータ・Wi-Fi・クラウド・DDNSについても、"
            "十分に強いパスワードを設定していますか。",
            "Are the passwords of devices without a stored login, and of router, Wi-Fi, cloud and DDNS, strong "
            "enough too?",
        )
    ),
    rationale=Text(
        "弱いパスワードが1か所でもあれば、そこからシステム全体に侵入されることがあります。",
        "A single weak password may let an attacker into the whole system.",
    ),
    remedy=Text(
        "機器ごとに異なる12文字以上のパスワードに変更し、パスワード管理ツールや封をした書面で保管してください。",
        "Change to passwords of 12 or more characters, different for each device, and keep them in a password "
        "manager or a sealed envelope.",
    ),
    references=(guide("3.3 (1)"), etsi("5.1-1", "5.1-2", "5.1-4"), jc_star("02", "03"), "NIST SP 800-63B 5.1.1.2"),
)
