"""The text of a file that somebody saved from a router: which characters the bytes mean."""

import codecs
import re

#: Most likely first; the first that the bytes fit is taken. EUC-JP is the stricter of the two Japanese ones: text of
#: Shift_JIS hardly ever fits it, the other way round often.
_ENCODINGS = ("utf-8", "euc_jp", "cp932")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
#: What terminals send to colour and to move, and the bell.
_TERMINAL = re.compile("\x1b(?:\\[[0-9;?]*[A-Za-z]|[()][A-Za-z0-9])|[\x00\x07]")


def decoded(content: bytes) -> str:
    """The text of any bytes, with line ends as LF and without terminal sequences; unreadable characters as U+FFFD."""
    return _TERMINAL.sub("", _characters(content)).replace("\r\n", "\n").replace("\r", "\n")


def _characters(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")
