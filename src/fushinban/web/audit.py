"""What people do in the console, written to the audit log."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from fushinban.model.audit import Actor, ActorKind, nobody
from fushinban.web.installation import current

if TYPE_CHECKING:
    from fushinban.record.people.models import Person


def note(request: HttpRequest, action: str, kind: str, thing: str, **detail: str) -> None:
    """One row: who (the visitor, or nobody), what, to which thing; from which address. Never a secret.

    `action`: `sign-in.passed`, …; `detail`: short texts. Raises StoreError.
    """
    actor = getattr(request, "actor", None) or nobody(address_of(request))
    current().store.audit.write(actor, action, kind, thing, detail)


def address_of(request: HttpRequest) -> str:
    """Where the request comes from: the proxy's word is already in it, where a proxy is believed."""
    return str(request.META.get("REMOTE_ADDR") or "")[:64]


def actor_of(person: "Person", address: str) -> Actor:
    """A person as the audit log names them."""
    return Actor(kind=ActorKind.PERSON, id=str(person.pk), name=person.name, address=address)
