"""Customers: list, one, rename."""

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, inner_cursor, outer_page
from fushinban.api.problems import ProblemError, not_found
from fushinban.api.shapes import Given, Line
from fushinban.messages import Text, say
from fushinban.model.overview import CustomerLine
from fushinban.model.rights import Permission

RESOURCE = Resource("customers", Text("施主", "Customers"))


class CustomerLineOut(Schema):
    """A customer with sums over its sites that the caller may see. 施主"""

    id: int
    name: str
    version: int
    sites: int
    devices: int
    failed: int
    accepted: int
    unknown: int
    error: int
    worst: str | None


class CustomerFilter(Schema):
    """Which customers."""

    text: str = Field("", max_length=200)


class RenameIn(Given):
    """The new name."""

    name: Line


@RESOURCE.get(
    "/customers", "listCustomers", Text("施主の一覧", "List customers"), permission=Permission.SITE_VIEW,
    answers={200: Page[CustomerLineOut]},
)  # fmt: skip
def list_customers(call: Call, filters: Query[CustomerFilter], page: Query[PageQuery]) -> Page[CustomerLineOut]:
    """Customers with a site that the caller may see, by name."""
    found = call.store.customers.list(
        call.scope(), text=filters.text, cursor=inner_cursor("customers", page.cursor), most=page.most
    )
    return outer_page("customers", [_out(c) for c in found.items], found.next, found.total)


@RESOURCE.patch(
    "/customers/{customer_id}", "renameCustomer", Text("施主の名前を変える", "Rename a customer"),
    permission=Permission.SITE_EDIT, whole=True, answers={200: CustomerLineOut},
)  # fmt: skip
def rename_customer(call: Call, customer_id: int, body: RenameIn) -> CustomerLineOut:
    """Give a customer another name, everywhere it is written. The version is the `version` of the list."""
    if not 0 < customer_id < 2**63 or call.store.customers.get(customer_id) is None:
        raise not_found()
    expected = call.expected()
    if expected is None:  # `*` names no version, and the store asks for one
        raise ProblemError("if-match-required", say("api.if-match"))
    renamed = call.store.customers.rename(customer_id, body.name, expected)
    call.versioned(renamed.version)
    return _out(renamed)


def _out(line: CustomerLine) -> CustomerLineOut:
    return CustomerLineOut(
        id=line.id, name=line.name, version=line.version, sites=line.sites, devices=line.devices,
        failed=line.failed, accepted=line.accepted, unknown=line.unknown, error=line.error,
        worst=line.worst.value if line.worst else None,
    )  # fmt: skip
