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
from fushinban.api.resources._exposure_out import (
    ExposureOut,
    HolderOut,
    LookOut,
    RouterOut,
    SpanOut,
    compared_out,
    look_out,
    prediction_out,
    router_out,
    told_by_out,
)
from fushinban.api.resources.jobs import JobOut, job_out
from fushinban.jobs import exposure
from fushinban.jobs.durable.asking import ask_look
from fushinban.messages import Text, say
from fushinban.model.rights import Permission

RESOURCE = Resource("exposure", Text("公開状態", "Exposure"))


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
        looks=[look_out(look) for look in known.looks],
        router=router_out(known.router) if known.router is not None else None,
        told_by=told_by_out(known.told) if known.told is not None else None,
        prediction=prediction_out(known.prediction, call.lang) if known.prediction is not None else None,
        compared=[compared_out(p, call.lang) for p in compared.notable] if compared is not None else None,
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
    return page_of(noun, [look_out(look) for look in found], [(look.id,) for look in found], page.most)


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
        HolderOut(
            site=h.site,
            address=h.address,
            certain=h.certain,
            before=h.before,
            after=h.after,
            look=look_out(h.look) if h.look is not None else None,
        )
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
    return router_out(exposure.keep_configuration(call.store, site_id, content, name, by, kind=asked.kind))


@RESOURCE.delete(
    "/sites/{site_id}/exposure/router", "dropRouter", Text("ルータの設定を消す", "Remove the router configuration"),
    permission=Permission.SITE_EDIT, answers={204: None},
)  # fmt: skip
def drop_router(call: Call, site_id: str) -> None:
    """Forget the configuration of a site's router; looks stay."""
    call.site(site_id)
    call.had(call.store.routers.drop(site_id) or None)
