"""Blanks secrets in a line of RouterOS before anything else looks at it."""

import re

from fushinban.drivers._router_text import loosely_blanked, without_logins

_VALUE = r'("(?:[^"\\]|\\.)*"?|[^\s\]"]*)'
#: Keys by their last part: `wpa2-pre-shared-key`, `ipsec-secret`, `security.passphrase`, `trap-community` …
_SECRET = re.compile(
    r"(?<![\w.-])((?:[\w.-]*(?:password|passwd|passphrase|secret|private-key|shared-key|auth-key|authentication-key|"
    r"enc-key|encryption-key|md5-key|protection-key|wep-key|static-key-\d|community|token|psk)|key|pin)=)" + _VALUE,
    re.IGNORECASE,
)
#: What runs by itself often holds a login; that it is there is enough. One in braces may go on behind its first word.
_PROGRAM = re.compile(
    r"(?<![\w.-])((?:source|on-[\w-]+|[\w-]*script)=)" r'(?:("(?:[^"\\]|\\.)*"?|[^\s\]"{][^\s\]"]*)|.*)', re.DOTALL
)
_COMMENT = re.compile(r"(?<![\w.-])(comment=)" + _VALUE)
_NAME = re.compile(r"(?<![\w.-])(name=)" + _VALUE)
#: One quick look decides whether the others are needed: most lines hold none of these.
_HINTS = (
    "pass", "secret", "key", "community", "token", "credential", "psk", "pin=", "source=", " on-", "script=", "://",
    "パスワード", "暗証",
)  # fmt: skip


def blanked(text: str, menu: str = "") -> str:
    """The line without secrets. In `/snmp community` the name is the secret. Empty values stay, so they can be told."""
    if menu == "snmp community":
        text = _NAME.sub(_hide, text)
    lower = " " + text.lower()
    if not any(hint in lower for hint in _HINTS):
        return text
    text = _PROGRAM.sub(_hide_program, text)
    text = _SECRET.sub(_hide, text)
    return without_logins(_COMMENT.sub(_hide_talk, text))


def _hide(match: re.Match[str]) -> str:
    return match[1] + (match[2] if match[2] in ("", '""') else "***")


def _hide_program(match: re.Match[str]) -> str:
    return match[1] + "***" if match[2] is None else _hide(match)


def _hide_talk(match: re.Match[str]) -> str:
    """A comment in which somebody wrote down a password."""
    said = match[2]
    hidden = loosely_blanked(said)
    return match[1] + (said if hidden == said.strip() else hidden.rstrip('"') + '"' * said.startswith('"'))
