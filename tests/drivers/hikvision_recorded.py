"""Dumps of real Hikvision devices, which hold XML as JSON (`@attr`, `#text`), turned back into XML and served."""

import json
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from fushinban.transport.http_recording import HttpRecorded, HttpRecording

FOLDER = "vendor-api/maciej-or+hikvision_next/tests/fixtures/devices"

Node = object


def to_xml(name: str, value: Node) -> str:
    """The elements called `name` that this JSON value stands for: several for a list, one for anything else."""
    if isinstance(value, list):
        return "".join(to_xml(name, item) for item in value)
    if not isinstance(value, dict):
        return f"<{name}/>" if value is None else f"<{name}>{escape(str(value))}</{name}>"
    attributes = "".join(f" {k[1:]}={quoteattr(str(v))}" for k, v in value.items() if k.startswith("@"))
    inside = escape(str(value.get("#text", "")))
    inside += "".join(to_xml(k, v) for k, v in value.items() if not k.startswith(("@", "#")))
    return f"<{name}{attributes}>{inside}</{name}>"


def refusal(status: int, path: str) -> bytes:
    """What these devices say with a status that was recorded without its body (the shape is the maker's own)."""
    return (
        f'<ResponseStatus version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"><requestURL>/ISAPI/{path}'
        "</requestURL><statusCode>4</statusCode><statusString>Invalid Operation</statusString>"
        "<subStatusCode>notSupport</subStatusCode></ResponseStatus>"
    ).encode()


@cache
def recording(path: Path) -> HttpRecording:
    """One dump as a recording of HTTP."""
    rows = json.loads(path.read_bytes())["data"]["ISAPI"]
    exchanges = []
    for asked, answer in rows.items():
        status = answer.get("status_code", 200)
        body = refusal(status, asked)
        if "response" in answer:
            ((root, value),) = answer["response"].items()
            body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + to_xml(root, value).encode()
        exchanges.append(HttpRecorded(path=f"/ISAPI/{asked}", status=status, type="application/xml", body=body))
    return HttpRecording(exchanges=tuple(exchanges), name=path.name, realm=path.stem, hand_made=False)


def devices(corpora: Path) -> list[Path]:
    """All dumps."""
    return sorted((corpora / FOLDER).glob("*.json"))
