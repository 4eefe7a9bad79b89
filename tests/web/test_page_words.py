"""Small sentences that have to be true: a running inspection, a site not yet inspected, whose sites one may see."""

from datetime import timedelta
from html import unescape
from http import HTTPStatus

from django.test import Client, RequestFactory

from api.api_world import World
from fushinban import clock
from fushinban.model.rights import Grant, Role
from fushinban.model.site import InspectionKind
from fushinban.record.store import Store
from fushinban.web.refusals import broken
from record.console_samples import SEA
from record.samples import AUTHORISATION
from web.conftest import ClientFor, add_person, signed_in


def shown(client: Client, address: str) -> str:
    """A page as a person reads it."""
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK
    return unescape(answer.content.decode())


def test_what_is_not_inspected_is_not_called_fine(client_for: ClientFor, console: Store) -> None:
    client = client_for(Role.ADMINISTRATOR)
    assert "点検の結果は、まだありません" in shown(client, "/findings/")
    # A filter that hides everything says nothing about inspections.
    assert "点検の結果は、まだありません" not in shown(client, "/findings/?text=zzz")
    console.sites.save(SEA, AUTHORISATION)
    page = shown(client, f"/sites/{SEA.id}/")
    assert page.count("点検すると分かります") == 4
    assert page.count("点検していません") == 1


def test_an_inspection_that_runs_is_not_called_ended(world: World) -> None:
    site = world.store.sites.get(world.sea.site)
    assert site is not None
    now = clock.now()
    world.store.inspections.begin(site, InspectionKind.PERIODIC, AUTHORISATION, now + timedelta(seconds=1))
    client = signed_in_as_operator(world)
    assert world.store.jobs.active(site.id) is not None
    assert "途中で終わりました" not in shown(client, f"/sites/{site.id}/")
    world.store.jobs.cancel(world.sea.job)
    assert "途中で終わりました" in shown(client, f"/sites/{site.id}/")


def signed_in_as_operator(world: World) -> Client:
    """Somebody who may see everything."""
    return signed_in(add_person(world.store, Grant(role=Role.OPERATOR), email="words@example.jp"))


def test_the_account_page_names_the_customer_and_leads_on(world: World) -> None:
    grant = Grant(role=Role.CUSTOMER, customer=world.sea.customer, end=clock.now() + timedelta(days=9))
    client = signed_in(add_person(world.store, grant, email="owner@example.jp"))
    page = shown(client, "/account/")
    customer = world.store.customers.get(world.sea.customer)
    assert customer is not None
    assert f"「{customer.name}」の現場" in page
    for address in ("/account/tokens/", "/account/second-factor/", "/account/sessions/", "/account/pass-phrase/"):
        assert f'class="button" href="{address}"' in page


def test_a_refused_form_leads_back_to_its_page(client_for: ClientFor) -> None:
    client = client_for(Role.ADMINISTRATOR)
    refused = client.post("/settings/", {"action": "name_organisation", "name": ""})
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert '<a class="button primary" href="/settings/">' in refused.content.decode()
    missing = client.get("/nowhere/").content.decode()
    assert '<a class="button primary" href="/">' in missing


def test_the_page_of_a_failure_needs_no_database_and_wears_our_clothes() -> None:
    request = RequestFactory().get("/broken/")
    for lang, words in (("ja", "内部で問題が起きました"), ("en", "Something went wrong inside")):
        request.lang = lang  # type: ignore[attr-defined]  # as the middleware does
        answer = broken(request)
        assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
        page = answer.content.decode()
        assert words in page
        assert "console/base.css" in page
        assert "<script" not in page
