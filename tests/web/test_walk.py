"""Every page for every role and for nobody: what is not named is closed. New pages are found by themselves."""

from http import HTTPStatus

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from fushinban.model.rights import PERMISSIONS, Permission, Rights, Role
from fushinban.record.store import Store
from fushinban.web._page import ORGANISATION, Access, Page
from fushinban.web.catalogue import menu, pages
from fushinban.web.middleware import Closed
from record.samples import SITE
from web.conftest import ClientFor

#: Addresses of sign-in and of machines that answer anybody; a new one has to be thought about here.
OPEN = {
    "healthz",
    "readyz",
    "metrics",
    "asset",
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "openid_connect_login",
    "openid_connect_callback",
}


def patterns(found: list[URLPattern | URLResolver] | None = None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    """Every address with its pattern; the API is walked by its own tests."""
    listed: list[tuple[str, URLPattern]] = []
    for one in get_resolver().url_patterns if found is None else found:
        place = prefix + str(one.pattern).lstrip("^")
        if isinstance(one, URLPattern):
            listed.append((place, one))
        elif not place.startswith("api/"):
            listed += patterns(one.url_patterns, place)
    return listed


def address_of(page: type[Page]) -> str:
    """An address of the page, with made-up parts."""
    place = page.path
    for _, pattern in [(p, u) for p, u in patterns() if getattr(u.callback, "view_class", None) is page]:
        for name, converter in pattern.pattern.converters.items():
            kind = "int" if isinstance(converter, IntConverter) else type(converter).__name__[:-9].lower()
            place = place.replace(f"<{kind}:{name}>", "1").replace(f"<{name}>", "1")
    return "/" + place


def allowed(page: type[Page], role: Role | None) -> bool:
    if page.permission is Access.EVERYBODY:
        return True
    if page.permission is None or role is None:
        return False
    return page.permission is Access.SIGNED_IN or page.permission in PERMISSIONS[role]


def test_there_are_pages() -> None:
    assert {"account", "preferences", "setup", "invite", "reset"} <= {page.name for page in pages()}


@pytest.mark.parametrize("role", [None, *Role])
def test_every_page_for_every_role(client_for: ClientFor, role: Role | None) -> None:
    client = client_for(role)
    for page in pages():
        answer = client.get(address_of(page))
        if allowed(page, role):
            assert answer.status_code not in {401, 403, 500}, page
            assert not answer.headers.get("Location", "").startswith("/sign-in/"), page
        elif role is None and page.permission is not None:
            assert answer.status_code == HTTPStatus.FOUND, page
            assert answer.headers["Location"].startswith("/sign-in/"), page
        else:
            assert answer.status_code == HTTPStatus.FORBIDDEN, page


@pytest.mark.parametrize("role", [None, *Role])
def test_every_action_for_every_role(client_for: ClientFor, role: Role | None) -> None:
    for page in pages():
        for name, need in page.actions().items():
            reachable = allowed(page, role) and (
                not isinstance(need, Permission) or (role is not None and need in PERMISSIONS[role])
            )
            if reachable:
                continue
            answer = client_for(role).post(address_of(page), {"action": name})
            expected = {HTTPStatus.FOUND} if role is None else {HTTPStatus.FORBIDDEN}
            assert answer.status_code in expected, (page, name)


def test_a_page_that_names_no_permission_is_closed_for_all(client_for: ClientFor) -> None:
    class Forgotten(Page):
        path = "forgotten/"
        name = "forgotten"
        template = "pages/account.html"

    request = RequestFactory().get("/forgotten/")
    for role in (None, *Role):
        given = client_for(role).get("/account/").wsgi_request
        for name in ("person", "rights", "actor", "lang", "theme", "density", "session", "user"):
            setattr(request, name, getattr(given, name))
        assert Forgotten.as_view()(request).status_code == HTTPStatus.FORBIDDEN, role


def test_every_address_is_a_page_or_was_thought_about(client_for: ClientFor) -> None:
    client = client_for(None)
    for place, pattern in patterns():
        view = getattr(pattern.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, Page):
            continue
        if pattern.name in OPEN:
            continue
        address = "/" + place.replace("<int:pk>", "1")
        assert "<" not in address, f"{place}: say in this test how it is walked"
        answer = client.get(address)
        closed = answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
        assert closed or answer.headers.get("Location", "").startswith("/sign-in/"), place


def test_a_view_that_nobody_vouched_for_is_closed() -> None:
    closed = Closed(lambda request: pytest.fail("reached"))
    match = get_resolver().resolve("/sign-in/")
    assert closed._vouched(match.func, match)

    def stray(request: object) -> None:
        raise AssertionError

    stray.__module__ = "somebody.else"
    match.url_name = "stray"
    assert not closed._vouched(stray, match)


def test_the_menu_shows_only_what_opens(console: Store) -> None:
    for page in menu(Rights()):
        assert page.permission in {Access.SIGNED_IN, Access.EVERYBODY}


def test_rights_for_one_site_open_no_page_of_the_organisation(console: Store, client_for: ClientFor) -> None:
    console.sites.save(SITE)
    client = client_for(Role.ADMINISTRATOR, site=SITE.id)
    for page in pages():
        if page.permission in ORGANISATION:
            assert client.get(address_of(page)).status_code == HTTPStatus.FORBIDDEN, page


def test_heads_and_other_methods(client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    assert client.head("/account/").status_code == HTTPStatus.OK
    for method in ("put", "patch", "delete", "trace"):
        assert getattr(client, method)("/account/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_the_second_factor_is_asked_of_administrators_first(console: Store) -> None:
    from fushinban.model.rights import Grant
    from web.conftest import add_person, add_second_factor, signed_in

    person = add_person(console, Grant(role=Role.ADMINISTRATOR))
    client: Client = signed_in(person)
    for page in pages():
        if page.permission in {Access.EVERYBODY}:
            continue
        answer = client.get(address_of(page))
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/second-factor/"), page
    assert "2段階認証を設定してから" in client.get("/account/second-factor/").content.decode()
    add_second_factor(person)
    assert client.get("/account/").status_code == HTTPStatus.OK
