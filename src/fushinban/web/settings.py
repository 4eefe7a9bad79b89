"""Django's settings for the console. `configure` is called once, before anything of Django is used."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fushinban.record.store import Store
    from fushinban.web.installation import Reach

#: In the order in which Django asks them for templates and tables.
APPLICATIONS = (
    "fushinban.web.apps.WebConfig",
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
    "fushinban.web.middleware.Shield",
    "fushinban.web.request_log.RequestLog",
    "fushinban.web.metrics.Measured",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fushinban.web.middleware.Visitor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fushinban.web.middleware.Closed",
)

#: A session ends after this long without a request, and after this long in any case, seconds.
SESSION_IDLE = 2 * 3600
SESSION_WHOLE = 12 * 3600

_FOLDER = Path(__file__).parent


def console_settings(databases: dict[str, Any]) -> dict[str, Any]:
    """All settings of the console that do not depend on this installation."""
    return {
        "INSTALLED_APPS": list(APPLICATIONS),
        "DATABASES": databases,
        "MIDDLEWARE": list(MIDDLEWARE),
        "ROOT_URLCONF": "fushinban.web.urls",
        "USE_TZ": True,
        "TIME_ZONE": "Asia/Tokyo",
        "LANGUAGE_CODE": "ja",
        "LANGUAGES": [("ja", "日本語"), ("en", "English")],
        "LOGGING_CONFIG": None,
        # Hosts are checked by the gate in front (web/gate.py), which also knows the address a visitor reached.
        "ALLOWED_HOSTS": ["*"],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "STATIC_URL": "/static/",
        "APPEND_SLASH": True,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 4 * 1024 * 1024,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 20_000,
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "console_cache"}},
        "TEMPLATES": [_templates()],
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.ScryptPasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        **_session_settings(),
        **_sign_in_settings(),
    }


def _templates() -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_FOLDER / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["fushinban.web.tags.words", "fushinban.web.tags.blocks"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fushinban.web.context.frame",
            ],
        },
    }


def _session_settings() -> dict[str, Any]:
    return {
        "SESSION_ENGINE": "fushinban.web.sessions",
        "SESSION_COOKIE_NAME": "fushinban_session",
        "SESSION_COOKIE_AGE": SESSION_WHOLE,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": "fushinban_csrf",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_FAILURE_VIEW": "fushinban.web.refusals.forged",
        "SECURE_CONTENT_TYPE_NOSNIFF": False,  # the shield sets every header of that kind
        "USE_X_FORWARDED_HOST": False,
    }


def _sign_in_settings() -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "people.Person",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "fushinban.record.people.validators.PassPhraseValidator",
                "OPTIONS": {"judge": "fushinban.check.credential.assess"},
            }
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "fushinban.web.signin.accounts.Accounts",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": False,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 900,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_RATE_LIMITS": {
            "login": "30/m/ip",
            "login_failed": "30/5m/ip,8/15m/key",
            "reauthenticate": "10/5m/user",
        },
        "MFA_ADAPTER": "fushinban.web.signin.factors.Factors",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "SOCIALACCOUNT_ADAPTER": "fushinban.web.signin.outside.Outside",
        "SOCIALACCOUNT_LOGIN_ON_GET": False,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
        "USERSESSIONS_TRACK_ACTIVITY": False,
    }


def configure(databases: dict[str, Any] | None = None, **more: Any) -> None:
    """Configure Django for the console, once per process; a second call changes nothing.

    `databases`: Django's DATABASES (`default` is the console's); `more`: settings of this installation.
    """
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(**{**console_settings(databases or {}), **more})
        django.setup()


def open_console(
    database_url: str | None = None, *, data_dir: Path | None = None, reach: "Reach | None" = None
) -> "Store":
    """Open the store as the console's own database and make its installation known (`installation.current()`).

    Raises InputError for a wrong setting, StoreError for a database or key that cannot be used.
    """
    from fushinban import settings as places
    from fushinban.record.setup import open_store
    from fushinban.record.vault import Vault
    from fushinban.web import installation
    from fushinban.web.signin.provider import provider_settings

    folder = data_dir if data_dir is not None else places.data_dir()
    how = reach or installation.Reach()
    vault = Vault(folder)
    signing = vault.derived("console signing").hex()
    cookies = {"SESSION_COOKIE_SECURE": how.secure, "CSRF_COOKIE_SECURE": how.secure}
    own = {"SECRET_KEY": signing, **cookies, **provider_settings()}
    configure(**own)
    from django.conf import settings

    for name, value in own.items():  # Django may have been configured before (tests): what is ours still holds
        setattr(settings, name, value)
    store = open_store(database_url, data_dir=folder, console=True)
    installation.use(
        installation.Installation(store=store, vault=vault, sealing=vault.derived("second factors"), reach=how)
    )
    return store
