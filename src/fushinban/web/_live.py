"""Pages that go on telling: server-sent events. Without scripts the page that shows them is simply loaded again.

A page with something live has in its template `<div id="progress" data-live="{% url "inspection-live" … %}">…</div>`
with the same HTML inside as the stream sends later. Its stream is a page of its own:

    class InspectionLive(LivePage):
        path = "inspections/<str:inspection_id>/live/"
        name = "inspection-live"
        permission = Permission.SITE_VIEW

        def look(self, mark: str, inspection_id: str) -> Glance | None:   # in a thread, about once a second
            state = …                                    # checks the site by self.site(…): Http404 ends the stream
            if str(state.version) == mark:
                return None                              # nothing new
            parts = {"progress": self.piece("pages/_progress.html", {"state": state})}
            return Glance(mark=str(state.version), parts=parts, over=state.ended)

The browser puts each part into the element of that id. `over` ends the stream and loads the page once more.

Before every look the session and the visitor's rights are asked for anew (at most every `RENEWED` seconds): a stream
ends with the right to see it. One person has at most `MOST_OF_ONE` streams in one process.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string

from fushinban import clock
from fushinban.errors import FushinbanError
from fushinban.web._page import Page

#: Streams of one person at once in one process: a few windows.
MOST_OF_ONE = 8
#: How old the visitor's rights may be, seconds.
RENEWED = 3.0

_open: Counter[int] = Counter()
_counting = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What is new. `mark`: given back at the next look, also after a lost connection; `parts`: HTML by element id."""

    mark: str
    parts: Mapping[str, str] = field(default_factory=dict)
    over: bool = False


class LivePage(Page):
    """Streams what `look` finds, for `longest` seconds; the browser then asks anew, with the rights of that time."""

    pause: ClassVar[float] = 1.0
    longest: ClassVar[float] = 120.0

    def look(self, mark: str, **where: Any) -> Glance | None:
        """What has changed since the mark ("" at the beginning); None: nothing. Raises Http404, StoreError."""
        raise NotImplementedError

    def piece(self, template: str, context: Mapping[str, object]) -> str:
        """A part of a page as HTML."""
        return render_to_string(template, {"page": self, **context}, request=self.request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Look once here, so that a wrong address is an ordinary 404; then go on as a stream."""
        person = self.request.person.pk if self.request.person is not None else 0
        if _open[person] >= MOST_OF_ONE:
            return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "30"})
        given = request.headers.get("Last-Event-ID", "")
        mark = given if len(given) <= 100 and given.isprintable() else ""
        first = self.look(mark, **kwargs)
        # The stream may wait long: no connection waits with it.
        if not connections["default"].in_atomic_block:
            connections["default"].close()
        self._renewed = clock.monotonic()
        response = StreamingHttpResponse(
            self._counted(person, self._stream(mark, first, kwargs)), content_type="text/event-stream"
        )
        response.headers["Content-Encoding"] = "identity"  # a compressed stream would be held back until it is full
        response.headers["X-Accel-Buffering"] = "no"
        return response

    async def _counted(self, person: int, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        with _counting:
            _open[person] += 1
        try:
            async for piece in stream:
                yield piece
        finally:
            with _counting:
                _open[person] -= 1
                if not _open[person]:
                    del _open[person]

    def _look_again(self, mark: str, where: Mapping[str, Any]) -> Glance | None:
        """Look with the rights that hold now. Raises Http404 where they do not reach this page any more."""
        if clock.monotonic() - self._renewed >= RENEWED:
            self._renewed = clock.monotonic()
            if not self._still_here() or not self._allowed(self.need):
                raise Http404
        return self.look(mark, **where)

    def _still_here(self) -> bool:
        """Whether the session still is one; takes the person's rights as they are now."""
        from fushinban.record.people.models import Person
        from fushinban.record.people.rights import rights_of

        request = self.request
        if request.person is None:
            return True
        try:
            person = Person.objects.filter(pk=request.person.pk, is_active=True).first()
            if person is None or not request.session.exists(request.session.session_key or ""):
                return False
            request.rights = rights_of(person, clock.now())
            return True
        finally:
            # The stream's thread keeps no connection between two looks.
            if not connections["default"].in_atomic_block:
                connections["default"].close()

    async def _stream(self, mark: str, first: Glance | None, where: Mapping[str, Any]) -> AsyncIterator[bytes]:
        end = clock.monotonic() + self.longest
        glance = first
        yield b"retry: 2000\n\n"
        while True:
            if glance is not None:
                mark = glance.mark
                yield _event(glance)
                if glance.over:
                    return
            else:
                yield b":\n\n"  # a sign of life: proxies close silent connections, and we notice who has left
            if clock.monotonic() >= end:
                return
            await asyncio.sleep(self.pause)
            try:
                glance = await sync_to_async(self._look_again)(mark, where)
            except (Http404, FushinbanError):
                return


def _event(glance: Glance) -> bytes:
    lines = [f"id: {glance.mark}", "event: parts", f"data: {json.dumps(dict(glance.parts), ensure_ascii=False)}"]
    if glance.over:
        lines += ["", f"id: {glance.mark}", "event: over", "data: {}"]
    return ("\n".join(lines) + "\n\n").encode()
