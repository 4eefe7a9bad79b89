"""Search across everything that the caller may see."""

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.messages import Text
from fushinban.model.listing import HitKind
from fushinban.model.rights import Permission

RESOURCE = Resource("search", Text("検索", "Search"))


class SearchQuery(Schema):
    """What to look for."""

    text: str = Field(min_length=1, max_length=200, examples=["駅前"])
    kind: list[HitKind] = Field(default_factory=list, max_length=5)
    most: int = Field(20, ge=1, le=100, description="At most so many of each kind. 種類ごとの最大件数")


class HitOut(Schema):
    """One thing found. `ref`: its number or id; `site`: whose. 検索結果"""

    kind: str
    ref: str
    title: str
    detail: str
    site: str


@RESOURCE.get(
    "/search", "search", Text("検索する", "Search"), permission=Permission.SITE_VIEW, answers={200: list[HitOut]}
)
def search(call: Call, query: Query[SearchQuery]) -> list[HitOut]:
    """Sites, devices, customers, controls and documents that fit all words."""
    kinds = frozenset(query.kind or HitKind)
    return [
        HitOut(kind=h.kind.value, ref=h.ref, title=h.title, detail=h.detail, site=h.site)
        for h in call.store.search.find(call.scope(), query.text, query.most, kinds)
    ]
