"""How the ONVIF driver finds the device, and what it asks only once."""

import asyncio

import pytest
from onvif_fakes import NO_OPERATION, NOBODY, FakeSession, soap

from fushinban.drivers.onvif import DRIVER, OnvifContext
from fushinban.drivers.onvif._open import open_onvif
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.messages import Text
from fushinban.model import facts
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.facts.base import Fact
from fushinban.transport.footprint import footprint

REFUSED = Denied(Text("拒否", "refused"))
BROKEN = Malformed(Text("壊れた応答", "broken"))
INVENTED = Credential(username="audit", secret="made-up")

TIME = soap(
    "<d:GetSystemDateAndTimeResponse><d:SystemDateAndTime><t:DateTimeType>NTP</t:DateTimeType><t:UTCDateTime>"
    "<t:Time><t:Hour>3</t:Hour><t:Minute>4</t:Minute><t:Second>5</t:Second></t:Time>"
    "<t:Date><t:Year>2020</t:Year><t:Month>1</t:Month><t:Day>2</t:Day></t:Date></t:UTCDateTime>"
    "</d:SystemDateAndTime></d:GetSystemDateAndTimeResponse>"
)
SERVICES = soap(
    "<d:GetServicesResponse>"
    + "".join(
        f"<d:Service><d:Namespace>http://www.onvif.org/{n}/wsdl</d:Namespace>"
        f"<d:XAddr>http://192.0.2.10/onvif/{p}</d:XAddr></d:Service>"
        for n, p in (("ver10/device", "device_service"), ("ver10/media", "m1"), ("ver20/media", "m2"))
    )
    + "</d:GetServicesResponse>"
)
NAMED = soap("<d:GetDeviceInformationResponse><d:Model>M-1</d:Model></d:GetDeviceInformationResponse>")
OLD_CAPABILITIES = soap(
    "<d:GetCapabilitiesResponse><d:Capabilities><t:Device><t:XAddr>http://192.0.2.10/onvif/device_service</t:XAddr>"
    "<t:Security><t:TLS1.1>true</t:TLS1.1><t:Extension><t:TLS1.0>true</t:TLS1.0></t:Extension></t:Security></t:Device>"
    "<t:Media><t:XAddr>http://198.51.100.9/onvif/old_media</t:XAddr></t:Media><t:Extension><t:DeviceIO>"
    "<t:XAddr>http://192.0.2.10/onvif/io</t:XAddr></t:DeviceIO></t:Extension></d:Capabilities></d:GetCapabilitiesResponse>"
)


def opened(session: FakeSession) -> OnvifContext:
    return asyncio.run(open_onvif(session))


def read(session: FakeSession, fact: type[Fact]) -> Fact:
    async def ask() -> Fact:
        return await DRIVER.getters[fact].ask(await DRIVER.open(session))

    return asyncio.run(ask())


def session(**changes: object) -> FakeSession:
    return FakeSession(answers={"GetSystemDateAndTime": TIME, "GetServices": SERVICES}, **changes)  # type: ignore[arg-type] # keywords of the fake


def test_first_door_is_http_and_the_clock_is_learned_before_any_login() -> None:
    fake = session()
    context = opened(fake)
    assert [(a.operation, a.login, a.service) for a in fake.asked] == [
        ("GetSystemDateAndTime", False, "http"),
        ("GetServices", True, "http"),
        ("GetDeviceInformation", True, "http"),
    ]
    (offset,) = fake.offsets
    assert context.clock.value is not None
    assert context.clock.value.offset == offset < -5 * 365 * 86400


@pytest.mark.parametrize("door", ["http-8000", "http-alt", "onvif-8899"])
def test_other_usual_doors_are_tried_in_order(door: str) -> None:
    fake = session(doors=frozenset({door}))
    assert opened(fake).door.service == door
    tried = list(dict.fromkeys(a.service for a in fake.asked))
    order = ["http", "http-8000", "http-alt", "onvif-8899", "https"]
    assert tried == order[: order.index(door) + 1]


def test_https_is_the_last_door_and_uses_tls() -> None:
    fake = session(doors=frozenset({"https"}), door_error=NO_OPERATION)
    context = opened(fake)
    assert (context.door.service, context.door.tls) == ("https", True)
    assert fake.asked[-1].tls


def test_a_mapped_onvif_port_is_the_only_one_tried() -> None:
    fake = session(doors=frozenset({"onvif"}), target=Target(address="192.0.2.10", ports={"onvif": 10888}))
    assert opened(fake).door.service == "onvif"
    silent = session(doors=frozenset(), target=Target(address="192.0.2.10", ports={"onvif": 10888}))
    with pytest.raises(Unreachable):
        opened(silent)
    assert {a.service for a in silent.asked} == {"onvif"}


def test_what_spoke_tells_more_than_closed_ports() -> None:
    fake = FakeSession(doors=frozenset({"http-alt"}), answers={"GetSystemDateAndTime": BROKEN})
    with pytest.raises(Malformed):
        opened(fake)
    with pytest.raises(Unreachable):
        opened(FakeSession(doors=frozenset()))


def test_a_refusal_proves_onvif_and_the_clock_is_asked_with_the_login() -> None:
    fake = session(credential=INVENTED)
    fake.answers["GetSystemDateAndTime", False] = REFUSED
    assert opened(fake).clock.value is not None
    assert [a.login for a in fake.asked][:2] == [False, True]
    assert fake.offsets


def test_without_a_credential_a_refused_clock_stays_refused() -> None:
    fake = session()
    fake.answers["GetSystemDateAndTime"] = REFUSED
    context = opened(fake)
    assert [a.operation for a in fake.asked] == ["GetSystemDateAndTime", "GetServices", "GetDeviceInformation"]
    assert context.clock.error is REFUSED
    with pytest.raises(Denied):
        read(fake, facts.DeviceTime)


def test_a_refused_login_does_not_hide_what_is_readable() -> None:
    locked = Locked(Text("停止", "locked"))
    fake = session(credential=INVENTED)
    fake.answers["GetSystemDateAndTime", False], fake.answers["GetSystemDateAndTime", True] = REFUSED, locked
    context = opened(fake)
    assert context.clock.error is locked
    assert context.table.value is not None


def test_an_envelope_with_a_broken_clock_is_still_onvif() -> None:
    fake = session()
    fake.answers["GetSystemDateAndTime"] = soap("<d:GetSystemDateAndTimeResponse/>")
    context = opened(fake)
    assert isinstance(context.clock.error, Malformed)
    assert (context.table.value is not None, fake.offsets) == (True, [])


@pytest.mark.parametrize("clock", [BROKEN, NO_OPERATION])
@pytest.mark.parametrize("name", [REFUSED, NAMED])
def test_a_clock_that_cannot_be_read_does_not_hide_the_rest(clock: DeviceError, name: bytes | DeviceError) -> None:
    fake = session()
    fake.answers |= {"GetSystemDateAndTime": clock, "GetDeviceInformation": name}
    context = opened(fake)
    assert (context.door.service, context.clock.error) == ("http", clock)
    assert context.table.value is not None
    assert [a.service for a in fake.asked if a.operation == "GetDeviceInformation"] == ["http"]


def test_a_clock_that_hangs_does_not_hide_the_rest() -> None:
    fake = session()
    fake.answers |= {"GetSystemDateAndTime": NOBODY, "GetDeviceInformation": NAMED}
    context = opened(fake)
    assert (context.door.service, context.clock.error) == ("http", NOBODY)


def test_a_web_server_that_is_no_camera_is_left_alone() -> None:
    fake = FakeSession(answers={"GetServices": SERVICES})
    with pytest.raises(NotSupported):
        opened(fake)
    assert [a.operation for a in fake.asked if a.service == "http"] == ["GetSystemDateAndTime", "GetDeviceInformation"]


def test_lock_ends_the_search() -> None:
    fake = FakeSession(answers={"GetSystemDateAndTime": Locked(Text("停止", "locked"))})
    with pytest.raises(Locked):
        opened(fake)
    assert len(fake.asked) == 1


@pytest.mark.parametrize("error", [NO_OPERATION, BROKEN])
def test_old_devices_tell_their_services_by_get_capabilities(error: DeviceError) -> None:
    fake = session()
    fake.answers |= {"GetServices": error, "GetCapabilities": OLD_CAPABILITIES}
    context = opened(fake)
    assert context.path("http://www.onvif.org/ver10/media/wsdl") == "/onvif/old_media"
    assert context.path("http://www.onvif.org/ver10/deviceIO/wsdl") == "/onvif/io"
    found = read(fake, facts.Capabilities)
    assert isinstance(found, facts.Capabilities)
    assert (found.tls_versions, found.foreign_hosts) == (("TLS1.0", "TLS1.1"), ("198.51.100.9",))


def test_unreadable_services_are_not_reported_as_missing() -> None:
    fake = session()
    fake.answers["GetServices"] = BROKEN
    with pytest.raises(Malformed):
        read(fake, facts.Capabilities)
    with pytest.raises(Malformed):
        read(fake, facts.VideoSources)


def test_a_service_that_is_not_listed_is_not_asked() -> None:
    fake = session()
    with pytest.raises(NotSupported):
        read(fake, facts.EventService)
    assert {a.operation for a in fake.asked} == {"GetSystemDateAndTime", "GetServices", "GetDeviceInformation"}


def test_facts_know_the_answers_they_stand_on() -> None:
    async def ask() -> tuple[list[str], list[str]]:
        fake = session()
        context = await open_onvif(fake)
        with footprint() as time:
            await DRIVER.getters[facts.DeviceTime].ask(context)
        with footprint() as capabilities:
            await DRIVER.getters[facts.Capabilities].ask(context)
        return time, capabilities

    time, capabilities = asyncio.run(ask())
    assert len(time) == len(capabilities) == 1
    assert time != capabilities


def test_one_login_goes_ahead_of_all_others() -> None:
    fake = session()
    fake.answers["GetDeviceInformation"] = NAMED
    assert read(fake, facts.Identity) == facts.Identity(maker="", model="M-1", firmware="")
    assert [a.operation for a in fake.asked].count("GetDeviceInformation") == 1


def test_every_getter_only_reads() -> None:
    fake = session(rtsp_answers={}, http_answers={})

    async def everything() -> int:
        context = await DRIVER.open(fake)
        failed = 0
        for getter in DRIVER.getters.values():
            try:
                await getter.ask(context)
            except DeviceError:
                failed += 1
        return failed

    assert asyncio.run(everything()) > 0
    assert fake.asked
    assert all(a.operation.startswith("Get") for a in fake.asked)
