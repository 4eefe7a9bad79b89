"""The reads of an inspection through onvif-zeep-async, one client per device (see inspection.py)."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from onvif import ONVIFCamera  # type: ignore[import-not-found,import-untyped,unused-ignore]
from onvif.exceptions import ONVIFError  # type: ignore[import-not-found,import-untyped,unused-ignore]
from zeep.exceptions import Fault, XMLParseError  # type: ignore[import-not-found,import-untyped,unused-ignore]

DEVICE = (
    "GetSystemDateAndTime", "GetDeviceInformation", "GetServiceCapabilities", "GetHostname", "GetScopes", "GetUsers",
    "GetNetworkInterfaces", "GetNetworkProtocols", "GetNetworkDefaultGateway", "GetDNS", "GetNTP", "GetDynamicDNS",
    "GetZeroConfiguration", "GetIPAddressFilter", "GetDiscoveryMode", "GetAccessPolicy", "GetEndpointReference",
    "GetPasswordComplexityConfiguration", "GetPasswordHistoryConfiguration", "GetAuthFailureWarningConfiguration",
)  # fmt: skip


#: Asked without a login too, by the library's own `authless_` calls: what answers though it should not.
WITHOUT_LOGIN = (
    "GetDeviceInformation", "GetScopes", "GetNetworkInterfaces", "GetNetworkProtocols", "GetDNS", "GetNTP", "GetUsers",
)  # fmt: skip


async def read(target: dict[str, Any]) -> int:
    """Everything that fushinban asks of the ONVIF services of this device; how many answers came."""
    camera = ONVIFCamera(target["address"], target["port"], target["username"], target["password"])
    answers = 0
    try:
        await camera.update_xaddrs()
        device = await camera.create_devicemgmt_service()
        answers += await call(device, "GetServices", {"IncludeCapability": True})
        for operation in DEVICE:
            answers += await call(device, operation)
        for kind in ("System", "Access"):
            answers += await call(device, "GetSystemLog", {"LogType": kind})
        for operation in WITHOUT_LOGIN:
            answers += await call(device, f"authless_{operation}")
        answers += await call(device, "authless_GetSystemLog", {"LogType": "System"})
        answers += await media(camera)
        events = await camera.create_events_service()
        answers += await call(events, "GetServiceCapabilities")
        answers += await call(events, "GetEventProperties")
    finally:
        await camera.close()
    return answers


async def media(camera: Any) -> int:
    """Profiles with stream and snapshot addresses, and the video sources."""
    service = await camera.create_media_service()
    profiles = await service.GetProfiles()
    answers = 1 + await call(service, "GetVideoSources")
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    answers += await call(service, "authless_GetProfiles")
    first = {"StreamSetup": setup, "ProfileToken": profiles[0].token}
    answers += await call(service, "authless_GetStreamUri", first)
    answers += await call(service, "authless_GetSnapshotUri", {"ProfileToken": profiles[0].token})
    for profile in profiles:
        answers += await call(service, "GetStreamUri", {"StreamSetup": setup, "ProfileToken": profile.token})
        answers += await call(service, "GetSnapshotUri", {"ProfileToken": profile.token})
    return answers


async def call(service: Any, operation: str, arguments: dict[str, Any] | None = None) -> int:
    """1 for an answer, 0 for a fault."""
    try:
        await getattr(service, operation)(arguments or {})
    except (AttributeError, Fault, ONVIFError, XMLParseError):  # its WSDL is older than some operations
        return 0
    return 1


async def read_all(targets: list[dict[str, Any]], at_once: int) -> dict[str, Any]:
    """Read every target; how many devices gave how many answers, and what went wrong."""
    turn = asyncio.Semaphore(at_once)

    async def one(target: dict[str, Any]) -> int:
        async with turn:
            return await read(target)

    results = await asyncio.gather(*(one(t) for t in targets), return_exceptions=True)
    errors = [repr(r) for r in results if isinstance(r, BaseException)]
    answers = sum(r for r in results if isinstance(r, int))
    return {"devices": len(results) - len(errors), "answers": answers, "errors": errors}


if __name__ == "__main__":
    plan, result = Path(sys.argv[1]), Path(sys.argv[2])
    result.write_text(json.dumps(asyncio.run(read_all(json.loads(plan.read_text()), int(sys.argv[3])))))
