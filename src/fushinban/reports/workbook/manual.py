"""Items of the parameter sheets that no protocol shows; people write them down."""

from collections.abc import Mapping

from fushinban.model.device import DeviceKind
from fushinban.model.facts.base import Section
from fushinban.model.text import Text

#: Keys of such parameters begin with this, so that they never collide with a fact.
MANUAL_PREFIX = "manual."

Item = tuple[str, Section, Text]

_CAMERA: tuple[Item, ...] = (
    ("place", Section.BASIC, Text("設置場所（図面記号）", "Place (mark on the drawing)")),
    ("p2p", Section.SERVICES, Text("P2P・クラウド接続", "P2P or cloud connection")),
    ("upnp", Section.SERVICES, Text("UPnP（自動ポート開放）", "UPnP (automatic port opening)")),
    ("guest", Section.AUTHENTICATION, Text("ゲスト・匿名アクセス", "Guest or anonymous access")),
    ("lockout", Section.AUTHENTICATION, Text("ログイン失敗ロック", "Lock after failed logins")),
    ("logout", Section.AUTHENTICATION, Text("自動ログアウト", "Automatic logout")),
    ("privacy", Section.VIDEO, Text("プライバシーマスク", "Privacy mask")),
    ("audio", Section.VIDEO, Text("音声", "Audio")),
    ("recording", Section.VIDEO, Text("録画先・スケジュール", "Recorded where and when")),
    ("card", Section.VIDEO, Text("SDカード（有無・暗号化）", "SD card (encrypted?)")),
    ("tamper", Section.VIDEO, Text("いたずら検知", "Tamper detection")),
    ("syslog", Section.LOGGING, Text("ログの転送先", "Log receiver")),
    ("update", Section.UPDATE, Text("自動更新・更新確認", "Automatic update or check")),
)
_RECORDER: tuple[Item, ...] = (
    ("place", Section.BASIC, Text("設置場所（図面記号）", "Place (mark on the drawing)")),
    ("channels", Section.VIDEO, Text("チャンネル割当（カメラNo.・ch・IP）", "Channels (camera, channel, IP)")),
    ("mode", Section.VIDEO, Text("録画モード・fps・画質", "Recording mode, fps, quality")),
    ("disks", Section.VIDEO, Text("HDD台数・容量・RAID", "Disks, capacity, RAID")),
    ("days", Section.VIDEO, Text("推定保存日数・上書き", "Days kept, overwriting")),
    ("smart", Section.VIDEO, Text("HDDの状態（SMART）", "Disk health (SMART)")),
    ("clock", Section.TIME, Text("カメラへの時刻配信", "Gives the time to cameras")),
    ("remote", Section.SERVICES, Text("遠隔視聴（有効・方式・ポート）", "Remote viewing (method, port)")),
    ("viewers", Section.AUTHENTICATION, Text("視聴アカウント・書き出し権限", "Viewing accounts, export rights")),
    (
        "backup",
        Section.UPDATE,
        Text("設定ファイルの控え（名前・SHA-256・保管先）", "Saved settings (name, SHA-256, where)"),
    ),
    ("ups", Section.BASIC, Text("UPS（無停電電源）", "UPS")),
    ("update", Section.UPDATE, Text("自動更新・更新確認", "Automatic update or check")),
)
_ROUTER: tuple[Item, ...] = (
    (
        "password",
        Section.AUTHENTICATION,
        Text("管理者の初期設定からの変更（済・未）", "Administrator login changed from factory"),
    ),
    ("management", Section.ACCESS, Text("管理画面の公開範囲（LANのみ・WAN）", "Management page reachable from")),
    ("remote", Section.SERVICES, Text("telnet・ssh・httpの有効範囲", "Telnet, SSH, HTTP allowed from")),
    ("wan", Section.NETWORK, Text("WANの方式・グローバルIP", "WAN method, public IP")),
    ("forwards", Section.PORTS, Text("ポート開放（通信要件表のとおり）", "Open ports (as on the ports sheet)")),
    ("upnp", Section.SERVICES, Text("UPnP", "UPnP")),
    ("dmz", Section.ACCESS, Text("DMZ", "DMZ")),
    ("filter", Section.ACCESS, Text("フィルタ（接続元制限）", "Filters (source restriction)")),
    ("vpn", Section.ACCESS, Text("VPN（方式・相手・暗号）", "VPN (method, peer, cipher)")),
    ("ddns", Section.SERVICES, Text("DDNS", "Dynamic DNS")),
    ("ntp", Section.TIME, Text("NTP", "NTP")),
    ("syslog", Section.LOGGING, Text("ログの転送先", "Log receiver")),
    ("snmp", Section.SERVICES, Text("SNMP（版・コミュニティ変更）", "SNMP (version, community changed)")),
    ("update", Section.UPDATE, Text("ファームウェア自動更新", "Automatic firmware update")),
    (
        "backup",
        Section.UPDATE,
        Text("設定ファイルの控え（名前・SHA-256・保管先）", "Saved settings (name, SHA-256, where)"),
    ),
    (
        "traffic",
        Section.LOGGING,
        Text("通過トラフィックの基準値（上り・下り・期間）", "Normal traffic (up, down, period)"),
    ),
)
_SWITCH: tuple[Item, ...] = (
    ("version", Section.BASIC, Text("版・管理IP", "Version, management IP")),
    ("users", Section.AUTHENTICATION, Text("初期ユーザーの削除", "Factory users removed")),
    ("vlan", Section.NETWORK, Text("VLAN表", "VLAN table")),
    ("unused", Section.PORTS, Text("未使用ポートの閉塞", "Unused ports closed")),
    ("mirror", Section.PORTS, Text("ミラーポート", "Mirror port")),
    ("loop", Section.NETWORK, Text("ループ検知", "Loop detection")),
    ("poe", Section.NETWORK, Text("PoEの給電予算", "PoE budget")),
)
_CLIENT: tuple[Item, ...] = (
    ("system", Section.BASIC, Text("OSと版", "Operating system and version")),
    ("viewer", Section.BASIC, Text("録画・閲覧ソフトと版", "Recording or viewing software and version")),
    ("browser", Section.BASIC, Text("ブラウザと版", "Browser and version")),
    ("update", Section.UPDATE, Text("自動更新", "Automatic update")),
    ("lock", Section.ACCESS, Text("画面ロック・利用者の権限", "Screen lock, rights of users")),
    ("malware", Section.SERVICES, Text("マルウェア対策", "Protection against malware")),
)

MANUAL: Mapping[DeviceKind, tuple[Item, ...]] = {
    DeviceKind.CAMERA: _CAMERA,
    DeviceKind.ENCODER: _CAMERA,
    DeviceKind.RECORDER: _RECORDER,
    DeviceKind.ROUTER: _ROUTER,
    DeviceKind.SWITCH: _SWITCH,
    DeviceKind.SERVER: _CLIENT,
    DeviceKind.OTHER: _CLIENT,
}
