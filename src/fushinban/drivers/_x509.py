"""Reads an X.509 certificate with the library for it; `_certificates` is the way in."""

import hashlib
import warnings

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import Certificate

_PEM = b"-----BEGIN"

#: RFC 4514 knows few short names; these are common on cameras.
_NAMES = {NameOID.SERIAL_NUMBER: "serialNumber", NameOID.EMAIL_ADDRESS: "emailAddress", NameOID.TITLE: "title"}

#: Names and sizes of key types that do not carry their own.
_FIXED = ((ed25519.Ed25519PublicKey, "Ed25519", 256), (ed448.Ed448PublicKey, "Ed448", 456))


def read_certificate(der: bytes, id: str) -> Certificate:
    """What a certificate in DER or PEM says; see `_certificates.parse_certificate`. Raises Malformed."""
    with warnings.catch_warnings():
        # certificates that break a rule in a harmless way are common on cameras, and are to be shown
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        try:
            load = x509.load_pem_x509_certificate if der.lstrip().startswith(_PEM) else x509.load_der_x509_certificate
            return _certificate(load(der), id)
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
            raise Malformed(say("onvif.certificate", id=id)) from error


def _certificate(certificate: x509.Certificate, id: str) -> Certificate:
    kind, bits, key_fingerprint = _key(certificate)
    return Certificate(
        id=id,
        subject=certificate.subject.rfc4514_string(_NAMES),
        issuer=certificate.issuer.rfc4514_string(_NAMES),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key_type=kind,
        key_bits=bits,
        signature_hash=_hash(certificate),
        self_signed=certificate.subject == certificate.issuer,
        fingerprint=hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
        key_fingerprint=key_fingerprint,
    )


def _key(certificate: x509.Certificate) -> tuple[str, int, str]:
    """Type, bits and fingerprint; a key of a kind or curve that cannot be read leaves the rest readable."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "unknown", 0, ""
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(spki).hexdigest()
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size, digest
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size, digest
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size, digest
    return next(((name, bits, digest) for t, name, bits in _FIXED if isinstance(key, t)), ("unknown", 0, digest))


def _hash(certificate: x509.Certificate) -> str:
    """Name of the signature's hash (`sha256`); empty for signatures that have none or one unknown to us."""
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return ""
    return algorithm.name if algorithm else ""
