"""A predicted exposure as JSON, for machines; its form is `schemas/exposure.schema.json`."""

import json
from importlib import resources
from typing import Any

import orjson

from fushinban.model.exposure import Opening, OwnReach, Prediction, Reach, protocol_name
from fushinban.model.filtering import Family, Line
from fushinban.model.intervals import GLOBAL_V4, GLOBAL_V6, Intervals, written_addresses, written_ports
from fushinban.model.text import Lang

_WORLD = {Family.V4: GLOBAL_V4, Family.V6: GLOBAL_V6}


def exposure_bytes(prediction: Prediction, lang: Lang) -> bytes:
    """The prediction as indented JSON text in UTF-8, ending with a line break."""
    return orjson.dumps(exposure_json(prediction, lang), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def exposure_json(prediction: Prediction, lang: Lang) -> dict[str, Any]:
    """The prediction as plain values; sentences in one language."""
    return {
        "schema": 1,
        "lang": lang,
        "kind": prediction.kind,
        "origin": str(prediction.origin),
        "router": {
            "maker": prediction.maker,
            "model": prediction.model,
            "firmware": prediction.firmware,
            "host_name": prediction.host_name,
        },
        "complete": prediction.complete,
        "services": [_service(row) for row in prediction.openings],
        "management": [_management(row) for row in prediction.management],
        "global_addresses": [
            {
                "device": g.name, "interface": g.interface, "address": g.address, "family": str(g.family),
                "reachable": g.reachable,
            }
            for g in prediction.global_addresses
        ],
        "upnp": {"enabled": prediction.upnp.enabled, "lines": _lines(prediction.upnp.lines)},
        "unread": [
            {"number": u.line.number, "text": u.line.text, "reason": u.reason.of(lang)} for u in prediction.unread
        ],
        "notes": [note.of(lang) for note in prediction.notes],
    }  # fmt: skip


def exposure_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `exposure_json`."""
    file = resources.files("fushinban.reports") / "schemas" / "exposure.schema.json"
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def is_whole(reach: Reach) -> bool:
    """Whether a way holds for whichever address the provider gives."""
    return reach.assigned and reach.outside.size * 2 > _WORLD[reach.family].size


def shorter_left_out(reach: Reach) -> bool:
    """Whether it is shorter to say who is left out than who is let in."""
    return not reach.anyone and len(reach.left_out.ranges) < len(reach.sources.ranges)


def _service(row: Opening) -> dict[str, Any]:
    return {
        "protocol": row.protocol,
        "protocols": written_ports(row.protocols),
        "way": str(row.kind),
        "outside": _outside(row.reach),
        "inside": {
            "addresses": written_addresses(row.inside),
            "ports": written_ports(row.inside_ports),
            "interface": row.inside_interface,
            "unknown_prefix": row.unknown_prefix,
            "devices": row.devices,
        },
        "ports_in_order": row.ports_in_order,
        "addresses_in_order": row.addresses_in_order,
        **_who(row.reach),
    }


def _management(row: OwnReach) -> dict[str, Any]:
    service = row.service
    return {
        "service": service.name,
        "purpose": str(service.purpose),
        "protocol": protocol_name(Intervals.single(service.protocol)),
        "ports": written_ports(service.ports),
        "by_default": service.by_default,
        "reachable": row.reachable,
        "ways": [{"outside": _outside(way), **_who(way)} for way in row.ways],
        "lines": _lines(service.lines),
    }


def _outside(reach: Reach) -> dict[str, Any]:
    return {
        "interface": reach.interface,
        "family": str(reach.family),
        "assigned": reach.assigned,
        "addresses": () if is_whole(reach) else written_addresses(reach.outside),
        "ports": written_ports(reach.outside_ports),
    }


def _who(reach: Reach) -> dict[str, Any]:
    but = shorter_left_out(reach)
    return {
        "sources": {
            "anyone": reach.anyone,
            "addresses": () if reach.anyone or but else written_addresses(reach.sources),
            "all_but": written_addresses(reach.left_out) if but else (),
            "ports": written_ports(reach.source_ports),
        },
        "certain": reach.certain,
        "lines": _lines(reach.lines),
    }


def _lines(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    return [{"number": line.number, "text": line.text} for line in lines]
