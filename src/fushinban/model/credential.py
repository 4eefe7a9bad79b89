"""Logins, and what is said of them without trying them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A login for devices. The secret never appears in `repr`, and leaves memory only towards its own device.

    `origin`: where the secret came from (`vault:NAME` or `env:NAME`). `fingerprint`: keyed HMAC of the secret (hex).
    """

    username: str
    secret: str = field(repr=False)
    origin: str = ""
    fingerprint: str = ""
