"""Values that several resources take and give."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from fushinban.messages import Lang
from fushinban.model.control import Evidence
from fushinban.model.device import Device
from fushinban.model.overview import CustomerRef
from fushinban.model.site import Site


def _written(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("a text is wanted")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # the first or last day of the calendar
        raise ValueError("out of range") from error


def as_whole(value: Any) -> Any:
    """A number as it stands in JSON, which knows one kind: 3.0 is a whole one, and neither true nor "3" is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is wanted")
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: A moment with its zone, written in ISO 8601; numbers are refused.
Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]
#: A day, written in ISO 8601.
Day = Annotated[date, BeforeValidator(_written)]
#: A text of one line that says something.
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n\t]*\S[^\r\n\t]*$")]
#: The same, or nothing.
LineOrNone = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\r\n\t]*$")]
#: A longer text.
Prose = Annotated[str, StringConstraints(max_length=2000)]
Whole = Annotated[int, BeforeValidator(as_whole)]
#: The number of a thing on record.
Number = Annotated[int, Field(ge=1, le=2**53), BeforeValidator(as_whole)]
Flag = Annotated[bool, Field(strict=True)]


class Given(BaseModel):
    """What a caller sends: a field that is not there is refused, so that nothing is set behind one's back."""

    model_config = ConfigDict(extra="forbid")


class CustomerOut(Schema):
    """A customer by number and name. 施主"""

    id: int
    name: str


class EvidenceOut(Schema):
    """One thing that a verdict stands on. 根拠"""

    text: str
    source: str
    digest: str


class DeviceOut(Schema):
    """One device as last seen. 機器"""

    id: str = Field(examples=["cam-entrance"])
    site: str
    name: str
    title: str
    kind: str = Field(examples=["camera"])
    maker: str
    model: str
    hardware: str
    firmware: str
    serial: str
    mac: str
    address: str = Field(examples=["192.0.2.10"])
    identity: str
    parent: str
    channel: str
    behind: bool
    listed: bool
    ignored: bool
    host_key: str = Field(description="The SSH host key that it must show; empty: none yet. SSHホスト鍵")
    first_seen: datetime | None
    last_seen: datetime | None


class SiteOut(Schema):
    """A site. 現場"""

    id: str = Field(examples=["shop-1"])
    name: str = Field(examples=["駅前店"])
    customer: str
    kind: str = Field(examples=["shop"])
    details: dict[str, str]


def site_out(site: Site) -> SiteOut:
    """The site as the API shows it."""
    return SiteOut(id=site.id, name=site.name, customer=site.customer, kind=site.kind.value, details=dict(site.details))


def device_out(device: Device) -> DeviceOut:
    """The device as the API shows it."""
    return DeviceOut(
        id=device.id, site=device.site, name=device.name, title=device.title, kind=device.kind.value,
        maker=device.maker, model=device.model, hardware=device.hardware, firmware=device.firmware,
        serial=device.serial, mac=device.mac, address=device.address, identity=device.identity.value,
        parent=device.parent, channel=device.channel, behind=device.behind,
        listed=device.listed, ignored=device.ignored, host_key=device.expected_key,
        first_seen=device.first_seen, last_seen=device.last_seen,
    )  # fmt: skip


def customer_out(customer: CustomerRef | None) -> CustomerOut | None:
    """The customer as the API shows it."""
    return CustomerOut(id=customer.id, name=customer.name) if customer is not None else None


def evidence_out(evidence: Evidence, lang: Lang) -> EvidenceOut:
    """The evidence in one language."""
    return EvidenceOut(text=evidence.text.of(lang), source=evidence.source, digest=evidence.digest)
