"""A small client of its own for the tests of the lab: nothing of the product's transport is used here."""

import asyncio
import base64
import hashlib
import os
import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fushinban.lab import DevicePlan, DeviceState, FaultUse, Lab, LabPlan, LabUser, with_faults
from fushinban.model.facts.access import Level

USERS = (
    LabUser(name="boss", password="Invented-Kujaku-71!", level=Level.ADMINISTRATOR),
    LabUser(name="desk", password="Invented-Hibari-28!", level=Level.OPERATOR),
    LabUser(name="guest", password="Invented-Mejiro-55!", level=Level.USER),
)
BOSS, DESK, GUEST = USERS
TDS = "http://www.onvif.org/ver10/device/wsdl"
TRT = "http://www.onvif.org/ver10/media/wsdl"
TR2 = "http://www.onvif.org/ver20/media/wsdl"
TAS = "http://www.onvif.org/ver10/advancedsecurity/wsdl"
TEV = "http://www.onvif.org/ver10/events/wsdl"


def device(*faults: FaultUse | str, **changes: object) -> DevicePlan:
    """A camera in a good state at 127.77.9.11 with these changes and faults."""
    plain = DevicePlan(
        id="cam", address="127.77.9.11", name="試験カメラ", serial="T0001", mac="02:00:5e:77:09:11", hostname="cam-t",
        location="試験室", users=USERS, login="boss", ntp=("127.77.9.1",), dns=("127.77.9.1",), gateway="127.77.9.1",
        ip_filter=("127.77.9.0/24",),
    )  # fmt: skip
    return with_faults(replace(plain, **changes), *faults)  # type: ignore[arg-type]


def run_lab(body: Callable[[Lab, DeviceState], Awaitable[None]], *devices: DevicePlan) -> None:
    """Run a lab of these devices (else one good camera) and the test body with its first device."""
    chosen = devices or (device(),)

    async def main() -> None:
        async with Lab(LabPlan(name="試験", devices=chosen, base_port=0)) as lab:
            await asyncio.wait_for(body(lab, lab.devices[chosen[0].id]), 20)

    asyncio.run(main())


@dataclass(frozen=True)
class Answer:
    """Status, headers (lower case, lists), body."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    def header(self, name: str) -> str:
        return self.headers.get(name, [""])[0]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


async def exchange(state: DeviceState, service: str, raw: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    """Send bytes on a new connection and read until the device closes."""
    reader, writer = await asyncio.open_connection(state.plan.address, state.ports[service], ssl=tls)
    try:
        writer.write(raw)
        await writer.drain()
        return await reader.read()
    finally:
        writer.close()


def parse(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    return Answer(int(first.split(" ")[1]), headers, body)


def message(method: str, target: str, body: bytes = b"", version: str = "HTTP/1.1", **headers: str) -> bytes:
    lines = [f"{method} {target} {version}", "Host: lab"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def http(
    state: DeviceState,
    method: str,
    target: str,
    body: bytes = b"",
    *,
    tls: ssl.SSLContext | None = None,
    **headers: str,
) -> Answer:
    service = "https" if tls else "http"
    raw = message(method, target, body, Connection="close", **headers)
    return parse(await exchange(state, service, raw, tls))


def challenge_of(header: str) -> dict[str, str]:
    return {m[1]: m[2] if m[2] is not None else m[3] for m in re.finditer(r'(\w+)=(?:"([^"]*)"|([^",\s]+))', header)}


def digest(
    user: LabUser, challenge: dict[str, str], method: str, uri: str, *, nc: int = 1, cnonce: str = "0a4f113b"
) -> str:
    """An Authorization header for a challenge (RFC 7616), written apart from the lab's own code."""
    make = hashlib.sha256 if challenge.get("algorithm") == "SHA-256" else hashlib.md5

    def h(text: str) -> str:
        return make(text.encode()).hexdigest()

    ha1, ha2 = h(f"{user.name}:{challenge['realm']}:{user.password}"), h(f"{method}:{uri}")
    parts = [
        f'username="{user.name}"', f'realm="{challenge["realm"]}"', f'nonce="{challenge["nonce"]}"', f'uri="{uri}"',
    ]  # fmt: skip
    if "qop" in challenge:
        response = h(f"{ha1}:{challenge['nonce']}:{nc:08x}:{cnonce}:auth:{ha2}")
        parts += ["qop=auth", f"nc={nc:08x}", f'cnonce="{cnonce}"']
    else:
        response = h(f"{ha1}:{challenge['nonce']}:{ha2}")
    if "algorithm" in challenge:
        parts.append(f"algorithm={challenge['algorithm']}")
    return "Digest " + ", ".join([*parts, f'response="{response}"'])


def envelope(operation: str, namespace: str = TDS, inside: str = "", header: str = "") -> bytes:
    return (
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
        f"<s:Header>{header}</s:Header><s:Body><x:{operation} xmlns:x='{namespace}'>{inside}</x:{operation}></s:Body>"
        "</s:Envelope>"
    ).encode()


def token(user: LabUser, *, at: datetime | None = None, nonce: bytes = b"", clear: bool = False) -> str:
    """A UsernameToken header, written apart from the lab's own code."""
    created = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = nonce or os.urandom(16)
    made = base64.b64encode(hashlib.sha1(nonce + created.encode() + user.password.encode()).digest()).decode()
    base = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
    kind = "PasswordText" if clear else "PasswordDigest"
    secret = user.password if clear else made
    return (
        f'<w:Security xmlns:w="{base}wssecurity-secext-1.0.xsd" xmlns:u="{base}wssecurity-utility-1.0.xsd">'
        f"<w:UsernameToken><w:Username>{user.name}</w:Username>"
        f'<w:Password Type="{base}username-token-profile-1.0#{kind}">{secret}</w:Password>'
        f"<w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce><u:Created>{created}</u:Created>"
        "</w:UsernameToken></w:Security>"
    )


async def soap(
    state: DeviceState,
    operation: str,
    user: LabUser | None = None,
    *,
    namespace: str = TDS,
    inside: str = "",
    header: str = "",
    tls: ssl.SSLContext | None = None,
    path: str = "/onvif/device_service",
) -> Answer:
    """One operation: anonymous, with a token in `header`, or with HTTP digest for `user` (two requests)."""
    body = envelope(operation, namespace, inside, header)
    answer = await http(state, "POST", path, body, tls=tls)
    if user is None or answer.status != 401:
        return answer
    chosen = challenge_of(answer.header("www-authenticate"))
    return await http(state, "POST", path, body, tls=tls, Authorization=digest(user, chosen, "POST", path))


def wrong(user: LabUser) -> LabUser:
    return replace(user, password="not-the-password")


def trusting() -> ssl.SSLContext:
    """A TLS client that takes any certificate and any version, to look at what the lab presents."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)
