"""Devices, addresses, accounts, cloud services and open ports, as far as they were read."""

from collections.abc import Iterator
from typing import TypeVar

from fushinban.clock import shown
from fushinban.model.facts.access import Accounts, CredentialQuality
from fushinban.model.facts.base import Fact
from fushinban.model.facts.network import DynamicDns, DynamicDnsMode, Interfaces
from fushinban.model.facts.services import OpenPorts
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.sheet import Stage
from fushinban.model.text import Lang, Text, say
from fushinban.reports.workbook.layout import MARKS, device_cell, row_id

F = TypeVar("F", bound=Fact)
_LINK_WORDS = {True: Text("DHCP", "DHCP"), False: Text("固定", "Fixed"), None: Text("", "")}
_STRONG = 3


def device_rows(inspection: Inspection, lang: Lang) -> Iterator[tuple[str, ...]]:
    """One row for each device; what only people know stays empty."""
    for number, record in enumerate(inspection.records, start=1):
        device = record.device
        versions = {s: _value(record, s, "identity.firmware") for s in Stage}
        yield (
            str(number),
            "",
            device.kind.label.of(lang),
            device.title,
            device.maker,
            device.model,
            device.hardware,
            device.serial,
            device.mac,
            versions[Stage.FACTORY],
            versions[Stage.INSTALLED],
            versions[Stage.ACTUAL] or device.firmware,
            device.identity.label.of(lang),
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            device.note or _contact(record, lang),
            row_id(device.id, "device"),
        )


def address_rows(inspection: Inspection, lang: Lang) -> Iterator[tuple[str, ...]]:
    """One row for each address: that of every interface, or the one the device answered at."""
    for record in inspection.records:
        device, interfaces = record.device, find_fact(record, Interfaces)
        group = inspection.discovery.groups.get(device.id)
        state = group.label.of(lang) if group else ""
        found = [
            (a, i.mac, i.dhcp, ", ".join(i.ipv6)) for i in (interfaces.interfaces if interfaces else ()) for a in i.ipv4
        ] or [(device.address, device.mac, None, "")]
        for address, mac, dhcp, ipv6 in found:
            host, _, prefix = address.partition("/")
            yield (
                host,
                prefix and f"/{prefix}",
                device.title,
                device.kind.label.of(lang),
                f"{device.maker} {device.model}".strip(),
                mac or device.mac,
                _LINK_WORDS[dhcp].of(lang),
                ipv6,
                "",
                "",
                "",
                "",
                "",
                state,
                "",
                row_id(device.id, f"address {host}"),
            )


def account_rows(inspection: Inspection, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Every account that a device lists. No password, and nothing from which one could be guessed."""
    for record in inspection.records:
        accounts, quality = find_fact(record, Accounts), find_fact(record, CredentialQuality)
        for account in accounts.accounts if accounts else ():
            strength = MARKS["open"]
            if quality is not None and quality.username == account.name:
                good = quality.score >= _STRONG and not quality.list_row and not quality.factory_default
                strength = MARKS["yes" if good else "no"]
            yield (
                device_cell(record.device.title),
                record.device.target.key,
                "Web / ONVIF",
                account.name,
                account.level.label.of(lang),
                "",
                "",
                "",
                strength.of(lang),
                "",
                "",
                "",
                "",
            )


def cloud_rows(inspection: Inspection) -> Iterator[tuple[str, ...]]:
    """Dynamic DNS that a device has switched on; other services are written down by people."""
    for record in inspection.records:
        dns = find_fact(record, DynamicDns)
        if dns is not None and dns.mode is not DynamicDnsMode.NO_UPDATE:
            yield (device_cell(record.device.title), f"DDNS {dns.name}".strip(), "", "", "", "", "", "")


def port_rows(inspection: Inspection, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Every port that was found open inside, to be given a reason or closed."""
    for record in inspection.records:
        for reading in record.readings:
            if isinstance(reading.value, OpenPorts):
                measured = say("report.wb-open", time=shown(reading.source.at)).of(lang)
                for port in reading.value.open:
                    target = f"{device_cell(record.device.title)} {record.device.address}"
                    yield (
                        "",
                        target,
                        "",
                        f"TCP ({port.speaks or port.service})",
                        str(port.number),
                        "",
                        "",
                        "",
                        MARKS["open"].of(lang),
                        "",
                        "",
                        "",
                        "",
                        measured,
                    )


def find_fact(record: DeviceRecord, fact: type[F]) -> F | None:
    """The fact of a device, where it was read."""
    return next((r.value for r in record.readings if isinstance(r.value, fact)), None)


def _value(record: DeviceRecord, stage: Stage, key: str) -> str:
    sheet = record.sheets.get(stage)
    return next((p.value for p in sheet.parameters if p.key == key), "") if sheet else ""


def _contact(record: DeviceRecord, lang: Lang) -> str:
    return "" if record.reached else say("report.not-reached").of(lang)
