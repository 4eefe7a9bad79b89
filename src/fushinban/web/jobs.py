"""The durable jobs that run along with this process's pages."""

import threading
from dataclasses import replace

from fushinban.web.installation import current, use


class _Sending:
    """The thread that sends webhooks, where it runs."""

    stop = threading.Event()
    thread: threading.Thread | None = None


def started() -> None:
    """Called when the process begins to serve: takes up what an earlier process left. Raises StoreError."""
    from fushinban.jobs.durable.runner import JobRunner

    installation = current()
    runner = JobRunner(installation.store, installation.vault)
    runner.launch()
    use(replace(installation, jobs=runner))
    _start_sending()


def _start_sending() -> None:
    from fushinban.jobs.webhooks import WebhookSender

    installation = current()
    sender = WebhookSender(installation.store, installation.vault)
    _Sending.stop.clear()
    _Sending.thread = threading.Thread(target=sender.run, args=(_Sending.stop,), name="webhooks", daemon=True)
    _Sending.thread.start()


def stopped() -> None:
    """Called when the process ends: what is under way goes on at the next start."""
    installation = current()
    if _Sending.thread is not None:
        _Sending.stop.set()
        _Sending.thread.join(15)  # longer than one attempt takes
        _Sending.thread = None
    if installation.jobs is not None:
        installation.jobs.close()
        use(replace(installation, jobs=None))
