"""Certificates as the product speaks of them. The library that reads them is loaded with the first certificate."""

import hashlib

from fushinban.model.facts import Certificate


def parse_certificate(der: bytes, id: str) -> Certificate:
    """What a certificate in DER (or PEM, as some devices send it) says; `id` names it. Raises Malformed.

    Names are in RFC 4514 form, fingerprints hex SHA-256 over the DER and over the SubjectPublicKeyInfo. `key_type` is
    `RSA`, `EC`, `DSA`, `Ed25519`, `Ed448` or `unknown`; an unknown key has 0 bits and no fingerprint. `self_signed`
    says that issuer and subject are the same name.
    """
    from fushinban.drivers._x509 import read_certificate  # noqa: PLC0415 - many sites have no certificate at all

    return read_certificate(der, id)


def unreadable_certificate(content: bytes, id: str) -> Certificate:
    """The mark for a certificate that cannot be read: only its id, its fingerprint and `key_type` `unreadable`."""
    return Certificate(id=id, key_type="unreadable", fingerprint=hashlib.sha256(content).hexdigest())
