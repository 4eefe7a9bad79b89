"""What stands on a console: prompts, questions, page breaks, complaints. Pure; text is bytes read as Latin-1.

Read so, every encoding that routers speak (ASCII, Shift_JIS, EUC-JP, UTF-8) goes through unharmed, and only words that
this module looks for are written in each of them.
"""

import re
from enum import Enum

#: Characters of one line that may be a prompt or a question.
_LONGEST = 100
#: A complaint is short: what is longer is an answer.
_COMPLAINT_LINES = 4
_COMPLAINT_BYTES = 1000
_ENCODINGS = ("utf-8", "euc_jp", "cp932")

#: The second form is that of users with the monitor right on a UNIVERGE IX: `shop%`, `shop(config)%`.
_PROMPT = re.compile(r"[^\r\n]{0,80}[>#][ \t]*|[A-Za-z][\w.\-]{0,63}(?:\([\w\-]{1,32}\))?%[ \t]*")
_BREAK = re.compile(r"[ \t]*-{2,}[ \t]*[^\r\n\-]{1,40}?[ \t]*-{2,}[^\r\n]{0,40}")
#: What wipes a page break away before the next page begins.
_WIPING = re.compile(r"(?:\x1b\[[0-9;?]*[A-Za-z]|[\b\r ])*[\b\r](?!\n)")
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Za-z0-9]|[=>78])|[\x00\x07]")


def _in_all(words: str) -> str:
    """A pattern for Japanese words in every encoding, as Latin-1."""
    return "|".join(re.escape(w.encode(e).decode("latin-1")) for w in words.split() for e in _ENCODINGS)


_PASSWORD = re.compile(
    rf"[^\r\n]*(?:pass(?:word|code|phrase)|{_in_all('パスワード')})[^\r\n]{{0,20}}[:?>]?[ \t]*", re.IGNORECASE
)
_USERNAME = re.compile(
    rf"[^\r\n]*(?:user[ ]?name|user|login|account|{_in_all('ユーザー名 ユーザ名 ログイン')})"
    rf"[ \t]*(?:[:?]|{_in_all('：')})[ \t]*",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"[^\r\n]*\([Yy](?:es)?/[Nn](?:o)?\)[^\r\n]{0,6}")
_REFUSED = re.compile(
    rf"incorrect|invalid|fail|denied|wrong|bad password|mismatch|error|{_in_all('エラー 違い 誤 不正 失敗')}",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    rf"in use|busy|occupied|too many|limit|maximum|already|{_in_all('使用中 ログイン中 上限 超え 接続中')}",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(
    r"\s*(?:%|\^|エラー|error\b|invalid\b|unknown command|unrecogni[sz]ed|ambiguous|incomplete|permission|access denied"
    r"|command not found|コマンド|権限|管理)",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"permission|privilege|authori[sz]|administrator|access denied|not allowed|権限|許可|管理", re.IGNORECASE
)


class Tail(Enum):
    """What the text ends with, once nothing more comes by itself."""

    PROMPT = "waits for a command"
    PASSWORD = "asks for a password"
    USERNAME = "asks for a name"
    YES_OR_NO = "asks yes or no"
    BREAK = "waits at the end of a page"
    OTHER = "none of these"


def last_line(text: str) -> str:
    """What stands behind the last line end, as the screen shows it."""
    return overwritten(text[-2 * _LONGEST :].rpartition("\n")[2])


def tail_of(text: str) -> Tail:
    """What a text ends with."""
    line = last_line(text)
    if len(line) > _LONGEST or not line.strip():
        return Tail.OTHER
    for form, tail in _TAILS:
        if form.fullmatch(line):
            return tail
    return Tail.OTHER


#: In this order: `Login password>` asks, although it looks like a prompt.
_TAILS = (
    (_BREAK, Tail.BREAK),
    (_YES_OR_NO, Tail.YES_OR_NO),
    (_PASSWORD, Tail.PASSWORD),
    (_USERNAME, Tail.USERNAME),
    (_PROMPT, Tail.PROMPT),
)


def prompt_of(text: str) -> str:
    """The prompt at the end of a text, without the space around it."""
    return last_line(text).strip()


def waits_twice(text: str, prompt: str) -> bool:
    """Whether a text ends with the prompt, an empty line sent, and the prompt again: then nothing more is to come."""
    lines = [overwritten(line).strip() for line in text[-4 * _LONGEST :].split("\n")]
    filled = [line for line in lines if line]
    return len(filled) >= 2 and filled[-1] == filled[-2] == prompt and lines[-1] == prompt


def without_break(text: str) -> str:
    """The text without the page break that it ends with."""
    return text[: text.rfind("\n") + 1]


def after_break(text: str) -> str:
    """A page without what wiped the break before it away."""
    found = _WIPING.match(text)
    return text[found.end() :] if found else text


def says_refused(text: str) -> bool:
    """Whether the words after a password refuse it."""
    return bool(_REFUSED.search(text))


def says_taken(text: str) -> bool:
    """Whether somebody else holds the only session."""
    return bool(_TAKEN.search(text))


def printed_for(command: str, text: str, prompt: str) -> bytes:
    """What a command printed: the text without its echo, the prompts at its end and what the terminal does."""
    lines = [overwritten(_ESCAPES.sub("", line)) for line in text.replace("\r\n", "\n").split("\n")]
    if lines and lines[0].strip().endswith(command):
        del lines[0]
    while lines and lines[-1].strip() in ("", prompt):
        del lines[-1]
    while lines and not lines[0].strip():
        del lines[0]
    return ("\n".join(lines) + "\n" if lines else "").encode("latin-1", "ignore")


def overwritten(line: str) -> str:
    """A line as it stands on the screen after carriage returns and backspaces in it."""
    if "\r" not in line and "\b" not in line:
        return line
    shown: list[str] = []
    place = 0
    for character in line:
        if character == "\r":
            place = 0
        elif character == "\b":
            place = max(0, place - 1)
        else:
            shown[place : place + 1] = character
            place += 1
    return "".join(shown)


def complaint(printed: bytes) -> str:
    """The first line of a text that is nothing but the device's complaint about a command; empty for an answer."""
    if len(printed) > _COMPLAINT_BYTES:
        return ""
    lines = [line for line in _decoded(printed).splitlines() if line.strip()]
    if not lines or len(lines) > _COMPLAINT_LINES:
        return ""
    return next((line.strip()[:_LONGEST] for line in lines if _COMPLAINT.match(line) and len(line.strip()) > 1), "")


def lacks_rights(said: str) -> bool:
    """Whether a complaint is about the right to a command, not about the command."""
    return bool(_RIGHTS.search(said))


def _decoded(printed: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return printed.decode(encoding)
        except UnicodeDecodeError:
            continue
    return printed.decode("latin-1")
