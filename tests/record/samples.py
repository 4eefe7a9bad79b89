"""Invented values for the store tests. All addresses are of the documentation ranges."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from fushinban.model.control import Evidence, Outcome, Severity
from fushinban.model.device import Device, DeviceKind, IdentityLevel, Target
from fushinban.model.discovery import DiscoverySummary, Group, Method
from fushinban.model.facts import Account, Accounts, DeviceTime, Identity, Level, Section
from fushinban.model.finding import Coverage, CoverageState, EvidenceFile, Finding, PersonAnswer
from fushinban.model.inspection import DeviceRecord, Inspection, TranscriptCount
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.sheet import Parameter, ParameterSheet, Stage
from fushinban.model.site import Authorisation, InspectionKind, Site, SiteKind, TestKind
from fushinban.model.text import Text

START = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)
SITE = Site(id="shop-1", name="見本商店", customer="見本 太郎", kind=SiteKind.SHOP, details={"address": "東京都"})
AUTHORISATION = Authorisation(
    by="見本 太郎",
    start=START - timedelta(days=1),
    end=START + timedelta(days=1),
    networks=(ip_network("192.0.2.0/24"), ip_network("2001:db8::/64")),
    tests=frozenset({TestKind.READ, TestKind.PORTS}),
)


def device(number: int = 1, **changes: object) -> Device:
    """One camera."""
    values: dict[str, object] = {
        "id": f"cam-{number:03}",
        "site": SITE.id,
        "target": Target(address=f"192.0.2.{number % 250 + 1}", ports={"http": 10080}),
        "kind": DeviceKind.CAMERA,
        "name": f"カメラ{number}",
        "maker": "Example",
        "identity": IdentityLevel.CERTAIN,
        "first_seen": START,
        "last_seen": START,
    }
    return Device(**{**values, **changes})  # type: ignore[arg-type] # changes are checked by the tests that give them


def sheet(device_id: str, stage: Stage = Stage.ACTUAL, value: str = "10.0", minutes: int = 0) -> ParameterSheet:
    """A sheet of one parameter; the digest follows the value."""
    parameter = Parameter(
        key="identity.firmware", value=value, label=Text("ファームウェア版", "Firmware"), section=Section.BASIC
    )
    return ParameterSheet(
        device=device_id,
        stage=stage,
        taken_at=START + timedelta(minutes=minutes),
        parameters=(parameter,),
        digest=f"{value:0>64}",
    )


def readings() -> tuple[Reading[Any], ...]:
    """Three readings: two with a fact, one without."""
    source = Source(driver="onvif", request="GetDeviceInformation", at=START, digest="ab" * 32)
    identity = Identity(maker="Example", model="C-1", firmware="1.0\0")
    accounts = Accounts(accounts=(Account(name="管理者", level=Level.ADMINISTRATOR),))
    return (
        Reading(fact=Identity, answer=Answer.OK, source=source, value=identity),
        Reading(fact=Accounts, answer=Answer.OK, source=source, value=accounts),
        Reading(fact=DeviceTime, answer=Answer.DENIED, source=source, detail=Text("拒否", "denied")),
    )


def record(number: int = 1) -> DeviceRecord:
    """Everything of one device."""
    camera = device(number)
    return DeviceRecord(
        device=camera,
        readings=readings(),
        drivers=("onvif",),
        reached=True,
        sheets={Stage.ACTUAL: sheet(camera.id)},
    )


def finding(number: int = 1, outcome: Outcome = Outcome.FAIL, control: str = "G-001") -> Finding:
    """One finding."""
    return Finding(
        control=control,
        site=SITE.id,
        device=f"cam-{number:03}",
        outcome=outcome,
        severity=Severity.HIGH,
        message=Text("管理者の名前が初期値です。", "The administrator's name is the factory one."),
        evidence=(Evidence(text=Text("証拠", "Evidence"), source="onvif GetUsers", digest="cd" * 32),),
        at=START,
    )


def inspection(inspection_id: str, count: int = 3, minutes: int = 0) -> Inspection:
    """A finished inspection of some devices."""
    records = tuple(record(n) for n in range(count))
    return Inspection(
        id=inspection_id,
        site=SITE,
        authorisation=AUTHORISATION,
        kind=InspectionKind.PERIODIC,
        started_at=START + timedelta(minutes=minutes),
        ended_at=START + timedelta(minutes=minutes + 5),
        records=records,
        discovery=DiscoverySummary(
            devices=tuple(r.device for r in records),
            groups={r.device.id: Group.NEW for r in records},
            methods=(Method.LISTED, Method.SWEEP),
        ),
        findings=tuple(finding(n, Outcome.FAIL if n % 2 else Outcome.PASS) for n in range(count)),
        coverage=Coverage(states={"G-001": CoverageState.VERIFIED}),
        answers={
            "G-100": PersonAnswer(control="G-100", value="yes", files=(EvidenceFile(name="a.pdf", digest="e" * 64),))
        },
        transcript=(TranscriptCount(kind="soap", outcome="ok", count=7),),
        previous_inspection=START - timedelta(days=365),
    )
