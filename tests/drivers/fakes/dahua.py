"""A pretend recorder that speaks Dahua's CGI. Hand-made: names and forms from the maker's public CGI descriptions and
from what clients of it read; every value is invented. Lines end with CRLF, as the devices send them."""

from urllib.parse import parse_qs, urlsplit

from fake_device import Fake, WebDevice, text

from fushinban.lab.wire import Reply, Request
from fushinban.model import facts

SLOT = "table.RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_"

#: What the tables hold that nothing of ours may keep.
CAMERA_WORD, DDNS_WORD, COMMUNITY, HASH = "Camera-Word-11", "Ddns-Word-12", "community-word-13", "HASHWORD14"
SECRETS = (CAMERA_WORD, DDNS_WORD, COMMUNITY, HASH)

TABLES = {
    "General": """
        table.General.LocalNo=8
        table.General.LockLoginEnable=true
        table.General.LockLoginTimes=5
        table.General.LoginFailLockTime=1800
        table.General.MachineName=NVR
    """,
    "Network": """
        table.Network.DefaultInterface=eth0
        table.Network.Domain=invented
        table.Network.Hostname=NVR-1
        table.Network.bond0.IPAddress=192.0.2.200
        table.Network.bond0.PhysicalAddress=00:00:00:00:00:00
        table.Network.eth0.DefaultGateway=192.0.2.1
        table.Network.eth0.DhcpEnable=false
        table.Network.eth0.DnsAutoGet=false
        table.Network.eth0.DnsServers[0]=192.0.2.53
        table.Network.eth0.DnsServers[1]=0.0.0.0
        table.Network.eth0.IPAddress=192.0.2.108
        table.Network.eth0.MTU=1500
        table.Network.eth0.PhysicalAddress=3C:EF:8C:00:00:01
        table.Network.eth0.SubnetMask=255.255.255.0
    """,
    "NTP": """
        table.NTP.Address=ntp.nict.jp
        table.NTP.Enable=true
        table.NTP.Port=123
        table.NTP.ServerList[0].Address=192.0.2.123
        table.NTP.ServerList[0].Enable=false
        table.NTP.TimeZone=14
        table.NTP.TimeZoneDesc=Tokyo
        table.NTP.UpdatePeriod=10
    """,
    "Telnet": "table.Telnet.Enable=true",
    "Web": "table.Web.Enable=true\ntable.Web.Port=80",
    "RTSP": "table.RTSP.Enable=true\ntable.RTSP.Port=554\ntable.RTSP.RTP.StartPort=20000",
    "SNMP": f"""
        table.SNMP.Enable=true
        table.SNMP.ReadCommon=public
        table.SNMP.SNMPPort=161
        table.SNMP.V1Enable=true
        table.SNMP.V2Enable=true
        table.SNMP.V3Enable=false
        table.SNMP.WriteCommon={COMMUNITY}
    """,
    "UPnP": """
        table.UPnP.Enable=true
        table.UPnP.MapTable[0].Enable=true
        table.UPnP.MapTable[0].InnerPort=80
        table.UPnP.MapTable[0].OuterPort=8080
        table.UPnP.MapTable[0].Protocol=TCP
        table.UPnP.MapTable[0].ServiceName=WebService
        table.UPnP.MapTable[1].Enable=false
        table.UPnP.MapTable[1].InnerPort=37777
        table.UPnP.MapTable[1].OuterPort=37777
        table.UPnP.MapTable[1].Protocol=TCP
        table.UPnP.MapTable[1].ServiceName=PrivService
    """,
    "DDNS": f"""
        table.DDNS[0].Address=www.example.net
        table.DDNS[0].Enable=false
        table.DDNS[0].HostName=none
        table.DDNS[0].Protocol=NO-IP DDNS
        table.DDNS[1].Address=members.example.org
        table.DDNS[1].Enable=true
        table.DDNS[1].HostName=shop.example.org
        table.DDNS[1].Password={DDNS_WORD}
        table.DDNS[1].Protocol=Dyndns DDNS
        table.DDNS[1].UserName=shop
    """,
    "T2UServer": "table.T2UServer.Enable=true\ntable.T2UServer.RegisterServer.Address=p2p.example.net",
    "DVRIP": "table.DVRIP.TCPPort=37777\ntable.DVRIP.UDPPort=37778",
    "UserGlobal": "table.UserGlobal.OnvifLoginCheck=false",
    "AccessFilter": """
        table.AccessFilter.BannedList[0]=198.51.100.1
        table.AccessFilter.Enable=true
        table.AccessFilter.TrustList[0]=192.0.2.0/28
        table.AccessFilter.TrustList[1]=192.0.2.32-192.0.2.33
        table.AccessFilter.Type=TrustList
    """,
    "RemoteLog": "table.RemoteLog.Address=192.0.2.9\ntable.RemoteLog.Enable=true\ntable.RemoteLog.Port=514",
    "RemoteDevice": f"""
        {SLOT}0.Address=192.0.2.21
        {SLOT}0.DeviceType=IPC-HDW1025C
        {SLOT}0.Enable=true
        {SLOT}0.HttpPort=80
        {SLOT}0.Mac=08:ed:ed:00:00:21
        {SLOT}0.Name=Entrance
        {SLOT}0.Password={CAMERA_WORD}
        {SLOT}0.Port=37777
        {SLOT}0.ProtocolType=Dahua2
        {SLOT}0.SerialNo=INVENTED00000021
        {SLOT}0.UserName=admin
        {SLOT}0.Vendor=Private
        {SLOT}1.Address=192.168.0.0
        {SLOT}1.Enable=false
        {SLOT}3.Address=192.0.2.24
        {SLOT}3.DeviceType=INVENTED-CAM
        {SLOT}3.Enable=true
        {SLOT}3.Name=
        {SLOT}3.Port=80
        {SLOT}3.ProtocolType=Onvif
        {SLOT}3.Vendor=Onvif
        {SLOT}3.VideoInputs[0].Name=Till
    """,
}

ACTIONS = {
    "magicBox.cgi getSystemInfo": """
        appAutoStart=true
        deviceType=31
        hardwareVersion=1.00
        processor=ST7108
        serialNumber=INVENTED00000001
        updateSerial=NVR4216-INVENTED
    """,
    "magicBox.cgi getSoftwareVersion": "version=4.000.0000000.6.R,build:2024-07-21",
    "magicBox.cgi getVendor": "vendor=General",
    "magicBox.cgi getUpTime": "info.last=86400\ninfo.total=9000000",
    "userManager.cgi getUserInfoAll": """
        users[0].Group=admin
        users[0].Id=1
        users[0].Memo=admin 's account
        users[0].Name=admin
        users[0].Reserved=true
        users[0].Sharable=true
        users[1].Group=user
        users[1].Id=2
        users[1].Name=shop
        users[1].Reserved=false
    """,
    "userManager.cgi getActiveUserInfoAll": """
        users[0].ClientAddress=192.0.2.30
        users[0].ClientType=Web3.0
        users[0].Group=admin
        users[0].LoginTime=2026-11-20 10:00:00
        users[0].Name=admin
    """,
    "global.cgi getCurrentTime": "result=2026-11-23 22:00:00",
    "LogicDeviceManager.cgi getCameraState": """
        states[0].channel=0
        states[0].connectionState=Connected
        states[1].channel=3
        states[1].connectionState=Unconnect
    """,
    "Config.backup All": f'{{"General": {{"hash": "{HASH}"}}}}',
    "log.cgi doFind": """
        found=2
        items[0].Time=2026-11-20 10:00:00
        items[0].Type=Login
        items[0].User=admin
        items[1].Time=2026-11-20 10:05:00
        items[1].Type=Logout
        items[1].User=admin
    """,
    "log.cgi stopFind": "OK",
}

BAD_REQUEST = text("Error\r\nBad Request!\r\n", status=400)
REFUSED = text("Error\r\nAuthority:check failure.\r\n", status=403)


def lines(body: str) -> bytes:
    """As the device sends them: CRLF after each."""
    return "".join(f"{line.strip()}\r\n" for line in body.strip().splitlines()).encode()


def answer(request: Request) -> Reply | None:
    """What the recorder says to a request that its login allows."""
    place = urlsplit(request.target)
    query = {name: found[0] for name, found in parse_qs(place.query).items()}
    if not place.path.startswith("/cgi-bin/"):
        return None
    cgi, action = place.path.removeprefix("/cgi-bin/"), query.get("action", "")
    if action == "getConfig":
        name = query["name"]
        return text(lines(TABLES[name])) if name in TABLES else REFUSED if name == "Https" else BAD_REQUEST
    if action == "startFind":
        # every search has a number of its own
        return text(lines(f"token={4711 + ('condition.Type' in query)}\ncount=2"))
    found = ACTIONS.get(f"{cgi} {action}")
    return BAD_REQUEST if found is None else text(lines(found))


DEVICE = WebDevice(answer=answer, realm="Login to INVENTED00000001")


FAKE = Fake(
    driver="dahua",
    maker="Amcrest",
    serve=DEVICE.serve,
    told=frozenset(
        {
            facts.Identity, facts.FirmwareUpdate, facts.DeviceTime, facts.Ntp, facts.Uptime, facts.ConfigurationExport,
            facts.MakerAccounts, facts.LiveSessions, facts.LoginLock, facts.LoginRules, facts.AddressFilter,
            facts.Interfaces, facts.Gateway, facts.Dns, facts.Hostname, facts.ServiceSettings, facts.CloudServices,
            facts.UpnpClient, facts.DynamicDnsService, facts.SnmpSettings, facts.RemoteLog, facts.SystemLog,
            facts.Channels,
        }
    ),
    most_requests=31,
    secrets=SECRETS,
)  # fmt: skip
