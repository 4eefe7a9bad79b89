"""The link with which the first person comes in: there is no account and no pass phrase before."""

from fushinban.model.audit import SYSTEM
from fushinban.record.people.links import Links
from fushinban.record.people.values import Link
from fushinban.web.installation import current


def set_up_link(address: str) -> str | None:
    """A fresh address for setting up, below where the console is; None as soon as there is a person."""
    link = Links.of(current().store).first_setup(actor=SYSTEM)
    return one_time_address(address, link) if link is not None else None


def one_time_address(base: str, link: Link) -> str:
    """A one-time link as an address: `https://console.example/invite/…/`. Shown once; its secret is kept nowhere.

    `base`: scheme and host, as `request.build_absolute_uri("/")` gives it.
    """
    return f"{base.rstrip('/')}/{link.purpose.value}/{link.secret}/"
