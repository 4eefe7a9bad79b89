"""Logins, and what is said of them without trying them."""

from dataclasses import dataclass, field

from fushinban.model.text import Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A login for devices. The secret never appears in `repr`, and leaves memory only towards its own device.

    `origin`: where the secret came from (`vault:NAME` or `env:NAME`). `fingerprint`: keyed HMAC of the secret (hex).
    `administrator`: the second password, for the administrator's level of a command line; `clear_text`: the site's
    owner allows that both leave in clear text, over Telnet.
    """

    username: str
    secret: str = field(repr=False)
    origin: str = ""
    fingerprint: str = ""
    administrator: str = field(default="", repr=False)
    clear_text: bool = False


class SnmpHash(Named):
    """How a user of SNMPv3 proves the password (RFC 3414, RFC 7860)."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpAccess:
    """How devices are asked over SNMP. Neither secret appears in `repr`.

    Without `username`: v2c, and `secret` is the community. With it: v3, where `secret` is the password that proves the
    user by `digest`, and `privacy` the one for encryption (AES-128; empty: not encrypted). `origin` and `fingerprint`
    are those of a Credential.
    """

    secret: str = field(repr=False)
    username: str = ""
    digest: SnmpHash = SnmpHash.SHA1
    privacy: str = field(default="", repr=False)
    origin: str = ""
    fingerprint: str = ""

    @property
    def version(self) -> str:
        """`2c` or `3`."""
        return "3" if self.username else "2c"
