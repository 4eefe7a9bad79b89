"""A pretend recorder that speaks SUNAPI. Hand-made after the maker's description of version 2.6.3 (forms of the
answers) and, for the registered cameras, after what public clients read; every value is invented."""

import json
from urllib.parse import parse_qs, urlsplit

from fake_device import Fake, WebDevice, text

from fushinban.lab.wire import Reply, Request
from fushinban.model import facts

ADMIN_WORD, USER_WORD, CAMERA_WORD = "Recorder/Word-21", "User-Word-22", "Camera-Word-23"
DDNS_WORD, COMMUNITY, SNMP_WORD, PPPOE_WORD, EAP_WORD = (
    "Ddns-Word-24", "community-word-25", "Snmp-Word-26", "Pppoe-Word-27", "Eap-Word-28",
)  # fmt: skip
BACKUP_WORD = "BACKUPWORD29"

ANSWERS: dict[str, object] = {
    "pw_init statuscheck": {
        "Initialized": True, "Language": "Japanese", "MaxChannel": 16, "SpecialType": "none",
        "NewPasswordPolicy": True, "MaxPasswordLength": 64, "Manufacturer": "Hanwha Vision",
    },
    "system deviceinfo": {
        "Model": "PRN-INVENTED", "FirmwareVersion": "v2.10_180329015157", "BuildDate": "2018.03.29",
        "DeviceType": "NVR", "ConnectedMACAddress": "00:09:18:00:00:01", "CGIVersion": "2.5.6", "DeviceName": "NVR",
    },
    "system date": {
        "LocalTime": "2026-11-23 22:10:43", "UTCTime": "2026-11-23 13:10:43", "SyncType": "NTP",
        "NTPURLList": ["ntp.nict.jp", "192.0.2.123"], "DSTEnable": False, "POSIXTimeZone": "STWT-9",
    },
    "system systemlog": {"SystemLog": [{"Date": "2026-11-20 10:00:00", "Type": "PowerOn"}, {"Date": "x"}]},
    "system accesslog": {"AccessLog": [{"Date": "2026-11-20 10:00:00", "Type": "Login", "Details": "admin"}]},
    "security users": {
        "Users": [
            {"Index": 0, "UserID": "admin", "UserName": "admin", "Password": ADMIN_WORD, "GroupID": "",
             "ViewerAccess": True, "UserLevel": "Admin"},
            {"Index": 1, "UserID": "till", "UserName": "till", "Password": USER_WORD, "GroupID": "Group 1",
             "ViewerAccess": True, "UserLevel": "User"},
        ]
    },
    "security ssl": {
        "Policy": "HTTPandHTTPSProprietary", "CertificateInUse": "HTW_default",
        "Certificates": [
            {"CertificateName": "HTW_default", "Type": "Unique", "Subject": "/C=KR/O=Invented/CN=device.example",
             "Issuer": "/C=KR/O=Invented/CN=Private Root", "IssueDate": "Dec 1 10:05:06 2020 GMT",
             "ExpiryDate": "Nov 24 10:05:06 2050 GMT", "Version": "V3", "SerialNumber": "00 12",
             "Signature": "sha256WithRSAEncryption", "Thumbprint": "ab" * 32},
        ],
    },
    "security rtsp": {"RTSPAuthentication": "Anonymous"},
    "security ipfilter": {
        "IPFilters": [
            {"IPType": "IPv4", "AccessType": "Allow",
             "Filters": [
                 {"IPIndex": 1, "Address": "192.0.2.0", "Mask": 25, "Enable": True},
                 {"IPIndex": 2, "Address": "198.51.100.1", "Mask": 32, "Enable": False},
             ]},
            {"IPType": "IPv6", "AccessType": "Deny", "Filters": []},
        ]
    },
    "security 802Dot1x": {
        "IEEE802Dot1x": [
            {"InterfaceName": "Network1", "Enable": True, "Status": "Authorized", "EAPOLVersion": "1",
             "EAPOLId": "nvr", "EAPOLPassword": EAP_WORD, "EAPOLType": "EAP-TLS"},
        ]
    },
    "network interface": {
        "NetworkInterfaces": [
            {"InterfaceName": "Network1", "MACAddress": "00:09:18:00:00:01", "LinkStatus": "Connected",
             "IPv4Type": "Manual", "IPv4Address": "192.0.2.40", "IPv4SubnetMask": "255.255.255.0",
             "IPv4Gateway": "192.0.2.1", "IPv6Enable": False, "HostName": "NVR-40", "PPPoEPassword": PPPOE_WORD},
        ]
    },
    "network dns": {
        "DNS": [
            {"InterfaceName": "Network1",
             "DNSByIPType": [{"IPType": "IPv4", "Type": "Manual", "PrimaryDNS": "192.0.2.53"}]},
        ]
    },
    "network portconf": {"HTTPPort": 80, "HTTPSPort": 443, "RTSPPort": 554, "RTSPTimeout": "60s"},
    "network snmp": {
        "Version1": True, "Version2": True, "Version3": False, "ReadCommunity": "public", "WriteCommunity": COMMUNITY,
        "UserPassword": SNMP_WORD,
    },
    "network dynamicdns": {
        "DynamicDNS": [
            {"Type": "SamsungDDNS", "SamsungServerName": "ddns.example.net", "SamsungProductID": "shop-nvr",
             "SamsungQuickConnect": True, "PublicServiceEntry": "www.example.org", "PublicHostName": "",
             "PublicUserName": "", "PublicPassword": DDNS_WORD, "Status": "Success"},
        ]
    },
    "network upnpdiscovery": {"UpnpDiscovery": [{"Enable": True, "FriendlyName": "NVR"}]},
    "network bonjour": {"Enable": False, "FriendlyName": "NVR"},
    "network zeroconf": {"ZeroConf": [{"Enable": True, "IPAddress": "169.254.7.7", "SubnetMask": "255.255.0.0"}]},
    "media cameraregister": {
        "RegisteredCameras": [
            {"Channel": 0, "Status": "Success", "Model": "XNV-INVENTED", "Title": "Entrance", "IPAddress": "192.0.2.41",
             "MACAddress": "00:09:18:00:00:41", "HTTPPort": 80, "UserID": "admin", "Password": CAMERA_WORD},
            {"Channel": 1, "Status": "Disconnected", "Model": "", "IPAddress": ""},
        ]
    },
}  # fmt: skip


def failed(code: int) -> Reply:
    """An error in JSON; it comes with status 200."""
    return text(json.dumps({"Response": "Fail", "Error": {"Code": code, "Details": "invented"}}), "application/json")


def answer(request: Request) -> Reply | None:
    """What the recorder says to a request that its login allows."""
    place = urlsplit(request.target)
    query = {name: found[0] for name, found in parse_qs(place.query).items()}
    if not place.path.startswith(("/stw-cgi/", "/init-cgi/")):
        return None
    submenu, action = query.get("msubmenu", ""), query.get("action", "")
    if submenu == "configbackup" and action == "control":
        return text(f"\x00\x01{BACKUP_WORD}", "application/octet-stream")
    cgi = place.path.rpartition("/")[2].removesuffix(".cgi")
    found = ANSWERS.get(f"{cgi} {submenu}") if action == "view" else None
    return failed(600) if found is None else text(json.dumps(found), "application/json")


DEVICE = WebDevice(
    answer=answer,
    open=frozenset({"/init-cgi/pw_init.cgi"}),
    realm="iPolis_00:09:18:00:00:01",
    locked=text("You have exceeded the maximum number of login attempts, Please try after some time.", status=490),
)

FAKE = Fake(
    driver="hanwha",
    maker="Hanwha Techwin",
    serve=DEVICE.serve,
    told=frozenset(
        {
            facts.Activation, facts.Identity, facts.FirmwareUpdate, facts.DeviceTime, facts.Ntp,
            facts.ConfigurationExport, facts.MakerAccounts, facts.LoginRules, facts.StoredCertificates,
            facts.AddressFilter, facts.Dot1X, facts.Interfaces, facts.Gateway, facts.Hostname, facts.Dns,
            facts.ZeroConfiguration, facts.ServiceSettings, facts.SnmpSettings, facts.DynamicDnsService,
            facts.UpnpClient, facts.SystemLog, facts.AccessLog, facts.Channels,
        }
    ),
    anonymous=frozenset({facts.Activation}),
    most_requests=23,
    secrets=(
        ADMIN_WORD, USER_WORD, CAMERA_WORD, DDNS_WORD, COMMUNITY, SNMP_WORD, PPPOE_WORD, EAP_WORD, BACKUP_WORD,
    ),
)  # fmt: skip
