"""G-3.3-T8: the device can do IEEE 802.1X."""

from fushinban.controls._saying import SELECTED_KINDS, could_not_read, guide, names, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, passed, unknown
from fushinban.model.facts import Capabilities, Dot1X
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Passes where the device says so; a "no" over ONVIF may still be a "yes" in its own settings page."""
    configured, capabilities = view.find(Dot1X), view.find(Capabilities)
    if configured and configured.configurations:
        text = Text("802.1Xの設定：{list}", "802.1X configurations: {list}")
        return passed(
            Text("802.1X認証の設定があります。", "IEEE 802.1X is configured."),
            seen(view, Dot1X, text.fill(list=names(configured.configurations))),
        )
    if capabilities and capabilities.dot1x:
        return passed(
            Text("802.1X認証に対応しています。", "IEEE 802.1X is supported."),
            seen(view, Capabilities, Text("IEEE 802.1X対応：はい", "IEEE 802.1X capable: yes")),
        )
    if capabilities is None:
        return could_not_read(view, Capabilities)
    return unknown(
        Text(
            "802.1Xへの対応を、機器の応答（ONVIF）からは確認できませんでした。設定画面だけで使える機種もあるため、仕"
            "様書で確認してください。",
            "The device's answer (ONVIF) does not show support of 802.1X. Some models offer it on their own pages "
            "only; see the data sheet.",
        ),
        seen(view, Capabilities, Text("IEEE 802.1X対応：申告なし", "IEEE 802.1X capable: not claimed")),
    )


CONTROL = Control(
    id="G-3.3-T8",
    title=Text("表No.8 802.1X認証に対応している", "Table row 8: IEEE 802.1X is supported"),
    requirement=Text(
        "許可した機器だけをネットワークにつなげる802.1X認証に対応した製品であること。",
        "The product supports IEEE 802.1X, by which a network admits known devices only.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.LOW,
    who=(Who.DESIGNER,),
    when=(When.DESIGN,),
    measures=(5,),
    applies_to=SELECTED_KINDS,
    may_read=(Capabilities, Dot1X),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機種について、仕様書で802.1X対応を確かめましたか。",
            "For models that could not be checked: does the data sheet say that 802.1X is supported?",
        ),
        hint=Text(
            "対応していない機種があれば「いいえ」と答えてください。", "If a model does not support it, answer no."
        ),
    ),
    rationale=Text(
        "屋外のカメラの配線を抜いて別の機器をつながれたときに、802.1Xを使っていれば、その機器の接続を拒否できます。",
        "If somebody unplugs an outdoor camera and connects a device of their own, 802.1X in use refuses that device.",
    ),
    remedy=Text(
        "対応機種ではスイッチと合わせて802.1Xの利用を検討し、非対応の機種は設置場所の配線を保護してください。",
        "Consider using 802.1X together with the switch; where it is not supported, protect the cabling.",
    ),
    references=(guide("3.3 表3.3.1 No.8"), "ONVIF Device Management: SecurityCapabilities Dot1X"),
)
