"""The store as a Django application."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Label `record`; the tables are `record_*`."""

    name = "fushinban.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
