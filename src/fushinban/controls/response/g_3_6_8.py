"""G-3.6-8: certificates are in force, and their registration is looked after."""

from datetime import datetime, timedelta

from fushinban.clock import shown_date
from fushinban.controls._saying import could_not_read, guide, seen
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
    not_applicable,
    passed,
    unknown,
)
from fushinban.model.facts import Certificate, ServedCertificates, StoredCertificates
from fushinban.model.reading import Answer
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: A certificate that ends within this time has to be renewed now.
SOON = timedelta(days=30)


def check(view: DeviceView) -> Verdict:
    """Fails for an expired, not yet valid or soon ending certificate; those in use weigh more than stored ones."""
    served, stored = view.find(ServedCertificates), view.find(StoredCertificates)
    in_use = served.certificates if served else ()
    kept = tuple(c for c in (stored.certificates if stored else ()) if c.fingerprint not in _prints(in_use))
    if not in_use and not kept:
        return _none(view, served is not None)
    lines = [_line(view, ServedCertificates, c) for c in in_use] + [_line(view, StoredCertificates, c) for c in kept]
    over = [c for c in (*in_use, *kept) if _over(c, view.now)]
    ending = [c for c in (*in_use, *kept) if not _over(c, view.now) and _ends(c, view.now + SOON)]
    if over:
        severity = Severity.MEDIUM if any(c in in_use for c in over) else Severity.LOW
        message = Text(
            f"有効期間外の電子証明書が{len(over)}件あります。偽の相手につながっても気付けないおそれがあります。",
            f"{len(over)} certificates are outside their period of validity. A connection to an impostor "
            "might go unnoticed.",
        )
        return failed(message, *lines, severity=severity)
    if ending:
        message = Text(
            f"30日以内に期限が切れる電子証明書が{len(ending)}件あります。",
            f"{len(ending)} certificates expire within 30 days.",
        )
        return failed(message, *lines, severity=Severity.LOW)
    if any(c.not_after is None for c in (*in_use, *kept)):
        return unknown(
            Text("電子証明書の期限を読み取れませんでした。", "The expiry date of a certificate could not be read."),
            *lines,
        )
    return passed(
        Text(
            "確認した電子証明書は、すべて有効期間内でした。",
            "All certificates checked are within their period of validity.",
        ),
        *lines,
    )


def _none(view: DeviceView, asked: bool) -> Verdict:
    if not asked:
        missing = [f for f in (ServedCertificates, StoredCertificates) if view.answer(f) is not Answer.OK]
        return could_not_read(view, *missing)
    text = Text("暗号化通信（TLS）のポートは見つかりませんでした。", "No TLS port was found.")
    if view.answer(StoredCertificates) in {Answer.OK, Answer.NOT_SUPPORTED}:
        return not_applicable(
            Text("この機器に電子証明書は見つかりませんでした。", "No certificate was found on this device."),
            seen(view, ServedCertificates, text),
        )
    message = Text(
        "通信で示される電子証明書はありませんでした。機器の中に保存された電子証明書は確認できませんでした。",
        "No certificate was shown on the network. Those stored in the device could not be read.",
    )
    return unknown(message, seen(view, ServedCertificates, text))


def _prints(certificates: tuple[Certificate, ...]) -> frozenset[str]:
    return frozenset(c.fingerprint for c in certificates if c.fingerprint)


def _over(certificate: Certificate, now: datetime) -> bool:
    early = certificate.not_before is not None and certificate.not_before > now
    return early or _ends(certificate, now)


def _ends(certificate: Certificate, moment: datetime) -> bool:
    return certificate.not_after is not None and certificate.not_after <= moment


def _line(
    view: DeviceView, fact: type[ServedCertificates] | type[StoredCertificates], certificate: Certificate
) -> Evidence:
    end = shown_date(certificate.not_after) if certificate.not_after else "?"
    own = certificate.self_signed
    return seen(
        view,
        fact,
        Text(
            f"{fact.title.ja} {certificate.id}：期限 {end}、所有者 {certificate.subject or '（なし）'}"
            + ("、機器が自分で作った証明書（自己署名）" if own else ""),
            f"{fact.title.en} {certificate.id}: expires {end}, subject {certificate.subject or '(none)'}"
            + (", self-signed" if own else ""),
        ),
    )


CONTROL = Control(
    id="G-3.6-8",
    title=Text(
        "電子証明書が有効で、登録情報が管理されている", "Certificates are valid and their registered data correct"
    ),
    requirement=Text(
        "サーバや機器の電子証明書に登録した連絡先などを、正しくしておくこと。期限の確認は、このソフトウェアが独自に"
        "加えたものです。",
        "The contacts and other data registered in the certificates of servers and devices are kept correct. "
        "Checking their expiry is added by this software.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.PERIODIC,),
    may_read=(ServedCertificates, StoredCertificates),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった電子証明書について、期限と登録した連絡先が正しいことを確かめましたか。",
            "For certificates that could not be checked: are their expiry dates and registered contacts correct?",
        ),
        hint=Text(
            "認証局から買った証明書では、申込時に登録した連絡先メールも確認してください。証明書がなければ「該当なし"
            "」と答えてください。",
            "For certificates bought from an authority, see the contact address given at the order as well. Without "
            "any, answer n/a.",
        ),
    ),
    rationale=Text(
        "被害の通知は、証明書に登録された連絡先に届くことがあります。期限切れの警告に慣れてしまうと、なりすましの警"
        "告も見過ごします。",
        "Notices of damage may be sent to the contact in a certificate. People used to expiry warnings overlook "
        "real ones.",
    ),
    remedy=Text(
        "機器の設定画面で証明書を作り直すか、新しい証明書に入れ替え、次の期限を設定シートに書いてください。登録した"
        "連絡先が今も使えるかも確認してください。",
        "Renew or replace the certificate on the settings page, note the next expiry date on the sheet, and see "
        "that the registered contact still works.",
    ),
    references=(guide("3.6"),),
)
