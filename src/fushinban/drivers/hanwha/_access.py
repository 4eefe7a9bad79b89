"""Accounts, rules for logins, certificates, the address filter, 802.1X."""

from datetime import UTC, datetime

from fushinban.drivers._maker_values import Tree, clip, networks_of, switch
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.hanwha._ask import answer, maybe, rows, view
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import (
    AddressFilter,
    Certificate,
    Dot1X,
    FilterMode,
    Level,
    LoginRules,
    MakerAccount,
    MakerAccounts,
    StoredCertificates,
)

USERS, GUEST, FILTER = view("security", "users"), view("security", "guest"), view("security", "ipfilter")
TLS, RTSP, DOT1X = view("security", "ssl"), view("security", "rtsp"), view("security", "802Dot1x")

_CAMERA = "UserID/Password/Enable/VideoProfileAccess/PTZAccess/AudioInAccess/AudioOutAccess/AlarmOutputAccess/AdminAccess/PrivacyAreaAccess"  # noqa: E501
_RECORDER = "UserID/UserName/Password/GroupID/UserLevel/ViewerAccess"
_LEVELS = {"admin": Level.ADMINISTRATOR, "user": Level.USER, "guest": Level.ANONYMOUS}
_ONLY_TLS = frozenset({"httpsproprietary", "httpspublic"})
_DATE = "%b %d %H:%M:%S %Y GMT"


async def get_accounts(web: MakerWeb) -> MakerAccounts:
    """security users, and whether guests may log in (cameras)."""
    return parse_accounts(await web.ask(USERS), await maybe(web, GUEST))


async def get_login_rules(web: MakerWeb) -> LoginRules:
    """security ssl, and security rtsp where there is one."""
    return parse_login_rules(await web.ask(TLS), await maybe(web, RTSP))


async def get_certificates(web: MakerWeb) -> StoredCertificates:
    """security ssl."""
    return parse_certificates(await web.ask(TLS))


async def get_address_filter(web: MakerWeb) -> AddressFilter:
    """security ipfilter."""
    return parse_address_filter(await web.ask(FILTER))


async def get_dot1x(web: MakerWeb) -> Dot1X:
    """security 802Dot1x."""
    return parse_dot1x(await web.ask(DOT1X))


def parse_accounts(data: bytes, guest: bytes = b"") -> MakerAccounts:
    """Accounts of a camera or recorder; free places of a camera come along as accounts that are not enabled.

    Recorders hand out the passwords in clear: they are not read.
    """
    found = answer(data)
    listed = found.at("Users").rows or [Tree(row) for row in _text_rows(found)]
    accounts = tuple(_account(row) for row in listed if row.text("UserID"))
    if not accounts:
        raise Malformed(say("maker_web.missing", name="Users"))
    open_to_guests = answer(guest).switch("Enable") if guest else None
    if open_to_guests is not None:
        guests = MakerAccount(name="guest", level=Level.ANONYMOUS, builtin=True, enabled=open_to_guests)
        accounts = (*(a for a in accounts if a.name != "guest"), guests)
    return MakerAccounts(accounts=accounts)


def _account(row: Tree) -> MakerAccount:
    level, index = row.text("UserLevel"), row.whole("Index")
    admin = row.switch("AdminAccess")
    return MakerAccount(
        name=row.text("UserID"),
        level=_LEVELS.get(level.lower(), Level.OTHER) if level else Level.ADMINISTRATOR if admin else Level.USER,
        group=row.text("GroupID") or level,
        builtin=True if index == 0 or row.text("UserID") == "admin" else None,
        enabled=row.switch("Enable"),
    )


def _text_rows(found: Tree) -> list[dict[str, str]]:
    """Rows `Users.0=admin//True/…`, with the names of their parts in `Users.Index`. Passwords may hold slashes."""
    values: dict[str, str] = found.value if isinstance(found.value, dict) else {}
    named = values.get("Users.Index", "")
    listed: list[dict[str, str]] = []
    for name, value in values.items():
        number = name.removeprefix("Users.")
        if name.startswith("Users.") and number.isdigit():
            count = value.count("/") + 1
            columns = (named or (_CAMERA if count >= _CAMERA.count("/") else _RECORDER)).split("/")
            listed.append({**_columns(value.split("/"), columns), "Index": number})
    return listed


def _columns(parts: list[str], names: list[str]) -> dict[str, str]:
    """The parts by name, without the password: what stands before it counts from the left, the rest from the right."""
    secret = names.index("Password") if "Password" in names else len(names)
    after = names[secret + 1 :]
    left = dict(zip(names[:secret], parts, strict=False))
    right = dict(zip(reversed(after), reversed(parts[secret + 1 :]), strict=False))
    return {**left, **right}


def parse_login_rules(tls: bytes, rtsp: bytes = b"") -> LoginRules:
    """`Policy` of ssl (HTTPS alone or HTTP too), `RTSPAuthentication` (Anonymous: pictures for everybody)."""
    policy = answer(tls).text("Policy").lower()
    if not policy:
        raise Malformed(say("maker_web.missing", name="Policy"))
    viewers = answer(rtsp).text("RTSPAuthentication").lower() if rtsp else ""
    return LoginRules(
        viewer={"anonymous": False, "protected": True}.get(viewers),
        rtsp=viewers,
        https_only=policy in _ONLY_TLS,
    )


def parse_certificates(data: bytes) -> StoredCertificates:
    """The certificates that ssl lists, as the device describes them: their keys are not told."""
    found = answer(data)
    if not found.text("Policy"):
        raise Malformed(say("maker_web.missing", name="Policy"))
    used = found.text("CertificateInUse")
    listed = found.at("Certificates").rows or [Tree(row) for row in numbered(found, "Certificate.")]
    return StoredCertificates(certificates=tuple(_certificate(row, used) for row in listed))


def numbered(found: Tree, start: str) -> list[dict[str, str]]:
    """Rows `<start>1.Name=…` of an answer in lines; each knows its number as `Channel`, unless it has one itself."""
    collected: dict[str, dict[str, str]] = {}
    for name, value in found.value.items() if isinstance(found.value, dict) else ():
        number, dot, rest = name.removeprefix(start).partition(".")
        if name.startswith(start) and dot and number.isdigit():
            collected.setdefault(number, {"Channel": number})[rest] = value
    return [collected[number] for number in sorted(collected, key=int)]


def _certificate(row: Tree, used: str) -> Certificate:
    name, subject, issuer = row.text("CertificateName"), row.text("Subject"), row.text("Issuer")
    signature = row.text("Signature").lower()
    print_ = row.text("Thumbprint").lower()
    return Certificate(
        id=name,
        subject=subject,
        issuer=issuer,
        not_before=_date(row.text("IssueDate")),
        not_after=_date(row.text("ExpiryDate")),
        signature_hash=next((h.upper() for h in ("sha512", "sha384", "sha256", "sha1", "md5") if h in signature), ""),
        self_signed=row.text("Type") == "SelfSigned" or (bool(subject) and subject == issuer),
        fingerprint=print_ if len(print_) == 64 else "",
        in_use=name == used if used else None,
    )


def _date(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _DATE).replace(tzinfo=UTC)
    except ValueError:
        return None


def parse_address_filter(data: bytes) -> AddressFilter:
    """Entries that are enabled, and whether they allow or deny. No such entry restricts nothing.

    Cameras have one kind for all addresses, recorders one for each version of IP; two different ones are Malformed.
    """
    found = answer(data)
    listed = [*_filters(found), *_text_filters(found)]
    if not listed and not found.text("AccessType") and not found.at("IPFilters").there:
        raise Malformed(say("maker_web.missing", name="AccessType"))
    used = [(kind, networks) for kind, enabled, networks in listed if enabled and networks]
    kinds = {kind.lower() for kind, _ in used}
    if not used:
        return AddressFilter(mode=FilterMode.DENY)
    if len(kinds) > 1:
        raise Malformed(say("hanwha.mixed-filter"))
    mode = {"allow": FilterMode.ALLOW, "deny": FilterMode.DENY}.get(kinds.pop())
    if mode is None:
        raise Malformed(say("maker_web.missing", name="AccessType"))
    return AddressFilter(mode=mode, entries=tuple(dict.fromkeys(n for _, networks in used for n in networks)))


_Filter = tuple[str, bool, tuple[str, ...]]


def _filters(found: Tree) -> list[_Filter]:
    everywhere = found.text("AccessType")
    return [
        (
            group.text("AccessType") or everywhere,
            row.switch("Enable") is True,
            networks_of("/".join(filter(None, (row.text("Address"), row.text("Mask"))))),
        )
        for group in found.at("IPFilters").rows
        for row in group.at("Filters").rows
    ]


def _text_filters(found: Tree) -> list[_Filter]:
    """Rows `ipfilter.IPv4.1=192.0.2.1/32/True`."""
    values = found.value if isinstance(found.value, dict) else {}
    kind = found.text("AccessType")
    texts = (v for n, v in values.items() if n.lower().startswith("ipfilter.ipv") and isinstance(v, str))
    return [(kind, switch(t.rpartition("/")[2]) is True, networks_of(t.rpartition("/")[0])) for t in texts]


def parse_dot1x(data: bytes) -> Dot1X:
    """Interfaces on which 802.1X is on, with its method; identity and password are not read."""
    listed = rows(answer(data), "IEEE802Dot1x", "EAPOLVersion")
    used = (row for row in listed if row.switch("Enable"))
    return Dot1X(configurations=tuple(clip(f"{r.text('InterfaceName')} {r.text('EAPOLType')}") for r in used))
