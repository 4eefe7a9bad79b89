"""X.509 certificates of every sort a camera shows, made here with invented names."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from fushinban.drivers._certificates import parse_certificate, unreadable_certificate
from fushinban.errors import Malformed
from fushinban.model.facts import Certificate

START, END = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def name(common: str) -> x509.Name:
    parts = ((NameOID.COMMON_NAME, common), (NameOID.SERIAL_NUMBER, "000"), (NameOID.ORGANIZATION_NAME, "見本"))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def made(key: object, digest: hashes.HashAlgorithm | None = None, issuer: str = "camera") -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(name("camera"))
        .issuer_name(name(issuer))
        .public_key(key.public_key())  # type: ignore[attr-defined] # any private key
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(END)
    )
    return builder.sign(key, digest)  # type: ignore[arg-type] # any private key


RSA_KEY = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize(
    ("make", "digest", "expected"),
    [
        (lambda: RSA_KEY, hashes.SHA256(), ("RSA", 2048, "sha256")),
        (lambda: rsa.generate_private_key(65537, 1024), hashes.SHA256(), ("RSA", 1024, "sha256")),
        (lambda: ec.generate_private_key(ec.SECP256R1()), hashes.SHA384(), ("EC", 256, "sha384")),
        (lambda: dsa.generate_private_key(1024), hashes.SHA256(), ("DSA", 1024, "sha256")),
        (ed25519.Ed25519PrivateKey.generate, None, ("Ed25519", 256, "")),
        (ed448.Ed448PrivateKey.generate, None, ("Ed448", 456, "")),
    ],
)
def test_keys(make: Callable[[], object], digest: hashes.HashAlgorithm | None, expected: tuple[str, int, str]) -> None:
    found = parse_certificate(made(make(), digest).public_bytes(Encoding.DER), "1")
    assert (found.key_type, found.key_bits, found.signature_hash) == expected


def test_names_dates_and_fingerprints() -> None:
    certificate = made(RSA_KEY, hashes.SHA256(), issuer="authority")
    der = certificate.public_bytes(Encoding.DER)
    found = parse_certificate(der, ":443")
    assert found.id == ":443"
    assert found.subject == "O=見本,serialNumber=000,CN=camera"
    assert found.issuer == "O=見本,serialNumber=000,CN=authority"
    assert (found.not_before, found.not_after, found.self_signed) == (START, END, False)
    assert found.fingerprint == hashlib.sha256(der).hexdigest()
    spki = RSA_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert found.key_fingerprint == hashlib.sha256(spki).hexdigest()
    assert found.in_use is None


def test_self_signed_and_pem() -> None:
    certificate = made(RSA_KEY, hashes.SHA256())
    der = parse_certificate(certificate.public_bytes(Encoding.DER), "1")
    pem = parse_certificate(b"\r\n" + certificate.public_bytes(Encoding.PEM), "1")
    assert der.self_signed
    assert der == pem


def test_an_unreadable_one_keeps_its_id_and_fingerprint() -> None:
    found = unreadable_certificate(b"abc", "x")
    assert found == Certificate(id="x", key_type="unreadable", fingerprint=hashlib.sha256(b"abc").hexdigest())


@given(st.binary(max_size=400))
def test_any_bytes_are_malformed_or_a_certificate(der: bytes) -> None:
    try:
        assert parse_certificate(der, "x").id == "x"
    except Malformed:
        return


DERS = tuple(
    c.public_bytes(Encoding.DER)
    for c in (made(RSA_KEY, hashes.SHA256()), made(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()))
)


@given(
    st.sampled_from(DERS),
    st.integers(0, 2**16),
    st.binary(min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 2**16),
)
def test_damaged_certificates(der: bytes, at: int, piece: bytes, cut: bool, end: int) -> None:
    at %= len(der)
    damaged = der[:at] + piece + der[at + len(piece) :]
    damaged = damaged[: end % len(damaged)] if cut else damaged
    try:
        assert parse_certificate(damaged, "x").id == "x"
    except Malformed:
        return
