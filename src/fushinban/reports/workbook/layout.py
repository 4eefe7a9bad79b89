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

#: What 判定 cells may hold.
MARKS: Mapping[str, Text] = {
    "yes": Text("○", "○"),
    "no": Text("×", "×"),
    "n/a": Text("該当なし", "N/A"),
    "open": Text("未確認", "Not checked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its key, heading, width in characters, and whether it takes a mark from the list."""

    key: str
    title: Text
    width: int = 14
    mark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet by its key. `columns` is empty for sheets that are drawn freely."""

    key: str
    title: Text
    columns: tuple[Column, ...] = ()

    def index(self, key: str) -> int:
        """Position of a column."""
        return next(i for i, c in enumerate(self.columns) if c.key == key)


def column(key: str, ja: str, en: str, width: int = 14, *, mark: bool = False) -> Column:
    """Short form of `Column`."""
    return Column(key=key, title=Text(ja, en), width=width, mark=mark)


_ID = column(ID, ID, ID, 10)
_JUDGED = column("mark", "判定", "Result", 9, mark=True)
_CHECKED_ON = column("on", "確認日時（日本時間）", "Checked on (JST)", 16)
_CHECKED_BY = column("by", "確認者", "Checked by", 13)
_NOTE = column("note", "備考", "Note", 16)
_DEVICE = column("device", "機器", "Device", 18)

_PARAMETERS = (
    _DEVICE,
    column("section", "区分", "Section", 10),
    column("item", "項目", "Item", 22),
    column(Stage.FACTORY, "初期値", "Factory", 14),
    column(Stage.PLANNED, "設計値", "Planned", 14),
    column(Stage.INSTALLED, "設置時", "Installed", 14),
    column(Stage.ACTUAL, "実際値", "Actual", 17),
    _JUDGED,
    column("method", "確認方法", "Method", 15),
    _CHECKED_ON,
    _CHECKED_BY,
    _NOTE,
    _ID,
    column(FORM, FORM, FORM, 8),
)


def _sheet(key: str, ja: str, en: str, *columns: Column) -> Sheet:
    return Sheet(key=key, title=Text(ja, en), columns=columns)


SHEETS: Mapping[str, Sheet] = {
    s.key: s
    for s in (
        _sheet("cover", "表紙", "Cover"),
        _sheet(
            "revisions", "改訂履歴", "Revisions",
            column("version", "版", "Version", 8), column("on", "改訂日", "Date", 14),
            column("where", "改訂箇所", "Where", 22),
            column("what", "改訂内容", "What", 40), column("why", "理由", "Reason", 28),
            column("by", "作成者", "Made by", 14),
            column("approved", "承認者", "Approved by", 14),
        ),
        _sheet(
            "basics", "基本情報", "Basics",
            column("item", "項目", "Item", 36), column("value", "内容", "Value", 70), _NOTE, _ID,
        ),
        _sheet("network", "構成図", "Network"),
        _sheet(
            "devices", "機器一覧", "Devices",
            column("number", "No.", "No.", 4), column("tag", "管理番号", "Tag", 8), column("kind", "区分", "Kind", 9),
            column("name", "名称・設置場所", "Name and place", 19), column("maker", "メーカー", "Maker", 10),
            column("model", "型番", "Model", 13), column("hardware", "ハードウェア版", "Hardware", 9),
            column("serial", "製造番号", "Serial no.", 12), column("mac", "MACアドレス", "MAC address", 12),
            column("factory", "ファームウェア版（出荷時）", "Firmware (factory)", 10),
            column("installed", "ファームウェア版（設置時）", "Firmware (installed)", 10),
            column("actual", "ファームウェア版（現在）", "Firmware (now)", 10),
            column("latest", "最新版（確認日・確認先）", "Newest (date, source)", 11),
            column("update", "自動更新（可否・設定）", "Automatic update", 9),
            column("since", "設置日", "Installed on", 9),
            column("support", "サポート終了日（出典）", "End of support", 10),
            column("rbss", "RBSS認定番号", "RBSS no.", 9), column("jcstar", "JC-STARラベル番号", "JC-STAR no.", 9),
            column("seller", "購入先", "Bought from", 9), column("identity", "識別", "Identity", 8), _NOTE, _ID,
        ),
        _sheet(
            "addresses", "IP管理表", "Addresses",
            column("address", "IPアドレス", "IP address", 13), column("prefix", "プレフィックス", "Prefix", 7),
            column("name", "端末名", "Name", 20), column("kind", "種別", "Kind", 9),
            column("model", "機種", "Model", 15),
            column("mac", "MACアドレス", "MAC address", 17), column("given", "払出方式", "Assignment", 8),
            column("ipv6", "IPv6", "IPv6", 15), column("vlan", "VLAN", "VLAN", 6),
            column("port", "接続スイッチ・ポート", "Switch and port", 12), column("poe", "PoE給電（W）", "PoE (W)", 8),
            column("since", "利用開始日", "In use since", 9), column("changed", "変更日", "Changed on", 9),
            column("state", "状態", "State", 9), _NOTE, _ID,
        ),
        _sheet("cameras", "カメラ設定", "Cameras", *_PARAMETERS),
        _sheet("recorders", "レコーダ設定", "Recorders", *_PARAMETERS),
        _sheet("routers", "ルータ設定", "Routers", *_PARAMETERS),
        _sheet("switches", "スイッチ・PoE", "Switches and PoE", *_PARAMETERS),
        _sheet("clients", "クライアントPC・アプリ", "Client PCs and apps", *_PARAMETERS),
        _sheet(
            "cloud", "クラウド・DDNS", "Cloud and DDNS",
            _DEVICE, column("service", "サービス名", "Service", 24),
            column("owner", "アカウント所有者", "Account owner", 18),
            column("factor", "2要素認証", "Two factors", 10, mark=True), column("renewal", "契約更新日", "Renewal", 14),
            column("mail", "登録メール", "Registered mail", 24),
            column("uid", "P2P UID（伏字）", "P2P UID (masked)", 16), _NOTE,
        ),
        _sheet(
            "accounts", "アカウント一覧", "Accounts",
            _DEVICE, column("address", "アドレス", "Address", 13), column("kind", "種別", "Kind", 12),
            column("name", "アカウント名", "Account", 15), column("level", "権限", "Level", 10),
            column("person", "利用者（実名・役職）", "Person", 13), column("use", "用途", "Use", 11),
            column("changed", "初期値から変更（日付）", "Changed from factory", 11),
            column("strength", "強度確認", "Strength", 8, mark=True), column("kept", "保管場所", "Kept where", 11),
            column("reviewed", "最終見直し日", "Last review", 10),
            column("leaving", "退職・契約終了時の削除", "Removed on leaving", 11),
            _NOTE,
        ),
        _sheet(
            "ports", "通信要件表", "Ports",
            column("source", "送信元", "From", 14), column("target", "送信先", "To", 24),
            column("nat", "NAT後IP", "After NAT", 10), column("protocol", "プロトコル", "Protocol", 14),
            column("port", "ポート", "Port", 7), column("reason", "設定理由", "Reason", 20),
            column("route", "経路", "Route", 9),
            column("direction", "方向", "Direction", 7), column("outside", "外部公開", "Exposed", 9, mark=True),
            column("limit", "接続元制限", "Source limit", 11), column("vpn", "VPN代替の検討", "VPN considered", 11),
            column("approved", "承認者", "Approved by", 9), column("until", "見直し期限", "Review by", 10),
            column("measured", "実測結果", "Measured", 22),
        ),
        _sheet(
            "selection", "機器選定チェック", "Selection",
            column("product", "製品", "Product", 26), column("number", "No.", "No.", 6),
            column("item", "確認項目", "Item", 52), column("remark", "備考（ガイド）", "Remark (guide)", 26), _JUDGED,
            column("proof", "根拠（資料・URL）", "Evidence", 30), column("on", "確認日", "Checked on", 12), _CHECKED_BY,
        ),
        _sheet(
            "acceptance", "設置時試験", "Acceptance tests",
            column("number", "No.", "No.", 6), column("item", "試験項目", "Test", 40),
            column("wanted", "期待値", "Wanted", 36),
            column("result", "結果", "Result", 40), _JUDGED, column("on", "日時（日本時間）", "When (JST)", 16),
            column("by", "試験者", "Tested by", 13), column("proof", "証跡ファイル", "Evidence file", 22),
        ),
        _sheet(
            "work", "作業記録", "Work records",
            column("number", "No.", "No.", 6), column("on", "作業日", "Date", 14), column("by", "作業者", "Worker", 14),
            _DEVICE, column("what", "作業内容", "What", 36), column("before", "変更前", "Before", 20),
            column("after", "変更後", "After", 20), column("why", "理由", "Reason", 26),
            column("approval", "承認番号", "Approval no.", 14),
        ),
        _sheet(
            "changes", "変更履歴・差分", "Changes",
            _DEVICE, column("item", "項目", "Item", 26), column("before", "設置時", "Before", 26),
            column("after", "今回", "Now", 26), column("importance", "重要度", "Importance", 10),
            column("work", "作業記録 No.", "Work record no.", 12), column("judged", "判断・説明", "Explanation", 28),
        ),
        _sheet(
            "visits", "定期点検", "Visits",
            column("on", "点検日", "Date", 14), column("by", "実施者", "By", 14),
            column("versions", "版の確認", "Versions", 24),
            column("users", "利用者の確認", "Users", 20), column("logs", "ログの確認", "Logs", 20),
            column("up", "通信量（上り）", "Traffic up", 14), column("down", "通信量（下り）", "Traffic down", 14),
            column("infected", "Am I Infected? の結果", "Am I Infected?", 18),
            column("found", "指摘", "Findings", 30), _NOTE,
        ),
        _sheet(
            "contacts", "連絡先", "Contacts",
            column("item", "区分", "Kind", 30), column("value", "連絡先", "Contact", 60),
            column("tested", "最終到達確認日", "Last tested", 16), _NOTE, _ID,
        ),
        _sheet(
            "receipt", "受領確認", "Receipt",
            column("number", "No.", "No.", 6), column("item", "確認した事項", "What was confirmed", 70),
            column("mark", "確認", "Confirmed", 12, mark=True), column("on", "日付", "Date", 14), _NOTE,
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
