"""Sheets and columns of the 設定シート workbook, known to the writer and to the reader alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from fushinban.model.device import DeviceKind
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.reports._text import clipped

SCHEMA = "1"
META = "_meta"
#: Header of the hidden column with the stable id of a row, and of the one that says how a value is written.
ID, FORM = "_id", "_form"
#: Columns that are in the file but not shown.
HIDDEN = frozenset({ID, FORM})

#: What 判定 cells may hold.
MARKS: Mapping[str, Text] = {
    "yes": Text("○", "○"),
    "no": Text("×", "×"),
    "n/a": Text("該当なし", "N/A"),
    "open": Text("未確認", "Unchecked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its key, heading, width in characters, and whether it takes a mark from the list.

    `middle`: its cells are centred, as numbers, dates and single words are. `widest`: it may grow to this width, so
    that a long name does not make every row of its device two lines high.
    """

    key: str
    title: Text
    width: int = 14
    mark: bool = False
    middle: bool = False
    widest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet by its key. `columns` is empty for sheets that are drawn freely.

    `frozen`: columns on the left that stay in view. `split`: the column that begins the second page across,
    for a table too wide to be read on one; `scale` is its size on paper in per cent.
    """

    key: str
    title: Text
    columns: tuple[Column, ...] = ()
    frozen: int = 0
    split: str = ""
    scale: int = 70

    def index(self, key: str) -> int:
        """Position of a column."""
        return next(i for i, c in enumerate(self.columns) if c.key == key)


def column(
    key: str, ja: str, en: str, width: int = 14, *, mark: bool = False, middle: bool = False, widest: int = 0
) -> Column:
    """Short form of `Column`."""
    return Column(key=key, title=Text(ja, en), width=width, mark=mark, middle=middle, widest=widest)


_ID = column(ID, ID, ID, 10)
_JUDGED = column("mark", "判定", "Result", 11, mark=True)
_CHECKED_ON = column("on", "確認日時（JST）", "Checked (JST)", 17, middle=True)
_CHECKED_BY = column("by", "確認者", "Checked by", 13)
_NOTE = column("note", "備考", "Note", 18)
_DEVICE = column("device", "機器", "Device", 18, widest=28)
_NUMBER = column("number", "No.", "No.", 5, middle=True)

_PARAMETERS = (
    column("device", "機器", "Device", 14, widest=28),
    column("section", "区分", "Section", 14),
    column("item", "項目", "Item", 37),
    column(Stage.FACTORY, "初期値", "Factory", 12),
    column(Stage.PLANNED, "設計値", "Planned", 12),
    column(Stage.INSTALLED, "設置時", "Installed", 18),
    column(Stage.ACTUAL, "実際値", "Actual", 18),
    _JUDGED,
    column("method", "確認方法", "Method", 14),
    _CHECKED_ON,
    column("by", "確認者", "Checked by", 12),
    column("note", "備考", "Note", 23),
    _ID,
    column(FORM, FORM, FORM, 8),
)


def _sheet(key: str, ja: str, en: str, *columns: Column, frozen: int = 0) -> Sheet:
    return Sheet(key=key, title=Text(ja, en), columns=columns, frozen=frozen)


def _parameter_sheet(key: str, ja: str, en: str) -> Sheet:
    return Sheet(key=key, title=Text(ja, en), columns=_PARAMETERS, frozen=3)


#: Two pages across: what a device is, and how it is kept up to date.
_DEVICES = Sheet(
    key="devices",
    title=Text("機器一覧", "Devices"),
    frozen=4,
    split="latest",
    columns=(
        _NUMBER, column("tag", "管理番号", "Tag", 10), column("kind", "区分", "Kind", 11),
        column("name", "名称・設置場所", "Name and place", 22, widest=28),
        column("maker", "メーカー", "Maker", 14, widest=18),
        column("model", "型番", "Model", 13), column("hardware", "ハードウェア", "Hardware", 13),
        column("serial", "製造番号", "Serial no.", 13), column("mac", "MACアドレス", "MAC address", 17, middle=True),
        column("factory", "ファームウェア\n（出荷時）", "Firmware (factory)", 15),
        column("installed", "ファームウェア\n（設置時）", "Firmware (installed)", 15),
        column("actual", "ファームウェア\n（現在）", "Firmware (now)", 15),
        column("identity", "識別", "Identity", 11, middle=True),
        column("latest", "最新版\n（確認日・確認先）", "Newest (date, source)", 20),
        column("update", "自動更新", "Automatic update", 12),
        column("since", "設置日", "Installed on", 12, middle=True),
        column("support", "サポート終了日\n・出典", "End of support (source)", 15),
        column("rbss", "RBSS認定番号", "RBSS no.", 14), column("jcstar", "JC-STARラベル番号", "JC-STAR no.", 14),
        column("seller", "購入先", "Bought from", 13), column("note", "備考", "Note", 20), _ID,
    ),
)  # fmt: skip

SHEETS: Mapping[str, Sheet] = {
    s.key: s
    for s in (
        _sheet("cover", "表紙", "Cover"),
        _sheet(
            "revisions", "改訂履歴", "Revisions",
            column("version", "版", "Version", 9, middle=True), column("on", "改訂日", "Date", 14, middle=True),
            column("where", "改訂箇所", "Where", 22),
            column("what", "改訂内容", "What", 40), column("why", "理由", "Reason", 28),
            column("by", "作成者", "Made by", 14),
            column("approved", "承認者", "Approved by", 14),
        ),
        _sheet(
            "basics", "基本情報", "Basics",
            column("item", "項目", "Item", 40), column("value", "内容", "Value", 78), _NOTE, _ID,
        ),
        _sheet("network", "構成図", "Network"),
        _DEVICES,
        _sheet(
            "addresses", "IP管理表", "Addresses",
            column("address", "IPアドレス", "IP address", 16),
            column("prefix", "プレ\nフィックス", "Prefix", 11, middle=True),
            column("name", "端末名", "Name", 20, widest=28), column("kind", "種別", "Kind", 10),
            column("model", "機種", "Model", 20, widest=26),
            column("mac", "MACアドレス", "MAC address", 18, middle=True),
            column("given", "払出方式", "Assigned", 10, middle=True),
            column("ipv6", "IPv6", "IPv6", 18), column("vlan", "VLAN", "VLAN", 7, middle=True),
            column("port", "接続スイッチ\n・ポート", "Switch and port", 13),
            column("poe", "PoE給電\n（W）", "PoE (W)", 10),
            column("since", "利用開始日", "In use since", 11, middle=True),
            column("changed", "変更日", "Changed on", 11, middle=True),
            column("state", "状態", "State", 9, middle=True), column("note", "備考", "Note", 14), _ID,
            frozen=3,
        ),
        _parameter_sheet("cameras", "カメラ設定", "Cameras"),
        _parameter_sheet("recorders", "レコーダ設定", "Recorders"),
        _parameter_sheet("routers", "ルータ設定", "Routers"),
        _parameter_sheet("switches", "スイッチ・PoE", "Switches and PoE"),
        _parameter_sheet("clients", "クライアントPC・アプリ", "Client PCs and apps"),
        _sheet(
            "cloud", "クラウド・DDNS", "Cloud and DDNS",
            _DEVICE, column("service", "サービス名", "Service", 34),
            column("owner", "アカウント所有者", "Account owner", 18),
            column("factor", "2要素認証", "Two-factor login", 12, mark=True),
            column("renewal", "契約更新日", "Renewal", 14, middle=True),
            column("mail", "登録メール", "Registered mail", 24),
            column("uid", "P2P UID（伏字）", "P2P UID (masked)", 17), _NOTE,
        ),
        _sheet(
            "accounts", "アカウント一覧", "Accounts",
            column("device", "機器", "Device", 18, widest=28), column("address", "アドレス", "Address", 20),
            column("kind", "種別", "Kind", 14),
            column("name", "アカウント名", "Account", 15), column("level", "権限", "Level", 14),
            column("person", "利用者\n（実名・役職）", "User (name, post)", 16), column("use", "用途", "Use", 12),
            column("changed", "初期値から\n変更（日付）", "Changed from factory", 13, middle=True),
            column("strength", "強度確認", "Strength", 11, mark=True), column("kept", "保管場所", "Kept where", 13),
            column("reviewed", "最終見直し日", "Last review", 13, middle=True),
            column("leaving", "退職・契約終了\n時の削除", "Removed on leaving", 15),
            column("note", "備考", "Note", 14),
            frozen=1,
        ),
        _sheet(
            "ports", "通信要件表", "Ports",
            column("source", "送信元", "From", 14), column("target", "送信先", "To", 30, widest=44),
            column("nat", "NAT後IP", "After NAT", 11), column("protocol", "プロトコル", "Protocol", 15),
            column("port", "ポート", "Port", 8, middle=True), column("reason", "設定理由", "Reason", 22),
            column("route", "経路", "Route", 9),
            column("direction", "方向", "Direction", 11), column("outside", "外部公開", "Exposed", 11, mark=True),
            column("limit", "接続元制限", "Source limit", 11), column("vpn", "VPN代替\nの検討", "VPN considered", 12),
            column("approved", "承認者", "Approved by", 11),
            column("until", "見直し期限", "Review by", 11, middle=True),
            column("measured", "実測結果\n（点検用PCから）", "Measured (from the inspecting PC)", 28),
            frozen=2,
        ),
        _sheet(
            "selection", "機器選定チェック", "Selection",
            column("product", "製品", "Product", 20, widest=32), _NUMBER,
            column("item", "確認項目", "Item", 60), column("remark", "備考（ガイド）", "Remark (guide)", 36), _JUDGED,
            column("proof", "根拠（資料・URL）", "Evidence", 30),
            column("on", "確認日", "Checked on", 13, middle=True), column("by", "確認者", "Checked by", 16),
            frozen=1,
        ),
        _sheet(
            "acceptance", "設置時試験", "Acceptance tests",
            _NUMBER, column("item", "試験項目", "Test", 44),
            column("wanted", "期待値", "Expected", 36),
            column("result", "結果", "Result", 48), _JUDGED,
            column("on", "日時（JST）", "When (JST)", 17, middle=True),
            column("by", "試験者", "Tested by", 16), column("proof", "証跡ファイル", "Evidence file", 22),
            frozen=2,
        ),
        _sheet(
            "work", "作業記録", "Work records",
            _NUMBER, column("on", "作業日", "Date", 14, middle=True), column("by", "作業者", "Worker", 14),
            _DEVICE, column("what", "作業内容", "What", 36), column("before", "変更前", "Before", 20),
            column("after", "変更後", "After", 20), column("why", "理由", "Reason", 26),
            column("approval", "承認番号", "Approval no.", 14),
        ),
        _sheet(
            "changes", "変更履歴・差分", "Changes",
            _DEVICE, column("item", "項目", "Item", 36), column("before", "設置時", "Before", 26),
            column("after", "今回", "Now", 26), column("importance", "重要度", "Importance", 12, middle=True),
            column("work", "作業記録 No.", "Work record no.", 13, middle=True),
            column("judged", "判断・説明", "Explanation", 28),
        ),
        _sheet(
            "visits", "定期点検", "Visits",
            column("on", "点検日", "Date", 13, middle=True), column("by", "実施者", "By", 32),
            column("versions", "版の確認", "Versions", 18),
            column("users", "利用者の確認", "Users", 18), column("logs", "ログの確認", "Logs", 18),
            column("up", "通信量（上り）", "Traffic up", 14), column("down", "通信量（下り）", "Traffic down", 14),
            column("infected", "Am I Infected? の結果", "Am I Infected?", 16),
            column("found", "指摘", "Findings", 32), _NOTE,
        ),
        _sheet(
            "contacts", "連絡先", "Contacts",
            column("item", "区分", "Kind", 40), column("value", "連絡先", "Contact", 62),
            column("tested", "最終到達確認日", "Last tested", 16, middle=True), _NOTE, _ID,
        ),
        _sheet(
            "receipt", "受領確認", "Receipt",
            _NUMBER, column("item", "確認した事項", "What was confirmed", 68),
            column("mark", "確認", "Confirmed", 14, mark=True), column("on", "日付", "Date", 18, middle=True),
            column("note", "備考", "Note", 22),
        ),
    )
}  # fmt: skip

#: On which sheet the parameters of a device stand.
PARAMETER_SHEETS: Mapping[DeviceKind, str] = {
    DeviceKind.CAMERA: "cameras",
    DeviceKind.ENCODER: "cameras",
    DeviceKind.RECORDER: "recorders",
    DeviceKind.ROUTER: "routers",
    DeviceKind.SWITCH: "switches",
    DeviceKind.SERVER: "clients",
    DeviceKind.OTHER: "clients",
}


def device_cell(title: str) -> str:
    """A device's name as it stands beside its values; the list of devices has it in full."""
    return clipped(title, 36)


def row_id(device: str, key: str) -> str:
    """The stable id of one parameter of one device."""
    return f"{quote(device, safe=':.@ /')}#{key}"


def parse_row_id(text: str) -> tuple[str, str] | None:
    """Device id and parameter key; None for anything else."""
    device, mark, key = text.partition("#")
    return (unquote(device), key) if mark and device and key else None
