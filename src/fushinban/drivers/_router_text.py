"""What readers of routers' configurations share: refusing what is no text, and noting which lines are unread."""

import re

from fushinban.drivers._saved_text import decoded
from fushinban.errors import Malformed
from fushinban.messages import Text, say
from fushinban.model.router import Line, Unread

#: Bytes and lines of a configuration that are read; the largest that routers print are far below.
MAX_BYTES = 4 * 1024 * 1024
MAX_LINES = 100_000
#: Characters of one line that are read; a longer one is noted as broken.
MAX_LINE = 20_000
#: Characters of one line that are kept as a cause.
_LONGEST = 400

#: gzip, zip, bzip2, xz, and the two forms of a RouterOS `.backup`.
_ARCHIVES = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x88\xac\xa1\xb1", b"\xef\xa8\x91\x72")

#: A value that follows such a word is blanked where the grammar of a line is not known.
_LOOSE = re.compile(
    r"(pass(?:word|wd|phrase|code)?|secret|pre-?shared-?key|private-?key|psk|community|token|credential"
    r"|(?:^|[\s\"'._-])key|パスワード|暗証)"
    r"([\w.-]*[\"']?[\s=:：＝]+)(?=\S).*",
    re.IGNORECASE | re.DOTALL,
)
_LOGIN_IN_ADDRESS = re.compile(r"(://[^/\s:@]*:)[^@\s/]+(?=@)")


def readable(content: bytes, how: Text) -> str:
    """The text of the bytes. Raises Malformed for nothing, too much, an archive; `how`: the way to a right file."""
    if not content.strip(b" \t\r\n\0"):
        raise Malformed(say("router_text.empty"))
    if len(content) > MAX_BYTES or content.count(b"\n") > MAX_LINES:
        raise Malformed(say("router_text.too-large", size=MAX_BYTES // 1024 // 1024))
    if content.startswith(_ARCHIVES):
        raise Malformed(say("router_text.archive", how=how))
    return decoded(content)


def loosely_blanked(text: str) -> str:
    """A line whose grammar is not known, with all that follows a word for a secret blanked; at most 400 characters."""
    return clipped(_LOOSE.sub(r"\1\2***", without_logins(text.strip()[: 2 * _LONGEST])))


def without_logins(text: str) -> str:
    """The text without passwords that stand inside addresses (`ftp://user:password@host`)."""
    return _LOGIN_IN_ADDRESS.sub(r"\1***", text) if "://" in text else text


def clipped(text: str) -> str:
    """At most 400 characters of a line, without the space around it."""
    text = text.strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


class Notes:
    """Collects the lines that were not understood, each line and reason once, in the order of the text."""

    def __init__(self) -> None:
        self._unread: dict[tuple[Line, str], Unread] = {}

    def add(self, line: Line, message_id: str, **values: object) -> None:
        """Note a line with its reason (`router_text.<message_id>`)."""
        reason = say(f"router_text.{message_id}", **values)
        self._unread.setdefault((line, reason.en), Unread(line=line, reason=reason))

    def all(self) -> tuple[Unread, ...]:
        """Everything noted, by line number."""
        return tuple(sorted(self._unread.values(), key=lambda one: one.line.number))
