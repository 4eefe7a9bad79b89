"""Building blocks that every page shares. Each renders a template of `templates/blocks/` or a few lines of its own."""

from typing import Any, Protocol

from django import template
from django.forms import BoundField
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token, token_kwargs
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from fushinban.messages import Text
from fushinban.model.control import Outcome
from fushinban.model.text import Named
from fushinban.web.listing import Listing, cell_tag
from fushinban.web.tags.words import SHAPES, language, worded

register = template.Library()


class Drawn(Protocol):
    """A picture made by this program (`reports.network_svg`): its SVG text holds only what was escaped there."""

    svg: str


@register.simple_tag(takes_context=True)
def headline(  # noqa: PLR0917 - named in templates
    context: Context,
    title: Any,
    lead: Any = "",
    step: Any = "",
    step_address: str = "",
    technical: Any = "",
) -> SafeString:
    """`{% headline title lead=… technical=… step=… step_address=… %}`: the head of a page and its next step."""
    values = {"title": title, "lead": lead, "step": step, "step_address": step_address, "technical": technical}
    return _block(context, "headline", **values)


@register.simple_tag(takes_context=True)
def crumbs(context: Context, *steps: Any) -> SafeString:
    """`{% crumbs "label" "/address/" "label" "/address/" "here" %}`: the way to this page; the last has no address."""
    pairs = [(steps[at], steps[at + 1] if at + 1 < len(steps) else "") for at in range(0, len(steps), 2)]
    return _block(context, "crumbs", steps=pairs)


@register.simple_tag(takes_context=True)
def tile(  # noqa: PLR0917 - named in templates
    context: Context, label: Any, value: Any, address: str = "", outcome: str = "", note: Any = "", unit: Any = ""
) -> SafeString:
    """`{% tile label value address outcome="fail" %}` inside `<div class="tiles">`: a number that leads to its list.

    A value of None shows as – with the word for 検証不可, never as 0.
    """
    known = Outcome(outcome) if outcome else None
    shown = f"{value:,}" if isinstance(value, int) else value
    return _block(
        context, "tile", label=label, value=shown, address=address, state=known.value if known else "",
        shape=SHAPES[known] if known else "", note=note, unit=unit, unknown=value is None,
    )  # fmt: skip


@register.simple_tag(takes_context=True, name="hash")
def digest(context: Context, value: str, shown: int = 12) -> SafeString:
    """`{% hash sha256 %}`: a digest, shortened for the eye, whole for the clipboard and for paper."""
    return _block(context, "hash", value=value, short=value[:shown])


@register.simple_tag(takes_context=True)
def nothing(context: Context, sentence: Any, step: Any = "", step_address: str = "") -> SafeString:
    """`{% nothing sentence step=… step_address=… %}`: nothing is here, and what to do about it."""
    return _block(context, "nothing", sentence=sentence, step=step, step_address=step_address)


@register.simple_tag(takes_context=True)
def field(
    context: Context,
    bound: BoundField,
    label: Any = "",
    help: Any = "",
    own: bool = True,
) -> SafeString:
    """`{% field form.name label=… help=… %}`: label, help, input and errors, tied together for screen readers.

    `own=False`: a form of a library, whose own help and placeholder are left out.
    """
    place = bound.auto_id or bound.html_name
    help = help or (bound.help_text if own else "")
    described = [f"{place}-{part}" for part, there in (("help", help), ("error", bound.errors)) if there]
    attributes: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if not own:
        attributes["placeholder"] = False
    if bound.errors:
        attributes["aria-invalid"] = "true"
    kind = getattr(bound.field.widget, "input_type", "") or type(bound.field.widget).__name__.lower()
    return _block(
        context, "field", bound=bound, place=place, label=label or bound.label, help=help,
        control=bound.as_widget(attrs=attributes), kind=kind, required=bound.field.required,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def picture(context: Context, drawn: Drawn | str, label: Any) -> SafeString:
    """`{% picture svg label %}`: a picture that this program drew (never text of a device or a file)."""
    source = drawn if isinstance(drawn, str) else drawn.svg
    body = mark_safe(source)  # noqa: S308 - the caller hands over a picture of our own drawing
    said = worded(label, language(context))
    return format_html('<figure class="picture" role="img" aria-label="{}">{}</figure>', said, body)


@register.simple_tag(takes_context=True)
def table(context: Context, listing: Listing, row_template: str = "", caption: Any = "", tools: str = "") -> SafeString:
    """`{% table listing "pages/_site_row.html" caption %}`: the table with its head, tools, rows and paging.

    The row template writes `{% cell "name" %}…{% endcell %}` for each column, in order; it knows `row` and `listing`.
    Long tables do without it: there every column draws its cells (`Column.cell`). `tools`: a template for filters.
    """
    heads = [(column, listing.sorted_by(column), listing.sort == column.sort != "") for column in listing.heads]
    return _block(
        context,
        "table",
        whole=True,
        listing=listing,
        heads=heads,
        lines=None if row_template else listing.lines(language(context)),
        row_template=row_template,
        caption=caption,
        tools=tools,
    )


@register.tag
def cell(parser: Parser, token: Token) -> Node:
    """`{% cell "name" %}…{% endcell %}` in a row template: shown when its column is; knows its label on a phone."""
    words = token.split_contents()
    if len(words) < 2:
        raise template.TemplateSyntaxError('{% cell "column" %} names its column')
    body = parser.parse(("endcell",))
    parser.delete_first_token()
    return _Cell(parser.compile_filter(words[1]), body, head="head" in words[2:])


class _Cell(Node):
    def __init__(self, key: Any, body: NodeList, *, head: bool) -> None:
        self.key, self.body, self.head = key, body, head

    def render(self, context: Context) -> SafeString:
        """The cell, or nothing."""
        listing: Listing = context["listing"]
        key = self.key.resolve(context)
        column = next((c for c in listing.columns if c.key == key), None)
        if column is None or key not in listing.shown:
            return mark_safe("")
        begin, end = cell_tag(column, language(context), head=self.head)
        return mark_safe(f"{begin}{self.body.render(context)}{end}")  # noqa: S308 - all escaped where they are made


@register.tag
def fold(parser: Parser, token: Token) -> Node:
    """`{% fold "summary" open=True %}…{% endfold %}`: details behind a line; works without scripts."""
    return _wrapping(parser, token, "fold")


@register.tag
def panel(parser: Parser, token: Token) -> Node:
    """`{% panel title=… %}…{% endpanel %}`: a part of a page with a heading."""
    return _wrapping(parser, token, "panel")


@register.tag
def evidence(parser: Parser, token: Token) -> Node:
    """`{% evidence "where it comes from" %}…{% endevidence %}`: what a finding rests on, folded."""
    return _wrapping(parser, token, "evidence")


@register.tag
def facts(parser: Parser, token: Token) -> Node:
    """`{% facts %}{% fact label value %}…{% endfacts %}`: a list of labels and values."""
    return _wrapping(parser, token, "facts")


@register.tag
def timeline(parser: Parser, token: Token) -> Node:
    """`{% timeline %}{% event moment title … %}{% endtimeline %}`: what happened, the newest first."""
    return _wrapping(parser, token, "timeline")


@register.tag
def event(parser: Parser, token: Token) -> Node:
    """`{% event moment=… title=… outcome="fail" %}…{% endevent %}`: one line of a timeline."""
    return _wrapping(parser, token, "event")


@register.tag
def note(parser: Parser, token: Token) -> Node:
    """`{% note kind="warning" %}…{% endnote %}`: something to know; kinds: info, warning, danger, good."""
    return _wrapping(parser, token, "note")


@register.simple_tag(takes_context=True)
def fact(context: Context, label: Any, value: Any, note: Any = "") -> SafeString:
    """`{% fact label value note=… %}`: one label and value; nothing known shows as –."""
    lang = language(context)
    shown = worded(value, lang) if not isinstance(value, SafeString) else value
    small = format_html(" <small>{}</small>", worded(note, lang)) if note else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", worded(label, lang), shown or "–", small)


class _Wrapping(Node):
    def __init__(self, name: str, first: Any, values: dict[str, Any], body: NodeList) -> None:
        self.name, self.first, self.values, self.body = name, first, values, body

    def render(self, context: Context) -> SafeString:
        """The block around its content."""
        values = {key: value.resolve(context) for key, value in self.values.items()}
        if self.first is not None:
            values["title"] = self.first.resolve(context)
        inner = mark_safe(self.body.render(context))  # noqa: S308 - made by the template engine, escaped there
        return _block(context, self.name, content=inner, **values)


def _wrapping(parser: Parser, token: Token, name: str) -> Node:
    words = token.split_contents()[1:]
    first = parser.compile_filter(words.pop(0)) if words and "=" not in words[0] else None
    values = token_kwargs(words, parser)
    body = parser.parse((f"end{name}",))
    parser.delete_first_token()
    return _Wrapping(name, first, values, body)


#: What of the page a block may know besides its own values: nothing that a page might call by the same name.
_KNOWN = ("lang", "request", "csrf_token", "person", "rights")


def _block(context: Context, block: str, *, whole: bool = False, **values: Any) -> SafeString:
    """Render a block's template with its values in the visitor's language. `whole`: with all that the page knows."""
    lang = language(context)
    said = {k: worded(v, lang) if isinstance(v, Text | Named) else v for k, v in values.items()}
    around: dict[Any, Any] = context.flatten() if whole else {name: context.get(name) for name in _KNOWN}
    return render_to_string(f"blocks/{block}.html", {**around, **said})
