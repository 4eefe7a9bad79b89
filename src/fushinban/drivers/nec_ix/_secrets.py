"""Blanks secrets in a line of UNIVERGE IX before anything else looks at it."""

import re

from fushinban.drivers._router_text import loosely_blanked, without_logins

_HINTS = (
    "pass", "secret", "key", "community", "snmp-agent", "query", "url ", "psk", "authentication", "md5", "://",
)  # fmt: skip
_WORDS = ("password", "passphrase", "secret", "psk", "community")
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # username NAME password hash [1] SECRET LEVEL; nm account GROUP password secret SECRET
        r"(\bpassword\s+(?:plain|hash|secret|encrypted|cipher)\s+(?:\d\s+)?)(\S+)",
        # authentication password NAME SECRET (ppp profile)
        r"(\bauthentication\s+password\s+\S+\s+)(\S.*)",
        r"(\bauthentication\s+(?:text|md5|simple)\s+(?:\d+\s+)?)(\S.*)",
        r"(\b(?:secret-password|pass-?phrase|wpa-psk|auth-key|priv-password|auth-password)\s+(?:(?:plain|hash|secret)\s+)?)(\S+)",
        # ike policy NAME peer ADDRESS key SECRET …; ikev2 authentication psk id … key char SECRET; radius … key SECRET
        r"(\b(?:[\w-]+-)?key\s+)(\S.*)",
        r"(\bsnmp-agent\s+(?:ip|ipv6)\s+community\s+)(\S+)",
        r"(\bsnmp-agent\s+(?:ip|ipv6)\s+host\s+\S+\s+)(?!version\b)(\S+)",
        r"(^\s*community\s+)(\S+)",
        r"(\bpassword\s+)(?!plain\b|hash\b|secret\b|encrypted\b|cipher\b|\*\*\*)(\S+)(?=\s*$)",
    )
)
#: Of the question that a dynamic-DNS service is asked only the host name may stay.
_QUERY = re.compile(r"(^\s*query\s+)(.*)", re.IGNORECASE)
_HOST = re.compile(r"(?:^|[?&])((?:host(?:name)?|domain)=[\w.-]+)", re.IGNORECASE)
_URL = re.compile(r"(^\s*url\s+[^?\s]*\?)(.*)", re.IGNORECASE)


def blanked(text: str) -> str:
    """The line without secrets."""
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return text
    for form in _FORMS:
        text = form.sub(r"\1***", text)
    text = without_logins(_URL.sub(_only_host, _QUERY.sub(_only_host, text)))
    if "***" not in text and any(word in lower for word in _WORDS):
        return loosely_blanked(text)  # a form that is not known
    return text


def _only_host(match: re.Match[str]) -> str:
    kept = [found[1] for found in _HOST.finditer(match[2])]
    return match[1] + "&".join([*kept, "***"])
