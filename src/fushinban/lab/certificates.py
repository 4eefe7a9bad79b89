"""Certificates and TLS contexts of pretend devices.

They are made at start and never kept, and yet the same in every run of a year, as a real device keeps its own:
else each run of the demonstration would look like a change of every device. Their keys protect nothing.
"""

import hashlib
import ipaddress
import ssl
import tempfile
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from fushinban.lab.plan import CertificateKind, DevicePlan

_SHORT_BITS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedCertificate:
    """A certificate (DER) and, for the server itself, both in PEM."""

    der: bytes
    pem: bytes = field(repr=False)


def make_certificate(device: DevicePlan, now: datetime) -> ServedCertificate:
    """A self-signed certificate of the declared kind; P-256 unless a short RSA key is declared."""
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if device.certificate is CertificateKind.SHORT_RSA:
        key = rsa.generate_private_key(65537, _SHORT_BITS)  # the planted fault
    else:
        key = ec.derive_private_key(_number(device, "key"), ec.SECP256R1())
    new_year = datetime(now.year, 1, 1, tzinfo=UTC)
    start, end = (-800, -70) if device.certificate is CertificateKind.EXPIRED else (-30, 1065)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, device.maker[:64] or "lab"),
            x509.NameAttribute(NameOID.COMMON_NAME, (device.certificate_group or device.hostname or device.id)[:64]),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(_number(device, "serial") >> 90)  # 158 bits at most
        .not_valid_before(new_year + timedelta(days=start))
        .not_valid_after(new_year + timedelta(days=end))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(device.address))]), False)
    )
    signed = _signed(made, key)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = secret + signed.public_bytes(serialization.Encoding.PEM)
    return ServedCertificate(der=signed.public_bytes(serialization.Encoding.DER), pem=pem)


def _signed(made: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    if isinstance(key, rsa.RSAPrivateKey):
        return made.sign(key, hashes.SHA256())
    try:
        return made.sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    except UnsupportedAlgorithm:  # an OpenSSL before 3.2: the certificate is then another one in every run
        return made.sign(key, hashes.SHA256())


def _number(device: DevicePlan, purpose: str) -> int:
    """248 bits that only this device has, for one purpose."""
    whose = device.certificate_group or device.serial or device.address
    return int.from_bytes(hashlib.sha256(f"fushinban-lab:{purpose}:{whose}".encode()).digest()[:31]) | 1 << 247


def tls_context(device: DevicePlan, certificate: ServedCertificate) -> ssl.SSLContext:
    """The server side of TLS: 1.2 and 1.3, or with `old_tls` 1.0 to 1.2 as far as the local OpenSSL can."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if device.old_tls or device.certificate is CertificateKind.SHORT_RSA:
        context.set_ciphers("ALL:@SECLEVEL=0")
    if device.old_tls:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions are the planted fault
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    else:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.TemporaryDirectory(prefix="fushinban-lab-") as folder:
        path = Path(folder) / "device.pem"
        path.write_bytes(certificate.pem)
        context.load_cert_chain(path)
    return context
