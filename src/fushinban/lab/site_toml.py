"""Writes the SITE.toml that belongs to a running lab, and the environment that its credentials name."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fushinban.lab.plan import DevicePlan, LabPlan

_VALID_DAYS = 90
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def environment(plan: LabPlan) -> dict[str, str]:
    """Environment variable → password, for every device whose login the site file gives."""
    return {secret_name(d): d.login_user.password for d in plan.devices if d.login_user}


def secret_name(device: DevicePlan) -> str:
    """`FUSHINBAN_LAB_CAM_01` for the device `cam-01`."""
    return "FUSHINBAN_LAB_" + re.sub(r"[^A-Z0-9]", "_", device.id.upper())


def site_toml(plan: LabPlan, ports: Mapping[str, int], now: datetime) -> str:
    """The site file of a lab that uses these ports, authorised from yesterday for 90 days."""
    start = (now - timedelta(days=1)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    # A router whose UPnP is off can be switched on while the lab runs.
    announces = any("ssdp" in d.services or d.upnp is not None for d in plan.devices)
    methods = ["listed", "ws-discovery"] + (["ssdp"] if announces else [])
    parts = [
        _table("site", {"id": plan.id, "name": plan.name, "customer": plan.customer, "kind": plan.kind.value}),
        _table(
            "authorisation",
            {
                "by": plan.customer,
                "from": start,
                "until": start + timedelta(days=_VALID_DAYS),
                "networks": list(plan.networks),
                "tests": [t.value for t in plan.tests],
            },
        ),
        _table("discovery", {"methods": methods}),
        *(_credential(d) for d in plan.devices if d.login_user),
        *(_device(d, ports) for d in plan.devices),
    ]
    if plan.details:
        parts.insert(1, _table("site.details", plan.details))
    if plan.answers:
        parts.append(_table("answers", plan.answers))
    return "# 架空の現場（ラボ）です。パスワードもすべて架空のものです。\n\n" + "\n".join(parts)


def _credential(device: DevicePlan) -> str:
    values = {"match": device.address, "username": device.login, "secret": f"env:{secret_name(device)}"}
    return _table("[credential]", values)


def _device(device: DevicePlan, ports: Mapping[str, int]) -> str:
    values: dict[str, Any] = {
        "id": device.id,
        "address": device.address,
        "kind": device.kind.value,
        "name": device.name,
    }
    if device.note:
        values["note"] = device.note
    return _table("[device]", {**values, "ports": dict(ports)})


def _table(name: str, values: Mapping[str, Any]) -> str:
    lines = [f"[{name}]", *(f"{_key(k)} = {_value(v)}" for k, v in values.items())]
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    # What TOML writes as JSON does: strings without control characters, numbers, truth values.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
