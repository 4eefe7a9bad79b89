"""G-3.3-T7: HTTPS is offered, with current TLS and a sound key."""

from collections.abc import Iterator

from fushinban.controls._ports import unclear
from fushinban.controls._saying import SELECTED_KINDS, could_not_read, etsi, guide, names, seen
from fushinban.controls._thresholds import MIN_RSA_BITS, OLD_TLS
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
from fushinban.model.facts import OpenPorts, PortState, Protocol, Protocols, ServedCertificates, TlsPorts
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

SERVICES = ("https", "https-alt")


def check(view: DeviceView) -> Verdict:
    """Passes on a TLS port that takes only current versions; fails on none, on old versions and on short keys."""
    tls = view.find(TlsPorts)
    serving = [p for p in tls.ports if p.accepted] if tls else []
    if not serving:
        return _without_tls(view)
    weak = (*_old_versions(view), *_short_keys(view))
    if weak:
        message = Text(
            "HTTPSは使えますが、暗号が古いか弱く、盗み見られるおそれがあります。",
            "HTTPS is available, but its encryption is outdated or weak, so others may read along.",
        )
        return failed(message, *weak)
    text = Text("TLSのポート：{ports}（{versions}）", "TLS ports: {ports} ({versions})").fill(
        ports=names(p.port for p in serving), versions=names(sorted({v for p in serving for v in p.accepted}))
    )
    return passed(Text("HTTPSで通信できました。", "A connection by HTTPS was made."), seen(view, TlsPorts, text))


def _old_versions(view: DeviceView) -> Iterator[Evidence]:
    tls = view.find(TlsPorts)
    for port in tls.ports if tls else ():
        old = [v for v in port.accepted if v in OLD_TLS]
        if old:
            text = Text(
                "{port}番が古いTLS（{versions}）を受け付けます。", "Port {port} accepts outdated TLS ({versions})."
            )
            yield seen(view, TlsPorts, text.fill(port=port.port, versions=names(old)))


def _short_keys(view: DeviceView) -> Iterator[Evidence]:
    served = view.find(ServedCertificates)
    for certificate in served.certificates if served else ():
        if certificate.key_type.casefold().startswith("rsa") and 0 < certificate.key_bits < MIN_RSA_BITS:
            text = Text(
                "証明書の鍵が{bits}ビットと短すぎます（目安は{least}ビット以上）。",
                "The certificate's key has only {bits} bits (at least {least} are advised).",
            )
            yield seen(view, ServedCertificates, text.fill(bits=certificate.key_bits, least=MIN_RSA_BITS))


def _without_tls(view: DeviceView) -> Verdict:
    ports, protocol = view.find(OpenPorts), _https(view)
    if ports is None:
        return could_not_read(view, OpenPorts, TlsPorts)
    if protocol is not None and protocol.enabled:
        text = Text(
            "機器はHTTPSが有効だと答えましたが、実際に通信できるかは確認できませんでした。",
            "The device says that HTTPS is on, but a working connection could not be confirmed.",
        )
        return unknown(text, seen(view, Protocols, Text("HTTPS：有効", "HTTPS: enabled")))
    shut = [p for p in ports.ports if p.service in SERVICES and p.state is PortState.CLOSED]
    if len(shut) == len(SERVICES):
        message = Text(
            "暗号化された通信（HTTPS）が使えず、内容を盗み見られるおそれがあります。",
            "Encrypted connections (HTTPS) are not available, so others may read along.",
        )
        text = Text("HTTPSのポート（{ports}）は閉じています。", "The HTTPS ports {ports} are closed.")
        return failed(message, seen(view, OpenPorts, text.fill(ports=names(p.number for p in shut))))
    doubt = unclear(ports, SERVICES) or Text("TLSの応答なし", "no TLS answer")
    text = Text(
        "HTTPSが使えるか確認できませんでした。対象：{ports}。",
        "It could not be confirmed that HTTPS is available. Concerned: {ports}.",
    )
    return unknown(text.fill(ports=doubt))


def _https(view: DeviceView) -> Protocol | None:
    protocols = view.find(Protocols)
    return next((p for p in protocols.protocols if p.name.upper() == "HTTPS"), None) if protocols else None


CONTROL = Control(
    id="G-3.3-T7",
    title=Text("表No.7 HTTPSで通信できる", "Table row 7: HTTPS is available"),
    requirement=Text(
        "機器との通信に、暗号化されたHTTPSを使えること。",
        "Communication with the device can use HTTPS, which is encrypted.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.DESIGNER, Who.INSTALLER),
    when=(When.DESIGN, When.INSTALLATION),
    impacts=(1,),
    measures=(2, 5),
    applies_to=SELECTED_KINDS,
    may_read=(OpenPorts, TlsPorts, Protocols, ServedCertificates),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、ブラウザでhttps://から始まるアドレスを開けることを確かめましたか。",
            "For devices that could not be checked: does an address beginning with https:// open in a browser?",
        )
    ),
    rationale=Text(
        "暗号化されていない通信では、同じネットワークの誰かに映像や設定の操作を見られることがあります。",
        "Without encryption, somebody on the same network may see pictures and what is being set.",
    ),
    remedy=Text(
        "機器の設定でHTTPSを有効にし、古いTLS（1.0と1.1）は無効にしてください。鍵が短い証明書は作り直し、HTTPSに対応"
        "していない機器は次の更新時に入れ替えを検討してください。",
        "Switch HTTPS on, switch TLS 1.0 and 1.1 off, and renew certificates with short keys. "
        "Consider replacing devices without HTTPS at the next renewal.",
    ),
    references=(guide("3.3 表3.3.1 No.7"), etsi("5.5-1", "5.5-7"), "RFC 8996", "NIST SP 800-131A"),
)
