"""Who may call what: every operation, every role, tokens in every state, and everything of another customer."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from api.api_walk import ALL, body_of, path_of
from api.api_world import Api, Place, World
from fushinban import clock
from fushinban.api.application import resources
from fushinban.api.operation import Access, Operation, Resource
from fushinban.messages import Text
from fushinban.model.rights import PERMISSIONS, Grant, Permission, Role
from fushinban.record.people.people import People
from fushinban.record.people.tokens import Tokens

PLACED = tuple(o for o in ALL if "{" in o.path)


def call(api: Api, operation: Operation, world: World, place: Place, **headers: str) -> HttpResponse:
    """Call an operation as it wants to be called."""
    body: Any = body_of(operation, place)
    if operation.upload:
        boundary = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nx\r\n--x--\r\n'
        headers["content_type"] = "multipart/form-data; boundary=x"
        body = boundary
    return api(operation.method, path_of(operation, world, place), body, **{"if_match": "*", **headers})


def test_every_operation_names_who_may_call_it() -> None:
    closed = [o.id for o in ALL if o.permission is Access.CLOSED]
    assert closed == []
    open_to_all = {o.id for o in ALL if o.permission is Access.ANYBODY}
    assert open_to_all == {"getHealth", "getDescription"}
    assert len(ALL) >= 80
    assert len(resources()) >= 15


def test_an_operation_that_names_no_permission_is_closed_even_to_administrators(
    world: World, admin: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fushinban.api import application

    resource = Resource("forgetful", Text("忘れ物", "Forgetful"))

    @resource.get("/forgotten", "forgotten", Text("忘れ物", "Forgotten"), answers={200: str})
    def forgotten(call: Any) -> str:
        return "secret"

    @resource.get("/careless/{thing}", "careless", Text("不注意", "Careless"), permission=Permission.SITE_VIEW,
                  answers={200: str})  # fmt: skip
    def careless(call: Any, thing: str) -> str:
        return "secret"

    patterns = _patterns_of(application, resource, monkeypatch)
    request = _request(world, "/forgotten")
    answer = patterns["forgotten"](request)
    assert answer.status_code == 403
    assert b"secret" not in answer.content
    unchecked = patterns["careless/<thing>"](_request(world, "/careless/1"), thing="1")
    assert unchecked.status_code == 500, "what forgets to ask whose things it shows, shows nothing"
    assert b"secret" not in unchecked.content


def _patterns_of(application: Any, resource: Resource, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for name in ("operations", "ninja_api", "openapi"):
        monkeypatch.setattr(application, name, getattr(application, name).__wrapped__)
    monkeypatch.setattr(application, "resources", lambda: {"forgetful": resource})
    api = application.ninja_api()
    api.urls_namespace = "forgetful"
    monkeypatch.setattr(application, "ninja_api", lambda: api)
    return {str(p.pattern): p.callback for p in application.urls()}


def _request(world: World, path: str) -> Any:
    from django.test import RequestFactory

    token = world.tokens[Role.ADMINISTRATOR]
    return RequestFactory().get(path, headers={"authorization": f"Bearer {token}"})


def test_signed_out_nothing_opens(world: World) -> None:
    for operation in ALL:
        answer = call(Api(), operation, world, world.sea)
        expected = 200 if operation.permission is Access.ANYBODY else 401
        assert answer.status_code == expected, operation.id
        if expected == 401:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("role", Role)
def test_every_operation_for_every_role(world: World, role: Role) -> None:
    api = Api(world.tokens[role])
    wrong = []
    scoped = role in (Role.CUSTOMER, Role.INSTALLER)
    for operation in ALL:
        named = operation.permission
        if operation.id == "revokeToken":
            continue  # a token may revoke itself: the next test
        answer = call(api, operation, world, world.sea)
        allowed = not isinstance(named, Permission) or named in PERMISSIONS[role]
        if isinstance(named, Permission) and operation.whole and scoped:
            allowed = False
        refused = answer.status_code in (401, 403)
        if allowed and refused and operation.id in _NEEDS_MORE:
            continue
        if refused == allowed or answer.status_code == 500:
            wrong.append((operation.id, answer.status_code, allowed))
        answer.close()
    assert wrong == []


#: What is refused to tokens whatever their rights: it needs the browser.
_NEEDS_MORE = {"createToken", "endSession"}


def test_a_token_may_revoke_itself_and_no_other(world: World) -> None:
    api = Api(world.tokens[Role.AUDITOR])
    mine = api("GET", "/me/tokens").json()[0]["id"]
    other = Tokens.of(world.store).of_owner(world.people[Role.CUSTOMER])[0].number
    assert api("DELETE", f"/me/tokens/{other}").status_code == 404
    assert api("DELETE", f"/me/tokens/{mine}").status_code == 204
    assert api("GET", "/me").status_code == 401


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.INSTALLER])
def test_nothing_of_another_customer_is_reached_by_its_id(world: World, role: Role) -> None:
    api = Api(world.tokens[role])
    reached = []
    for operation in PLACED:
        if operation.id in {"getControl", "countFindings"}:
            continue  # the guide is everybody's, and counts are those of one's own sites
        answer = call(api, operation, world, world.hill)
        if answer.status_code not in (403, 404):
            reached.append((operation.id, answer.status_code))
    assert reached == []


def test_the_same_ids_do_open_for_those_who_may(world: World, admin: Api) -> None:
    """Otherwise the test above would prove nothing."""
    missed = []
    for operation in PLACED:
        if operation.method != "GET":
            continue
        answer = call(admin, operation, world, world.hill)
        if answer.status_code != 200:
            missed.append((operation.id, answer.status_code, answer.content[:200]))
        answer.close()
    assert missed == []


def test_ids_of_others_change_nothing(world: World) -> None:
    api = Api(world.tokens[Role.INSTALLER])
    for operation in PLACED:
        if operation.method != "GET":
            call(api, operation, world, world.hill)
    assert world.store.schedules.get(world.hill.site) is not None
    assert f"login-{world.hill.site}" in world.vault.names()
    assert world.store.devices.get(world.hill.site, world.hill.device).ignored is False  # type: ignore[union-attr]
    assert not world.store.jobs.find(world.hill.job).cancelling  # type: ignore[union-attr]
    assert world.store.answers.newest(world.hill.site)["G-3.6-2"].by == "t"


def test_lists_hold_only_ones_own(world: World) -> None:
    api = Api(world.tokens[Role.CUSTOMER])
    lists = [o for o in ALL if o.method == "GET" and "{" not in o.path and not o.produces]
    seen = 0
    for operation in lists:
        answer = call(api, operation, world, world.sea)
        if answer.status_code == 200 and operation.id not in {"getDescription", "listControls"}:
            seen += 1
            assert world.hill.site.encode() not in answer.content, operation.id
            assert "丘管理組合".encode() not in answer.content, operation.id
    assert seen >= 10


def test_a_search_for_another_customers_things_finds_nothing(world: World) -> None:
    api = Api(world.tokens[Role.CUSTOMER])
    for text in ("山の手", "丘管理組合", "HILL-1-0000", "hill-1"):
        answer = api("GET", f"/search?text={text}")
        assert answer.status_code == 200
        assert answer.json() == []


def test_accepting_findings_of_others_in_one_list_refuses_those(world: World) -> None:
    person = People.of(world.store).add("op@example.jp", "Op", Grant(role=Role.OPERATOR, customer=world.sea.customer))
    made = Tokens.of(world.store).make(person.number, "t", [Permission.FINDING_ACCEPT], clock.now() + timedelta(days=1))
    body = {"findings": [world.hill.finding], "reason": "x", "until": (clock.now() + timedelta(days=2)).isoformat()}
    answer = Api(made.text)("POST", "/findings/accept", body)
    assert answer.status_code == 200
    assert answer.json()["accepted"] == []
    assert [r["finding"] for r in answer.json()["refused"]] == [world.hill.finding]


def test_tokens_that_are_wrong_expired_or_revoked_open_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens.of(world.store)
    owner = world.people[Role.AUDITOR]
    made = tokens.make(owner, "t", [Permission.SITE_VIEW], clock.now() + timedelta(hours=1))
    assert Api(made.text)("GET", "/sites").status_code == 200
    for wrong in ("", "x", made.text[:-1], made.text + "x", made.text.swapcase(), "a" * 5000):
        answer = Api()("GET", "/sites", authorization=f"Bearer {wrong}")
        assert answer.status_code == 401
        assert wrong in {"", "x"} or wrong.encode() not in answer.content
    for scheme in ("Basic", "Token", "bearer:"):
        assert Api()("GET", "/sites", authorization=f"{scheme} {made.text}").status_code == 401
    tokens.revoke(made.entry.number)
    assert Api(made.text)("GET", "/sites").status_code == 401
    other = tokens.make(owner, "u", [Permission.SITE_VIEW], clock.now() + timedelta(hours=1))
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert Api(other.text)("GET", "/sites").status_code == 401


def test_a_token_does_no_more_than_it_names(world: World) -> None:
    made = Tokens.of(world.store).make(
        world.people[Role.ADMINISTRATOR], "t", [Permission.SITE_VIEW], clock.now() + timedelta(hours=1),
        site=world.sea.site,
    )  # fmt: skip
    api = Api(made.text)
    assert api("GET", f"/sites/{world.sea.site}").status_code == 200
    assert api("GET", f"/sites/{world.hill.site}").status_code == 404
    for path in ("/people", "/audit", "/settings/jobs", "/exports/findings", "/credentials"):
        assert api("GET", path).status_code == 403, path


def test_a_token_gives_nobody_more_than_it_has(world: World) -> None:
    made = Tokens.of(world.store).make(
        world.people[Role.ADMINISTRATOR], "t", [Permission.PEOPLE_EDIT, Permission.PEOPLE_VIEW],
        clock.now() + timedelta(hours=1),
    )  # fmt: skip
    api = Api(made.text)
    invitation = {"email": "evil@example.jp", "grant": {"role": "administrator"}}
    assert api("POST", "/invitations", invitation).status_code == 403
    person = world.people[Role.AUDITOR]
    assert api("POST", f"/people/{person}/grants", {"role": "administrator"}).status_code == 403
    later = (clock.now() + timedelta(days=300)).isoformat()
    own = {"name": "n", "permissions": ["people-edit"], "expires_at": later}
    assert api("POST", "/me/tokens", own).status_code == 403


def test_a_person_whose_rights_end_loses_them_at_once(world: World) -> None:
    api = Api(world.tokens[Role.AUDITOR])
    assert api("GET", "/audit").status_code == 200
    People.of(world.store).deactivate(world.people[Role.AUDITOR])
    assert api("GET", "/audit").status_code == 401
