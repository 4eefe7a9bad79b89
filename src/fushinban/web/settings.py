"""Django's settings for the console. `configure` is called once, before anything of Django is used."""

from typing import Any

#: In the order in which Django asks them for templates and tables.
APPLICATIONS = (
    "fushinban.record.apps.RecordConfig",
    "fushinban.record.people.apps.PeopleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
)

MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
)


def console_settings(databases: dict[str, Any]) -> dict[str, Any]:
    """All settings of the console that do not depend on this installation."""
    return {
        "INSTALLED_APPS": list(APPLICATIONS),
        "DATABASES": databases,
        "AUTH_USER_MODEL": "people.Person",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "MIDDLEWARE": list(MIDDLEWARE),
        "USE_TZ": True,
        "TIME_ZONE": "Asia/Tokyo",
        "LOGGING_CONFIG": None,
    }


def configure(databases: dict[str, Any] | None = None, **more: Any) -> None:
    """Configure Django for the console, once per process; a second call changes nothing.

    `databases`: Django's DATABASES (`default` is the console's); `more`: settings of this installation.
    """
    import django  # noqa: PLC0415 - the command line never needs it
    from django.conf import settings  # noqa: PLC0415 - the same

    if not settings.configured:
        settings.configure(**{**console_settings(databases or {}), **more})
        django.setup()
