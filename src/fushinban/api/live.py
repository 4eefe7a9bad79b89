"""Server-sent events of jobs: read from the store, so that any process may show what another one does."""

import asyncio
from collections.abc import AsyncIterator, Callable

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from ninja import Schema

from fushinban import clock
from fushinban.api.call import Call
from fushinban.model.job import Job, JobPage
from fushinban.model.rights import SiteScope

_EVERY = 1.0
_ALIVE_EVERY = 15.0
#: A stream ends after this long, so that an ended session or token does not go on listening.
_WHOLE = 600.0


def job_events(call: Call, after: int | None, shown: Callable[[Job], Schema]) -> StreamingHttpResponse:
    """A stream of `job` events from after a version; without one: from now."""
    given = call.request.headers.get("Last-Event-ID", "")
    start = after if after is not None else int(given) if given.isdecimal() and len(given) < 16 else None
    response = StreamingHttpResponse(
        _events(call, call.scope(), start, shown), content_type="text/event-stream; charset=utf-8"
    )
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(
    call: Call, scope: SiteScope, start: int | None, shown: Callable[[Job], Schema]
) -> AsyncIterator[bytes]:
    begun = spoken = clock.monotonic()
    version = start if start is not None else await sync_to_async(call.store.jobs.version)()
    yield f"retry: 3000\nid: {version}\n\n".encode()
    while clock.monotonic() - begun < _WHOLE:
        # One small row says whether anything happened at all.
        if await sync_to_async(call.store.jobs.version)() > version:
            page: JobPage = await sync_to_async(call.store.jobs.changed)(version, scope)
            for job in page.jobs:
                yield f"id: {job.version}\nevent: job\ndata: {shown(job).model_dump_json()}\n\n".encode()
            version, spoken = max(version, page.version), clock.monotonic()
        elif clock.monotonic() - spoken > _ALIVE_EVERY:
            yield b": alive\n\n"
            spoken = clock.monotonic()
        await asyncio.sleep(_EVERY)
