"""Who may log in, who is logged in, locks and schemes."""

from fushinban.drivers._certificates import parse_certificate
from fushinban.drivers._maker_values import whole
from fushinban.drivers.hikvision import _calls
from fushinban.drivers.hikvision._context import IsapiContext
from fushinban.drivers.hikvision._read import below, document, flag, host, rows, words
from fushinban.drivers.hikvision._services import parse_ports
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    Level,
    LiveSession,
    LiveSessions,
    LoginLock,
    LoginRules,
    MakerAccount,
    MakerAccounts,
    NetworkService,
    StoredCertificates,
)
from fushinban.transport.xml import Element, child

_LEVELS = {"administrator": Level.ADMINISTRATOR, "operator": Level.OPERATOR, "viewer": Level.USER}
_MOST = 256

#: The first account, which cannot be deleted.
_FIRST = "1"


async def get_accounts(device: IsapiContext) -> MakerAccounts:
    """Security/users."""
    return parse_accounts(await device.get(_calls.USERS))


async def get_sessions(device: IsapiContext) -> LiveSessions:
    """Security/onlineUser: sessions of web pages and clients. Requests like ours open none."""
    await device.can("onlineUser", "SecurityCap", "isSupportOnlineUser")
    return parse_sessions(await device.get(_calls.ONLINE))


async def get_login_lock(device: IsapiContext) -> LoginLock:
    """Security/illegalLoginLock."""
    await device.can("illegalLoginLock", "SecurityCap", "issupIllegalLoginLock")
    return parse_login_lock(await device.get(_calls.LOGIN_LOCK))


async def get_login_rules(device: IsapiContext) -> LoginRules:
    """Schemes of web and RTSP, and whether HTTP is switched off. What one of them does not tell is left open."""
    web, rtsp = await _told(device, _calls.WEB_AUTH), await _told(device, _calls.RTSP_AUTH)
    return parse_login_rules(web, rtsp, await device.get(_calls.ACCESSES))


async def _told(device: IsapiContext, path: str) -> bytes:
    """The answer to a question that many devices do not know; empty then."""
    try:
        return await device.get(path)
    except (NotSupported, Denied, Malformed):
        return b""


async def get_stored_certificates(device: IsapiContext) -> StoredCertificates:
    """The web server's certificate. The path is known, the shape of its answer is from memory: a PEM text."""
    await device.can("serverCertificate", "SecurityCap", "isSupCertificate")
    return parse_stored_certificate(await device.get(_calls.CERTIFICATE))


def parse_accounts(data: bytes) -> MakerAccounts:
    """Names and levels. A password, which no device should send, is not looked at."""
    root = document(data, _calls.USERS, "UserList", "User")
    accounts = [_account(user) for user in rows(root, "User")]
    if not accounts:
        raise Malformed(say("hikvision.no-value", what=_calls.USERS, name="User"))
    return MakerAccounts(accounts=tuple({a.name: a for a in accounts[:_MOST]}.values()))


def _account(user: Element) -> MakerAccount:
    name, level = words(user, "userName"), words(user, "userLevel")
    if not name:
        raise Malformed(say("hikvision.no-value", what=_calls.USERS, name="userName"))
    builtin = True if words(user, "id") == _FIRST else None
    return MakerAccount(name=name, level=_LEVELS.get(level.lower(), Level.OTHER), group=level, builtin=builtin)


def parse_sessions(data: bytes) -> LiveSessions:
    """Who is logged in, from where and since when. Rows are known by their user name, whatever they are called."""
    root = document(data, _calls.ONLINE, "OnlineUserList", "UserList", "OnlineUser", "SessionUserList")
    found = []
    for row in [root, *root.iterdescendants()]:
        name = words(row, "userName") or words(row, "name")
        if name:
            address = host(child(row, "clientAddress")) or host(row)
            kind, since = words(row, "loginType") or words(row, "clientType"), words(row, "loginTime")
            found.append(LiveSession(user=name, address=address, kind=kind, since=since))
    return LiveSessions(sessions=tuple({s.row_key: s for s in found[:_MOST]}.values()))


def parse_login_lock(data: bytes) -> LoginLock:
    """The lock; the number of failures and its length (minutes at the device) only where the device tells them."""
    root = document(data, _calls.LOGIN_LOCK, "IllegalLoginLock")
    enabled = flag(root, "enabled")
    if enabled is None:
        raise Malformed(say("hikvision.no-value", what=_calls.LOGIN_LOCK, name="enabled"))
    minutes = whole(words(root, "maxIllegalLoginLockTime"), 100_000) or 0
    return LoginLock(
        enabled=enabled, attempts=whole(words(root, "maxIllegalLoginTimes"), 10_000) or 0, seconds=60 * minutes
    )


def parse_login_rules(web: bytes, rtsp: bytes, accesses: bytes) -> LoginRules:
    """Schemes as the device words them (`digest`, `digest/basic`); empty bytes stand for what it does not tell."""
    ports = parse_ports(accesses)
    http = [s.enabled for s in ports if s.service is NetworkService.HTTP]
    https = [s.enabled for s in ports if s.service is NetworkService.HTTPS]
    only = (http == [False] and https == [True]) if http and https else None
    return LoginRules(web=_scheme(web, _calls.WEB_AUTH), rtsp=_scheme(rtsp, _calls.RTSP_AUTH), https_only=only)


def _scheme(data: bytes, what: str) -> str:
    if not data:
        return ""
    root = document(data, what, "WebCertificate", "RTSPCertificate", "RtspCertificate", "WebAuthentication")
    return next((words(e) for e in below(root, "CertificateType")), "") or words(root, "certificateType")


def parse_stored_certificate(data: bytes) -> StoredCertificates:
    """The certificate in PEM, bare or inside a document. Raises NotSupported for any other shape."""
    start = data.find(b"-----BEGIN CERTIFICATE-----")
    end = data.find(b"-----END CERTIFICATE-----", start)
    if start < 0 or end < 0:
        raise NotSupported(say("hikvision.unreadable", what=_calls.CERTIFICATE))
    pem = data[start : end + len(b"-----END CERTIFICATE-----")].replace(b"&#13;", b"") + b"\n"
    return StoredCertificates(certificates=(parse_certificate(pem, "web"),))
