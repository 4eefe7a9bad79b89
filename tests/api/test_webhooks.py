"""Webhooks: signed, retried, logged, stopped; and never sent where an administrator did not allow it."""

import asyncio
import contextlib
import hmac
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fushinban import clock
from fushinban.errors import InputError, OutOfScope, Unreachable
from fushinban.jobs import webhooks as engine
from fushinban.jobs.webhooks import BACKOFF, SIGNATURE, WebhookEvent, WebhookSender, publish, subscribe
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.transport import outward
from fushinban.transport.outward import OutwardRules, check_addresses, web_place
from fushinban.transport.webhook import post

#: A machine that is busy with other work is no fault of these tests.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TESTING = OutwardRules(plain_loopback=True)


class Receiver(BaseHTTPRequestHandler):
    """Notes what it gets and answers as told."""

    got: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status: ClassVar[int] = 200
    location: ClassVar[str] = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def receiver() -> Iterator[tuple[type[Receiver], str]]:
    """A receiver on loopback and its address."""
    kind = type("Fresh", (Receiver,), {"got": [], "status": 200, "location": ""})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kind, f"http://127.0.0.1:{server.server_address[1]}/hook?a=b"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An empty vault."""
    return Vault(tmp_path / "data")


@pytest.fixture
def kept(tmp_path: Path, vault: Vault) -> Iterator[Store]:
    """An empty store."""
    with open_store(f"sqlite:///{tmp_path / 'data' / 'f.sqlite3'}", data_dir=tmp_path / "data") as store:
        yield store


def test_an_event_is_delivered_once_signed_and_logged(
    kept: Store, vault: Vault, receiver: tuple[type[Receiver], str]
) -> None:
    kind, url = receiver
    made = subscribe(kept, vault, url, [WebhookEvent.FINDING_ACCEPTED], note="", by="t", rules=TESTING)
    assert made.secret not in repr(made)
    assert publish(kept, WebhookEvent.JOB_FAILED, {"job": "x"}) == 0
    assert publish(kept, WebhookEvent.FINDING_ACCEPTED, {"site": "駅前"}) == 1
    sender = WebhookSender(kept, vault, TESTING)
    assert sender.send_due(clock.now()) == 1
    assert sender.send_due(clock.now()) == 0
    ((headers, body),) = kind.got
    event = json.loads(body)
    assert (event["event"], event["data"]) == ("finding.accepted", {"site": "駅前"})
    moment, mark = (part.partition("=")[2] for part in headers[SIGNATURE].split(","))
    assert hmac.compare_digest(hmac.digest(made.secret.encode(), f"{moment}.".encode() + body, "sha256").hex(), mark)
    assert abs(int(moment) - clock.now().timestamp()) < 60
    (delivery,) = kept.webhooks.deliveries(made.webhook.id, None, 10)
    assert (delivery.status, delivery.attempts, delivery.due_at) == (200, 1, None)
    (attempt,) = kept.webhooks.attempts(delivery.id)
    assert attempt.status == 200


def test_a_failure_is_tried_again_later_even_by_another_process(
    kept: Store, vault: Vault, receiver: tuple[type[Receiver], str]
) -> None:
    kind, url = receiver
    kind.status = 503
    made = subscribe(kept, vault, url, [WebhookEvent.FINDING_NEW], note="", by="t", rules=TESTING)
    publish(kept, WebhookEvent.FINDING_NEW, {})
    now = clock.now()
    WebhookSender(kept, vault, TESTING).send_due(now)
    (delivery,) = kept.webhooks.deliveries(made.webhook.id, None, 10)
    assert delivery.due_at is not None
    assert BACKOFF[0] - timedelta(seconds=1) <= delivery.due_at - now <= BACKOFF[0] + timedelta(seconds=5)
    assert kept.webhooks.get(made.webhook.id).failing_since is not None  # type: ignore[union-attr]
    kind.status = 204
    again = WebhookSender(kept, Vault(kept.data_dir), TESTING)
    assert again.send_due(now + timedelta(seconds=5)) == 0, "not before its time"
    assert again.send_due(now + BACKOFF[0] + timedelta(seconds=6)) == 1
    assert kept.webhooks.get(made.webhook.id).failing_since is None  # type: ignore[union-attr]
    assert len(kind.got) == 2
    assert kind.got[0][1] == kind.got[1][1]


def test_only_one_worker_takes_a_delivery_and_a_dead_one_loses_it(kept: Store, vault: Vault) -> None:
    subscribe(kept, vault, "https://hooks.example.com/", [WebhookEvent.FINDING_NEW], note="", by="t", rules=TESTING)
    publish(kept, WebhookEvent.FINDING_NEW, {})
    now = clock.now()
    lease = timedelta(seconds=60)
    assert len(kept.webhooks.take_due(now, lease)) == 1
    assert kept.webhooks.take_due(now, lease) == ()
    assert len(kept.webhooks.take_due(now + timedelta(seconds=61), lease)) == 1, "whoever took it has died"


def test_what_fails_for_days_is_given_up_and_stopped(
    kept: Store, vault: Vault, receiver: tuple[type[Receiver], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, url = receiver
    kind.status = 500
    made = subscribe(kept, vault, url, [WebhookEvent.FINDING_NEW], note="", by="t", rules=TESTING)
    begun = clock.now()
    moment = begun
    monkeypatch.setattr(clock, "now", lambda: moment)
    sender = WebhookSender(kept, vault, TESTING)
    publish(kept, WebhookEvent.FINDING_NEW, {})
    for _ in range(len(BACKOFF) + 1):
        sender.send_due(moment)
        moment += timedelta(days=1, minutes=1)
    (delivery,) = kept.webhooks.deliveries(made.webhook.id, None, 10)
    hook = kept.webhooks.get(made.webhook.id)
    assert hook is not None
    assert not hook.active
    assert hook.disabled_at is not None
    assert delivery.due_at is None
    assert 5 <= delivery.attempts <= len(BACKOFF) + 1
    publish(kept, WebhookEvent.FINDING_NEW, {})
    assert sender.send_due(moment + timedelta(days=1)) == 0


def test_redirects_are_not_followed(kept: Store, vault: Vault, receiver: tuple[type[Receiver], str]) -> None:
    kind, url = receiver
    kind.status, kind.location = 307, url
    made = subscribe(kept, vault, url, [WebhookEvent.FINDING_NEW], note="", by="t", rules=TESTING)
    publish(kept, WebhookEvent.FINDING_NEW, {})
    WebhookSender(kept, vault, TESTING).send_due(clock.now())
    assert len(kind.got) == 1
    (delivery,) = kept.webhooks.deliveries(made.webhook.id, None, 10)
    assert delivery.status == 307
    assert delivery.delivered_at is None
    assert "転送" in delivery.detail.ja


def test_a_delivery_can_be_sent_again(kept: Store, vault: Vault, receiver: tuple[type[Receiver], str]) -> None:
    kind, url = receiver
    made = subscribe(kept, vault, url, [WebhookEvent.FINDING_NEW], note="", by="t", rules=TESTING)
    first = engine.send_test(kept, made.webhook)
    sender = WebhookSender(kept, vault, TESTING)
    sender.send_due(clock.now())
    known = kept.webhooks.delivery(made.webhook.id, first)
    assert known is not None
    engine.redeliver(kept, known)
    sender.send_due(clock.now())
    assert len(kind.got) == 2
    assert kind.got[0][1] == kind.got[1][1]
    assert {d.again_of for d in kept.webhooks.deliveries(made.webhook.id, None, 10)} == {"", first}


def test_the_secret_is_in_the_vault_alone_and_goes_with_the_subscription(kept: Store, vault: Vault) -> None:
    made = subscribe(kept, vault, "https://h.example.com/", [WebhookEvent.FINDING_NEW], note="", by="t", rules=TESTING)
    for file in kept.data_dir.rglob("*"):
        assert not file.is_file() or made.secret.encode() not in file.read_bytes()
    assert vault.get(made.webhook.vault_name).secret == made.secret
    engine.unsubscribe(kept, vault, made.webhook)
    assert vault.names() == ()
    assert kept.webhooks.get(made.webhook.id) is None


REFUSED = (
    "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378::1", "2001:db8::1", "::127.0.0.1", "fec0::1", "fd00:ec2::254",
    "192.0.0.8", "192.88.99.1", "not an address", "",
)  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_the_open_internet_is_refused(address: str) -> None:
    assert not OutwardRules().allows(address)
    with pytest.raises(OutOfScope):
        check_addresses("hooks.example.com", [address], OutwardRules())


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_open_internet_is_allowed(address: str) -> None:
    assert OutwardRules().allows(address)


def test_a_name_with_one_bad_address_is_refused_whole() -> None:
    with pytest.raises(OutOfScope):
        check_addresses("h.example.com", ["8.8.8.8", "127.0.0.1"], OutwardRules())
    with pytest.raises(OutOfScope):
        check_addresses("h.example.com", [], OutwardRules())


def test_an_administrators_list_allows_named_networks_alone() -> None:
    rules = engine.rules_from({"FUSHINBAN_WEBHOOK_NETWORKS": "10.1.0.0/16, fd00:1::/64"})
    assert rules.networks == (ip_network("10.1.0.0/16"), ip_network("fd00:1::/64"))
    assert rules.allows("10.1.2.3")
    assert rules.allows("::ffff:10.1.2.3")
    assert not rules.allows("10.2.0.1")
    assert not rules.allows("127.0.0.1")
    with pytest.raises(InputError):
        engine.rules_from({"FUSHINBAN_WEBHOOK_NETWORKS": "everything"})


@UNHURRIED
@given(st.ip_addresses())
def test_no_address_that_is_not_global_is_ever_allowed(address: Any) -> None:
    if not address.is_global or address.is_multicast:
        mapped = getattr(address, "ipv4_mapped", None)
        assert mapped is not None or not OutwardRules().allows(str(address))


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/", "ftp://x.example.com/", "https://", "https://user:pw@x.example.com/",
     "https://x.example.com/#a", "https://x.example.com:99999/", "https://x.example.com/ a", "https://x\r\n.example.com/",
     "//x.example.com", "file:///etc/passwd", "https://ex\u00e4mple.com/", "https://x.example.com\\@127.0.0.1/"],
)  # fmt: skip
def test_only_plain_https_addresses_are_taken(url: str) -> None:
    with pytest.raises(InputError):
        web_place(url, OutwardRules())


@UNHURRIED
@given(st.text(max_size=80))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        place = web_place(f"https://{text}", OutwardRules())
    except InputError:
        return
    assert place.tls
    assert "\r" not in place.path + place.host


def test_a_name_that_changes_its_mind_is_not_asked_twice(
    receiver: tuple[type[Receiver], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer is checked and connected to; a second look-up, which could say something else, never happens."""
    kind, url = receiver
    port = int(url.split(":")[2].partition("/")[0])
    asked: list[str] = []

    async def answer(host: str, port: int, rules: OutwardRules, seconds: float = 5.0, family: int = 0) -> str:
        asked.append(host)
        return "127.0.0.1"

    monkeypatch.setattr("fushinban.transport.webhook.resolve", answer)
    found = asyncio.run(post(f"http://rebind.example.com:{port}/", b"{}", {}, TESTING))
    assert found.status == 200
    assert asked == ["rebind.example.com"]
    assert kind.got[0][0]["Host"] == f"rebind.example.com:{port}"


def test_a_private_receiver_gets_nothing(receiver: tuple[type[Receiver], str]) -> None:
    kind, url = receiver
    with pytest.raises(InputError):
        asyncio.run(post(url, b"{}", {}, OutwardRules()))
    secure = url.replace("http://", "https://")
    with pytest.raises(InputError):
        asyncio.run(post(secure, b"{}", {}, OutwardRules()))
    with pytest.raises(OutOfScope):
        asyncio.run(post(secure.replace("127.0.0.1", "localhost"), b"{}", {}, OutwardRules()))
    assert kind.got == []


def test_certificates_and_names_are_checked() -> None:
    context = outward.tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


class Silent(socketserver.BaseRequestHandler):
    """Says nothing until the caller goes."""

    def handle(self) -> None:
        self.request.settimeout(5)
        while self.request.recv(4096):
            pass


class Endless(socketserver.BaseRequestHandler):
    """Never stops answering."""

    def handle(self) -> None:
        self.request.settimeout(5)
        self.request.recv(4096)
        with contextlib.suppress(OSError):
            self.request.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(1000):
                self.request.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")


@contextlib.contextmanager
def served(handler: type[socketserver.BaseRequestHandler]) -> Iterator[str]:
    """A server of its own; its address."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def test_a_silent_receiver_is_left_in_time() -> None:
    with served(Silent) as url, pytest.raises(Unreachable):
        asyncio.run(post(url, b"{}", {}, TESTING, seconds=0.3))


def test_an_endless_answer_is_cut() -> None:
    with served(Endless) as url:
        answer = asyncio.run(post(url, b"{}", {}, TESTING, seconds=5))
    assert answer.status == 200
    assert len(answer.body) <= 16 * 1024
