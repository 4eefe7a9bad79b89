"""Which TLS versions a port accepts, with one handshake each; the certificate is recorded, never trusted."""

import asyncio
import ssl
import warnings
from dataclasses import dataclass
from functools import cache

from fushinban.errors import Unreachable
from fushinban.messages import say
from fushinban.transport.http import connect_error
from fushinban.transport.line import PORT_TESTS, Line
from fushinban.transport.values import Kind, TlsAnswer

#: From the oldest to the newest; the cipher and certificate of the newest accepted one are reported.
VERSIONS = (
    ("TLSv1", ssl.TLSVersion.TLSv1),
    ("TLSv1.1", ssl.TLSVersion.TLSv1_1),
    ("TLSv1.2", ssl.TLSVersion.TLSv1_2),
    ("TLSv1.3", ssl.TLSVersion.TLSv1_3),
)
#: Reasons of OpenSSL that mean "this computer cannot offer it", not "the device refuses it".
_OUR_SIDE = frozenset({"NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE", "UNSUPPORTED_PROTOCOL_VERSION"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handshake:
    accepted: bool
    cipher: str = ""
    certificate: bytes = b""


async def ask_tls(line: Line, service: str) -> TlsAnswer:
    """Versions accepted and refused; a version that this computer cannot offer is in neither list.

    Raises Unreachable where the port itself cannot be reached.
    """
    port = line.port(service)
    accepted: list[str] = []
    refused: list[str] = []
    newest = _Handshake(accepted=False)
    for name, version in VERSIONS:
        context = _context(version)
        shake = await _try_version(line, port, name, context) if context is not None else None
        if shake is None:
            continue
        (accepted if shake.accepted else refused).append(name)
        newest = shake if shake.accepted else newest
    return TlsAnswer(
        accepted=tuple(accepted), refused=tuple(refused), cipher=newest.cipher, certificate=newest.certificate
    )


async def _try_version(line: Line, port: int, name: str, context: ssl.SSLContext) -> _Handshake | None:
    await line.lane.visit()
    try:
        await line.lane.before_probe()
        work = _shake_hands(line, port, context)
        return await line.recorded(Kind.TLS, f"{port} {name}", "", work, _outcome)
    finally:
        line.lane.leave()


def _outcome(shake: _Handshake | None) -> str:
    if shake is None:
        return "not-offered"
    return "ok" if shake.accepted else "refused"


async def _shake_hands(line: Line, port: int, context: ssl.SSLContext) -> _Handshake | None:
    """One handshake. An IP address is never sent as a server name, so SNI stays off."""
    address, seconds = line.target.address, line.limits.connect_timeout
    line.guard(PORT_TESTS)()
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(address, port, ssl=context)
    except ssl.SSLError as error:
        return None if error.reason in _OUR_SIDE else _Handshake(accepted=False)
    except ConnectionRefusedError as error:
        raise Unreachable(connect_error(error, address, port, seconds).text) from None
    except ConnectionError:
        # Some devices hang up instead of sending an alert.
        return _Handshake(accepted=False)
    except OSError as error:  # TimeoutError is one too
        raise Unreachable(connect_error(error, address, port, seconds).text) from None
    try:
        tls: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
        if tls is None:
            raise Unreachable(say("transport.tls-failed", address=address, port=port, reason="SSL"))
        cipher = tls.cipher()
        certificate = tls.getpeercert(binary_form=True)
        return _Handshake(accepted=True, cipher=cipher[0] if cipher else "", certificate=certificate or b"")
    finally:
        writer.transport.abort()


@cache
def _context(version: ssl.TLSVersion) -> ssl.SSLContext | None:
    """A context for exactly one version; None where this computer's OpenSSL does not have it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with warnings.catch_warnings():
            # Python warns that old versions are deprecated; finding out who still accepts them is the purpose here.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = version
            context.minimum_version = version
    except (ValueError, ssl.SSLError):
        return None
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context
