"""G-3.5-5f: it is known how to obtain the logs of a device, and the clock behind them is right."""

from fushinban.controls._saying import etsi, guide, seen, why_missing
from fushinban.controls._thresholds import MAX_CLOCK_OFFSET
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
from fushinban.model.facts import AccessLog, ClockSource, DeviceTime, Ntp, SystemLog
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails for a wrong clock; passes only where a log was really obtained and its clock is right."""
    time = view.find(DeviceTime)
    clock = _clock(view, time)
    if time is not None and time.offset is not None and abs(time.offset) > MAX_CLOCK_OFFSET:
        span = _span(abs(time.offset))
        way = Text("進んで", "fast") if time.offset > 0 else Text("遅れて", "slow")
        message = Text(
            f"機器の時計が{span.ja}{way.ja}います。ログや録画の時刻を証拠として使えないおそれがあります。",
            f"The clock of the device is {span.en} {way.en}. The times in its logs and recordings "
            "may be worthless as evidence.",
        )
        return failed(message, *clock, *_logs(view))
    if not _logs(view):
        why = why_missing(view, SystemLog, AccessLog)
        message = Text(
            f"この機器のログは、通信では取得できませんでした（{why.ja}）。取得方法を取扱説明書で調べてください。",
            f"The logs of this device could not be obtained over the network ({why.en}). See the manual "
            "for the way to obtain them.",
        )
        return unknown(message, *clock)
    if time is None or time.offset is None:
        message = Text(
            "ログは取得できましたが、機器の時計が合っているか確認できませんでした。",
            "The logs were obtained, but it could not be confirmed that the clock is right.",
        )
        return unknown(message, *_logs(view))
    return passed(
        Text("ログを取得でき、機器の時計も合っていました。", "The logs were obtained and the clock is right."),
        *_logs(view),
        *clock,
    )


def _logs(view: DeviceView) -> tuple[Evidence, ...]:
    """The logs that were read, with their size; their content is not judged here."""
    logs = (view.find(SystemLog), view.find(AccessLog))
    return tuple(seen(view, type(log), _size(log)) for log in logs if log is not None)


def _size(log: SystemLog | AccessLog) -> Text:
    return Text(
        f"{log.title.ja}を取得できました（{log.lines}行、{log.size}バイト）。内容は見ていません。",
        f"{log.title.en} was obtained ({log.lines} lines, {log.size} bytes). Its content was not reviewed.",
    )


def _clock(view: DeviceView, time: DeviceTime | None) -> tuple[Evidence, ...]:
    if time is None:
        return ()
    source = time.source.label
    shift = "?" if time.offset is None else f"{time.offset:+.1f}"
    lines = [
        seen(
            view,
            DeviceTime,
            Text(
                f"時計のずれ：{shift}秒、時刻合わせの方法：{source.ja}",
                f"Clock offset: {shift} s, set by: {source.en}",
            ),
        )
    ]
    ntp = view.find(Ntp)
    if ntp is not None and time.source is ClockSource.NTP and not (ntp.servers or ntp.from_dhcp):
        text = Text(
            "時刻合わせの方法は「NTP」ですが、時刻サーバが登録されていません。",
            "The clock is said to follow NTP, but no time server is set.",
        )
        lines.append(seen(view, Ntp, text))
    if time.source is ClockSource.MANUAL:
        text = Text(
            "時計は手動で合わせたもので、いずれずれます。時刻サーバ（NTP）との同期をお勧めします。",
            "The clock was set manually and will drift. Synchronising with a time server (NTP) is advisable.",
        )
        lines.append(Evidence(text=text))
    return tuple(lines)


def _span(seconds: float) -> Text:
    if seconds < 7200:
        return Text(f"約{seconds / 60:.0f}分", f"about {seconds / 60:.0f} min")
    if seconds < 2 * 86400:
        return Text(f"約{seconds / 3600:.0f}時間", f"about {seconds / 3600:.0f} h")
    return Text(f"約{seconds / 86400:.0f}日", f"about {seconds / 86400:.0f} days")


CONTROL = Control(
    id="G-3.5-5f",
    title=Text("ログの取得方法が分かり、時計が合っている", "Logs can be obtained and carry the right time"),
    requirement=Text(
        "機器ごとに異なるログの取り出し方を、取扱説明書などで確かめておくこと。時計が合っていることの確認は、ログを"
        "証拠として使うための前提として、このソフトウェアが独自に加えたものです。",
        "The way to obtain logs, different for each device, is known from its manual. Checking the clock is added "
        "by this software, because logs are no evidence without the right time.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(1, 2, 3, 4),
    measures=(),
    checkpoints=(5,),
    may_read=(SystemLog, AccessLog, DeviceTime, Ntp),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で取得できなかった機器について、ログの取り出し方を機種ごとに確かめ、手順を書き残していますか。",
            "For devices whose logs could not be obtained: was the way to obtain them confirmed and written down "
            "for each model?",
        ),
        hint=Text(
            "機種名、操作の手順、ログが残る期間を書いてください。時計が合っていることも画面で確認してください。",
            "Write down model, steps and how long logs are kept. Look at the clock of the device as well.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "被害が起きてから取り出し方を調べていると、古いログが消えてしまいます。時計がずれていると、ほかの機器や回線事業者の記録と"
        "突き合わせられません。",
        "Logs are overwritten while people still look for the way to get them. With a wrong clock they cannot be "
        "matched "
        "with other devices or the provider's records.",
    ),
    remedy=Text(
        "機器の時刻合わせを時刻サーバ（NTP）との同期にし、タイムゾーンを日本に合わせてください。ログの取り出し方は"
        "取扱説明書で調べ、設定シートに書き添えてください。",
        "Let the device follow a time server (NTP) and set the time zone to Japan. Look up in the manual how to "
        "obtain its logs and write it on the sheet.",
    ),
    references=(guide("3.5 (5)"), etsi("5.12-3")),
)
