"""Picture of the network as SVG, drawn from data: internet, router, switch, recorders with channels, cameras."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from fushinban.model.control import Outcome
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, Text, say
from fushinban.reports import Report
from fushinban.reports._marks import mark_css, mark_group
from fushinban.reports._network import Node, Panel, Plan, plan_of
from fushinban.reports._text import columns, printable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """How wide the picture and its cards are, in user units, and how many cards stand beside each other."""

    width: int
    card: int
    per_row: int
    left: int

    @property
    def middle(self) -> float:
        """Where the line from the internet comes down."""
        return self.width / 2


_WIDE = _Frame(width=1000, card=214, per_row=4, left=64)
#: For a phone: one card below the other, its letters as large as the page's.
_NARROW = _Frame(width=360, card=292, per_row=1, left=32)
_CARD_H, _GAP, _PANEL_PAD = 70, 12, 14
_FONT = "system-ui,'Hiragino Sans','Noto Sans JP','Yu Gothic UI','Yu Gothic',IPAexGothic,sans-serif"
_STYLE = (
    ".net-bg{fill:#fff}.net-panel{fill:#f5f7f9;stroke:#d5dbe1}.net-card{fill:#fff;stroke:#b8c2cb}"
    ".net-card.bad{stroke:#b3261e;stroke-width:2}.net-card.away{stroke-dasharray:5 4}"
    ".net-line{stroke:#7b8794;stroke-width:2;fill:none}.net-cloud{fill:#e6eef3;stroke:#1d4e6b;stroke-width:1.5}"
    ".net-name{fill:#1f2933;font-size:13px;font-weight:600}.net-sub{fill:#52606d;font-size:11px}"
    ".net-head{fill:#1f2933;font-size:14px;font-weight:600}.net-badge{fill:#fff;stroke:#b3261e}"
    ".net-badge-text{fill:#b3261e;font-size:10px;font-weight:600}"
)
#: Later rules win: the same picture for a dark page.
_DARK_CARD = "#222732"
_DARK = (
    f".net-bg{{fill:#191d24}}.net-panel{{fill:#0d1014;stroke:#343b47}}.net-card{{fill:{_DARK_CARD};stroke:#4a5362}}"
    ".net-card.bad{stroke:#ff8a80}.net-line{stroke:#7d8797}.net-cloud{fill:#1e2b4a;stroke:#8fb1ff}"
    ".net-name,.net-head{fill:#e8eaee}.net-sub{fill:#a9b1be}.net-badge{fill:#191d24;stroke:#ff8a80}"
    ".net-badge-text{fill:#ff8a80}"
)


def make(inspection: Inspection, lang: Lang) -> bytes:
    """The whole SVG file, UTF-8."""
    return draw(inspection, lang).encode("utf-8")


def draw(
    inspection: Inspection,
    lang: Lang,
    *,
    styled: bool = True,
    dark: bool = False,
    narrow: bool = False,
    clean: Callable[[str], str] = printable,
) -> str:
    """The picture as SVG text. Without `styled` its classes are coloured by the page that holds it.

    `dark`: for a dark page; `narrow`: for a phone. `clean` makes names fit to be shown: `drawable` where only the
    document font will be there.
    """
    plan = plan_of(inspection, clean)
    body: list[str] = []
    frame = _NARROW if narrow else _WIDE
    height = _draw(plan, frame, lang, body)
    title = escape(say("report.network-alt", site=clean(inspection.site.name)).of(lang))
    style = f"<style>{_style(dark=dark)}</style>" if styled else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {height}" '
        f'width="{frame.width}" height="{height}" '
        f'role="img" class="network" font-family={quoteattr(_FONT)}><title>{title}</title>{style}'
        f'<rect class="net-bg" width="{frame.width}" height="{height}"/>{"".join(body)}</svg>'
    )


def _style(*, dark: bool) -> str:
    return _STYLE + (_DARK + mark_css(dark=True, paper=_DARK_CARD) if dark else mark_css())


REPORT = Report(id="network", title=Text("ネットワーク構成図", "Network picture"), suffix=".svg", make=make)


def _draw(plan: Plan, frame: _Frame, lang: Lang, out: list[str]) -> int:
    """Draw everything from the top; the height used, in user units."""
    y = _cloud(frame, lang, out)
    y = _spine(plan.routers, frame, y, lang, out) if plan.routers else _no_router(frame, y, lang, out)
    if plan.switches:
        y = _spine(plan.switches, frame, y, lang, out)
    if not plan.panels:
        return y + 16
    trunk, top = frame.left // 2, y + 10
    out.append(f'<path class="net-line" d="M{frame.middle:g} {y}V{top}H{trunk}"/>')
    y = top + 14
    for panel in plan.panels:
        middle = y + 30
        out.append(f'<path class="net-line" d="M{trunk} {top}V{middle}H{frame.left}"/>')
        y = _panel(panel, frame, y, lang, out) + 18
    return y


def _cloud(frame: _Frame, lang: Lang, out: list[str]) -> int:
    x = frame.middle
    out.append(
        f'<path class="net-cloud" transform="translate({x - 90:g} 6)" d="M38 62C16 62 4 51 4 38C4 25 15 17 29 18'
        'C34 8 46 2 58 5C68 -1 86 -1 95 8C108 2 127 6 132 18C150 15 176 24 176 41C176 54 163 62 146 62Z"/>'
    )
    out.append(_text(x, 48, say("report.internet").of(lang), "net-head", "middle"))
    return 68


def _spine(nodes: tuple[Node, ...], frame: _Frame, y: int, lang: Lang, out: list[str]) -> int:
    """A centred row (or rows) of cards with a line from above; the new lower edge."""
    half = frame.card / 2
    for start in range(0, len(nodes), frame.per_row):
        row = nodes[start : start + frame.per_row]
        total = len(row) * frame.card + (len(row) - 1) * _GAP
        x, top = (frame.width - total) / 2, y + 24
        out.append(f'<path class="net-line" d="M{frame.middle:g} {y}V{top}"/>')
        if len(row) > 1:
            out.append(f'<path class="net-line" d="M{x + half:g} {top - 10}H{x + total - half:g}"/>')
        for node in row:
            out.append(f'<path class="net-line" d="M{x + half:g} {top - 10}V{top}"/>')
            _card(node, (x, top), frame.card, lang, out)
            x += frame.card + _GAP
        y = top + _CARD_H
    return y


def _no_router(frame: _Frame, y: int, lang: Lang, out: list[str]) -> int:
    x, top = (frame.width - 340) / 2, y + 24
    out.append(f'<path class="net-line" d="M{frame.middle:g} {y}V{top}"/>')
    out.append(f'<rect class="net-card away" x="{x:g}" y="{top}" width="340" height="44" rx="8"/>')
    out.append(mark_group(Outcome.UNKNOWN, x + 12, top + 12, 20))
    out.append(_text(x + 42, top + 27, say("report.no-router").of(lang), "net-sub"))
    return top + 44


def _panel(panel: Panel, frame: _Frame, y: int, lang: Lang, out: list[str]) -> int:
    rows = -(-len(panel.nodes) // frame.per_row)
    beside = frame.per_row > 2  # what is known of a recorder's cameras stands beside it, or else below it
    below = 0 if beside else 56 if panel.counts else 32
    head = _CARD_H + _GAP + below if panel.head else 26
    note = 22 if panel.hidden else 0
    height = 2 * _PANEL_PAD + head + max(rows * (_CARD_H + _GAP) - _GAP, 0) + note
    width = frame.width - frame.left - 8
    out.append(f'<rect class="net-panel" x="{frame.left}" y="{y}" width="{width}" height="{height}" rx="10"/>')
    left, top = frame.left + _PANEL_PAD, y + _PANEL_PAD
    if panel.head and beside:
        _card(panel.head, (left, top), 2 * frame.card + _GAP, lang, out)
        _summary(panel, (left + 2 * (frame.card + _GAP), top), 2 * frame.card, lang, out)
    elif panel.head:
        _card(panel.head, (left, top), frame.card, lang, out)
        _summary(panel, (left, top + _CARD_H - 6), frame.card, lang, out)
    else:
        out.append(_text(left, top + 15, panel.title.of(lang), "net-head"))
    top += head
    for index, node in enumerate(panel.nodes):
        row, column = divmod(index, frame.per_row)
        x = left + column * (frame.card + _GAP)
        _card(node, (x, top + row * (_CARD_H + _GAP)), frame.card, lang, out)
    if panel.hidden:
        counts = " / ".join(f"{o.label.of(lang)} {n}" for o, n in panel.hidden)
        out.append(_text(left, y + height - 12, say("report.not-drawn", counts=counts).of(lang), "net-sub"))
    return y + height


def _summary(panel: Panel, corner: tuple[float, float], room: float, lang: Lang, out: list[str]) -> None:
    """Beside or below a recorder: how many cameras, and in which states."""
    x, y = corner
    count = sum(n for _, n in panel.counts)
    told = (say("report.panel-summary", count=count) if count else say("report.panel-unknown")).of(lang)
    kind, size = ("net-head", 14) if _fitted(told, room / 14) == told else ("net-sub", 11)
    out.append(_text(x, y + 26, _fitted(told, room / size), kind))
    for outcome, count in panel.counts:
        out.append(mark_group(outcome, x, y + 40, 16))
        words = f"{outcome.label.of(lang)} {count}"
        out.append(_text(x + 22, y + 52, words, "net-sub"))
        x += 42 + sum(map(_advance, words)) * 11


def _card(node: Node, corner: tuple[float, float], width: int, lang: Lang, out: list[str]) -> None:
    x, y = corner
    state = "bad" if node.state is Outcome.FAIL else ""
    away = "" if node.reached else " away"
    out.append(f"<g><title>{escape(f'{node.name} {node.address} {node.state.label.of(lang)}')}</title>")
    out.append(
        f'<rect class="net-card {state}{away}" x="{x:g}" y="{y:g}" width="{width:g}" height="{_CARD_H}" rx="8"/>'
    )
    out.append(mark_group(node.state, x + 10, y + 10, 20))
    out.append(_text(x + 40, y + 22, _fitted(node.name, (width - 50) / 13), "net-name"))
    below = f"{node.address} {node.remark.of(lang)}" if node.remark else node.address
    out.append(_text(x + 40, y + 39, _fitted(below, (width - 50) / 11), "net-sub"))
    ways = [say("report.badge-outside", port=port).of(lang) for port in node.outside]
    _badges([*ways, *node.risky], x + 40, y + 46, width - 48, out)
    out.append("</g>")


def _badges(labels: Iterable[str], x: float, y: float, room: float, out: list[str]) -> None:
    pending = list(labels)
    while pending:
        width = columns(pending[0]) * 5.8 + 10
        more = f"+{len(pending)}"
        # The last badge that fits says how many did not.
        if width + (34 if len(pending) > 1 else 0) > room:
            pending, width = [more], columns(more) * 5.8 + 10
        label = pending.pop(0)
        out.append(f'<rect class="net-badge" x="{x:g}" y="{y:g}" width="{width:g}" height="16" rx="4"/>')
        out.append(_text(x + width / 2, y + 11.5, label, "net-badge-text", "middle"))
        x, room = x + width + 5, room - width - 5


def _fitted(words: str, ems: float) -> str:
    """As much as fits into a width given in units of the type size, by a careful guess at every character."""
    if sum(map(_advance, words)) <= ems:
        return words
    room = ems - 1
    for index, character in enumerate(words):
        room -= _advance(character)
        if room < 0:
            return words[:index].rstrip() + "…"
    return words


def _advance(character: str) -> float:
    if columns(character) == 2:
        return 1.0
    return 0.76 if character.isupper() or character in "mw@%+&=#—…" else 0.6


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    place = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}"{place}>{escape(words)}</text>'
