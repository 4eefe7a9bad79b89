"""Selection list, acceptance tests, changes and visits: filled in where the inspection knows the answer."""

from collections.abc import Iterator
from datetime import datetime

from fushinban.clock import shown, shown_date
from fushinban.model.control import DecidedBy, Outcome, When
from fushinban.model.device import VIDEO_KINDS, DeviceKind
from fushinban.model.finding import Finding
from fushinban.model.inspection import Inspection
from fushinban.model.sheet import Stage
from fushinban.model.text import Lang, Text, say
from fushinban.reports._document.context import Context
from fushinban.reports._document.tables import before_or_after
from fushinban.reports._marks import worst
from fushinban.reports.workbook.layout import MARKS, device_cell

_MARK_OF = {
    Outcome.PASS: "yes",
    Outcome.FAIL: "no",
    Outcome.NOT_APPLICABLE: "n/a",
    Outcome.UNKNOWN: "open",
    Outcome.ERROR: "open",
}

#: The selection table of the guide, restated: control, question; the sixth row is for routers alone.
_SELECTION = (
    (
        "T1",
        Text(
            "販売元・メーカーの連絡先が明らかで、保守の連絡ができる",
            "Seller and maker can be contacted for maintenance",
        ),
    ),
    ("T2", Text("購入後もファームウェアを更新できる", "Firmware can be updated after purchase")),
    ("T3", Text("更新の知らせがメーカーのWebサイトなどにある", "Updates are announced by the maker")),
    ("T4", Text("サイバーセキュリティの方針がメーカーのWebサイトなどにある", "The maker publishes a security policy")),
    (
        "T5",
        Text(
            "機器の寿命・保守の期限が明らかで、弱点が見つかれば更新できる",
            "End of maintenance is known; flaws get updates",
        ),
    ),
    ("T6", Text("VPN機能を持つルータである", "The router has a VPN function")),
    ("T7", Text("HTTPSで通信できる", "HTTPS is possible")),
    ("T8", Text("IEEE 802.1Xに対応する", "IEEE 802.1X is possible")),
    ("T9", Text("RBSS（優良防犯機器認定）を取得している", "The product is RBSS certified")),
)
_REMARKS = {
    "T1": Text("国内・海外を含む", "Inside or outside Japan"),
    "T6": Text("システム全体のセキュリティ設計による", "As the design of the whole system needs"),
    "T9": Text("推奨", "Recommended"),
}

#: Acceptance tests: item, what is wanted, the control that answers it (empty: a person does).
_TESTS = (
    (
        Text("映像（昼・夜）", "Picture by day and night"),
        Text("画角と明るさが設計どおり", "View and light as designed"),
        "",
    ),
    (
        Text("録画と再生", "Recording and playback"),
        Text("指定日時の映像を再生できる", "A given time can be played back"),
        "",
    ),
    (Text("時刻のずれ", "Clock"), Text("許容の範囲で合っている", "Right within the limit"), "G-3.5-5f"),
    (
        Text("再起動後の自動復旧（停電試験）", "Recovery after power loss"),
        Text("人手なしで録画が再開する", "Recording resumes by itself"),
        "",
    ),
    (Text("遠隔視聴", "Remote viewing"), Text("許可した方法だけで見られる", "Only in the way that was allowed"), ""),
    (
        Text(
            "外部からのアクセス（携帯回線からグローバルIPの80, 443, 554, 8000, 37777, 34567, 23, 22）",
            "Access from outside (mobile line, ports 80, 443, 554, 8000, 37777, 34567, 23, 22)",
        ),
        Text("つながらない（許可したものを除く）", "Nothing answers but what was allowed"),
        "G-3.5-3a",
    ),
    (
        Text("出荷時のパスワードでログインできない", "Factory password is refused"),
        Text("拒否される", "Refused"),
        "G-3.4-6a",
    ),
    (Text("Telnetにつながらない", "Telnet is closed"), Text("つながらない", "Closed"), "G-2.1-2"),
    (
        Text("SSHにつながらない", "SSH is closed"),
        Text("つながらない、または理由がある", "Closed, or justified"),
        "G-2.1-3",
    ),
    (Text("ログインなしで映像を見られない", "No picture without a login"), Text("拒否される", "Refused"), "G-3.2-1"),
    (
        Text("UPnPなどによる意図しない公開がない", "No unintended exposure (UPnP and others)"),
        Text("ない", "None"),
        "G-3.4-5d",
    ),
    (Text("HTTPSで接続できる", "HTTPS works"), Text("接続できる", "Connects"), "G-3.3-T7"),
    (
        Text("最新版であることの確認", "Newest version"),
        Text("メーカーの最新版である", "Newest of the maker"),
        "G-3.5-4c",
    ),
    (
        Text("設定の控えの取得（SHA-256）", "Settings saved (SHA-256)"),
        Text("控えを保管した", "Saved and kept"),
        "G-3.2-6",
    ),
    (Text("正常時の通信量の記録", "Normal traffic noted"), Text("記録した", "Noted"), "G-3.5-5h"),
    (
        Text("ログの取り出し方の確認", "How to obtain logs"),
        Text("機器ごとに確認した", "Known for each device"),
        "",
    ),
    (Text("連絡先への到達確認", "Contacts tested"), Text("すべてつながる", "All can be reached"), "G-3.6-10"),
)

_CONFIRMED = (
    Text("機器一覧・構成図の内容", "Devices and network picture"),
    Text("設定シート（初期値・設計値・設置時・実際値）の内容", "Parameter sheets"),
    Text("すべてのカメラ・レコーダ・ルータにパスワードを設定した", "Every device has a password"),
    Text("出荷時のパスワードを使っていない", "No factory password is in use"),
    Text("推測されにくいパスワードである", "Passwords are hard to guess"),
    Text("パスワードの管理責任者を決めた", "Somebody is responsible for passwords"),
    Text("パスワードの受け渡し方法（封緘・別送など）", "How passwords were handed over"),
    Text("通信要件表（開放しているポートと理由）", "Open ports and their reasons"),
    Text("設置時試験の結果", "Results of the acceptance tests"),
    Text("定期点検の方法と時期", "How and when to inspect again"),
    Text("異常時の連絡先", "Contacts for incidents"),
    Text("点検報告書の説明を受けた", "The inspection report was explained"),
)


def selection_rows(inspection: Inspection, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Eight rows and the recommended ninth for each product."""
    products: dict[tuple[str, bool], list[str]] = {}
    for record in inspection.records:
        device = record.device
        router = device.kind is DeviceKind.ROUTER
        if router or device.kind in VIDEO_KINDS:
            name = f"{device.maker} {device.model}".strip() or device.title
            products.setdefault((name, router), []).append(device.id)
    findings = _by_control(inspection)
    for (name, router), devices in products.items():
        for item, question in _SELECTION:
            if item == "T6" and not router:
                continue
            found = [f for d in (*devices, "") for f in findings.get((f"G-3.3-{item}", d), ())]
            remark = _REMARKS.get(item)
            yield (
                name,
                item[1:],
                question.of(lang),
                remark.of(lang) if remark else "",
                _mark(found, lang),
                "",
                shown_date(inspection.ended_at) if _decided(found) else "",
                _decider(inspection, found, lang),
            )


def acceptance_rows(context: Context) -> Iterator[tuple[str, ...]]:
    """The tests of a hand-over, with the results that this inspection already has."""
    inspection, lang = context.inspection, context.lang
    for number, (item, wanted, control) in enumerate(_TESTS, start=1):
        members = _due(context, [f for f in inspection.findings if f.control == control] if control else [])
        outcome = worst(f.outcome for f in members)
        told = next((f.message for f in members if f.outcome is outcome), None)
        result = context.of(told) if told else ""
        if len(members) > 1 and result:
            result += context.say("wb-of", count=sum(f.outcome is outcome for f in members), total=len(members))
        yield (
            str(number),
            context.of(item),
            context.of(wanted),
            result,
            _mark(members, lang),
            _minute(inspection.ended_at) if _decided(members) else "",
            _decider(inspection, members, lang),
            "",
        )


def change_rows(context: Context) -> Iterator[tuple[str, ...]]:
    """Differences from the sheets of the installation; the explanation is for people."""
    for record in context.inspection.records:
        for change in record.changes:
            yield (
                device_cell(record.device.title),
                context.of(change.label),
                before_or_after(context, change.key, change.before),
                before_or_after(context, change.key, change.after),
                context.of(change.importance.label),
                "",
                "",
            )
    if not any(r.changes for r in context.inspection.records):
        yield (context.say("wb-none"), context.say(_why_no_changes(context.inspection)), "", "", "", "", "")


def visit_rows(context: Context) -> Iterator[tuple[str, ...]]:
    """This inspection as the first row of the log of visits."""
    inspection, lang = context.inspection, context.lang
    counts = {o: sum(f.outcome is o for f in inspection.findings) for o in (Outcome.FAIL, Outcome.UNKNOWN)}
    found = context.say("list-separator").join(f"{o.label.of(lang)} {n}" for o, n in counts.items())
    details = inspection.site.details
    person = " ".join(filter(None, (details.get("installer"), details.get("installer_person"))))
    yield (shown_date(inspection.started_at), person, "", "", "", "", "", "", found, inspection.kind.label.of(lang))


def receipt_rows(lang: Lang) -> Iterator[tuple[str, ...]]:
    """What both parties confirm at hand-over."""
    for number, text in enumerate(_CONFIRMED, start=1):
        yield (str(number), text.of(lang), "", "", "")


def _why_no_changes(inspection: Inspection) -> str:
    """Whether there was an earlier sheet to compare with."""
    installed = (r.sheets.get(Stage.INSTALLED) for r in inspection.records)
    earlier = any(sheet is not None and sheet.taken_at < inspection.started_at for sheet in installed)
    return "wb-no-changes" if earlier else "wb-first-sheets"


def _by_control(inspection: Inspection) -> dict[tuple[str, str], list[Finding]]:
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in inspection.findings:
        found.setdefault((finding.control, finding.device), []).append(finding)
    return found


def _due(context: Context, members: list[Finding]) -> list[Finding]:
    """Findings that say something about a hand-over; a control of later times leaves the test to a person."""
    known = context.controls.get(members[0].control) if members else None
    later = known is not None and not {When.DESIGN, When.INSTALLATION} & set(known.when)
    return [f for f in members if not (later and f.outcome is Outcome.NOT_APPLICABLE)]


def _mark(members: list[Finding], lang: Lang) -> str:
    return MARKS[_MARK_OF[worst(f.outcome for f in members)]].of(lang)


def _minute(moment: datetime) -> str:
    return shown(moment).removesuffix(" JST")


def _decided(members: list[Finding]) -> bool:
    return _MARK_OF[worst(f.outcome for f in members)] != "open"


def _decider(inspection: Inspection, members: list[Finding], lang: Lang) -> str:
    """Who checked: this program, or the person who answered, by name where it is known."""
    if not _decided(members):
        return ""
    outcome = worst(f.outcome for f in members)
    asked = [f.control for f in members if f.outcome is outcome and f.decided_by is DecidedBy.ANSWER]
    if not asked:
        return say("report.wb-automatic").of(lang)
    answer = inspection.answers.get(asked[0])
    return answer.by if answer and answer.by else say("report.wb-answered").of(lang)
