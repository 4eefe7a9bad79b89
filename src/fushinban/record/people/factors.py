"""Second factors of people, which allauth keeps."""

from django.apps import apps

from fushinban.record.connection import Link


def forget_factors(link: Link, number: int) -> int:
    """Take off all second factors of a person; how many. Each is in the audit log."""
    if not apps.is_installed("allauth.mfa"):
        return 0
    rows = apps.get_model("mfa.Authenticator")._base_manager.using(link.alias).filter(user_id=number)
    taken = 0
    with link.writing():
        for row in rows:
            row.delete(using=link.alias)
            taken += 1
    return taken
