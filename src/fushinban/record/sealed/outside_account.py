"""Accounts of outside providers that people sign in with, which allauth keeps."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="outside-account",
    model="socialaccount.SocialAccount",
    columns=("id", "user_id", "provider", "uid", "date_joined"),
    watched="outside-account.changed",
    left_out={
        "last_login": "moves with every sign-in, which has an entry of its own",
        "extra_data": "what the provider said at the last sign-in; nothing is decided by it",
    },
)
