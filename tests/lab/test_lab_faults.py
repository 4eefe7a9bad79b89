"""Every fault does what its name says, and carries the truth that it plants."""

import asyncio
import ssl
import warnings
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from lab_client import (
    BOSS,
    TRT,
    Answer,
    device,
    exchange,
    http,
    message,
    parse,
    run_lab,
    soap,
    trusting,
)

from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.lab import FAULTS, DevicePlan, DeviceState, FaultUse, Lab, LabPlan, planted, tolerated, with_faults
from fushinban.lab.plan import Auth, Misbehaviour
from fushinban.makers import makers

Look = Callable[[DeviceState], Awaitable[bool]]


async def _answers(cam: DeviceState, operation: str, wanted: str, **more: str) -> bool:
    return wanted in (await soap(cam, operation, BOSS, **more)).text  # type: ignore[arg-type]


async def _open(cam: DeviceState, service: str) -> bool:
    try:
        _, writer = await asyncio.open_connection(cam.plan.address, cam.ports[service])
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


async def _anonymous(
    cam: DeviceState, operation: str, namespace: str = "http://www.onvif.org/ver10/device/wsdl"
) -> bool:
    inside = "<x:ProfileToken>Profile_1_main</x:ProfileToken>"
    return (await soap(cam, operation, namespace=namespace, inside=inside)).status == 200


async def _describe(cam: DeviceState) -> bool:
    raw = message("DESCRIBE", "rtsp://x/stream/Profile_1_main", version="RTSP/1.0", CSeq="1", Connection="close")
    return parse(await exchange(cam, "rtsp", raw)).status == 200


async def _end_of_certificate(cam: DeviceState) -> x509.Certificate:
    _, writer = await asyncio.open_connection(cam.plan.address, cam.ports["https"], ssl=trusting())
    der = writer.get_extra_info("ssl_object").getpeercert(True)
    writer.close()
    return x509.load_der_x509_certificate(der)


async def _expired(cam: DeviceState) -> bool:
    return (await _end_of_certificate(cam)).not_valid_after_utc < datetime.now(UTC)


async def _short(cam: DeviceState) -> bool:
    key = (await _end_of_certificate(cam)).public_key()
    return isinstance(key, rsa.RSAPublicKey) and key.key_size == 1024


async def _takes_tls1(cam: DeviceState) -> bool:
    context = trusting()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the old version is what is looked for
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = ssl.TLSVersion.TLSv1
    try:
        _, writer = await asyncio.open_connection(cam.plan.address, cam.ports["https"], ssl=context)
    except (ssl.SSLError, ConnectionError):
        return False
    version = writer.get_extra_info("ssl_object").version()
    writer.close()
    return version == "TLSv1"


_SYSTEM_LOG = "<x:LogType>System</x:LogType>"

#: Fault → how it shows on the wire. Without the fault the same look must say no.
LOOKS: dict[str, Look] = {
    "open-telnet": lambda c: _open(c, "telnet"),
    "open-ssh": lambda c: _open(c, "ssh"),
    "open-ftp": lambda c: _open(c, "ftp"),
    "upnp-answers": lambda c: _open(c, "upnp-http"),
    "anonymous-users": lambda c: _anonymous(c, "GetUsers"),
    "anonymous-info": lambda c: _anonymous(c, "GetDeviceInformation"),
    "anonymous-stream": _describe,
    "manual-clock": lambda c: _answers(c, "GetSystemDateAndTime", "<tt:DateTimeType>Manual<"),
    "expired-certificate": _expired,
    "short-rsa-key": _short,
    "old-tls": _takes_tls1,
    "dynamic-dns-on": lambda c: _answers(c, "GetDynamicDNS", "camera.example.com"),
    "global-address": lambda c: _answers(c, "GetNetworkInterfaces", "198.51.100.23"),
    "no-password-rules": lambda c: _answers(c, "GetPasswordComplexityConfiguration", "<tds:MinLen>0<"),
    "no-ip-filter": lambda c: _answers(c, "GetIPAddressFilter", "<tt:Type>Deny</tt:Type></"),
    "extra-admin": lambda c: _answers(c, "GetUsers", "<tt:Username>support<"),
    "zero-conf": lambda c: _answers(c, "GetZeroConfiguration", "169.254.10.11"),
    "default-hostname": lambda c: _answers(c, "GetHostname", "<tt:Name>IPCamera<"),
    "unknown-gateway": lambda c: _answers(c, "GetNetworkDefaultGateway", "127.77.0.250"),
    "log-unavailable": lambda c: _answers(c, "GetSystemLog", "SystemlogUnavailable", inside=_SYSTEM_LOG),
    "foreign-xaddr": lambda c: _answers(c, "GetServices", "http://192.0.2.99:"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LOOKS))
def test_a_fault_shows_on_the_wire_and_only_with_it(name: str) -> None:
    seen: list[bool] = []

    async def body(lab: Lab, cam: DeviceState) -> None:
        seen.append(await LOOKS[name](cam))

    run_lab(body, device())
    run_lab(body, device(name))
    assert seen == [False, True]


def test_http_only_closes_https() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert not await _open(cam, "https")
        protocols = (await soap(cam, "GetNetworkProtocols", BOSS)).text
        assert "<tt:Name>HTTPS</tt:Name><tt:Enabled>false" in protocols

    run_lab(body, device("http-only"))


def test_anonymous_snapshot_gives_the_address_and_the_picture() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert await _anonymous(cam, "GetSnapshotUri", TRT)
        assert (await http(cam, "GET", "/snapshot/1.jpg")).body.startswith(b"\xff\xd8")
        assert not await _anonymous(cam, "GetUsers")

    run_lab(body, device("anonymous-snapshot"))


def test_password_faults_change_the_account_of_the_inspection() -> None:
    published = device("published-password")
    assert published.login_user is not None
    assert (published.login, published.login_user.password) == ("root", "xc3511")
    weak = device("weak-password")
    assert (weak.login, weak.users[0].password) == ("boss", "camera2020")
    factory = device("factory-password")
    login = makers()["fushinban_lab"].factory_logins[0]
    assert (factory.users[0].name, factory.users[0].password) == (login.username, login.password)
    one, two = device("shared-password"), device("shared-password", id="other")
    assert one.users[0].password == two.users[0].password != BOSS.password


def test_password_faults_need_somebody_to_have_it() -> None:
    with pytest.raises(InputError, match="no users"):
        device("weak-password", users=(), login="")
    with pytest.raises(InputError, match="No factory login"):
        device("factory-password", maker="Nobody Inc")


def test_a_shared_certificate_is_the_same_on_both() -> None:
    async def main() -> None:
        pair = (device("shared-certificate"), device("shared-certificate", id="b", address="127.77.9.12"))
        async with Lab(
            LabPlan(name="試験", devices=(*pair, device(id="c", address="127.77.9.13")), base_port=0)
        ) as lab:
            ends = [await _end_of_certificate(lab.devices[i]) for i in ("cam", "b", "c")]
            assert ends[0] == ends[1] != ends[2]

    asyncio.run(main())


def test_slow_takes_its_time() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await soap(cam, "GetHostname")
        assert loop.time() - start >= 0.2

    run_lab(body, device(FaultUse(name="slow", values={"milliseconds": 200})))


def test_refuses_everything_even_the_right_password() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        for operation in ("GetSystemDateAndTime", "GetServices", "GetUsers"):
            assert (await soap(cam, operation, BOSS)).status == 401
        assert (await http(cam, "GET", "/")).status == 401
        assert not await _describe(cam)
        assert cam.accepted_logins == 0
        assert cam.failed_logins == 3

    run_lab(body, device("refuses-everything", auth=Auth.DIGEST))


async def _raw(cam: DeviceState) -> bytes:
    return await exchange(cam, "http", message("GET", "/", Connection="close"))


def test_bad_answers_on_the_wire() -> None:
    async def garbage(lab: Lab, cam: DeviceState) -> None:
        assert not (await _raw(cam)).startswith(b"HTTP")

    async def truncated(lab: Lab, cam: DeviceState) -> None:
        answer = parse(await _raw(cam))
        assert len(answer.body) < int(answer.header("content-length"))

    async def redirect(lab: Lab, cam: DeviceState) -> None:
        answer = parse(await _raw(cam))
        assert (answer.status, answer.header("location")) == (302, "http://192.0.2.99/onvif/device_service")

    async def resets(lab: Lab, cam: DeviceState) -> None:
        with pytest.raises(ConnectionResetError):
            await _raw(cam)

    async def wrong_status(lab: Lab, cam: DeviceState) -> None:
        assert parse(await _raw(cam)).status == 500
        assert (await soap(cam, "GetUsers")).status == 200

    async def non_utf8(lab: Lab, cam: DeviceState) -> None:
        body = (await soap(cam, "GetHostname")).body
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")

    for name, body in (
        ("garbage", garbage), ("truncated", truncated), ("redirect", redirect), ("resets", resets),
        ("wrong-status", wrong_status), ("non-utf8", non_utf8),
    ):  # fmt: skip
        run_lab(body, device(name))


def test_monstrous_bodies() -> None:
    async def monster(cam: DeviceState) -> Answer:
        return await soap(cam, "GetHostname")

    async def bomb(lab: Lab, cam: DeviceState) -> None:
        body = (await monster(cam)).body
        assert b"<!ENTITY a11" in body
        assert len(body) < 2000

    async def deep(lab: Lab, cam: DeviceState) -> None:
        assert (await monster(cam)).body.count(b"<a>") == 100_000

    async def huge(lab: Lab, cam: DeviceState) -> None:
        assert len((await monster(cam)).body) > 8_000_000

    async def endless(lab: Lab, cam: DeviceState) -> None:
        reader, writer = await asyncio.open_connection(cam.plan.address, cam.ports["http"])
        writer.write(message("GET", "/"))
        got = 0
        while got < 1_000_000:
            got += len(await reader.read(65536))
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.05)
        assert cam.connections == 0

    for name, body in (("entity-bomb", bomb), ("deep-xml", deep), ("huge-xml", huge), ("endless-body", endless)):
        run_lab(body, device(name))


def test_a_trick_may_be_played_on_some_operations_only() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert (await soap(cam, "GetServices")).status == 200
        with pytest.raises(ConnectionResetError):
            await soap(cam, "GetHostname")

    run_lab(body, device(FaultUse(name="resets", values={"operations": ("GetHostname",)})))


def test_every_planted_control_is_a_row_of_the_guide() -> None:
    known = set(controls())
    for fault in FAULTS.values():
        assert set(fault.expects) | set(fault.also) <= known, fault.name
        assert not set(fault.expects) & set(fault.also), fault.name


def test_planted_truth_and_override() -> None:
    plan = LabPlan(
        name="試験",
        devices=(
            device("open-telnet"),
            device(FaultUse(name="open-ssh", expects=("G-3.4-5a",)), id="b", address="127.77.9.12"),
        ),
    )
    assert planted(plan) == {("cam", "G-2.1-2"), ("b", "G-3.4-5a")}
    assert planted(plan) < tolerated(plan)


def test_unknown_faults_and_parameters_are_refused() -> None:
    plain = device()
    for use, wanted in (
        (FaultUse(name="no-such"), "unknown fault"),
        (FaultUse(name="slow", values={"hours": 1}), "no parameter 'hours'"),
        (FaultUse(name="slow", values={"milliseconds": "long"}), "wrong type"),
    ):
        with pytest.raises(InputError, match=wanted):
            with_faults(plain, use)


def test_every_fault_changes_the_device() -> None:
    plain: DevicePlan = device(discoverable=False)
    for name in FAULTS:
        changed = with_faults(plain, name)
        assert changed.planted[0].fault == name
        before = {f: getattr(plain, f) for f in plain.__slots__ if f != "planted"}
        after = {f: getattr(changed, f) for f in plain.__slots__ if f != "planted"}
        assert before != after, name
        assert changed.misbehaviour is None or isinstance(changed.misbehaviour, Misbehaviour)
