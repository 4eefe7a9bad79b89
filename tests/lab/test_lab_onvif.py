"""The lab's ONVIF services answer what is declared, to whom the specification lets ask."""

import pytest
from lab_client import (
    BOSS,
    TAS,
    TDS,
    TEV,
    TR2,
    TRT,
    device,
    envelope,
    http,
    run_lab,
    soap,
    trusting,
)
from lxml import etree

from fushinban.lab import DeviceState, Lab
from fushinban.lab.onvif_server import OPERATIONS, PRE_AUTH
from fushinban.lab.plan import Appearance
from fushinban.model.device import DeviceKind

#: What the specification lets anybody ask, by service; everything else must be refused without a login.
OPEN = {
    (TDS, "GetServices"), (TDS, "GetServiceCapabilities"), (TDS, "GetCapabilities"), (TDS, "GetHostname"),
    (TDS, "GetSystemDateAndTime"), (TDS, "GetEndpointReference"), (TRT, "GetServiceCapabilities"),
    (TR2, "GetServiceCapabilities"), (TAS, "GetServiceCapabilities"), (TEV, "GetServiceCapabilities"),
}  # fmt: skip
INSIDE = {
    "GetSystemLog": "<x:LogType>System</x:LogType>",
    "GetStreamUri": "<x:ProfileToken>Profile_1_main</x:ProfileToken>",
    "GetSnapshotUri": "<x:ProfileToken>Profile_1_main</x:ProfileToken>",
}


def test_only_what_the_specification_opens_answers_without_login() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        for namespace, operation in OPERATIONS:
            answer = await soap(cam, operation, namespace=namespace, inside=INSIDE.get(operation, ""))
            assert (answer.status == 200) is ((namespace, operation) in OPEN), operation
        assert cam.write_attempts == []

    run_lab(body)
    assert {name for _, name in OPEN} == PRE_AUTH


def test_every_operation_answers_its_administrator_with_its_own_element() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        for namespace, operation in OPERATIONS:
            answer = await soap(cam, operation, BOSS, namespace=namespace, inside=INSIDE.get(operation, ""))
            assert answer.status == 200, (operation, answer.text)
            first = etree.fromstring(answer.body)[0][0]
            assert first.tag == f"{{{namespace}}}{operation}Response"

    run_lab(body)


def test_what_is_declared_is_what_is_answered() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        info = (await soap(cam, "GetDeviceInformation", BOSS)).text
        assert "<tds:Model>AG-200</tds:Model>" in info
        assert "<tds:SerialNumber>T0001</tds:SerialNumber>" in info
        assert "<tt:IPv4Address>127.77.9.1</tt:IPv4Address>" in (await soap(cam, "GetNTP", BOSS)).text
        assert "127.77.9.11" in (await soap(cam, "GetNetworkInterfaces", BOSS)).text
        assert "NoUpdate" in (await soap(cam, "GetDynamicDNS", BOSS)).text
        assert "<tt:Name>cam-t</tt:Name>" in (await soap(cam, "GetHostname")).text
        assert "%E8%A9%A6%E9%A8%93%E5%AE%A4" in (await soap(cam, "GetScopes", BOSS)).text
        uri = (await soap(cam, "GetStreamUri", BOSS, namespace=TRT, inside=INSIDE["GetStreamUri"])).text
        assert f"rtsp://127.77.9.11:{lab.ports['rtsp']}/stream/Profile_1_main" in uri

    run_lab(body)


def test_xaddr_names_the_port_and_scheme_it_was_asked_at() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        plain = (await soap(cam, "GetServices", inside="<x:IncludeCapability>true</x:IncludeCapability>")).text
        assert f"http://127.77.9.11:{lab.ports['http']}/onvif/media_service" in plain
        assert 'HttpDigest="true"' in plain
        secure = (await soap(cam, "GetServices", tls=trusting())).text
        assert f"https://127.77.9.11:{lab.ports['https']}/onvif/media_service" in secure

    run_lab(body)


@pytest.mark.parametrize("operation", ["SetNTP", "CreateUsers", "SystemReboot", "DeleteUsers", "SetHostname"])
def test_writes_are_refused_and_remembered(operation: str) -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        assert (await soap(cam, operation)).status == 401
        answer = await soap(cam, operation, BOSS)
        assert (answer.status, "ter:ActionNotSupported" in answer.text) == (500, True)
        assert cam.write_attempts == [operation] * 3

    run_lab(body)


def test_what_the_device_does_not_have_is_not_supported() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        answer = await soap(cam, "GetAccessPolicy", BOSS)
        assert "ter:ActionNotSupported" in answer.text
        assert "env:Receiver" in answer.text
        assert cam.write_attempts == []

    run_lab(body)


def test_faults_carry_the_precise_subcode() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        missing = await soap(cam, "GetStreamUri", BOSS, namespace=TRT, inside="<x:ProfileToken>nope</x:ProfileToken>")
        assert "ter:NoProfile" in missing.text
        broken = await http(cam, "POST", "/onvif/device_service", b"<not xml")
        assert (broken.status, "ter:WellFormed" in broken.text) == (400, True)
        bomb = b'<!DOCTYPE a [<!ENTITY b "c">]>' + envelope("GetHostname").partition(b"?>")[2]
        assert (await http(cam, "POST", "/onvif/device_service", bomb)).status == 400

    run_lab(body)


def test_a_recorder_has_a_source_and_two_named_profiles_per_channel() -> None:
    recorder = device(kind=DeviceKind.RECORDER, channels=("入口", "倉庫 & 裏口"))

    async def body(lab: Lab, rec: DeviceState) -> None:
        profiles = etree.fromstring((await soap(rec, "GetProfiles", BOSS, namespace=TRT)).body)[0][0]
        names = [p.findtext("{*}Name") for p in profiles]
        assert names == ["1ch 入口 main", "1ch 入口 sub", "2ch 倉庫 & 裏口 main", "2ch 倉庫 & 裏口 sub"]
        sources = etree.fromstring((await soap(rec, "GetVideoSources", BOSS, namespace=TRT)).body)[0][0]
        assert [s.get("token") for s in sources] == ["VideoSource_1", "VideoSource_2"]
        assert "type/recorder" in (await soap(rec, "GetScopes", BOSS)).text

    run_lab(body, recorder)


def test_a_router_has_a_page_but_no_onvif() -> None:
    async def body(lab: Lab, router: DeviceState) -> None:
        page = await http(router, "GET", "/")
        assert "<title>Asagiri AG-200</title>" in page.text
        assert page.header("server") == "AsagiriWeb/1.0"
        refused = await http(router, "POST", "/onvif/device_service", envelope("GetHostname"))
        assert refused.status == 404
        assert router.write_attempts == []
        assert (await http(router, "GET", "/snapshot/1.jpg")).status == 404

    run_lab(body, device(kind=DeviceKind.ROUTER, services=frozenset({"http"})))


def test_names_with_markup_stay_text() -> None:
    async def body(lab: Lab, cam: DeviceState) -> None:
        answer = await soap(cam, "GetDeviceInformation", BOSS)
        assert etree.fromstring(answer.body).findtext(".//{*}Model") == "A<b>&\"'"

    run_lab(body, device(model="A<b>&\"'", appearance=Appearance(realm="plain")))
