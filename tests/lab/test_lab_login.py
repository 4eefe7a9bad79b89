"""The lab checks logins as the specifications say: published vectors, replay, windows, lock-out."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from lab_client import (
    BOSS,
    DESK,
    GUEST,
    TRT,
    USERS,
    ago,
    challenge_of,
    device,
    digest,
    envelope,
    exchange,
    http,
    message,
    parse,
    run_lab,
    soap,
    token,
    wrong,
)

from fushinban.lab import DeviceState, FaultUse, Lab, LabUser
from fushinban.lab.login import Check, TokenGate, UsernameToken, digest_response, parse_created, token_digest
from fushinban.lab.plan import Auth
from fushinban.lab.wire import HeaderParameters

PATH = "/onvif/device_service"


@pytest.mark.parametrize(
    ("nonce", "created", "password", "expected"),
    [
        ("LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z", "userpassword", "tuOSpGlFlIXsozq4HFNeeGeFLEI="),
        ("ZnVzaGluYmFuLW5vbmNlMQ==", "2026-01-01T00:00:00Z", "pässwörd", "POtsGwGmhdfZClZEHaiZMbs8+B0="),
    ],
)
def test_token_vectors(nonce: str, created: str, password: str, expected: str) -> None:
    assert token_digest(nonce, created, password) == expected


def test_token_digest_refuses_a_nonce_that_is_no_base64() -> None:
    assert token_digest("not base64!", "2026-01-01T00:00:00Z", "x") is None


def test_digest_vector_of_rfc_2617() -> None:
    user = LabUser(name="Mufasa", password="Circle Of Life")
    given = HeaderParameters(
        scheme="digest",
        values={
            "realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093", "uri": "/dir/index.html",
            "qop": "auth", "nc": "00000001", "cnonce": "0a4f113b",
        },
    )  # fmt: skip
    assert digest_response("MD5", user, given, method="GET") == "6629fae49393a05397450978507c4ef1"


def test_digest_vector_of_rfc_7616_sha256() -> None:
    user = LabUser(name="Mufasa", password="Circle of Life")
    given = HeaderParameters(
        scheme="digest",
        values={
            "realm": "http-auth@example.org", "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            "uri": "/dir/index.html", "qop": "auth", "nc": "00000001",
            "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        },
    )  # fmt: skip
    expected = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    assert digest_response("SHA-256", user, given, method="GET") == expected


def _token(user: LabUser, created: str, nonce: bytes = b"n" * 16) -> UsernameToken:
    text = base64.b64encode(nonce).decode()
    made = token_digest(text, created, user.password)
    assert made is not None
    return UsernameToken(username=user.name, password=made, digested=True, nonce=text, created=created)


def test_token_gate_refuses_replay_and_time_outside_the_window() -> None:
    gate = TokenGate(users=USERS, window=20)
    now = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert gate.check(_token(BOSS, "2026-01-01T12:00:05Z"), now).check is Check.OK
    assert gate.check(_token(BOSS, "2026-01-01T12:00:05Z"), now).check is Check.STALE
    assert gate.check(_token(BOSS, "2026-01-01T12:00:21Z", b"m" * 16), now).check is Check.STALE
    assert gate.check(_token(BOSS, "2026-01-01T12:00:19Z", b"m" * 16), now).check is Check.OK


def test_token_gate_forgets_nonces_only_after_the_window() -> None:
    gate = TokenGate(users=USERS, window=20)
    now = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert gate.check(_token(BOSS, "2026-01-01T12:00:20Z"), now).check is Check.OK
    later = now + timedelta(seconds=39)
    assert gate.check(_token(BOSS, "2026-01-01T12:00:20Z"), later).check is Check.STALE


@pytest.mark.parametrize("text", ["2026-01-01T12:00:00+00:00", "2026-01-01", "", "Z", "nonsenseTZ"])
def test_created_must_be_utc_with_z(text: str) -> None:
    assert parse_created(text) is None


def test_digest_login_and_levels() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert (await soap(cam, "GetUsers")).status == 401
        assert "boss" in (await soap(cam, "GetUsers", BOSS)).text
        for user in (DESK, GUEST):
            refused = await soap(cam, "GetUsers", user)
            assert refused.status == 400
            assert "ter:NotAuthorized" in refused.text
            assert (await soap(cam, "GetNTP", user)).status == 200
            assert (await soap(cam, "GetProfiles", user, namespace=TRT)).status == 200
        assert (await soap(cam, "GetUsers", wrong(BOSS))).status == 401
        assert cam.failed_logins == 1

    run_lab(body)


def test_several_challenges_and_sha256() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        asked = await soap(cam, "GetUsers")
        offers = [challenge_of(h) for h in asked.headers["www-authenticate"]]
        assert [o["algorithm"] for o in offers] == ["SHA-256", "MD5"]
        for offer in offers:
            header = digest(BOSS, offer, "POST", PATH, nc=1 if offer["algorithm"] == "MD5" else 2)
            assert (await http(cam, "POST", PATH, envelope("GetUsers"), Authorization=header)).status == 200

    run_lab(body, device(auth=Auth.DIGEST_SHA256))


def test_digest_without_qop() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        asked = await soap(cam, "GetUsers")
        offer = challenge_of(asked.header("www-authenticate"))
        assert set(offer) == {"realm", "nonce"}
        header = digest(BOSS, offer, "POST", PATH)
        for _ in range(2):  # without counts a nonce may be used again
            assert (await http(cam, "POST", PATH, envelope("GetUsers"), Authorization=header)).status == 200

    run_lab(body, device(auth=Auth.DIGEST, qop=""))


def test_a_used_count_and_an_old_nonce_are_stale_and_no_failures() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        offer = challenge_of((await soap(cam, "GetUsers")).header("www-authenticate"))
        header = digest(BOSS, offer, "POST", PATH)
        assert (await http(cam, "POST", PATH, envelope("GetUsers"), Authorization=header)).status == 200
        again = await http(cam, "POST", PATH, envelope("GetUsers"), Authorization=header)
        assert again.status == 401
        assert "stale=true" in again.header("www-authenticate")
        made_up = digest(BOSS, {**offer, "nonce": "00112233"}, "POST", PATH)
        old = await http(cam, "POST", PATH, envelope("GetUsers"), Authorization=made_up)
        assert "stale=true" in old.header("www-authenticate")
        assert cam.failed_logins == 0

    run_lab(body)


def test_an_empty_body_is_asked_to_log_in() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        asked = await http(cam, "POST", PATH)
        assert (asked.status, asked.header("www-authenticate")[:7]) == (401, "Digest ")
        assert cam.failed_logins == 0

    run_lab(body)


def test_a_digest_for_another_address_is_wrong() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        offer = challenge_of((await soap(cam, "GetUsers")).header("www-authenticate"))
        header = digest(BOSS, offer, "POST", "/elsewhere")
        assert (await http(cam, "POST", PATH, envelope("GetUsers"), Authorization=header)).status == 401
        assert cam.failed_logins == 1

    run_lab(body)


def test_username_token_over_the_wire() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        refused = await soap(cam, "GetUsers")
        assert (refused.status, "ter:NotAuthorized" in refused.text) == (400, True)
        nonce = b"0123456789abcdef"
        header = token(BOSS, nonce=nonce)
        assert (await soap(cam, "GetUsers", header=header)).status == 200
        assert (await soap(cam, "GetUsers", header=header)).status == 400
        assert (await soap(cam, "GetUsers", header=token(BOSS, at=ago(60)))).status == 400
        assert (await soap(cam, "GetUsers", header=token(wrong(BOSS)))).status == 400
        assert cam.failed_logins == 1
        assert cam.clear_passwords == []

    run_lab(body, device(auth=Auth.USERNAME_TOKEN))


def test_the_token_window_stands_round_the_devices_own_clock() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        answer = await soap(cam, "GetSystemDateAndTime")
        numbers = {k: int(v) for k, v in re.findall(r"<tt:(\w+)>(\d+)</tt:\1>", answer.text.split("LocalDateTime")[0])}
        told = datetime(
            numbers["Year"], numbers["Month"], numbers["Day"], numbers["Hour"], numbers["Minute"], numbers["Second"],
            tzinfo=UTC,
        )  # fmt: skip
        assert abs((datetime.now(UTC) - told).total_seconds() - 5400) < 3
        assert (await soap(cam, "GetUsers", header=token(BOSS))).status == 400
        assert (await soap(cam, "GetUsers", header=token(BOSS, at=ago(5400)))).status == 200

    run_lab(body, device("wrong-clock", auth=Auth.USERNAME_TOKEN))


def test_a_password_in_clear_text_is_refused_and_remembered() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert (await soap(cam, "GetUsers", header=token(BOSS, clear=True))).status == 400
        basic = "Basic " + base64.b64encode(f"{BOSS.name}:{BOSS.password}".encode()).decode()
        assert (await http(cam, "GET", "/snapshot/1.jpg", Authorization=basic)).status == 401
        raw = message("DESCRIBE", "rtsp://x/stream/Profile_1_main", version="RTSP/1.0", CSeq="1", Authorization=basic)
        assert parse(await exchange_half_closed(cam, raw)).status == 401
        assert len(cam.clear_passwords) == 3

    run_lab(body)


async def exchange_half_closed(cam: DeviceState, raw: bytes) -> bytes:
    return await exchange(cam, "rtsp", raw.replace(b"Host: lab", b"Connection: close"))


def test_lock_out_counts_over_all_protocols_and_refuses_the_right_password() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert (await soap(cam, "GetUsers", wrong(BOSS))).status == 401
        assert (await soap(cam, "GetUsers", header=token(wrong(BOSS)))).status == 400
        assert not cam.locked
        uri = "rtsp://x/stream/Profile_1_main"
        raw = message("DESCRIBE", uri, version="RTSP/1.0", CSeq="1", Connection="close")
        offer = challenge_of(parse(await exchange(cam, "rtsp", raw)).header("www-authenticate"))
        login = digest(wrong(BOSS), offer, "DESCRIBE", uri)
        raw = message("DESCRIBE", uri, version="RTSP/1.0", CSeq="2", Connection="close", Authorization=login)
        assert parse(await exchange(cam, "rtsp", raw)).status == 401
        assert cam.locked
        assert (await soap(cam, "GetUsers", BOSS)).status == 401
        assert (await soap(cam, "GetSystemDateAndTime")).status == 200
        cam.unlock()
        assert (await soap(cam, "GetUsers", BOSS)).status == 200

    run_lab(body, device(FaultUse(name="lockout", values={"attempts": 3})))


def test_lock_out_may_say_so_and_end_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    elapsed = [1000.0]
    monkeypatch.setattr("fushinban.clock.monotonic", lambda: elapsed[0])

    async def body(lab: Lab, cam: DeviceState) -> None:
        for _ in range(2):
            await soap(cam, "GetUsers", wrong(BOSS))
        assert (await soap(cam, "GetUsers", BOSS)).status == 490
        elapsed[0] += 61
        assert not cam.locked
        assert (await soap(cam, "GetUsers", BOSS)).status == 200

    run_lab(body, device(FaultUse(name="lockout", values={"attempts": 2, "duration": 60, "status": 490})))


def test_failures_outside_the_window_and_before_a_success_do_not_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    elapsed = [1000.0]
    monkeypatch.setattr("fushinban.clock.monotonic", lambda: elapsed[0])

    async def body(lab: Lab, cam: DeviceState) -> None:
        await soap(cam, "GetUsers", wrong(BOSS))
        elapsed[0] += 601
        await soap(cam, "GetUsers", wrong(BOSS))
        assert not cam.locked
        await soap(cam, "GetUsers", BOSS)
        await soap(cam, "GetUsers", wrong(BOSS))
        assert not cam.locked
        await soap(cam, "GetUsers", wrong(BOSS))
        assert cam.locked

    run_lab(body, device(FaultUse(name="lockout", values={"attempts": 2})))
