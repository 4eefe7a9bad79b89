"""Certificates and TLS contexts of pretend devices, made at start and never kept."""

import ipaddress
import ssl
import tempfile
import warnings
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
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
        key = ec.generate_private_key(ec.SECP256R1())
    expired = device.certificate is CertificateKind.EXPIRED
    start, end = (now - timedelta(days=800), now - timedelta(days=70)) if expired else (
        now - timedelta(days=30), now + timedelta(days=700)
    )  # fmt: skip
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
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(device.address))]), False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = secret + made.public_bytes(serialization.Encoding.PEM)
    return ServedCertificate(der=made.public_bytes(serialization.Encoding.DER), pem=pem)


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
