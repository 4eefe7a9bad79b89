"""The files of an anonymised recording, as bytes: `http.json`, `console.json`, one `capture_*.json` per ONVIF answer.
Pure."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fushinban.collect.anonymise import BLANK, Anonymiser
from fushinban.drivers._saved_text import decoded
from fushinban.transport.dialogue_recording import DialogueRecorded
from fushinban.transport.http_recording import HttpRecorded
from fushinban.transport.recorder import SoapHeard
from fushinban.transport.soap import envelope

CONSOLE_FILE = "console.json"
#: A console breaks lines at its right edge, also in the middle of an address.
_BROKEN = re.compile(r"^([^\n]{79,80})\n(?=\S)", re.MULTILINE)

_SECURITY = b"<s:Header><Security/></s:Header>"  # says that there was a login, and nothing else
_TEXT = re.compile(r"text/|json|xml|x-www-form-urlencoded|javascript", re.IGNORECASE)
_NO_TEXT = re.compile(r"image/|video/|audio/|multipart/|octet-stream|zip|pdf|mpeg", re.IGNORECASE)
#: Paths of logs, pictures and saved configurations, whoever should ask for them.
_UNWANTED = re.compile(
    r"snapshot|/jpg/|/picture|logsearch|/log\b|(?<!remote)syslog|accesslog|systemlog|backup|config_?export|configurationdata",
    re.IGNORECASE,
)
#: Where the names of things are secrets themselves, and those that are not.
_COMMUNITIES = re.compile(r"snmp/community")
_NAMES = re.compile(r'("name"\s*:\s*")(?!(?:public|private)")(?:[^"\\]|\\.)*')


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """All that was asked and answered, and the tokens of logins of their own kind. `dialect`: that of the dialogues."""

    http: tuple[HttpRecorded, ...]
    soap: tuple[SoapHeard, ...]
    tokens: tuple[str, ...] = ()
    console: tuple[DialogueRecorded, ...] = ()
    dialect: str = ""


def files_of(heard: Heard, anonymiser: Anonymiser, origin: str, http_name: str) -> tuple[dict[str, bytes], int]:
    """Name and bytes of every file, and how many answers over HTTP were left out."""
    rows = [(e, text) for e in heard.http if (text := _text_of(e)) is not None]
    soap = [(e, e.answer.decode("utf-8", "replace")) for e in heard.soap]
    printed = [(e, _BROKEN.sub(r"\1", decoded(e.printed))) for e in heard.console]
    for text in (*_all_texts(rows, soap), *(text for _, text in printed)):
        anonymiser.learn(text)
    files: dict[str, bytes] = {}
    if printed:
        answers = [{"command": e.command, "text": anonymiser.text(text)} for e, text in printed]
        files[CONSOLE_FILE] = _json(
            {
                "recording": "console",
                "origin": anonymiser.text(origin),
                "hand_made": False,
                "dialect": heard.dialect,
                "answers": answers,
            }
        )
    if rows:
        said = [_http(e, text, anonymiser) for e, text in rows]
        made = {
            "recording": "http",
            "origin": anonymiser.text(origin),
            "hand_made": False,
            "exchanges": list(_once(said)),
        }
        files[http_name] = _json(made)
    for number, (exchange, text) in enumerate(soap, 1):
        files[f"capture_{number:04d}_{exchange.operation}.json"] = _json(_soap(exchange, text, anonymiser))
    return files, len(heard.http) - len(rows)


def _text_of(exchange: HttpRecorded) -> str | None:
    """The text of an answer; None for what is never kept: no text, a picture, a log, a saved configuration."""
    if _UNWANTED.search(exchange.path.partition("?")[0]) or (
        _NO_TEXT.search(exchange.type) and not _TEXT.search(exchange.type)
    ):
        return None
    try:
        text = exchange.body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\x00" in text:
        return None
    return _NAMES.sub(rf"\1{BLANK}", text) if _COMMUNITIES.search(exchange.path) else text


def _all_texts(rows: Iterable[tuple[HttpRecorded, str]], soap: Iterable[tuple[SoapHeard, str]]) -> Iterator[str]:
    yield from (text for _, text in rows)
    yield from (text for _, text in soap)


def _http(exchange: HttpRecorded, text: str, anonymiser: Anonymiser) -> dict[str, object]:
    row: dict[str, object] = {"method": exchange.method, "path": anonymiser.text(exchange.path)}
    if exchange.asked:
        row["asked"] = anonymiser.text(exchange.asked.decode("utf-8", "replace"))
    if exchange.anonymous:
        row["anonymous"] = True
    return {**row, "status": exchange.status, "type": anonymiser.text(exchange.type), "text": anonymiser.text(text)}


def _once(rows: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Each question once: the answer with a login where it was asked with and without."""
    best: dict[tuple[object, ...], dict[str, object]] = {}
    for row in rows:
        key = (row["method"], row["path"], row.get("asked"))
        if key not in best or (best[key]["status"] in (401, 403) and row["status"] not in (401, 403)):
            best[key] = row
    yield from best.values()


def _soap(exchange: SoapHeard, text: str, anonymiser: Anonymiser) -> dict[str, object]:
    asked = envelope(exchange.asked, b"" if exchange.anonymous else _SECURITY).decode()
    return {
        "operation_name": exchange.operation,
        "endpoint": f"http://192.0.2.1{anonymiser.text(exchange.path)}",
        "request_body": anonymiser.text(asked),
        "response_body": anonymiser.text(text),
        "status_code": exchange.status,
    }


def _json(made: object) -> bytes:
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()
