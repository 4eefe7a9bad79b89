"""There is always somebody who can give rights: the last administrator stays one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q

from fushinban import clock
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.rights import Role
from fushinban.record.connection import Link
from fushinban.record.people.models import GrantRow, Person

_WHOLE = Q(role=Role.ADMINISTRATOR.value, customer__isnull=True, site="")


@contextmanager
def one_stays(link: Link) -> Iterator[None]:
    """A change after which there must still be an active administrator of the organisation without an end date.

    Two who take each other's rights away at once: one waits for the other, and is then refused. Raises InputError.
    """
    with link.writing():
        holders = GrantRow._base_manager.using(link.alias).filter(_WHOLE).values("person")
        people = Person._base_manager.using(link.alias).select_for_update().filter(pk__in=holders)
        list(people.order_by("pk"))
        before = _lasting(link.alias)
        yield
        if before and not _lasting(link.alias):
            raise InputError(say("people.last-administrator"))


def _lasting(alias: str) -> bool:
    begun = Q(start__isnull=True) | Q(start__lte=clock.now())
    grants = GrantRow._base_manager.using(alias).filter(_WHOLE, begun, end__isnull=True)
    return grants.filter(person__is_active=True).exists()
