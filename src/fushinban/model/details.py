"""Optional facts of a site (基本情報 and 連絡先 of the parameter sheet): keys of `[site.details]`, labels."""

from collections.abc import Mapping
from datetime import date

from fushinban.model.japanese import parse_japanese_date
from fushinban.model.text import Text

#: Key → label, in the order of the sheet.
DETAILS: Mapping[str, Text] = {
    "address": Text("住所", "Address"),
    "purpose": Text("建物の用途", "Use of the place"),
    "camera_purpose": Text("設置目的", "Purpose of the cameras"),
    "operator": Text("運用責任者", "Person in charge of operation"),
    "password_manager": Text("パスワード管理責任者", "Person in charge of passwords"),
    "installer": Text("設置業者", "Installer"),
    "installer_person": Text("設置担当者", "Person in charge at the installer"),
    "installer_license": Text("設置担当者の資格（防犯設備士番号など）", "Qualification of the installer"),
    "handover_date": Text("引渡日", "Hand-over date"),
    "warranty": Text("保証期間", "Warranty"),
    "maintenance_contract": Text("保守契約（有無・期間）", "Maintenance contract"),
    "maintenance_contact": Text("保守契約の窓口", "Contact for the maintenance contract"),
    "isp": Text("回線事業者", "Internet provider"),
    "contract_name": Text("回線の契約者名義", "Name on the line contract"),
    "line_type": Text("回線種別", "Line type"),
    "contract_id": Text("回線の契約ID（伏字）", "Line contract id (masked)"),
    "global_ip": Text("グローバルIPアドレス（固定・可変）", "Public IP address (fixed or changing)"),
    "global_ip_method": Text("グローバルIPアドレスの調べ方", "How the public IP address is looked up"),
    "global_ip_checked_on": Text("グローバルIPアドレスの確認日", "Public IP address checked on"),
    "personal_data": Text("個人情報の扱い", "Handling of personal data"),
    "infrastructure": Text("重要インフラへの該当", "Critical infrastructure"),
    "incident_reporting": Text("インシデント時の報告義務（事前確認の結果）", "Duty to report incidents (as confirmed)"),
    "retention_days": Text("録画保存日数", "Days of recording kept"),
    "recording_notice": Text("録画中であることの掲示", "Notice of recording"),
    "contact_seller": Text("販売元の連絡先", "Contact: seller"),
    "contact_maker": Text("メーカー窓口", "Contact: maker"),
    "contact_maintenance": Text("保守会社の連絡先", "Contact: maintenance company"),
    "contact_isp": Text("回線事業者の連絡先", "Contact: Internet provider"),
    "contact_police": Text("警察署・サイバー相談窓口", "Contact: police"),
    "contact_internal": Text("社内責任者の連絡先", "Contact: person in charge in the company"),
    "contact_night": Text("夜間の連絡先", "Contact: at night"),
    "contacts_checked_on": Text("連絡先の最終到達確認日", "Contacts last tested on"),
}  # fmt: skip

#: Keys whose value must be a date.
DATES = frozenset({"handover_date", "global_ip_checked_on", "contacts_checked_on"})


def find_date(details: Mapping[str, str], key: str) -> date | None:
    """The date under this key; None where it is missing or cannot be read."""
    return parse_japanese_date(details.get(key, ""))
