"""Runs the reflector: uvicorn on the given sockets, with the console's limits for slow and greedy clients."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from fushinban.journal import open_journal
from fushinban.model.site import Network
from fushinban.reflector.service import Reflector
from fushinban.web.listen import Wanted, check, open_socket
from fushinban.web.wire import wire

_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where and how to serve. `listen`: `ADDRESS:PORT`, one for IPv4 and one for IPv6 where both are wanted."""

    folder: Path
    listen: tuple[str, ...]
    certificate: Path | None = None
    key: Path | None = None
    plain_beyond_loopback: bool = False
    also: tuple[Network, ...] = ()


def serve(serving: Serving, ready: Callable[[str, str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; `ready` hears the addresses and the public key. Raises InputError."""
    import uvicorn  # noqa: PLC0415 - only where it serves
    import uvloop  # noqa: PLC0415 - the same

    how = Wanted(certificate=serving.certificate, key=serving.key, plain_beyond_loopback=serving.plain_beyond_loopback)
    places = [check(replace(how, listen=place)) for place in serving.listen]
    open_journal()
    application = Reflector(serving.folder, serving.also)
    config = uvicorn.Config(
        application, http=wire(()), ws="none", lifespan="off", interface="asgi3", log_config=None, access_log=False,
        server_header=False, proxy_headers=False, limit_concurrency=_AT_ONCE, timeout_keep_alive=15,
        timeout_graceful_shutdown=5, ssl_certfile=serving.certificate, ssl_keyfile=serving.key,
    )  # fmt: skip
    with ExitStack() as stack:
        sockets = [stack.enter_context(open_socket(place)) for place in places]
        shown = [place.at(s.getsockname()[1]).address for place, s in zip(places, sockets, strict=True)]
        ready(", ".join(shown), application.signer.public)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(uvicorn.Server(config).serve(sockets))
