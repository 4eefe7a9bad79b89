"""Exposure: looks from outside, prediction, how they agree, and which site had which address when."""

from datetime import datetime
from ipaddress import ip_address

from ninja import File, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from fushinban.api.body import MOST_UPLOAD, too_large
from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, page_of, read_cursor
from fushinban.api.problems import Fault, ProblemError
from fushinban.api.resources.jobs import JobOut, job_out
from fushinban.jobs import exposure
from fushinban.jobs.durable.asking import ask_look
from fushinban.messages import Lang, Text, say
from fushinban.model.exposure import Opening, OwnReach, Prediction, Reach
from fushinban.model.filtering import Line
from fushinban.model.intervals import Intervals, address_of
from fushinban.model.mismatch import ComparedPort
from fushinban.model.outside import KeptRouter, OutsideLook
from fushinban.model.rights import Permission

RESOURCE = Resource("exposure", Text("公開状態", "Exposure"))

#: A set of ports or addresses is told by at most so many ranges.
_MOST_RANGES = 200


class SeenPortOut(Schema):
    """One TCP port from outside. `picture`: open, protected, or null where nothing there offers one."""

    port: int
    state: str = Field(examples=["open"])
    speaks: str
    banner: str
    picture: str | None


class LookOut(Schema):
    """One look from outside at a site's line. 外からの確認"""

    id: int
    site: str
    at: datetime
    family: int = Field(description="4 or 6")
    address: str
    reflector: str = Field(description="Public key that signed it")
    ports: list[SeenPortOut]


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


class RangeOut(Schema):
    """From first to last, both included."""

    first: str
    last: str


class LineOut(Schema):
    """A line of the router's configuration, secrets blanked; number 0 where an interface gave it."""

    number: int
    text: str


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


class PredictionOut(Schema):
    """What the router's state lets in. Not complete: there may be more."""

    kind: str
    complete: bool
    services: list[ServiceOut]
    management: list[OwnServiceOut]
    unread: list[UnreadOut]
    notes: list[str]


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


class ExposureOut(Schema):
    """All that is known of a site's exposure. Null: nothing is known of a router, or nobody has looked."""

    looks: list[LookOut] = Field(description="The newest over IPv4 and IPv6")
    router: RouterOut | None
    prediction: PredictionOut | None
    compared: list[ComparedOut] | None


class HolderQuery(Schema):
    """Which address, and when."""

    address: str = Field(max_length=60, examples=["203.0.113.7"])
    at: datetime | None = Field(None, description="Default: now")


class RouterQuery(Schema):
    """Whose configuration it is."""

    kind: str | None = Field(None, max_length=20, description="yamaha, nec_ix, openwrt, mikrotik; else found out")


@RESOURCE.get(
    "/sites/{site_id}/exposure", "getExposure", Text("公開状態", "Exposure of a site"),
    permission=Permission.SITE_VIEW, answers={200: ExposureOut},
)  # fmt: skip
def get_exposure(call: Call, site_id: str) -> ExposureOut:
    """The newest looks, the prediction from the router's configuration, and how they agree, with likely causes."""
    call.site(site_id)
    known = exposure.exposure_of(call.store, site_id)
    compared = known.comparison
    return ExposureOut(
        looks=[_look(look) for look in known.looks],
        router=_router(known.router) if known.router is not None else None,
        prediction=_prediction(known.prediction, call.lang) if known.prediction is not None else None,
        compared=[_compared(p, call.lang) for p in compared.notable] if compared is not None else None,
    )


@RESOURCE.get(
    "/sites/{site_id}/exposure/looks", "listLooks", Text("外からの確認の一覧", "Looks from outside at a site"),
    permission=Permission.SITE_VIEW, answers={200: Page[LookOut]},
)  # fmt: skip
def list_looks(call: Call, site_id: str, page: Query[PageQuery]) -> Page[LookOut]:
    """Looks at a site, the newest first."""
    call.site(site_id)
    noun = f"looks {site_id}"
    place = read_cursor(noun, page.cursor)
    found = call.store.outside.before(site_id, int(place[0] or 0) if place else None, page.most + 1)
    return page_of(noun, [_look(look) for look in found], [(look.id,) for look in found], page.most)


@RESOURCE.post(
    "/sites/{site_id}/exposure/looks", "startLook", Text("外から確認する", "Look from outside now"),
    permission=Permission.INSPECTION_START, answers={202: JobOut},
)  # fmt: skip
def start_look(call: Call, site_id: str) -> JobOut:
    """Ask the site's reflector to look soon; the job that waits or runs for it already, where there is one."""
    call.site(site_id)
    asked = ask_look(call.store, site_id, call.caller.shown)
    if asked.new:
        call.audit("job.asked", "job", asked.job.id, site=site_id)
    return job_out(asked.job, call.lang)


@RESOURCE.get(
    "/sites/{site_id}/exposure/addresses", "listAddresses", Text("アドレスの履歴", "Addresses that a site had"),
    permission=Permission.SITE_VIEW, answers={200: list[SpanOut]},
)  # fmt: skip
def list_addresses(call: Call, site_id: str) -> list[SpanOut]:
    """The outside addresses that a site was seen with, the newest first, IPv4 before IPv6."""
    call.site(site_id)
    return [
        SpanOut(family=family, address=span.address, first=span.first, last=span.last)
        for family in (4, 6)
        for span in call.store.outside.addresses(site_id, family)
    ]


@RESOURCE.get(
    "/exposure/holders", "findAddressHolders", Text("そのアドレスを使っていた現場", "Who had this address"),
    permission=Permission.SITE_VIEW, answers={200: list[HolderOut]},
)  # fmt: skip
def find_address_holders(call: Call, asked: Query[HolderQuery]) -> list[HolderOut]:
    """The sites that may have had an address at a moment, among those that the caller may see; the surest first."""
    scope = call.scope()
    try:
        address = str(ip_address(asked.address))
    except ValueError as error:
        text = say("reflector.address-shape", text=asked.address[:60])
        raise ProblemError("invalid", faults=(Fault(pointer="query/address", detail=text),)) from error
    at = asked.at or call.now
    if at.tzinfo is None:
        at = at.replace(tzinfo=call.now.tzinfo)
    found = call.store.outside.who_had(address, at)
    return [
        HolderOut(site=h.site, address=h.address, certain=h.certain, before=h.before, after=h.after)
        for h in found
        if scope.covers(h.site, call.store.ownership.of(h.site))
    ]


@RESOURCE.post(
    "/sites/{site_id}/exposure/router", "keepRouter", Text("ルータの設定を読み込む", "Hand in a router configuration"),
    permission=Permission.SITE_EDIT, answers={201: RouterOut}, upload=True, most_body=MOST_UPLOAD,
)  # fmt: skip
def keep_router(call: Call, site_id: str, file: File[UploadedFile], asked: Query[RouterQuery]) -> RouterOut:
    """Read a saved configuration (at most 2 MiB) in the place of the one before. Secrets and the text are not kept."""
    call.site(site_id)
    if (file.size or 0) > exposure.MOST_BYTES:
        raise too_large(exposure.MOST_BYTES)
    content = file.read(exposure.MOST_BYTES + 1)
    name, by = (file.name or "")[-100:], call.caller.shown
    return _router(exposure.keep_configuration(call.store, site_id, content, name, by, kind=asked.kind))


@RESOURCE.delete(
    "/sites/{site_id}/exposure/router", "dropRouter", Text("ルータの設定を消す", "Remove the router configuration"),
    permission=Permission.SITE_EDIT, answers={204: None},
)  # fmt: skip
def drop_router(call: Call, site_id: str) -> None:
    """Forget the configuration of a site's router; looks stay."""
    call.site(site_id)
    call.had(call.store.routers.drop(site_id) or None)


def _look(look: OutsideLook) -> LookOut:
    ports = [
        SeenPortOut(
            port=p.port, state=p.state.value, speaks=p.speaks, banner=p.banner,
            picture=p.picture.value if p.picture is not None else None,
        )
        for p in look.seen.ports
    ]  # fmt: skip
    return LookOut(
        id=look.id, site=look.site, at=look.at, family=look.family, address=look.address, reflector=look.reflector,
        ports=ports,
    )  # fmt: skip


def _router(kept: KeptRouter) -> RouterOut:
    state = kept.state
    return RouterOut(
        name=kept.name, by=kept.by, kept_at=kept.kept_at, version=kept.version, kind=state.kind, maker=state.maker,
        model=state.model, lines=state.line_count, unread=len(state.unread),
    )  # fmt: skip


def _prediction(told: Prediction, lang: Lang) -> PredictionOut:
    return PredictionOut(
        kind=told.kind,
        complete=told.complete,
        services=[_service(row) for row in told.openings],
        management=[_own(own) for own in told.management],
        unread=[UnreadOut(line=_line(u.line), reason=u.reason.of(lang)) for u in told.unread],
        notes=[n.of(lang) for n in told.notes],
    )


def _service(row: Opening) -> ServiceOut:
    return ServiceOut(
        protocol=row.protocol, kind=row.kind.value, inside=_addresses(row.inside),
        inside_ports=_numbers(row.inside_ports), inside_interface=row.inside_interface, devices=list(row.devices),
        way=_way(row.reach),
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


def _compared(port: ComparedPort, lang: Lang) -> ComparedOut:
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
