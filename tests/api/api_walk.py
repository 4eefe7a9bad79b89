"""How to call every operation: its path parameters for one site, and a body that fits."""

from datetime import timedelta
from typing import Any

from api.api_world import Place, World
from fushinban import clock
from fushinban.api.application import operations
from fushinban.api.operation import Operation

#: Operations in the order of their ids.
ALL = tuple(operations().values())


def path_of(operation: Operation, world: World, place: Place) -> str:
    """The path with what belongs to a place in its parameters."""
    values = {
        "site_id": place.site, "device_id": place.device, "finding_id": place.finding,
        "acceptance_id": place.acceptance, "inspection_id": place.inspection, "job_id": place.job,
        "sha256": place.document, "digest": place.evidence, "control_id": "G-3.6-2", "name": place.credential,
        "webhook_id": world.webhook, "delivery_id": world.delivery, "person_id": 2, "grant_id": 2,
        "invitation_id": 1, "token_id": 1, "session_id": 1, "customer_id": place.customer, "by": "control",
    }  # fmt: skip
    return operation.path.format_map(values) + QUERIES.get(operation.id, "").format_map(values)


QUERIES = {
    "compareInspections": "?before={inspection_id}", "search": "?text=cam", "streamJobs": "?after=0",
    "findAddressHolders": "?address=203.0.113.7",
}  # fmt: skip


def body_of(operation: Operation, place: Place) -> Any:
    """A body that the operation takes; None where it takes none."""
    later = (clock.now() + timedelta(days=3)).isoformat()
    bodies: dict[str, Any] = {
        "acceptFindings": {"findings": [place.finding], "reason": "試験", "until": later},
        "withdrawAcceptance": {"version": 1},
        "renewAcceptance": {"reason": "試験", "until": later},
        "createSite": {"toml": SITE_TOML}, "replaceSetup": {"toml": SITE_TOML},
        "ignoreDevice": {"ignored": True}, "knowHostKey": {"key": ""}, "adoptSheet": {},
        "startInspection": {}, "startInspections": {"sites": [place.site]},
        "replaceSchedule": {"rhythm": "monthly"},
        "saveAnswer": {"value": "yes"},
        "saveCredential": {"username": "viewer", "secret": "Invented-9-for-tests", "site": place.site},
        "renameCustomer": {"name": "改名"},
        "replaceSettings": SETTINGS,
        "createWebhook": WEBHOOK, "changeWebhook": {**WEBHOOK, "active": False},
        "changePerson": {"name": "改名"}, "giveGrant": {"role": "auditor"}, "endGrant": {},
        "invite": {"email": "new@example.jp", "grant": {"role": "auditor"}},
        "createToken": {"name": "t", "permissions": ["site-view"], "expires_at": later},
    }  # fmt: skip
    return bodies.get(operation.id)


WEBHOOK = {"url": "https://hooks.example.com/y", "events": ["finding.new"]}
SETTINGS = {
    "inspections": 4, "per_worker": 2, "starts_per_minute": 0, "site_pause": 0, "late_days": 1, "schedules": True,
    "keeping": {"transcripts": 90, "records": None, "jobs": 90},
}  # fmt: skip
SITE_TOML = """
[site]
id = "new-1"
name = "新しい店"
customer = "株式会社海"
kind = "shop"
[authorisation]
by = "試験"
from = 2026-01-01
until = 2036-12-31
networks = ["192.0.2.0/24"]
[discovery]
methods = ["sweep"]
"""
