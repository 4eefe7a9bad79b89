"""Exposure as the API tells it: the shapes of its answers, and the model values put into them."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from fushinban.messages import Lang
from fushinban.model.exposure import Opening, OwnReach, Prediction, Reach, Stopped, ToldBy, protocol_name
from fushinban.model.filtering import Line
from fushinban.model.intervals import Intervals, address_of
from fushinban.model.mismatch import ComparedPort
from fushinban.model.outside import BehindPort, KeptRouter, OutsideLook

#: A set of ports or addresses is told by at most so many ranges.
_MOST_RANGES = 200


class SeenPortOut(Schema):
    """One TCP port from outside. `picture`: open, protected, or null where nothing there offers one."""

    port: int
    state: str = Field(examples=["open"])
    speaks: str
    banner: str
    picture: str | None


class LineOut(Schema):
    """A line of the router's configuration, secrets blanked; number 0 where an interface gave it."""

    number: int
    text: str


class BehindOut(Schema):
    """Where an open port led, by what was known at that look. All empty: nothing was known. その先にあった機器"""

    port: int
    device: str
    address: str
    inside_port: int | None
    own_service: str = Field(description="A service of the router itself")
    kind: str | None
    lines: list[LineOut]


class LookOut(Schema):
    """One look from outside at a site's line. 外からの確認"""

    id: int
    site: str
    at: datetime
    family: int = Field(description="4 or 6")
    address: str
    reflector: str = Field(description="Public key that signed it")
    ports: list[SeenPortOut]
    behind: list[BehindOut] | None = Field(description="Where the open ports led then; null: not noted at that look")


class SpanOut(Schema):
    """An address that a line had, as far as it was seen: no other in between."""

    family: int
    address: str
    first: datetime
    last: datetime


class HolderOut(Schema):
    """A site that may have had an address at a moment; certain where it was seen there before and after."""

    site: str
    address: str
    certain: bool
    before: datetime | None
    after: datetime | None
    look: LookOut | None = Field(
        description="The look nearest to the moment, and what stood behind its open ports then"
    )


class RangeOut(Schema):
    """From first to last, both included."""

    first: str
    last: str


class WayOut(Schema):
    """Who comes in where. `outside` empty: at whatever address the provider gives."""

    family: str
    outside: list[RangeOut]
    outside_ports: list[RangeOut]
    anyone: bool
    sources: list[RangeOut]
    certain: bool
    lines: list[LineOut]


class ServiceOut(Schema):
    """One inside service, or range of them, that outsiders can reach."""

    protocol: str
    kind: str
    inside: list[RangeOut]
    inside_ports: list[RangeOut]
    inside_interface: str
    devices: list[str]
    way: WayOut


class OwnServiceOut(Schema):
    """One service of the router itself and who reaches it; without ways nobody does."""

    name: str
    purpose: str
    ports: list[RangeOut]
    ways: list[WayOut]


class UnreadOut(Schema):
    """A line that was not understood."""

    line: LineOut
    reason: str


class StoppedOut(Schema):
    """A forward that is in the configuration, but of which nothing comes through. 止まっている転送"""

    protocol: str
    kind: str
    outside_ports: list[RangeOut]
    inside: list[RangeOut]
    inside_ports: list[RangeOut]
    obstacle: str = Field(description="before or after the translation, taken, nowhere, answer")
    sentence: str
    lines: list[LineOut]
    by: list[LineOut] = Field(description="The lines that stop it")


class PredictionOut(Schema):
    """What the router's state lets in. Not complete: there may be more."""

    kind: str
    complete: bool
    services: list[ServiceOut]
    management: list[OwnServiceOut]
    unread: list[UnreadOut]
    notes: list[str]
    stopped: list[StoppedOut]


class RouterOut(Schema):
    """The configuration that was handed in; its text is not kept. ルータの設定"""

    name: str
    by: str
    kept_at: datetime
    version: int
    kind: str
    maker: str
    model: str
    lines: int
    unread: int


class CauseOut(Schema):
    """One likely cause of a difference and what to do."""

    cause: str
    sentence: str
    action: str
    technical: str


class ComparedOut(Schema):
    """One port, predicted against observed: agrees, not-seen, not-predicted."""

    family: int
    port: int
    agreement: str
    predicted: bool
    state: str
    causes: list[CauseOut]


class ToldByOut(Schema):
    """Whose word the prediction stands on: the newer of the file and the router itself."""

    origin: str = Field(description="file: handed in; device: read from the router at an inspection")
    name: str = Field(description="Of the file or of the device")
    at: datetime


class ExposureOut(Schema):
    """All that is known of a site's exposure. Null: nothing is known of a router, or nobody has looked."""

    looks: list[LookOut] = Field(description="The newest over IPv4 and IPv6")
    router: RouterOut | None = Field(description="What was handed in, whether or not it is used")
    told_by: ToldByOut | None
    prediction: PredictionOut | None
    compared: list[ComparedOut] | None


def look_out(look: OutsideLook) -> LookOut:
    """A look."""
    ports = [
        SeenPortOut(
            port=p.port, state=p.state.value, speaks=p.speaks, banner=p.banner,
            picture=p.picture.value if p.picture is not None else None,
        )
        for p in look.seen.ports
    ]  # fmt: skip
    return LookOut(
        id=look.id, site=look.site, at=look.at, family=look.family, address=look.address, reflector=look.reflector,
        ports=ports, behind=[_stood(place) for place in look.behind] if look.behind is not None else None,
    )  # fmt: skip


def _stood(place: BehindPort) -> BehindOut:
    return BehindOut(
        port=place.port, device=place.device, address=place.address, inside_port=place.inside_port,
        own_service=place.own, kind=place.kind.value if place.kind is not None else None,
        lines=[_line(line) for line in place.lines],
    )  # fmt: skip


def told_by_out(told: ToldBy) -> ToldByOut:
    """Which reading the prediction rests on."""
    return ToldByOut(origin=told.origin.value, name=told.name, at=told.at)


def router_out(kept: KeptRouter) -> RouterOut:
    """What was handed in."""
    state = kept.state
    return RouterOut(
        name=kept.name, by=kept.by, kept_at=kept.kept_at, version=kept.version, kind=state.kind, maker=state.maker,
        model=state.model, lines=state.line_count, unread=len(state.unread),
    )  # fmt: skip


def prediction_out(told: Prediction, lang: Lang) -> PredictionOut:
    """A prediction."""
    return PredictionOut(
        kind=told.kind,
        complete=told.complete,
        services=[_service(row) for row in told.openings],
        management=[_own(own) for own in told.management],
        unread=[UnreadOut(line=_line(u.line), reason=u.reason.of(lang)) for u in told.unread],
        notes=[n.of(lang) for n in told.notes],
        stopped=[_stopped(one, lang) for one in told.stopped],
    )


def _service(row: Opening) -> ServiceOut:
    return ServiceOut(
        protocol=row.protocol, kind=row.kind.value, inside=_addresses(row.inside),
        inside_ports=_numbers(row.inside_ports), inside_interface=row.inside_interface, devices=list(row.devices),
        way=_way(row.reach),
    )  # fmt: skip


def _stopped(one: Stopped, lang: Lang) -> StoppedOut:
    return StoppedOut(
        protocol=protocol_name(one.protocols), kind=one.kind.value, outside_ports=_numbers(one.outside_ports),
        inside=_addresses(one.inside), inside_ports=_numbers(one.inside_ports), obstacle=one.obstacle.value,
        sentence=one.obstacle.label.of(lang), lines=[_line(line) for line in one.lines],
        by=[_line(line) for line in one.by],
    )  # fmt: skip


def _own(own: OwnReach) -> OwnServiceOut:
    service, ways = own.service, [_way(w) for w in own.ways]
    return OwnServiceOut(
        name=service.name, purpose=service.purpose.value, ports=_numbers(service.ports), ways=ways
    )  # fmt: skip


def _way(reach: Reach) -> WayOut:
    return WayOut(
        family=reach.family.value,
        outside=[] if reach.assigned else _addresses(reach.outside),
        outside_ports=_numbers(reach.outside_ports),
        anyone=reach.anyone,
        sources=[] if reach.anyone else _addresses(reach.sources),
        certain=reach.certain,
        lines=[_line(line) for line in reach.lines],
    )


def compared_out(port: ComparedPort, lang: Lang) -> ComparedOut:
    """One port, predicted against observed."""
    causes = [
        CauseOut(
            cause=c.cause.value, sentence=c.sentence.of(lang), action=c.action.of(lang), technical=c.technical.of(lang)
        )
        for c in port.causes
    ]
    return ComparedOut(
        family=port.family, port=port.port, agreement=port.agreement.value, predicted=port.predicted,
        state=port.seen.state.value, causes=causes,
    )  # fmt: skip


def _line(line: Line) -> LineOut:
    return LineOut(number=line.number, text=line.text)


def _numbers(of: Intervals) -> list[RangeOut]:
    return [RangeOut(first=str(first), last=str(last)) for first, last in of.ranges[:_MOST_RANGES]]


def _addresses(of: Intervals) -> list[RangeOut]:
    return [
        RangeOut(first=str(address_of(first)), last=str(address_of(last))) for first, last in of.ranges[:_MOST_RANGES]
    ]
