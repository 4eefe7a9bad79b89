"""点検報告書 as PDF, set by Typst from a data file, so that no string from a device is ever read as markup."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib import resources
from typing import Any

from fushinban.controls import controls
from fushinban.model.control import Control, Outcome
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, Text
from fushinban.reports import Report
from fushinban.reports._document.build import document
from fushinban.reports._document.values import Document
from fushinban.reports._marks import MARKS, mark_svg
from fushinban.reports._text import clipped, drawable, soft
from fushinban.reports._typesetting import pdf
from fushinban.reports.network_svg import draw


def make(inspection: Inspection, lang: Lang) -> bytes:
    """The PDF file. The same inspection gives the same bytes."""
    return render(inspection, controls(), lang)


def render(inspection: Inspection, catalogue: Mapping[str, Control], lang: Lang) -> bytes:
    """The PDF file, judged by the given catalogue."""
    report = document(inspection, catalogue, lang, draw(inspection, lang, clean=drawable))
    folder = resources.files("fushinban.reports") / "templates"
    files = {name: (folder / name).read_bytes() for name in ("style.typ", "parts.typ")}
    files["main"] = (folder / "inspection.typ").read_bytes()
    files["data.json"] = json.dumps(_data(report), ensure_ascii=False).encode("utf-8")
    files["network.svg"] = report.network.encode("utf-8")
    return pdf(files, inspection.ended_at)


REPORT = Report(
    id="inspection-pdf", title=Text("点検報告書", "Inspection-report"), suffix=".pdf", make=make, findings=True
)


#: The Japanese font has these signs in full width only, which tears English sentences apart.
_LATIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})


def _data(report: Document) -> dict[str, Any]:
    """The data file: the document with every string made drawable and breakable, and what only print needs."""
    values: dict[str, Any] = _drawn(asdict(report), _LATIN if report.lang == "en" else {})
    for row in (*values["priorities"], *values["errors"]):
        for seen in row["observations"]:
            for proof in seen["proofs"]:
                # The full digest stands in the JSON; sixteen digits tell two answers apart on paper.
                proof["digest"] = proof["digest"] and proof["digest"][:17].replace("\u200b", "") + "…"
    del values["network"]
    values["site-short"] = clipped(values["site"], 60)
    values["author"] = values["words"]["installer"]
    values["marks"] = {o.value: mark_svg(o) for o in MARKS}
    lang = report.lang
    values["legend"] = [
        {"id": o.value, "word": o.label.ja if lang == "ja" else o.label.en, "meaning": values["words"][f"legend-{o}"]}
        for o in (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE, Outcome.ERROR)
    ]
    values["answered-word"] = values["words"]["answered-note"]
    return values


def _drawn(value: Any, signs: Mapping[int, str]) -> Any:
    """Every string inside, drawable and breakable, with these signs put for others."""
    if isinstance(value, str):
        return soft(drawable(value.translate(signs)))
    if isinstance(value, dict):
        return {k: _drawn(v, signs) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_drawn(v, signs) for v in value]
    return value
