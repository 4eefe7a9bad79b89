"""G-3.3-3: the settings meet a baseline."""

from collections.abc import Iterator

from fushinban.controls._saying import PERHAPS_VIDEO, etsi, guide, joined, seen
from fushinban.controls._thresholds import MAX_CLOCK_OFFSET, MIN_PASSWORD_LENGTH
from fushinban.model.control import (
    Control,
    Evidence,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    passed,
    unknown,
)
from fushinban.model.facts import (
    ClockSource,
    DeviceTime,
    DiscoveryMode,
    Ntp,
    PasswordComplexity,
    ZeroConfiguration,
)
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

Flaw = tuple[Severity, Text, Evidence]


def check(view: DeviceView) -> Verdict:
    """Fails on the gravest deviation found; passes where the clock is right and nothing else deviates."""
    flaws = sorted(_flaws(view), key=lambda f: list(Severity).index(f[0]))
    remark = _discovery(view)
    if flaws:
        severity, message, _ = flaws[0]
        return failed(message, *(evidence for _, _, evidence in flaws), *remark, severity=severity)
    time = view[DeviceTime]
    if time.offset is None or time.source is ClockSource.UNKNOWN:
        text = Text(
            "機器の時計が合っているか確認できませんでした。", "It could not be confirmed that the clock is right."
        )
        return unknown(text, *remark)
    facts = [f for f in (DeviceTime, Ntp, ZeroConfiguration, PasswordComplexity) if view.find(f) is not None]
    compared = Text("確認した項目：{facts}", "Checked: {facts}").fill(facts=joined(f.title for f in facts))
    return passed(
        Text(
            "確認できた範囲では、基準から外れた設定は見つかりませんでした。",
            "Among the settings that could be checked, none was found off the baseline.",
        ),
        Evidence(text=compared),
        seen(view, DeviceTime, _offset(time.offset)),
        *remark,
    )


def _flaws(view: DeviceView) -> Iterator[Flaw]:
    yield from _clock(view)
    zero = view.find(ZeroConfiguration)
    if zero and zero.enabled:
        message = Text(
            "通常は使わない機能（自動アドレス、ゼロコンフィグ）が有効になっています。",
            "Zero configuration, which is not normally needed, is switched on.",
        )
        yield Severity.LOW, message, seen(view, ZeroConfiguration, message)
    rule = view.find(PasswordComplexity)
    if rule and rule.min_length is not None and rule.min_length < MIN_PASSWORD_LENGTH:
        message = Text(
            "機器の規則では、{length}文字の短いパスワードも設定できてしまいます。",
            "The device's password rule allows passwords of only {length} characters.",
        )
        message = message.fill(length=max(rule.min_length, 1))
        yield Severity.LOW, message, seen(view, PasswordComplexity, message)


def _clock(view: DeviceView) -> Iterator[Flaw]:
    time, ntp = view[DeviceTime], view.find(Ntp)
    if time.offset is not None and abs(time.offset) > MAX_CLOCK_OFFSET:
        message = Text("機器の時計が大きくずれています。", "The device's clock is far off.")
        yield Severity.MEDIUM, message, seen(view, DeviceTime, _offset(time.offset))
    if time.source is ClockSource.MANUAL:
        message = Text(
            "機器の時計を自動で合わせる設定になっていません。", "The device's clock is not set automatically."
        )
        yield Severity.LOW, message, seen(view, DeviceTime, Text("同期方式：手動", "Source: manual"))
    elif time.source is ClockSource.NTP and ntp and not ntp.servers and not ntp.from_dhcp:
        message = Text(
            "時計を合わせるための時刻サーバが設定されていません。", "No time server is set for keeping the clock right."
        )
        yield Severity.LOW, message, seen(view, Ntp, Text("時刻サーバ（NTP）：なし", "Time servers: none"))


def _offset(offset: float) -> Text:
    direction = Text("進み", "ahead") if offset > 0 else Text("遅れ", "behind")
    text = Text(
        "時計の{direction}：{seconds}秒（許容{limit}秒）", "Clock {direction} by {seconds} s ({limit} s allowed)"
    )
    return text.fill(direction=direction, seconds=f"{abs(offset):.0f}", limit=f"{MAX_CLOCK_OFFSET:.0f}")


def _discovery(view: DeviceView) -> tuple[Evidence, ...]:
    """Answering to discovery is worth knowing, but recorders and maintenance need it: no deviation."""
    mode = view.find(DiscoveryMode)
    if mode is None or not mode.discoverable:
        return ()
    text = Text(
        "機器探索（WS-Discovery）に応答します。運用で使わなければ、無効にしてもかまいません。",
        "The device answers to discovery (WS-Discovery). Where nothing uses that, it can be switched off.",
    )
    return (seen(view, DiscoveryMode, text),)


CONTROL = Control(
    id="G-3.3-3",
    title=Text("【対策②】設定が基準を満たしている", "Measure 2: the settings meet the baseline"),
    requirement=Text(
        "時刻合わせ、使わない機能の停止、パスワードの規則など、機器の設定を適切な状態に整えること。",
        "Clock, unused functions, password rules and the like are set properly.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    impacts=(1, 2, 3, 4),
    measures=(2,),
    checkpoints=(1, 2),
    applies_to=PERHAPS_VIDEO,
    reads=(DeviceTime,),
    may_read=(Ntp, ZeroConfiguration, PasswordComplexity, DiscoveryMode),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、時刻合わせや使わない機能の停止などを、メーカーの推奨に沿って設定し"
            "ましたか。",
            "For devices that could not be checked: are clock, unused functions and so on set as the maker recommends?",
        )
    ),
    rationale=Text(
        "時計が狂っていると、録画や記録を証拠として使えず、不正アクセスの時刻も追えません。使わない機能は、攻撃の入"
        "口になることがあります。",
        "With a wrong clock, recordings and logs lose their worth as evidence. Unused functions may let attackers in.",
    ),
    remedy=Text(
        "時刻サーバ（NTP）を設定し、使わない機能を無効にして、もう一度点検してください。時刻サーバを設定しても時計が"
        "ずれる場合は、機器が時刻サーバと通信できているか確認してください。",
        "Set a time server (NTP), switch off what is not used, and inspect again. If the clock stays wrong, check "
        "whether the device reaches the server.",
    ),
    references=(guide("3.3 (2)"), etsi("5.12-1")),
)
