"""Markup that Python writes: nothing that is put in becomes markup; addresses are those that the map of pages gives."""

import ast
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

import fushinban.web
from fushinban.messages import say
from fushinban.web.listing import Column, Listing
from fushinban.web.markup import NOTHING, Pattern, together
from fushinban.web.ways import way

LINK = Pattern("<a href=\"{address}\" title='{title}'>{name} 100%</a>")


class _Read(HTMLParser):
    """Tags, attributes and text as a browser finds them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


# A browser drops what HTML does not know (NUL, a lone carriage return); what is looked at here is markup.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"))


@given(texts, texts, texts)
def test_whatever_is_put_in_is_text(address: str, title: str, name: str) -> None:
    read = _Read()
    read.feed(LINK(address=address, title=title, name=name))
    read.close()
    assert read.tags == [("a", {"href": address, "title": title})]
    assert read.text == f"{name} 100%"


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'onload='x", "&lt;"]
)
def test_markup_alone_stays_markup(hostile: str) -> None:
    inner = LINK(address="/", title="", name=hostile)
    assert LINK(address="/", title="", name=inner).count("<a ") == 2
    assert isinstance(inner, SafeString)
    # Put together by hand it is text again.
    for text in (inner + hostile, hostile + inner, f"{inner}{hostile}", "".join([inner, hostile])):
        assert LINK(address="/", title="", name=text).count("<a ") == 1
    assert together([inner, hostile]).startswith(inner)
    assert hostile not in together([inner, hostile])


def test_a_place_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        LINK(address="/", title="")
    assert Pattern("{n} %s %% {n}")(n=3) == "3 %s %% 3"
    assert together([]) == NOTHING == ""


def test_patterns_are_written_out_in_the_program() -> None:
    found = 0
    for file in Path(fushinban.web.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Pattern":
                (html,) = node.args
                assert isinstance(html, ast.Constant), f"{file}:{node.lineno}"
                assert isinstance(html.value, str), f"{file}:{node.lineno}"
                found += 1
    assert found > 30


segments = st.text(st.characters(codec="utf-8"), min_size=1)


@settings(deadline=None)  # the first time all pages are loaded
@given(segments.filter(lambda s: "/" not in s and "\n" not in s), segments.filter(lambda s: "\n" not in s))
def test_ways_are_the_addresses_of_pages(site: str, device: str) -> None:
    assert way("site", site) == reverse("site", args=[site])
    assert way("device", site, device) == reverse("device", args=[site, device])
    assert way("findings") == reverse("findings")
    assert way("finding", 7) == reverse("finding", args=[7])


def test_a_slash_in_an_id_leads_nowhere_else() -> None:
    assert way("site", "a/../b") == "/sites/a%2F..%2Fb/"
    with pytest.raises(KeyError):
        way("none")


def test_lines_escape_what_cells_give_and_need_all_cells() -> None:
    label = say("web.columns")
    columns = (
        Column(key="a", label=label, head=True, cell=lambda row, lang: f"{row} {lang}"),
        Column(key="b", label=label, number=True, cell=lambda row, _lang: LINK(address="/", title="", name=row)),
    )

    def lines(*columns: Column) -> str | None:
        shown = frozenset(column.key for column in columns)
        return Listing(name="x", columns=columns, shown=shown, rows=("<b>", "c"), query="", empty=label).lines("en")

    drawn = lines(*columns)
    assert drawn is not None
    assert drawn.count("<tr>") == 2
    assert '<th scope="row" data-label="' in drawn
    assert '<td class="number" data-label="' in drawn
    assert "&lt;b&gt; en" in drawn
    assert "<b>" not in drawn
    assert lines(*columns, Column(key="c", label=label)) is None
