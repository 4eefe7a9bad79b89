"""The console as a Django application: brings its templates and assets, and listens for what the audit log keeps."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Label `console`."""

    name = "fushinban.web"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the audit log to sign-ins and second factors."""
        from fushinban.web.signin import heard

        heard.connect()
