"""Exposure by the API: what was seen, predicted and compared, and who had an address when."""

from datetime import timedelta

from api.api_world import Api, World
from fushinban import clock
from fushinban.api.body import MOST_UPLOAD
from fushinban.model.facts import Gate, PortState
from fushinban.model.filtering import ForwardKind
from fushinban.model.outside import BehindPort
from fushinban.model.reflection import Reflection, SeenPort
from fushinban.model.rights import Role
from fushinban.record.store import Store
from record.router_samples import SECRET, routeros_text

ROUTER = routeros_text()


def looked(store: Store, site: str, address: str, days: float = 0) -> None:
    """A look that saw one picture."""
    at = clock.now() - timedelta(days=days)
    ports = (
        SeenPort(port=554, state=PortState.OPEN, speaks="rtsp", banner="Cam/1.0", picture=Gate.OPEN),
        SeenPort(port=8080, state=PortState.FILTERED),
    )
    store.outside.keep(site, "ed25519:k", Reflection(address=address, nonce="0", started=at, ended=at, ports=ports))


def upload(api: Api, path: str, content: bytes) -> object:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="r.rsc"\r\n\r\n' + content + b"\r\n--x--\r\n"
    return api("POST", path, body, content_type="multipart/form-data; boundary=x")


def test_nothing_is_known_yet(world: World, admin: Api) -> None:
    body = admin("GET", f"/sites/{world.sea.site}/exposure").json()
    assert body == {"looks": [], "router": None, "told_by": None, "prediction": None, "compared": None}


def test_a_configuration_is_predicted_and_compared(world: World, admin: Api) -> None:
    place = f"/sites/{world.sea.site}/exposure"
    kept = upload(admin, f"{place}/router", ROUTER)
    assert kept.status_code == 201  # type: ignore[attr-defined]
    assert kept.json()["kind"] == "mikrotik"  # type: ignore[attr-defined]
    looked(world.store, world.sea.site, "203.0.113.7")
    answer = admin("GET", place)
    body = answer.json()
    assert SECRET.encode() not in answer.content
    assert (body["told_by"]["origin"], body["told_by"]["name"]) == ("file", "r.rsc")
    (service,) = body["prediction"]["services"]
    assert (service["protocol"], service["inside_ports"]) == ("tcp", [{"first": "80", "last": "80"}])
    assert any("8080" in line["text"] for line in service["way"]["lines"])
    compared = {p["port"]: p for p in body["compared"]}
    assert (compared[554]["agreement"], compared[8080]["agreement"]) == ("not-predicted", "not-seen")
    assert compared[8080]["causes"][0]["action"]
    assert body["looks"][0]["ports"][0]["picture"] == "open"
    assert admin("DELETE", f"{place}/router").status_code == 204
    assert admin("DELETE", f"{place}/router").status_code == 404


def test_what_is_no_configuration(world: World, admin: Api) -> None:
    place = f"/sites/{world.sea.site}/exposure/router"
    nonsense = upload(admin, place, b"hello")
    assert nonsense.status_code == 422  # type: ignore[attr-defined]
    for size in (2 * 1024 * 1024 + 1, MOST_UPLOAD + 1):
        assert upload(admin, place, b"x" * size).status_code == 413  # type: ignore[attr-defined]
    assert world.store.routers.get(world.sea.site) is None


def test_looks_are_paged_newest_first(world: World, admin: Api) -> None:
    for n in range(5):
        looked(world.store, world.sea.site, f"203.0.113.{n}", days=5 - n)
    place = f"/sites/{world.sea.site}/exposure/looks"
    first = admin("GET", f"{place}?most=3").json()
    second = admin("GET", f"{place}?most=3&cursor={first['next']}").json()
    seen = [look["address"] for look in (*first["items"], *second["items"])]
    assert seen == [f"203.0.113.{n}" for n in (4, 3, 2, 1, 0)]
    assert second["next"] is None
    spans = admin("GET", f"/sites/{world.sea.site}/exposure/addresses").json()
    assert [s["address"] for s in spans] == seen


def test_a_look_needs_a_reflector(world: World, admin: Api) -> None:
    answer = admin("POST", f"/sites/{world.sea.site}/exposure/looks", {})
    assert answer.status_code == 422
    assert "reflector" in answer.json()["detail"] or "確認サーバ" in answer.json()["detail"]


def test_who_had_an_address_is_told_within_ones_own_sites(world: World, admin: Api) -> None:
    for place in (world.sea, world.hill):
        for days in (3, 1):
            looked(world.store, place.site, "203.0.113.7", days=days)
    at = (clock.now() - timedelta(days=2)).isoformat().replace("+", "%2B")
    found = admin("GET", f"/exposure/holders?address=203.0.113.7&at={at}").json()
    assert {(h["site"], h["certain"]) for h in found} == {(world.sea.site, True), (world.hill.site, True)}
    assert found[0]["look"]["behind"] is None, "nothing was noted at these looks"
    customer = Api(world.tokens[Role.CUSTOMER])
    mine = customer("GET", "/exposure/holders?address=203.0.113.7").json()
    assert [(h["site"], h["certain"]) for h in mine] == [(world.sea.site, False)]
    assert admin("GET", "/exposure/holders?address=nonsense").status_code == 422


def test_which_device_stood_behind_a_port_then(world: World, admin: Api) -> None:
    for days, device in ((3, "玄関"), (1, "倉庫")):
        at = clock.now() - timedelta(days=days)
        ports = (SeenPort(port=8080, state=PortState.OPEN, speaks="http"),)
        seen = Reflection(address="203.0.113.7", nonce="0", started=at, ended=at, ports=ports)
        place = BehindPort(port=8080, device=device, address="192.168.1.64", inside_port=80, kind=ForwardKind.UPNP)
        world.store.outside.keep(world.sea.site, "ed25519:k", seen, (place,))
    at = (clock.now() - timedelta(days=2)).isoformat().replace("+", "%2B")
    (holder,) = admin("GET", f"/exposure/holders?address=203.0.113.7&at={at}").json()
    (then,) = holder["look"]["behind"]
    assert (then["port"], then["device"], then["inside_port"], then["kind"]) == (8080, "玄関", 80, "upnp")
    (newest, _) = admin("GET", f"/sites/{world.sea.site}/exposure/looks").json()["items"]
    assert newest["behind"][0]["device"] == "倉庫"
