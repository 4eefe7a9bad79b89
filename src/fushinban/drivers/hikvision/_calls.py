"""What is asked of a Hikvision device (and of its many brands), as values. All of it reads."""

from datetime import datetime, timedelta
from uuid import uuid4

from fushinban.drivers._doors import WebDoor
from fushinban.transport.values import HttpRequest

#: A 403 says in its body whether the function or the right is missing.
_TOLD = frozenset({403})

_ISAPI = "/ISAPI"

ACTIVATION = f"{_ISAPI}/System/activateStatus"
#: The same question as older log-in pages ask it.
ACTIVATION_SDK = "/SDK/activateStatus"
DEVICE_INFO = f"{_ISAPI}/System/deviceInfo"
CAPABILITIES = f"{_ISAPI}/System/capabilities"
STATUS = f"{_ISAPI}/System/status"
TIME = f"{_ISAPI}/System/time"
NTP = f"{_ISAPI}/System/time/ntpServers"
CONFIGURATION = f"{_ISAPI}/System/configurationData"
UPGRADE_SERVER = f"{_ISAPI}/System/onlineUpgrade/server"
LOG_SERVER = f"{_ISAPI}/System/logServer"
VIDEO_INPUTS = f"{_ISAPI}/System/Video/inputs/channels"

USERS = f"{_ISAPI}/Security/users"
ONLINE = f"{_ISAPI}/Security/onlineUser"
ACCESSES = f"{_ISAPI}/Security/adminAccesses"
LOGIN_LOCK = f"{_ISAPI}/Security/illegalLoginLock"
WEB_AUTH = f"{_ISAPI}/Security/webCertificate"
RTSP_AUTH = f"{_ISAPI}/Security/RTSPCertificate"
CERTIFICATE = f"{_ISAPI}/Security/serverCertificate/certificate"

_NETWORK = f"{_ISAPI}/System/Network"
INTERFACES = f"{_NETWORK}/interfaces"
TELNET = f"{_NETWORK}/telnetd"
SSH = f"{_NETWORK}/ssh"
UPNP = f"{_NETWORK}/UPnP"
UPNP_STATUS = f"{_NETWORK}/UPnP/ports/status"
DDNS = f"{_NETWORK}/DDNS"
EZVIZ = f"{_NETWORK}/EZVIZ"
EHOME = f"{_NETWORK}/Ehome"
GB28181 = f"{_NETWORK}/GB28181Service"
SNMP = f"{_NETWORK}/SNMP"
FTP = f"{_NETWORK}/ftp"
FILTER = f"{_NETWORK}/ipFilter"
INTEGRATE = f"{_NETWORK}/Integrate"

PROXY = f"{_ISAPI}/ContentMgmt/InputProxy/channels"
PROXY_STATUS = f"{_ISAPI}/ContentMgmt/InputProxy/channels/status"
LOG_SEARCH = f"{_ISAPI}/ContentMgmt/logSearch"

#: Rows of one page of the log, and the span that is looked at.
PAGE = 100
SPAN = timedelta(days=1)


def ask(door: WebDoor, path: str) -> HttpRequest:
    """A GET; a refusal that says in its body what it means is an answer."""
    return HttpRequest(path=path, service=door.service, tls=door.tls, told=_TOLD)


def ask_log(door: WebDoor, search: str, end: datetime, position: int) -> HttpRequest:
    """One page of the log of the last day. It is a POST, and only reads: the search has no memory but its id.

    The misspelt `searchResultPostion` is the maker's; the right spelling is refused.
    """
    begin = end - SPAN
    body = (
        '<?xml version="1.0" encoding="utf-8"?><CMSearchDescription>'
        f"<searchID>{search}</searchID><metaId>log.std-cgi.com</metaId><timeSpanList><timeSpan>"
        f"<startTime>{begin:%Y-%m-%dT%H:%M:%SZ}</startTime><endTime>{end:%Y-%m-%dT%H:%M:%SZ}</endTime>"
        f"</timeSpan></timeSpanList><maxResults>{PAGE}</maxResults>"
        f"<searchResultPostion>{position}</searchResultPostion></CMSearchDescription>"
    )
    return HttpRequest(
        path=LOG_SEARCH, service=door.service, tls=door.tls, method="POST", told=_TOLD,
        headers={"Content-Type": "application/xml"}, body=body.encode(),
    )  # fmt: skip


def new_search() -> str:
    """The id of a search."""
    return str(uuid4()).upper()
