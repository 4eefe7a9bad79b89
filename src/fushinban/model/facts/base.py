"""What a fact is, and how its fields carry the labels of the parameter sheet."""

from dataclasses import MISSING, dataclass, field
from typing import Any, ClassVar

from fushinban.model.text import Named, Text


class Section(Named):
    """The groups of a parameter sheet, in the order of the workbook."""

    BASIC = "basic"
    TIME = "time"
    NETWORK = "network"
    PORTS = "ports"
    SERVICES = "services"
    AUTHENTICATION = "authentication"
    TLS = "tls"
    ACCESS = "access"
    VIDEO = "video"
    LOGGING = "logging"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Label:
    """What the sheet says about one field."""

    text: Text
    unit: str = ""
    secret: bool = False
    volatile: bool = False


def shown(
    ja: str,
    en: str,
    *,
    default: Any = MISSING,
    unit: str = "",
    secret: bool = False,
    volatile: bool = False,
) -> Any:
    """A dataclass field that appears in the parameter sheet under these labels.

    `volatile`: changes by itself and is left out of comparisons. `secret`: only its keyed fingerprint is kept.
    """
    label = Label(Text(ja, en), unit, secret, volatile)
    return field(default=default, metadata={"label": label})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A typed thing known of a device. Subclasses name their key and section."""

    key: ClassVar[str] = ""
    section: ClassVar[Section] = Section.BASIC
    title: ClassVar[Text] = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row inside a fact (an account, an interface). `row_key` names it stably within its list."""

    @property
    def row_key(self) -> str:
        """Stable name of this row within its list."""
        raise AssertionError(f"{type(self).__name__} names no row key")
