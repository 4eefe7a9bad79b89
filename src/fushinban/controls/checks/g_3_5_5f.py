"""G-3.5-5f: it is known how to obtain the logs of a device, and the clock behind them is right."""

from fushinban.controls._saying import etsi, guide, names, seen, why_missing
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
from fushinban.model.facts import AccessLog, ClockSource, DeviceTime, Ntp, RemoteLog, SystemLog
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails for a wrong clock; passes only where a log was really obtained, or goes to a log server, and the clock is
    right."""
    time = view.find(DeviceTime)
    clock, logs = _clock(view, time), (*_logs(view), *_sent(view))
    if time is not None and time.offset is not None and abs(time.offset) > MAX_CLOCK_OFFSET:
        span = _span(abs(time.offset))
        way = Text("進んで", "fast") if time.offset > 0 else Text("遅れて", "slow")
        message = Text(
            f"機器の時計が{span.ja}{way.ja}います。ログや録画の時刻を証拠として使えないおそれがあります。",
            f"The clock of the device is {span.en} {way.en}. The times in its logs and recordings "
            "may be worthless as evidence.",
        )
        return failed(message, *clock, *logs)
    if not _logs(view) and not _servers(view):
        why = why_missing(view, SystemLog, AccessLog)
        message = Text(
            f"この機器のログは、通信では取得できませんでした（{why.ja}）。取得方法を取扱説明書で調べてください。",
            f"The logs of this device could not be obtained over the network ({why.en}). See the manual "
            "for the way to obtain them.",
        )
        return unknown(message, *clock, *logs)
    if time is None or time.offset is None:
        return _clock_unclear(view, *logs, *clock)
    message = Text("ログを取得でき、機器の時計も合っていました。", "The logs were obtained and the clock is right.")
    if not _logs(view):
        message = Text(
            "ログは別の機器（ログサーバ）に送る設定で、時計も合っていました。届いているかは、送り先で確かめてください。",
            "The logs are sent to another machine, and the clock is right. Please look there whether they arrive.",
        )
    return passed(message, *logs, *clock)


def _clock_unclear(view: DeviceView, *evidence: Evidence) -> Verdict:
    ntp = view.find(Ntp)
    if ntp is not None and not (ntp.servers or ntp.from_dhcp):
        message = Text(
            "時計を合わせる相手（時刻サーバ）が設定されていないため、ログの時刻が正しいか確認できませんでした。",
            "No time server is set, so it could not be confirmed that the times in the logs are right.",
        )
        return unknown(message, *evidence)
    message = Text(
        "ログの取り出し方は分かりましたが、機器の時計が合っているか確認できませんでした。",
        "The way to the logs is known, but it could not be confirmed that the clock is right.",
    )
    return unknown(message, *evidence)


def _logs(view: DeviceView) -> tuple[Evidence, ...]:
    """The logs that were read, with their size; their content is not judged here."""
    logs = (view.find(SystemLog), view.find(AccessLog))
    return tuple(seen(view, type(log), _size(log)) for log in logs if log is not None)


def _size(log: SystemLog | AccessLog) -> Text:
    return Text(
        f"{log.title.ja}を取得できました（{log.lines}行、{log.size}バイト）。内容は見ていません。",
        f"{log.title.en} was obtained ({log.lines} lines, {log.size} bytes). Its content was not reviewed.",
    )


def _servers(view: DeviceView) -> tuple[str, ...]:
    """To whom the device sends its log; nobody where that is off."""
    remote = view.find(RemoteLog)
    return remote.servers if remote is not None and remote.enabled else ()


def _sent(view: DeviceView) -> tuple[Evidence, ...]:
    """Where else the log goes, as the device says it."""
    remote, servers = view.find(RemoteLog), _servers(view)
    if remote is None or (remote.enabled and not servers) or remote.enabled is None:
        return ()
    text = Text("ログの送り先：{list}", "The log is sent to: {list}").fill(list=names(servers))
    if not servers:
        text = Text(
            "ログは機器の中だけに残ります（外部送信なし）。再起動や上書きで消えることがあります。",
            "The log is kept in the device alone; it may be lost when the device restarts or overwrites it.",
        )
    return (seen(view, RemoteLog, text),)


def _clock(view: DeviceView, time: DeviceTime | None) -> tuple[Evidence, ...]:
    """What is known of the clock, and of whom it follows."""
    if time is None:
        return _followed(view)
    source = time.source.label
    shift = "?" if time.offset is None else f"{time.offset:+.1f}"
    told = Text(
        f"時計のずれ：{shift}秒、時刻合わせの方法：{source.ja}", f"Clock offset: {shift} s, set by: {source.en}"
    )
    lines = [seen(view, DeviceTime, told)]
    if time.source is ClockSource.NTP:
        lines += _followed(view)
    if time.source is ClockSource.MANUAL:
        text = Text(
            "時計は手動で合わせたもので、いずれずれます。時刻サーバ（NTP）との同期をお勧めします。",
            "The clock was set manually and will drift. Synchronising with a time server (NTP) is advisable.",
        )
        lines.append(Evidence(text=text))
    return tuple(lines)


def _followed(view: DeviceView) -> tuple[Evidence, ...]:
    """The time servers, or that there are none."""
    ntp = view.find(Ntp)
    if ntp is None or (ntp.from_dhcp and not ntp.servers):
        return ()
    if ntp.servers:
        text = Text("時刻サーバ（NTP）：{list}", "Time servers (NTP): {list}")
        return (seen(view, Ntp, text.fill(list=names(ntp.servers))),)
    text = Text(
        "時刻サーバ（NTP）が登録されていません。時計は、いずれずれます。",
        "No time server (NTP) is set; the clock will drift.",
    )
    return (seen(view, Ntp, text),)


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
    may_read=(SystemLog, AccessLog, RemoteLog, DeviceTime, Ntp),
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
