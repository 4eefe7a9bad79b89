"""Reads what a server says by itself after a connect."""

import re

#: Longest text of a banner, title or header that is kept.
MAX_TEXT = 200

_IAC, _SB, _SE = 0xFF, 0xFA, 0xF0
_NEGOTIATIONS = frozenset({0xFB, 0xFC, 0xFD, 0xFE})
_PROMPT = re.compile(
    rb"(?i)(?:login|user ?name|password|\xe3\x83\xad\xe3\x82\xb0\xe3\x82\xa4\xe3\x83\xb3)[ \t]*:[ \t]*$"
)
_FTP = re.compile(rb"^220[ -]")
_MAIL = re.compile(rb"(?i)\bE?SMTP\b")
_SSH = re.compile(rb"(?:^|\n)SSH-\d")


def strip_telnet(data: bytes) -> tuple[bytes, bool]:
    """The bytes without Telnet commands (RFC 854), and whether options were negotiated."""
    kept = bytearray()
    negotiated, i = False, 0
    while i < len(data):
        if data[i] != _IAC:
            kept.append(data[i])
            i += 1
            continue
        command = data[i + 1] if i + 1 < len(data) else 0
        if command == _IAC:
            kept.append(_IAC)
        negotiated = negotiated or command in _NEGOTIATIONS or command == _SB
        i = _after_command(data, i, command)
    return bytes(kept), negotiated


def _after_command(data: bytes, start: int, command: int) -> int:
    if command == _SB:
        end = data.find(bytes((_IAC, _SE)), start + 2)
        return len(data) if end < 0 else end + 2
    return start + (3 if command in _NEGOTIATIONS else 2)


def parse_speech(data: bytes) -> str:
    """What speaks like this: `ssh`, `ftp`, `telnet`, `rtsp`, `http`, or empty where it cannot be told."""
    if _SSH.search(data):
        return "ssh"
    if _FTP.match(data):
        return "" if _MAIL.search(data) else "ftp"
    for name, start in (("rtsp", b"RTSP/"), ("http", b"HTTP/")):
        if data.startswith(start):
            return name
    text, negotiated = strip_telnet(data)
    return "telnet" if (negotiated and data[0] == _IAC) or _PROMPT.search(text.rstrip(b"\r\n \0")) else ""


def parse_banner(data: bytes) -> str:
    """The banner as one printable line of at most 200 characters, Telnet commands removed."""
    text, _ = strip_telnet(data) if parse_speech(data) == "telnet" else (data, False)
    return printable(text.decode("utf-8", "replace"))


def printable(text: str) -> str:
    """One line without control characters, at most 200 characters."""
    words = " ".join(text.split())
    if words.isprintable():
        return words[:MAX_TEXT]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)[:MAX_TEXT]
