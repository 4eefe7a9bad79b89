"""G-3.3-4: the system is hardened as if the Internet could reach it."""

from collections.abc import Iterator

from fushinban.controls._exposure import at_router, doubts, for_everybody, hedge, told_evidence
from fushinban.controls._own_services import is_clear, is_not_vpn, own_evidence, own_ways, services_text
from fushinban.controls._saying import could_not_read, etsi, guide, note, seen
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
from fushinban.model.facts import AuthFailureWarning, PortMappings, RouterConfiguration, RtspServer, WebPages
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails where a login can only be sent in clear text; VPN, lock-out and design are for a person to confirm.

    Passes at a router whose configuration lets outsiders reach nothing but a VPN.
    """
    clear = tuple(_clear_text_logins(view))
    if clear:
        message = Text(
            "ログインのときに、パスワードが暗号化されずに送られる設定です。",
            "When somebody logs in, the password is sent over the network unencrypted.",
        )
        return failed(message, *clear)
    router = _router(view)
    if router is not None:
        return router
    if view.find(WebPages) is None and view.find(RtspServer) is None:
        return could_not_read(view, WebPages, RtspServer)
    return unknown(
        Text(
            "暗号化されないログインは見つかりませんでしたが、外部からの接続の守り（VPNなど）は機器からは分かりません。",
            "No unencrypted login was found. How access from outside is guarded (VPN or the like) cannot be told "
            "from the device.",
        ),
        *_warning(view),
        note("内側のネットワークから確認しています。", "Checked from the inner network."),
    )


def _router(view: DeviceView) -> Verdict | None:
    """What the router's configuration decides; None where it decides nothing."""
    exposure = at_router(view)
    if exposure is None:
        return None
    open_to_all = [(s, way) for s, way in own_ways(exposure, is_clear) if way.certain and for_everybody(way)]
    if open_to_all:
        message = Text(
            "ルータの{list}は、外部からのログインのパスワードが暗号化されずにインターネットを流れる設定です。{hedge}",
            "The router's {list}: passwords of logins from outside travel unencrypted over the internet.{hedge}",
        )
        text = message.fill(list=services_text(open_to_all), hedge=hedge(exposure, view.now))
        return failed(text, *own_evidence(exposure, open_to_all))
    if view.ways or view.openings or own_ways(exposure, is_not_vpn) or doubts(exposure, view.now):
        return None
    return passed(
        Text(
            "ルータの設定では、VPNを除き、外部から届くものはありません。",
            "By the router's configuration, outsiders reach nothing but a VPN, if there is one.",
        ),
        told_evidence(exposure),
    )


def _clear_text_logins(view: DeviceView) -> Iterator[Evidence]:
    pages, rtsp = view.find(WebPages), view.find(RtspServer)
    for page in pages.pages if pages else ():
        if not page.tls and _only_basic(page.schemes):
            text = Text(
                "{port}番のWeb画面：暗号化なしのBasic認証", "Web server at port {port}: Basic login without encryption"
            )
            yield seen(view, WebPages, text.fill(port=page.port))
    if rtsp and _only_basic(rtsp.schemes):
        text = Text("{port}番の映像配信：Basic認証のみ", "Stream at port {port}: Basic login only")
        yield seen(view, RtspServer, text.fill(port=rtsp.port))


def _only_basic(schemes: tuple[str, ...]) -> bool:
    return {s.casefold() for s in schemes} == {"basic"}


def _warning(view: DeviceView) -> tuple[Evidence, ...]:
    warning = view.find(AuthFailureWarning)
    if warning is None:
        return ()
    state = Text("有効", "on") if warning.enabled else Text("無効", "off")
    text = Text("ログイン失敗の警告：{state}", "Warning of failed logins: {state}").fill(state=state)
    return (seen(view, AuthFailureWarning, text),)


CONTROL = Control(
    id="G-3.3-4",
    title=Text(
        "【対策③】外部からの接続を想定して守りを固めている", "Measure 3: hardened as if reachable from the Internet"
    ),
    requirement=Text(
        "インターネットから接続されることを前提に、通信の暗号化、接続元の制限、ログイン失敗への備えなどを行うこと。",
        "Encryption, limits on who may connect and measures against failed logins are in place, as if the Internet "
        "could reach the devices.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.DESIGNER, Who.INSTALLER),
    when=(When.DESIGN, When.INSTALLATION),
    impacts=(1, 2, 4),
    measures=(3,),
    checkpoints=(3,),
    may_read=(WebPages, RtspServer, AuthFailureWarning, PortMappings, RouterConfiguration),
    check_device=check,
    question=Question(
        prompt=Text(
            "外部から映像を見る仕組みは、VPN、または接続元の制限・暗号化・ログイン失敗時のロックで守る設計になってい"
            "ますか。",
            "Is viewing from outside designed to be guarded by a VPN, or by allowed sources, encryption and lock-out?",
        ),
        hint=Text(
            "外部から一切接続できない場合は「該当なし」と答えてください。",
            "If nothing can be reached from outside, answer n/a.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "内側だけで使うつもりでも、設定の変更や別の機器の感染によって、外部から接続できるようになることがあります。",
        "Even a network meant to be closed may become reachable when settings change or another device is infected.",
    ),
    remedy=Text(
        "ダイジェスト認証またはHTTPSだけを使う設定にし、外部からの閲覧はVPN経由に切り替えてください。",
        "Allow digest login or HTTPS only, and let viewers from outside come through a VPN.",
    ),
    references=(guide("3.3 (3)"), etsi("5.5-1", "5.5-7")),
)
