"""Tables that others write (Django's sign-in, allauth): every change of a sealed row there reaches the audit log."""

from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from fushinban.record.audit import log_of
from fushinban.record.sealed import Sealed, sealed_kinds
from fushinban.record.sealed_rows import installed


def watch() -> None:
    """Listen to all kinds that ask for it. Called once, when the applications are loaded."""
    for sealed in sealed_kinds().values():
        if sealed.watched and installed(sealed):
            model = apps.get_model(sealed.model)
            for signal in (post_save, post_delete):
                signal.connect(
                    partial(_changed, sealed), sender=model, weak=False, dispatch_uid=f"sealed {sealed.kind}"
                )


def _changed(
    sealed: Sealed, instance: Model, using: str, update_fields: frozenset[str] | None = None, **_: Any
) -> None:
    log = log_of(using)
    if log is None or (update_fields is not None and update_fields <= sealed.left_out.keys()):
        return
    log.changed(sealed.watched, sealed.kind, str(instance.pk), quiet=True)
