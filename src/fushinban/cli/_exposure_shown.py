"""What a predicted exposure says on the terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from fushinban.model.exposure import GlobalAddress, Opening, OwnReach, Prediction, Reach, Stopped, protocol_name
from fushinban.model.filtering import Line
from fushinban.model.intervals import ANY_PORT, Intervals, written_addresses, written_ports
from fushinban.model.mismatch import Comparison
from fushinban.model.router import Purpose
from fushinban.model.text import Lang, Text, say
from fushinban.reports._exposure import is_whole, shorter_left_out

#: Ranges of one cell and rows of unread lines that are shown; the file given by --json has all.
_MOST_RANGES, _MOST_UNREAD = 4, 40


def show_prediction(prediction: Prediction, kind: str, console: Console, lang: Lang) -> None:
    """Headline, inside services, the router's own services, and what was not understood."""
    router = " ".join(filter(None, (prediction.maker, prediction.model, prediction.host_name))) or kind
    console.print(RichText(say("exposure.title", router=router).of(lang), style="bold"))
    console.print(RichText(say("exposure.read-as", kind=kind).of(lang), style="dim"))
    count = len(prediction.openings)
    headline = say("exposure.headline-open", count=count) if count else say("exposure.headline-closed")
    reached = (one.service for one in prediction.management if one.reachable)
    own = dict.fromkeys(service.name for service in reached if service.purpose is not Purpose.VPN)
    console.print(RichText(headline.of(lang), style="red" if count else "" if own else "green"))
    if own:
        services = Text("、".join(own), ", ".join(own))
        console.print(RichText(say("exposure.headline-own", services=services).of(lang), style="red"), soft_wrap=True)
    if not prediction.complete:
        console.print(RichText(say("exposure.incomplete").of(lang), style="yellow"))
    for note in prediction.notes:
        # A Japanese sentence holds no space but the one behind the bullet: Rich would break the line there.
        console.print(RichText(f"• {note.of(lang)}"), soft_wrap=True)
    if prediction.openings:
        console.print(_services(prediction.openings, lang))
    if prediction.stopped:
        console.print(_stopped(prediction.stopped, lang))
    if prediction.management:
        console.print(_management(prediction.management, lang))
    if prediction.global_addresses:
        console.print(_global(prediction.global_addresses, lang))
    if prediction.unread:
        console.print(_unread(prediction, lang))
        rest = len(prediction.unread) - _MOST_UNREAD
        if rest > 0:
            console.print(RichText(say("exposure.more", count=rest).of(lang)))


def show_comparison(comparison: Comparison, console: Console, lang: Lang) -> None:
    """Ports at which prediction and look differ, with the likeliest cause each, and what was not looked at."""
    if comparison.mismatches:
        table = _table("differences", ("outside", "expected", "seen", "cause"), lang)
        for port in comparison.mismatches:
            expected = say("exposure.expected-open" if port.predicted else "exposure.expected-closed")
            cause = port.causes[0]
            told = f"{cause.sentence.of(lang)} {cause.action.of(lang)}"
            where = f"IPv{port.family} {port.port}"
            table.add_row(
                *map(RichText, (where, expected.of(lang), say(f"exposure.seen-{port.seen.state}").of(lang), told))
            )
        console.print(table)
    else:
        console.print(RichText(say("exposure.no-differences").of(lang), style="green"))
    if comparison.beyond:
        table = _table("not-looked-at", ("outside", "protocol", "inside", "reason"), lang)
        for row in comparison.beyond:
            why = comparison.unlooked(row.reach, row.protocols).label.of(lang)
            table.add_row(*map(RichText, (_outside(row.reach, lang), row.protocol, _inside(row, lang), why)))
        console.print(table)


def _table(title: str, columns: Iterable[str], lang: Lang) -> Table:
    table = Table(title=RichText(say(f"exposure.{title}").of(lang)), title_justify="left", show_edge=False)
    for name in columns:
        table.add_column(say(f"exposure.column-{name}").of(lang), overflow="fold")
    return table


def _services(rows: tuple[Opening, ...], lang: Lang) -> Table:
    table = _table("services", ("outside", "protocol", "inside", "who", "how", "lines"), lang)
    for row in rows:
        table.add_row(*map(RichText, (
            _outside(row.reach, lang), row.protocol, _inside(row, lang), _who(row.reach, lang),
            row.kind.label.of(lang), _numbers(row.reach.lines),
        )))  # fmt: skip
    return table


def _stopped(rows: tuple[Stopped, ...], lang: Lang) -> Table:
    table = _table("stopped", ("outside", "protocol", "inside", "reason", "lines"), lang)
    for row in rows:
        inside = f"{_addresses(row.inside, lang)} : {_ports(row.inside_ports, lang)}" if row.inside_ports else ""
        table.add_row(*map(RichText, (
            _ports(row.outside_ports, lang), protocol_name(row.protocols), inside or _addresses(row.inside, lang),
            row.obstacle.label.of(lang), _numbers(row.by) or _numbers(row.lines),
        )))  # fmt: skip
    return table


def _management(rows: tuple[OwnReach, ...], lang: Lang) -> Table:
    """One row for each service; the ways in which it is reached stand together."""
    table = _table("management", ("service", "protocol", "who", "outside", "lines"), lang)
    for row in rows:
        service = row.service
        name = f"{service.name} ({say('exposure.default').of(lang)})" if service.by_default else service.name
        protocol = protocol_name(Intervals.single(service.protocol))
        listening = f"{protocol}/{_ports(service.ports, lang)}" if service.ports else protocol
        who = RichText(say("exposure.nobody").of(lang), style="green")
        if row.ways:
            who = RichText("\n".join(dict.fromkeys(_who(way, lang) for way in row.ways)), style="red")
        outside = "\n".join(dict.fromkeys(_outside(way, lang) for way in row.ways))
        lines = tuple(dict.fromkeys(line for way in row.ways for line in way.lines)) or service.lines
        table.add_row(RichText(name), RichText(listening), who, RichText(outside), RichText(_numbers(lines)))
    return table


def _global(rows: tuple[GlobalAddress, ...], lang: Lang) -> Table:
    table = _table("global-addresses", ("inside", "who"), lang)
    for row in rows:
        where = f"{row.name} {row.address}"
        if not row.name:
            known = say("exposure.inside-network", interface=row.interface, address=row.address)
            where = (known if row.address else say("exposure.inside-prefix", interface=row.interface)).of(lang)
        reached = say("exposure.reachable") if row.reachable else say("exposure.unreachable")
        table.add_row(RichText(where), RichText(reached.of(lang)))
    return table


def _unread(prediction: Prediction, lang: Lang) -> Table:
    table = _table("unread", ("line", "text", "reason"), lang)
    for one in prediction.unread[:_MOST_UNREAD]:
        table.add_row(*map(RichText, (str(one.line.number or "–"), one.line.text, one.reason.of(lang))))
    return table


def _outside(reach: Reach, lang: Lang) -> str:
    if is_whole(reach):
        where = say("exposure.assigned", interface=reach.interface).of(lang)
    elif reach.assigned:
        addresses = _addresses(reach.outside, lang)
        where = say("exposure.assigned-if", interface=reach.interface, addresses=addresses).of(lang)
    else:
        where = _addresses(reach.outside, lang)
    return f"{where} : {_ports(reach.outside_ports, lang)}" if reach.outside_ports else where


def _inside(row: Opening, lang: Lang) -> str:
    where = _addresses(row.inside, lang)
    if row.unknown_prefix:
        where = say("exposure.unknown-prefix", interface=row.inside_interface).of(lang)
    if row.inside_ports:
        where = f"{where} : {_ports(row.inside_ports, lang)}"
    return f"{where} ({', '.join(row.devices)})" if row.devices else where


def _who(reach: Reach, lang: Lang) -> str:
    if reach.anyone:
        who = say("exposure.anyone").of(lang)
    elif shorter_left_out(reach):
        who = say("exposure.anyone-but", addresses=_addresses(reach.left_out, lang)).of(lang)
    else:
        who = _addresses(reach.sources, lang)
    if reach.source_ports:
        who = say("exposure.from-ports", who=who, ports=_ports(reach.source_ports, lang)).of(lang)
    return who if reach.certain else f"{who} – {say('exposure.possibly').of(lang)}"


def _addresses(of: Intervals, lang: Lang) -> str:
    return _few(written_addresses(Intervals(of.ranges[:_MOST_RANGES])), len(of.ranges), lang)


def _ports(of: Intervals, lang: Lang) -> str:
    if of.covers(ANY_PORT):
        return say("exposure.all-ports").of(lang)
    return _few(written_ports(Intervals(of.ranges[:_MOST_RANGES])), len(of.ranges), lang)


def _few(texts: tuple[str, ...], whole: int, lang: Lang) -> str:
    more = [say("exposure.more", count=whole - len(texts)).of(lang)] if whole > len(texts) else []
    return ", ".join((*texts, *more))


def _numbers(lines: tuple[Line, ...]) -> str:
    ordered = sorted(lines, key=lambda line: line.number)
    return ", ".join(str(line.number) if line.number else line.text for line in ordered)
