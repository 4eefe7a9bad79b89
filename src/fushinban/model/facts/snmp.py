"""What an SNMP agent says of itself."""

from dataclasses import dataclass
from typing import ClassVar

from fushinban.model.facts.base import Fact, Section, shown
from fushinban.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpSystem(Fact):
    """The agent's own words: description (sysDescr), kind as a number of its maker (sysObjectID), where it stands."""

    key: ClassVar[str] = "snmp_system"
    title: ClassVar[Text] = Text("SNMPの基本情報", "SNMP system")
    section: ClassVar[Section] = Section.BASIC
    description: str = shown("説明", "Description", default="")
    object_id: str = shown("機種を示す番号", "Object id", default="")
    location: str = shown("設置場所", "Location", default="")
