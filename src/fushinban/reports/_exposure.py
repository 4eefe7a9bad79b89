"""A predicted exposure as JSON, for machines; its form is `schemas/exposure.schema.json`."""

import json
from importlib import resources
from typing import Any

import orjson

from fushinban.model.exposure import Opening, OwnReach, Prediction, Reach, Stopped, protocol_name
from fushinban.model.filtering import Family, Line
from fushinban.model.intervals import GLOBAL_V4, GLOBAL_V6, Intervals, written_addresses, written_ports
from fushinban.model.mismatch import ComparedPort, Comparison
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
        "stopped": [_stopped(one, lang) for one in prediction.stopped],
    }  # fmt: skip


def comparison_json(comparison: Comparison, lang: Lang) -> dict[str, Any]:
    """Prediction against looks as plain values: what is notable port by port, and what was not looked at and why."""
    beyond = [{**_service(row), "why": _why(comparison, row.reach, row.protocols, lang)} for row in comparison.beyond]
    own = [
        {**_management(row), "why": _why(comparison, row.ways[0], Intervals.single(row.service.protocol), lang)}
        for row in comparison.own_beyond
    ]
    return {
        "compared": [_compared(port, lang) for port in comparison.notable],
        "not_looked_at": {"services": beyond, "management": own},
    }


def _why(comparison: Comparison, reach: Reach, protocols: Intervals, lang: Lang) -> dict[str, str]:
    why = comparison.unlooked(reach, protocols)
    return {"code": str(why), "sentence": why.label.of(lang)}


def _compared(port: ComparedPort, lang: Lang) -> dict[str, Any]:
    seen = port.seen
    return {
        "family": port.family,
        "address": port.address,
        "port": port.port,
        "protocol": "tcp",
        "agreement": str(port.agreement),
        "predicted": port.predicted,
        "state": str(seen.state),
        "speaks": seen.speaks,
        "picture": str(seen.picture) if seen.picture is not None else None,
        "services": [_service(row) for row in port.rows],
        "management": [_management(own) for own in port.own],
        "lines": _lines(port.lines),
        "stopped": [_stopped(one, lang) for one in port.stopped],
        "causes": [
            {
                "cause": str(one.cause), "sentence": one.sentence.of(lang), "action": one.action.of(lang),
                "technical": one.technical.of(lang),
            }
            for one in port.causes
        ],
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


def _stopped(one: Stopped, lang: Lang) -> dict[str, Any]:
    return {
        "protocol": protocol_name(one.protocols),
        "way": str(one.kind),
        "family": str(one.family),
        "outside_ports": written_ports(one.outside_ports),
        "inside": {"addresses": written_addresses(one.inside), "ports": written_ports(one.inside_ports)},
        "obstacle": str(one.obstacle),
        "sentence": one.obstacle.label.of(lang),
        "lines": _lines(one.lines),
        "by": _lines(one.by),
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
