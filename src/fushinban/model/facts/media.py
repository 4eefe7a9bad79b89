"""Streams of a device."""

from dataclasses import dataclass
from typing import ClassVar

from fushinban.model.facts.base import Fact, Item, Section, shown
from fushinban.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Item):
    """One media profile. Addresses carry no user information; empty where the device gave none."""

    token: str = shown("識別子", "Token")
    name: str = shown("名称", "Name", default="")
    source: str = shown("映像入力", "Video source", default="")
    codec: str = shown("コーデック", "Codec", default="")
    resolution: str = shown("解像度", "Resolution", default="")
    stream_uri: str = shown("配信アドレス", "Stream address", default="")
    snapshot_uri: str = shown("静止画アドレス", "Snapshot address", default="")

    @property
    def row_key(self) -> str:
        return self.token


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles(Fact):
    """Media profiles with their stream and snapshot addresses."""

    key: ClassVar[str] = "profiles"
    title: ClassVar[Text] = Text("映像プロファイル", "Media profiles")
    section: ClassVar[Section] = Section.VIDEO
    profiles: tuple[Profile, ...] = shown("プロファイル", "Profiles", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSources(Fact):
    """Video inputs: one for a camera, one per channel for a recorder."""

    key: ClassVar[str] = "video_sources"
    title: ClassVar[Text] = Text("映像入力", "Video sources")
    section: ClassVar[Section] = Section.VIDEO
    tokens: tuple[str, ...] = shown("映像入力", "Video sources", default=())
