"""Outside providers that people sign in with, where somebody keeps them in the database (the settings are the rule)."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="outside-provider",
    model="socialaccount.SocialApp",
    columns=("id", "provider", "provider_id", "name", "client_id", "secret", "key", "settings"),
    watched="outside-provider.changed",
)
