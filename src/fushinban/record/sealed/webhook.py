"""Webhooks: to whom events are told."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="webhook",
    model="record.WebhookRow",
    columns=("id", "url", "events", "note", "active", "created_at", "created_by", "disabled_at", "version"),
    left_out={"failing_since": "moves with every delivery"},
)
