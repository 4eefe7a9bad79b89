"""Profiles and their addresses: which service is asked, how often, and what a refusal costs."""

import asyncio
import re

import pytest
from onvif_fakes import NO_OPERATION, FakeSession, soap

from fushinban.drivers.onvif import DRIVER
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported
from fushinban.messages import Text
from fushinban.model.facts import AnonymousPictures, Profiles, VideoSources
from fushinban.transport.values import SoapCall

REFUSED = Denied(Text("拒否", "refused"))
LOCKED = Locked(Text("停止", "locked"))
BROKEN = Malformed(Text("壊れた応答", "broken"))
TIME = soap("<d:GetSystemDateAndTimeResponse><d:SystemDateAndTime/></d:GetSystemDateAndTimeResponse>")
MEDIA, MEDIA2 = "http://www.onvif.org/ver10/media/wsdl", "http://www.onvif.org/ver20/media/wsdl"


def services(*names: str) -> bytes:
    rows = "".join(
        f"<d:Service><d:Namespace>http://www.onvif.org/{n}/wsdl</d:Namespace><d:XAddr>http://192.0.2.10/{n}</d:XAddr>"
        "</d:Service>"
        for n in names
    )
    return soap(f"<d:GetServicesResponse>{rows}</d:GetServicesResponse>")


def profiles(*rows: tuple[str, str]) -> bytes:
    inside = "".join(
        f'<m:Profiles token="{token}"><t:VideoEncoderConfiguration><t:Encoding>{codec}</t:Encoding>'
        "</t:VideoEncoderConfiguration></m:Profiles>"
        for token, codec in rows
    )
    return soap(f"<m:GetProfilesResponse>{inside}</m:GetProfilesResponse>")


class MediaSession(FakeSession):
    """Answers by action where one is given, and every address request with the token asked for."""

    async def soap(self, call: SoapCall, *, login: bool = True, service: str = "http", tls: bool = False) -> bytes:
        token = re.search(rb"<ProfileToken>([^<]*)</ProfileToken>", call.body)
        scheme = {"GetStreamUri": "rtsp", "GetSnapshotUri": "http"}.get(call.operation)
        if token and scheme and call.operation not in self.answers:
            uri = f"<m:Uri>{scheme}://192.0.2.10/{token[1].decode()}</m:Uri>"
            self.answers[call.operation, login] = soap(
                f"<m:{call.operation}Response>{uri}</m:{call.operation}Response>"
            )
        if call.action in self.answers:
            self.answers[call.operation, login] = self.answers[call.action]
        return await super().soap(call, login=login, service=service, tls=tls)

    def count(self, operation: str) -> int:
        return sum(a.operation == operation for a in self.asked)


def device(*names: str, **answers: bytes | DeviceError) -> MediaSession:
    return MediaSession(answers={"GetSystemDateAndTime": TIME, "GetServices": services(*names), **answers})


def read(session: FakeSession, *wanted: type) -> list[object]:
    async def ask() -> list[object]:
        context = await DRIVER.open(session)
        return await asyncio.gather(*(DRIVER.getters[w].ask(context) for w in wanted))

    return asyncio.run(ask())


def test_addresses_of_each_profile() -> None:
    fake = device("ver10/media", GetProfiles=profiles(("a", "H264"), ("b&amp;c", "JPEG")))
    (found,) = read(fake, Profiles)
    assert isinstance(found, Profiles)
    assert [(p.token, p.stream_uri, p.snapshot_uri) for p in found.profiles] == [
        ("a", "rtsp://192.0.2.10/a", "http://192.0.2.10/a"),
        ("b&c", "rtsp://192.0.2.10/b&c", "http://192.0.2.10/b&c"),
    ]
    assert {a.path for a in fake.asked if a.operation == "GetStreamUri"} == {"/ver10/media"}


def test_profiles_are_asked_once_for_all_getters() -> None:
    fake = device("ver10/media", GetProfiles=profiles(("a", "H264")))
    read(fake, Profiles, AnonymousPictures, Profiles)
    assert (fake.count("GetProfiles"), fake.count("GetStreamUri"), fake.count("GetServices")) == (1, 1, 1)


def test_at_most_sixteen_profiles_are_asked_for_addresses() -> None:
    fake = device("ver10/media", GetProfiles=profiles(*((f"p{n}", "H264") for n in range(40))))
    (found,) = read(fake, Profiles)
    assert isinstance(found, Profiles)
    assert len(found.profiles) == 40
    assert sum(bool(p.stream_uri) for p in found.profiles) == 16
    assert (fake.count("GetStreamUri"), fake.count("GetSnapshotUri")) == (16, 16)


def test_media2_alone_is_asked_in_its_own_words() -> None:
    fake = device("ver20/media", GetProfiles=profiles(("a", "H265")))
    (found,) = read(fake, Profiles)
    assert isinstance(found, Profiles)
    assert found.profiles[0].stream_uri == "rtsp://192.0.2.10/a"
    body = next(a.body for a in fake.asked if a.operation == "GetStreamUri")
    assert b"<Protocol>RTSP</Protocol><ProfileToken>a</ProfileToken>" in body
    assert b'xmlns="http://www.onvif.org/ver20/media/wsdl"' in body


@pytest.mark.parametrize("first", [NO_OPERATION, BROKEN, profiles()])
def test_media2_serves_where_media_gives_nothing(first: bytes | DeviceError) -> None:
    fake = device("ver10/media", "ver20/media")
    fake.answers |= {f"{MEDIA}/GetProfiles": first, f"{MEDIA2}/GetProfiles": profiles(("z", "H265"))}
    (found,) = read(fake, Profiles)
    assert isinstance(found, Profiles)
    assert [(p.token, p.codec) for p in found.profiles] == [("z", "H265")]
    assert {a.path for a in fake.asked if a.operation == "GetStreamUri"} == {"/ver20/media"}


def test_media2_tells_the_codec_that_media_does_not_know() -> None:
    fake = device("ver10/media", "ver20/media")
    fake.answers |= {
        f"{MEDIA}/GetProfiles": profiles(("a", "H264"), ("b", "")),
        f"{MEDIA2}/GetProfiles": profiles(("a", "H264"), ("b", "H265"), ("c", "H265")),
    }
    (found,) = read(fake, Profiles)
    assert isinstance(found, Profiles)
    assert [(p.token, p.codec) for p in found.profiles] == [("a", "H264"), ("b", "H265")]


def test_media2_is_left_alone_where_media_tells_all() -> None:
    fake = device("ver10/media", "ver20/media", GetProfiles=profiles(("a", "H264")))
    read(fake, Profiles)
    assert fake.count("GetProfiles") == 1


@pytest.mark.parametrize("error", [NO_OPERATION, REFUSED, LOCKED])
def test_a_refused_address_is_not_asked_for_again(error: DeviceError) -> None:
    fake = device("ver10/media", GetProfiles=profiles(("a", "H264"), ("b", "H264")), GetSnapshotUri=error)
    (found,) = read(fake, Profiles)
    assert isinstance(found, Profiles)
    assert [p.snapshot_uri for p in found.profiles] == ["", ""]
    assert all(p.stream_uri for p in found.profiles)
    assert fake.count("GetSnapshotUri") == 1


def test_an_unreadable_address_costs_only_itself() -> None:
    fake = device("ver10/media", GetProfiles=profiles(("a", "H264"), ("b", "H264")), GetStreamUri=soap("<m:Other/>"))
    (found,) = read(fake, Profiles)
    assert isinstance(found, Profiles)
    assert [p.stream_uri for p in found.profiles] == ["", ""]
    assert fake.count("GetStreamUri") == 2


def test_pictures_without_addresses_say_why() -> None:
    refused = device("ver10/media", GetProfiles=profiles(("a", "H264")), GetStreamUri=REFUSED, GetSnapshotUri=REFUSED)
    with pytest.raises(Denied):
        read(refused, AnonymousPictures)
    with pytest.raises(NotSupported):
        read(device("ver10/media", GetProfiles=profiles()), AnonymousPictures)
    with pytest.raises(NotSupported):
        read(device("ver10/device"), AnonymousPictures)


def test_at_most_four_addresses_of_each_form_are_tried() -> None:
    fake = device("ver10/media", GetProfiles=profiles(*((f"p{n}", "H264") for n in range(9))))
    (found,) = read(fake, AnonymousPictures)
    assert isinstance(found, AnonymousPictures)
    assert [p.form for p in found.pictures] == ["stream"] * 4 + ["snapshot"] * 4
    assert (fake.count("DESCRIBE"), fake.count("GET")) == (4, 4)


def test_video_sources_of_a_device_without_media() -> None:
    tokens = soap("<m:GetVideoSourcesResponse><m:Token>1</m:Token></m:GetVideoSourcesResponse>")
    fake = device("ver10/deviceIO", GetVideoSources=tokens)
    assert read(fake, VideoSources) == [VideoSources(tokens=("1",))]
    assert fake.asked[-1].path == "/ver10/deviceIO"
