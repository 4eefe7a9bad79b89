"""The audit log on the page: filters, export with its chain, verification that names what was changed."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from django.db import connections
from django.test import Client

from fushinban.model.audit import Actor, ActorKind
from fushinban.model.rights import Role
from fushinban.record.audit_export import parse_line
from fushinban.record.store import Store

ClientFor = Callable[..., Client]

HOSTILE = '"><img src=x onerror=alert(1)>'


def _streamed(answer: Any) -> bytes:
    """The whole body of an answer that comes in pieces."""

    async def collected() -> bytes:
        return b"".join([piece async for piece in answer])

    return asyncio.run(collected())


def _write(store: Store, action: str = "site.saved", name: str = "佐藤", **detail: str) -> None:
    actor = Actor(kind=ActorKind.PERSON, id="7", name=name, address="192.0.2.7")
    store.audit.write(actor, action, "site", "s-1", detail)


def test_closed_for_those_who_may_not(client_for: ClientFor) -> None:
    """Only administrators and auditors."""
    for role in (Role.OPERATOR, Role.INSTALLER, Role.CUSTOMER):
        assert client_for(role).get("/audit/").status_code == 403
        assert client_for(role).get("/audit/export/").status_code == 403
    assert client_for(Role.AUDITOR).get("/audit/").status_code == 200


def test_filters_and_hostile_text(client_for: ClientFor, console: Store) -> None:
    """Area and actor narrow the list; text from outside stays text."""
    _write(console, name=HOSTILE, note=HOSTILE)
    _write(console, action="document.made", note="only-the-document")
    client = client_for(Role.AUDITOR)
    whole = client.get("/audit/").content.decode()
    assert "only-the-document" in whole
    assert "<img src=x" not in whole
    narrowed = client.get("/audit/?area=document").content.decode()
    assert "only-the-document" in narrowed
    assert "onerror" not in narrowed
    for odd in ("?area=nonsense", "?from=yesterday&until=9999-99-99", "?after=abc", "?after=" + "9" * 30):
        assert client.get("/audit/" + odd).status_code == 200


def test_export_carries_the_chain(client_for: ClientFor, console: Store) -> None:
    """Each line can be read back, and each follows the one before it."""
    for number in range(5):
        _write(console, note=str(number))
    answer = client_for(Role.AUDITOR).get("/audit/export/")
    content = _streamed(answer)
    entries = [parse_line(line, "export", n) for n, line in enumerate(content.splitlines(), 1)]
    assert [e.number for e in entries] == list(range(1, len(entries) + 1))
    assert all(b.previous == a.hash for a, b in pairwise(entries))
    assert any(e.action == "audit.exported" for e in console.audit.all())
    csv = _streamed(client_for(Role.AUDITOR).get("/audit/export/?form=csv"))
    assert csv.startswith(b"\xef\xbb\xbf")
    assert not csv[3:].startswith(b"\xef\xbb\xbf")


def test_verification_names_what_was_changed(client_for: ClientFor, console: Store) -> None:
    """Fine before; afterwards the entry that was rewritten is named."""
    for number in range(3):
        _write(console, note=str(number))
    client = client_for(Role.AUDITOR)
    assert "note-good" in client.post("/audit/", {"action": "verify"}).content.decode()
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE record_auditrow SET actor_name = 'somebody else' WHERE number = 2")
    body = client.post("/audit/", {"action": "verify"}).content.decode()
    assert "state-fail" in body
    assert "note-good" not in body
