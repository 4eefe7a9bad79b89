"""People as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Label `people`; the tables are `people_*`. Installed by the console, not by the command line's inspections."""

    name = "fushinban.record.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for changes that others make."""
        from fushinban.record.people.watch import watch  # noqa: PLC0415 - needs the applications loaded

        watch()
