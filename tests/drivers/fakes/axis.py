"""A pretend Axis camera of today (AXIS OS 11): what the maker's documentation says that it answers. All invented."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from fake_device import Fake, WebDevice, text

from fushinban.lab.wire import Reply, Request
from fushinban.model import facts

READ, WRITE, KEY = "community-planted-read", "community-planted-write", "wlan-planted-key"

PARAMETERS = f"""root.Brand.Brand=AXIS
root.Brand.ProdFullName=AXIS P9999-LVE Network Camera
root.Brand.ProdNbr=P9999-LVE
root.Brand.ProdShortName=AXIS P9999-LVE
root.Properties.Firmware.Version=11.11.99
root.Properties.Firmware.BuildDate=Feb 10 2025 10:00
root.Properties.System.SerialNumber=B8A44F0000AA
root.Properties.System.HardwareID=9FF.1
root.Properties.ApiDiscovery.ApiDiscovery=yes
root.Properties.FirmwareManagement.Version=1.5
root.Network.BootProto=none
root.Network.HostName=axis-b8a44f0000aa
root.Network.VolatileHostName.HostName=kakunin-cam
root.Network.VolatileHostName.ObtainFromDHCP=no
root.Network.eth0.MACAddress=B8:A4:4F:00:00:AA
root.Network.Interface.I0.SystemDevice=eth0
root.Network.Interface.I0.Active.Active=yes
root.Network.Interface.I0.Active.IPAddress=192.0.2.40
root.Network.Interface.I0.Active.SubnetMask=255.255.255.0
root.Network.Interface.I0.Active.MACAddress=B8:A4:4F:00:00:AA
root.Network.Interface.I0.Active.IPv6Addresses=2001:db8::40/64
root.Network.Interface.I0.Link.BootProto=none
root.Network.Interface.I0.Link.IPv4Enabled=yes
root.Network.Interface.I0.Link.IPv6Enabled=yes
root.Network.Interface.I0.Link.MTU=1500
root.Network.Interface.I0.dot1x.EAPTLS.PrivateKeyPassword=******
root.Network.Wireless.W0.Passphrase={KEY}
root.Network.Routing.DefaultRouter=192.0.2.1
root.Network.Resolver.NameServerList=192.0.2.1 198.51.100.53
root.Network.Resolver.ObtainFromDHCP=no
root.Network.Resolver.Search=example.jp
root.Network.HTTP.AuthenticationPolicy=digest
root.Network.RTSP.Enabled=yes
root.Network.RTSP.Port=554
root.Network.RTSP.ProtViewer=password
root.Network.SSH.Enabled=yes
root.Network.FTP.Enabled=no
root.Network.Bonjour.Enabled=yes
root.Network.UPnP.Enabled=yes
root.Network.UPnP.NATTraversal.Enabled=yes
root.Network.AxisNS.Enabled=no
root.Network.DNSUpdate.Enabled=yes
root.Network.DNSUpdate.DNSName=cam.example.jp
root.HTTPS.Enabled=yes
root.HTTPS.Port=443
root.RemoteService.Enabled=oneclick
root.RemoteService.ProxyPassword={KEY}
# Error: Error -1 getting param in group 'root.Unknown'
SNMP.Enabled=yes
root.SNMP.V1=no
root.SNMP.V2c=yes
root.SNMP.V3=no
root.SNMP.V1ReadCommunity={READ}
root.SNMP.V1WriteCommunity={WRITE}
root.Time.SyncSource=NTP
root.Time.POSIXTimeZone=JST-9
root.System.BoaPort=80
root.System.BoaProtViewer=password
root.System.BoaGroupPolicy.admin=both
root.System.BoaGroupPolicy.operator=both
root.System.BoaGroupPolicy.viewer=both
root.System.RootPwdSet=yes
root.System.PreventDoSAttack.ActivatePasswordThrottling=on
root.System.PreventDoSAttack.DoSPageCount=20
root.System.PreventDoSAttack.DoSBlockingPeriod=10
root.API.RemoteSyslog1.Enabled=true
root.API.RemoteSyslog1.Server1.Address=192.0.2.9
root.API.RemoteSyslog1.Server1.Port=514
"""

USERS = "\r\n".join(
    (
        'admin="root,kanri"',
        'operator="root,kanri,sousa"',
        'viewer="root,kanri,sousa,eturan"',
        'ptz="root"',
        'digusers=""',
    )
)


def certificate() -> str:
    """A certificate in PEM, made for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "axis-b8a44f0000aa-eccp256-1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return made.public_bytes(Encoding.PEM).decode()


CERTIFICATE = certificate()

#: Data by path and method, in the JSON interfaces.
METHODS: dict[tuple[str, str], dict[str, Any]] = {
    ("/axis-cgi/systemready.cgi", "systemready"): {
        "systemready": "yes", "needsetup": "no", "uptime": "86400", "bootid": "0f1e-planned", "previewmode": "0",
    },
    ("/axis-cgi/apidiscovery.cgi", "getApiList"): {
        "apiList": [{"id": name, "version": "1.0", "name": name} for name in ("ntp", "time-service", "fwmgr")],
    },
    ("/axis-cgi/firmwaremanagement.cgi", "status"): {
        "activeFirmwareVersion": "11.11.99", "inactiveFirmwareVersion": "10.12.1", "isCommited": True,
        "lastUpgradeAt": "2026-04-01 10:00:00",
    },
    ("/axis-cgi/ntp.cgi", "getNTPInfo"): {
        "client": {
            "enabled": True, "NTSEnabled": False, "serversSource": "static",
            "staticServers": ["ntp.example.jp", "192.0.2.123"], "advertisedServers": [], "synced": True,
        },
    },
    ("/axis-cgi/time.cgi", "getDateTimeInfo"): {
        "dateTime": "2026-05-01T00:00:00Z", "dstEnabled": False, "timeZone": "Asia/Tokyo", "posixTimeZone": "JST-9",
    },
}  # fmt: skip

#: What the device-configuration interfaces hold.
REST = {
    "/config/discover": {"framework_version": "1.0.0", "apis": {"firewall": {"v1": {}}, "cert": {"v1": {}}}},
    "/config/rest/firewall/v1": {
        "status": "success",
        "data": {
            "activated": True,
            "conf": {
                "rules": {
                    "activeDefaultPolicy": "DROP",
                    "activeRules": [
                        {"ruleType": "FILTER", "ip": "192.0.2.0/24", "tcpPort": 443, "filter": {"policy": "ACCEPT"}},
                        {"ruleType": "LIMIT", "ip": None, "port": {"portType": "TCP", "portNum": 80}},
                    ],
                }
            },
        },
    },
    "/config/rest/cert/v1/certificates": {
        "status": "success", "data": [{"alias": "Default", "certificate": CERTIFICATE, "keystore": "SE0"}],
    },
}  # fmt: skip

_TEXTS = {
    "/axis-cgi/param.cgi": PARAMETERS,
    "/axis-cgi/pwdgrp.cgi": USERS,
    "/axis-cgi/systemlog.cgi": "2026-05-01T00:00:00 axis [ INFO ] systemd: started\n" * 3,
    "/axis-cgi/accesslog.cgi": "",
}


def answer(request: Request) -> Reply | None:
    """What the camera says."""
    if request.method == "POST":
        return _method(request)
    if request.path in REST:
        return text(json.dumps(REST[request.path]), "application/json")
    return text(_TEXTS[request.path]) if request.path in _TEXTS else None


def _method(request: Request) -> Reply | None:
    asked = json.loads(request.body)
    data = METHODS.get((request.path, asked["method"]))
    if data is None:
        return None
    return text(json.dumps({"apiVersion": "1.1", "method": asked["method"], "data": data}), "application/json")


DEVICE = WebDevice(answer=answer, open=frozenset({"/axis-cgi/systemready.cgi"}), realm="AXIS_B8A44F0000AA")

FAKE = Fake(
    driver="axis",
    maker="AXIS",
    serve=DEVICE.serve,
    secrets=(READ, WRITE, KEY),
    told=frozenset(
        {
            facts.Identity,
            facts.Hostname,
            facts.Activation,
            facts.Uptime,
            facts.FirmwareUpdate,
            facts.MakerAccounts,
            facts.LoginLock,
            facts.LoginRules,
            facts.StoredCertificates,
            facts.ServiceSettings,
            facts.CloudServices,
            facts.SnmpSettings,
            facts.RemoteLog,
            facts.UpnpClient,
            facts.DynamicDnsService,
            facts.Interfaces,
            facts.Gateway,
            facts.Dns,
            facts.AddressFilter,
            facts.DeviceTime,
            facts.Ntp,
            facts.SystemLog,
            facts.AccessLog,
        }
    ),
    anonymous=frozenset({facts.Activation, facts.Uptime}),
    reads=frozenset(f'POST {path} "method": "{method}"' for path, method in METHODS)
    | {'POST /axis-cgi/basicdeviceinfo.cgi "method": "getAllUnrestrictedProperties"'},
    most_requests=14,
)
