"""A pretend recorder of the Hikvision family, after published ISAPI documents. All values are invented."""

from fake_device import Fake, WebDevice, text

from fushinban.lab.wire import Reply, Request
from fushinban.model import facts

NS = "http://www.isapi.org/ver20/XMLSchema"

CODE, COMMUNITY, PROXY_PASSWORD, DDNS_PASSWORD = "VERIFYPLANTED", "community-planted", "proxy-planted", "ddns-planted"
FTP_PASSWORD, EHOME_KEY, USER_PASSWORD = "ftp-planted", "ehome-planted", "user-planted"
SALT = "5a17planted"


def xml(body: str, namespace: str = NS) -> str:
    """A document whose root gets the namespace."""
    head, _, rest = body.partition(">")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head} version="2.0" xmlns="{namespace}">{rest}'


CAPABILITIES = xml(
    f"""<DeviceCap><SysCap><NetworkCap><isSupportNtp>true</isSupportNtp><isSupportFtp>true</isSupportFtp>
<isSupportUpnp>true</isSupportUpnp><isSupportDdns>true</isSupportDdns><SnmpCap><isSupport>true</isSupport></SnmpCap>
<isSupportIPFilter>true</isSupportIPFilter><isSupportEZVIZ>true</isSupportEZVIZ>
<GB28181Cap><isSupportGB28181Service>false</isSupportGB28181Service></GB28181Cap></NetworkCap>
<VideoCap><videoInputPortNums>0</videoInputPortNums></VideoCap></SysCap>
<SecurityCap><issupIllegalLoginLock>true</issupIllegalLoginLock><isSupportOnlineUser>true</isSupportOnlineUser>
<salt>{SALT}</salt><isSupportConfigFileExport>true</isSupportConfigFileExport></SecurityCap>
<RacmCap><inputProxyNums>16</inputProxyNums></RacmCap></DeviceCap>"""
)

#: Answers by path below /ISAPI/.
ANSWERS = {
    "System/activateStatus": xml("<ActivateStatus><Activated>true</Activated></ActivateStatus>"),
    "System/capabilities": CAPABILITIES,
    "System/deviceInfo": xml(
        """<DeviceInfo><deviceName>Network Video Recorder</deviceName><model>DS-9999NI-X9</model>
<serialNumber>DS-9999NI-X90000000000CCRR00000000WCVU</serialNumber><macAddress>00:bc:99:00:00:aa</macAddress>
<firmwareVersion>V4.99.001</firmwareVersion><firmwareReleasedDate>build 250101</firmwareReleasedDate>
<hardwareVersion>0xa1b2</hardwareVersion><deviceType>NVR</deviceType><manufacturer>hikvision</manufacturer></DeviceInfo>"""
    ),
    "System/status": xml(
        """<DeviceStatus><currentDeviceTime>2026-05-01T09:00:00+09:00</currentDeviceTime>
<deviceUpTime>987654</deviceUpTime><totalRebootCount>40</totalRebootCount></DeviceStatus>"""
    ),
    "System/time": xml(
        """<Time><timeMode>NTP</timeMode><localTime>2026-05-01T09:00:00</localTime>
<timeZone>CST-9:00:00</timeZone></Time>"""
    ),
    "System/time/ntpServers": xml(
        """<NTPServerList><NTPServer><id>1</id><addressingFormatType>hostname</addressingFormatType>
<hostName>ntp.example.jp</hostName><portNo>123</portNo></NTPServer></NTPServerList>"""
    ),
    "System/onlineUpgrade/server": xml(
        "<OnlineUpgradeServer><connectStatus>true</connectStatus></OnlineUpgradeServer>"
    ),
    "System/logServer": xml(
        """<LogServer><enabled>true</enabled><addressingFormatType>ipaddress</addressingFormatType>
<ipAddress>192.0.2.9</ipAddress><portNo>514</portNo></LogServer>"""
    ),
    "Security/users": xml(
        f"""<UserList><User><id>1</id><userName>admin</userName><userLevel>Administrator</userLevel></User>
<User><id>2</id><userName>eturan</userName><password>{USER_PASSWORD}</password><userLevel>Viewer</userLevel></User></UserList>"""
    ),
    "Security/onlineUser": xml(
        """<OnlineUserList><OnlineUser><id>1</id><userName>admin</userName><loginTime>2026-05-01T08:00:00</loginTime>
<clientAddress><ipAddress>192.0.2.77</ipAddress></clientAddress></OnlineUser></OnlineUserList>"""
    ),
    "Security/adminAccesses": xml(
        """<AdminAccessProtocolList><AdminAccessProtocol><id>1</id><enabled>true</enabled><protocol>HTTP</protocol>
<portNo>80</portNo></AdminAccessProtocol><AdminAccessProtocol><id>2</id><enabled>true</enabled>
<protocol>HTTPS</protocol><portNo>443</portNo></AdminAccessProtocol><AdminAccessProtocol><id>3</id>
<protocol>DEV_MANAGE</protocol><portNo>8000</portNo></AdminAccessProtocol></AdminAccessProtocolList>"""
    ),
    "Security/illegalLoginLock": xml(
        """<IllegalLoginLock><enabled>true</enabled><maxIllegalLoginTimes>5</maxIllegalLoginTimes>
<maxIllegalLoginLockTime>30</maxIllegalLoginLockTime></IllegalLoginLock>"""
    ),
    "Security/webCertificate": xml("<WebCertificate><CertificateType>digest</CertificateType></WebCertificate>"),
    "Security/RTSPCertificate": xml(
        "<RTSPCertificate><CertificateType>digest/basic</CertificateType></RTSPCertificate>"
    ),
    "System/Network/interfaces": xml(
        """<NetworkInterfaceList><NetworkInterface><id>1</id><IPAddress><ipVersion>dual</ipVersion>
<addressingType>static</addressingType><ipAddress>192.0.2.50</ipAddress><subnetMask>255.255.255.0</subnetMask>
<ipv6Address>::</ipv6Address><bitMask>0</bitMask><DefaultGateway><ipAddress>192.0.2.1</ipAddress></DefaultGateway>
<PrimaryDNS><ipAddress>192.0.2.1</ipAddress></PrimaryDNS><SecondaryDNS><ipAddress>0.0.0.0</ipAddress></SecondaryDNS>
</IPAddress><Link><MACAddress>00:bc:99:00:00:aa</MACAddress><MTU>1500</MTU></Link></NetworkInterface>
</NetworkInterfaceList>"""
    ),
    "System/Network/ipFilter": xml(
        """<IPFilter><enabled>true</enabled><permissionType>allow</permissionType><IPFilterAddressList size="32">
<IPFilterAddress><id>1</id><addressFilterType>mask</addressFilterType><AddressMask><ipAddress>192.0.2.77</ipAddress>
</AddressMask></IPFilterAddress></IPFilterAddressList></IPFilter>"""
    ),
    "System/Network/telnetd": xml("<Telnetd><enabled>false</enabled></Telnetd>"),
    "System/Network/ssh": xml("<SSH><enabled>true</enabled></SSH>"),
    "System/Network/Integrate": xml(
        "<Integrate><ONVIF><enable>true</enable><certificateType>digest</certificateType></ONVIF></Integrate>"
    ),
    "System/Network/ftp": xml(
        f"""<FTPNotificationList><FTPNotification><id>1</id><enabled>true</enabled><userName>u</userName>
<password>{FTP_PASSWORD}</password></FTPNotification></FTPNotificationList>"""
    ),
    "System/Network/UPnP": xml("<UPnP><enabled>true</enabled><ports><enabled>true</enabled></ports></UPnP>"),
    "System/Network/UPnP/ports/status": xml(
        """<portStatusList><portStatus><id>1</id><enabled>true</enabled><internalPort>http</internalPort>
<externalPort>8080</externalPort></portStatus></portStatusList>"""
    ),
    "System/Network/DDNS": xml(
        f"""<DDNSList><DDNS><id>1</id><enabled>true</enabled><provider>NoIpDns</provider>
<deviceDomainName>mise.example.jp</deviceDomainName><userName>u</userName><password>{DDNS_PASSWORD}</password></DDNS>
</DDNSList>"""
    ),
    "System/Network/EZVIZ": xml(
        f"""<EZVIZ><enabled>true</enabled><registerStatus>true</registerStatus><serverAddress>
<hostName>dev.hik-connect.com</hostName></serverAddress><verificationCode>{CODE}</verificationCode></EZVIZ>"""
    ),
    "System/Network/Ehome": xml(
        f"""<Ehome><enabled>false</enabled><deviceID>x</deviceID><registerStatus>false</registerStatus>
<key>{EHOME_KEY}</key></Ehome>"""
    ),
    "System/Network/SNMP": xml(
        f"""<SNMP><SNMPv2c><enabled>true</enabled><readCommunity>{COMMUNITY}</readCommunity>
<writeCommunity>private</writeCommunity></SNMPv2c><SNMPAdvanced><enabled>false</enabled></SNMPAdvanced></SNMP>"""
    ),
    "ContentMgmt/InputProxy/channels": xml(
        f"""<InputProxyChannelList size="16"><InputProxyChannel><id>1</id><name>入口</name><sourceInputPortDescriptor>
<proxyProtocol>ONVIF</proxyProtocol><ipAddress>192.0.2.61</ipAddress><managePortNo>80</managePortNo>
<userName>admin</userName><password>{PROXY_PASSWORD}</password><model>P-1</model><serialNumber>S1</serialNumber>
<firmwareVersion>1.0</firmwareVersion></sourceInputPortDescriptor></InputProxyChannel></InputProxyChannelList>"""
    ),
    "ContentMgmt/InputProxy/channels/status": xml(
        """<InputProxyChannelStatusList><InputProxyChannelStatus><id>1</id><online>true</online>
</InputProxyChannelStatus></InputProxyChannelStatusList>"""
    ),
}


def log_page(rows: int, status: str) -> str:
    """A page of the log."""
    kind = "<metaId>log.std-cgi.com/Operation/remoteLogin</metaId>"
    item = f"<searchMatchItem><logDescriptor>{kind}</logDescriptor></searchMatchItem>"
    return xml(
        f"""<CMSearchResult><responseStatus>true</responseStatus><responseStatusStrg>{status}</responseStatusStrg>
<numOfMatches>{rows}</numOfMatches><matchList>{item * rows}</matchList></CMSearchResult>"""
    )


def refused(sub: str, code: int = 4, status: int = 403) -> Reply:
    """A refusal as these devices word it."""
    body = xml(
        f"<ResponseStatus><statusCode>{code}</statusCode><statusString>Invalid Operation</statusString>"
        f"<subStatusCode>{sub}</subStatusCode></ResponseStatus>"
    )
    return text(body, "application/xml", status)


def answer(request: Request) -> Reply | None:
    """What the recorder says."""
    path = request.path.removeprefix("/ISAPI/")
    if path == "System/configurationData":
        return text(b"\x01\x02" + PROXY_PASSWORD.encode() + bytes(500), "application/octet-stream")
    if request.method == "POST" and path == "ContentMgmt/logSearch":
        first = b"<searchResultPostion>0<" in request.body
        return text(log_page(2, "MORE") if first else log_page(1, "OK"), "application/xml")
    if path in ANSWERS and request.method == "GET":
        return text(ANSWERS[path], "application/xml")
    return refused("notSupport")


LOCKED = text(
    "<userCheck><statusValue>401</statusValue><statusString>Unauthorized</statusString><lockStatus>lock</lockStatus>"
    "<unlockTime>1800</unlockTime></userCheck>",
    "application/xml",
    401,
)

DEVICE = WebDevice(answer=answer, open=frozenset({"/ISAPI/System/activateStatus"}), realm="DS-9999", locked=LOCKED)

FAKE = Fake(
    driver="hikvision",
    maker="HIKVISION",
    serve=DEVICE.serve,
    secrets=(
        CODE, COMMUNITY, PROXY_PASSWORD, DDNS_PASSWORD, FTP_PASSWORD, EHOME_KEY, USER_PASSWORD, SALT,
    ),
    told=frozenset(
        {
            facts.Identity, facts.Activation, facts.Uptime, facts.FirmwareUpdate, facts.MakerAccounts,
            facts.LiveSessions, facts.LoginLock, facts.LoginRules, facts.ServiceSettings, facts.CloudServices,
            facts.SnmpSettings, facts.RemoteLog, facts.UpnpClient, facts.DynamicDnsService, facts.AddressFilter,
            facts.Interfaces, facts.Gateway, facts.Dns, facts.DeviceTime, facts.Ntp, facts.SystemLog,
            facts.ConfigurationExport, facts.Channels,
        }
    ),
    anonymous=frozenset({facts.Activation}),
    reads=frozenset({"POST /ISAPI/ContentMgmt/logSearch <searchResultPostion>"}),
    most_requests=34,
)  # fmt: skip
