"""点検報告書 as one HTML file: no script, no other file, light and dark, printable."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fushinban.controls import controls
from fushinban.model.control import Control, Outcome
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, Text
from fushinban.reports import Report
from fushinban.reports._document.build import document
from fushinban.reports._document.values import State
from fushinban.reports._marks import MARKS
from fushinban.reports._text import printable
from fushinban.reports.network_svg import draw

V = TypeVar("V")


def make(inspection: Inspection, lang: Lang) -> bytes:
    """The HTML file, UTF-8."""
    return render(inspection, controls(), lang)


def render(inspection: Inspection, catalogue: Mapping[str, Control], lang: Lang) -> bytes:
    """The HTML file, judged by the given catalogue."""
    # The picture is made of escaped text by its own module; everything else is escaped by the template.
    network = Markup(draw(inspection, lang, styled=False))  # noqa: S704
    report = _shown(document(inspection, catalogue, lang, ""))
    cells = (c for chapter in report.coverage.chapters for c in chapter.cells)
    page = (
        _environment()
        .get_template("inspection.html.j2")
        .render(
            d=report,
            w=report.words,
            network=network,
            css=_style(),
            marks={o.value: m for o, m in MARKS.items()},
            legend=[State(id=o, word=o.label.of(lang)) for o in Outcome],
            missing=[c for c in cells if c.state in (Outcome.UNKNOWN, Outcome.ERROR)],
        )
    )
    return page.encode("utf-8")


REPORT = Report(
    id="inspection-html", title=Text("点検報告書", "Inspection-report"), suffix=".html", make=make, findings=True
)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("fushinban.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
    )


@cache
def _style() -> Markup:
    environment = _environment()
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, "inspection.css")
    return Markup(source)  # noqa: S704  # our own file


def _shown(value: V) -> V:
    """The same value with every string inside made printable."""
    made: Any = value
    if isinstance(value, str):
        # An outcome stays an enumeration member; its value is ours and printable.
        made = value if type(value) is not str else printable(value)
    elif isinstance(value, tuple):
        made = tuple(map(_shown, value))
    elif isinstance(value, Mapping):
        made = {k: _shown(v) for k, v in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(value, **{f.name: _shown(getattr(value, f.name)) for f in fields(value)})
    shown: V = made
    return shown
