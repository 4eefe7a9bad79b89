"""Findings for other programs: OCSF, tables that are no formulas, and syslog to a real rsyslogd."""

import contextlib
import csv
import io
import json
import re
import socket
import socketserver
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.api_world import Api, World, content_of
from fushinban.cli import main
from fushinban.errors import Unreachable
from fushinban.jobs.export import ExportTarget, export_to_syslog
from fushinban.model.acceptance import Acceptance
from fushinban.model.control import Outcome, Severity
from fushinban.model.export import ExportedFinding, ExportFormat, ExportQuery
from fushinban.model.rights import EVERYTHING, NOTHING, Role, SiteScope
from fushinban.model.text import Text
from fushinban.reports.exports import export_bytes, ocsf_event, syslog_message
from fushinban.reports.exports._csv import MISSING, safe_cell
from fushinban.transport.syslog import MOST_DATAGRAM
from record.samples import device, finding

#: A machine that is busy with other work is no fault of these tests.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)

#: What OCSF 1.3 asks of class 2003: the attributes that every event must have, and the values that are allowed.
OCSF_SCHEMA = {
    "type": "object",
    "required": ["activity_id", "category_uid", "class_uid", "compliance", "finding_info", "metadata", "severity_id",
                 "time", "type_uid"],
    "properties": {
        "activity_id": {"enum": [1, 2, 3]}, "activity_name": {"type": "string"},
        "category_uid": {"const": 2}, "category_name": {"type": "string"},
        "class_uid": {"const": 2003}, "class_name": {"const": "Compliance Finding"},
        "type_uid": {"enum": [200301, 200302, 200303]}, "type_name": {"type": "string"},
        "time": {"type": "integer", "minimum": 10**12}, "message": {"type": "string"},
        "severity_id": {"enum": [0, 1, 2, 3, 4, 5, 6, 99]}, "severity": {"type": "string"},
        "status_id": {"enum": [0, 1, 2, 3, 4, 5, 6, 99]}, "status": {"type": "string"},
        "metadata": {
            "type": "object", "required": ["product", "version"],
            "properties": {
                "version": {"const": "1.3.0"}, "uid": {"type": "string"},
                "product": {"type": "object", "required": ["vendor_name"], "additionalProperties": False,
                            "properties": {k: {"type": "string"} for k in ("name", "vendor_name", "version")}},
            },
            "additionalProperties": False,
        },
        "finding_info": {
            "type": "object", "required": ["uid", "title"],
            "properties": {
                "uid": {"type": "string"}, "title": {"type": "string"}, "desc": {"type": "string"},
                "created_time": {"type": "integer"}, "types": {"type": "array", "items": {"type": "string"}},
                "data_sources": {"type": "array", "items": {"type": "string"}},
                "analytic": {"type": "object", "required": ["type_id"], "additionalProperties": False,
                             "properties": {"name": {}, "uid": {}, "type": {},
                                            "type_id": {"enum": [0, 1, 2, 3, 4, 99]}}},
            },
            "additionalProperties": False,
        },
        "compliance": {
            "type": "object", "required": ["standards"],
            "properties": {
                "standards": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                "control": {"type": "string"}, "requirements": {"type": "array", "items": {"type": "string"}},
                "status_id": {"enum": [0, 1, 2, 3, 99]}, "status": {"type": "string"},
                "status_detail": {"type": "string"},
            },
            "additionalProperties": False,
        },
        "resources": {"type": "array", "items": {
            "type": "object", "additionalProperties": False,
            "properties": {k: {} for k in ("uid", "name", "type", "version", "labels", "group", "data", "owner")},
        }},
        "device": {
            "type": "object", "required": ["type_id"], "additionalProperties": False,
            "properties": {"type_id": {"const": 7}, "type": {}, "uid": {}, "name": {}, "ip": {}, "mac": {}},
        },
        "remediation": {"type": "object", "required": ["desc"], "additionalProperties": False,
                        "properties": {"desc": {"type": "string"}, "references": {"type": "array"}}},
        "unmapped": {"type": "object"},
    },
    "additionalProperties": False,
}  # fmt: skip


def exported(**changes: object) -> ExportedFinding:
    """One finding on its way out."""
    values: dict[str, object] = {
        "number": 1, "inspection": "20261123-010203-00000000",
        "finding": replace(finding(1, control="G-3.5-3b"), at=AT),
        "site_name": "駅前店", "customer": "株式会社海", "device": device(1),
    }  # fmt: skip
    return ExportedFinding(**{**values, **changes})  # type: ignore[arg-type]


ACCEPTED = Acceptance(
    id=1, site="s", device="d", control="G-3.5-3b", severity=Severity.HIGH, reason="=1+1", by="佐藤", at=AT,
    until=AT + timedelta(days=9),
)  # fmt: skip


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("severity", Severity)
def test_events_follow_the_public_schema(outcome: Outcome, severity: Severity) -> None:
    one = exported(finding=replace(finding(1, outcome, "G-3.5-3b"), severity=severity))
    for kept in (None, ACCEPTED):
        event = ocsf_event(replace(one, acceptance=kept), "en")
        jsonschema.validate(event, OCSF_SCHEMA)
    plain = ocsf_event(replace(one, device=None), "ja")
    jsonschema.validate(plain, OCSF_SCHEMA)
    assert event["compliance"]["status_id"] == {"pass": 1, "unknown": 2, "fail": 3}.get(outcome.value, 99)


def test_what_could_not_be_checked_is_never_a_pass() -> None:
    event = ocsf_event(exported(finding=finding(1, Outcome.UNKNOWN)), "en")
    assert event["compliance"]["status"] == "Warning"
    assert event["status"] == "New"
    assert ocsf_event(exported(acceptance=ACCEPTED), "en")["status"] == "Suppressed"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "　＝1", "＋1", "|calc", "%x", "\n=x"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text).startswith("'")


@UNHURRIED
@given(st.text(max_size=60))
def test_any_text_makes_one_harmless_cell(text: str) -> None:
    one = exported(site_name=text, customer=text)
    raw = b"".join(export_bytes([(one,)], ExportFormat.CSV, "ja"))
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    assert len(rows[0]) == len(rows[1])
    cell = rows[1][2]
    assert cell == "" or not cell.lstrip(" \u3000").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_cp932_shows_what_it_cannot_write() -> None:
    raw = b"".join(export_bytes([(exported(site_name="渋谷🏪﨑①"),)], ExportFormat.CSV_CP932, "ja"))
    text = raw.decode("cp932")
    assert f"渋谷{MISSING}﨑①" in text
    assert text.count("\r\n") == 2


def test_the_api_streams_each_format(world: World) -> None:
    api = Api(world.tokens[Role.AUDITOR], "ja")
    lines = content_of(api("GET", "/exports/findings")).splitlines()
    events = [json.loads(line) for line in lines]
    assert len(events) == 12
    for event in events:
        jsonschema.validate(event, OCSF_SCHEMA)
    table = content_of(api("GET", "/exports/findings?format=csv&outcome=fail")).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table)))) == 1 + 6
    assert "渋谷駅前店" in content_of(api("GET", "/exports/findings?format=csv-cp932")).decode("cp932")
    assert "findings.exported" in {e.action for e in world.store.audit.entries()}


def test_an_export_holds_only_ones_own_sites(world: World) -> None:
    for scope in (SiteScope(customers=frozenset({world.sea.customer})), SiteScope(sites=frozenset({world.sea.site}))):
        found = [f for batch in world.store.finding_stream.batches(ExportQuery(), scope) for f in batch]
        assert {f.finding.site for f in found} == {world.sea.site}
        assert len(found) == 6
    assert list(world.store.finding_stream.batches(ExportQuery(), NOTHING)) == []


def test_batches_hold_everything_once_with_devices_and_acceptances(world: World) -> None:
    small = [f for batch in world.store.finding_stream.batches(ExportQuery(), EVERYTHING, 5) for f in batch]
    whole = [f for batch in world.store.finding_stream.batches(ExportQuery(), EVERYTHING) for f in batch]
    assert [f.number for f in small] == [f.number for f in whole] == sorted({f.number for f in whole})
    assert all((f.device is not None) == bool(f.finding.device) for f in whole)
    assert sum(f.acceptance is not None for f in whole) == 2
    narrowed = ExportQuery(severities=frozenset({Severity.CRITICAL}), site=world.sea.site, control="G-3.4-4a")
    found = [f.finding.control for b in world.store.finding_stream.batches(narrowed, EVERYTHING) for f in b]
    assert found == ["G-3.4-4a"]


def test_memory_stays_flat() -> None:
    """100 times as many findings need no more memory: only one batch is held at a time."""

    def peak(batches: int) -> int:
        one = tuple(exported(number=n) for n in range(200))
        tracemalloc.start()
        for piece in export_bytes((one for _ in range(batches)), ExportFormat.OCSF, "ja"):
            assert piece
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1)
    assert peak(40) < 1.5 * peak(2)


def test_the_command_writes_files(world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(world.store.data_dir)]
    out = tmp_path / "findings.csv"
    _run("export", "findings", "--format", "csv", "--out", str(out), *data)
    assert len(list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))) == 13
    _run("export", "findings", "--format", "ocsf", "--outcome", "fail", "--site", world.sea.site, *data)
    said = capfd.readouterr()
    assert [json.loads(line)["compliance"]["status"] for line in said.out.splitlines()] == ["Fail"] * 3
    with pytest.raises(SystemExit) as left:
        main(["export", "findings", "--format", "syslog", *data])
    assert left.value.code == 2


def _run(*words: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    assert left.value.code in (0, None)


MESSAGE = re.compile(
    r"^<(\d+)>1 (\S+) (\S+) fushinban - finding "
    r'(\[fushinban@32473(?: [a-z]+="(?:[^"\\\]]|\\["\\\]])*")*\]) (\{.*\})$',
    re.S,
)


@UNHURRIED
@given(st.text(max_size=80))
def test_any_text_makes_a_message_that_can_be_taken_apart(text: str) -> None:
    odd = replace(finding(1), device=text, message=Text(text, text), at=AT)
    raw = syslog_message(exported(finding=odd, site_name=text), "ja", "host" + text)
    found = MESSAGE.match(raw.decode("utf-8"))
    assert found is not None
    assert int(found[1]) in range(128, 136)
    assert datetime.fromisoformat(found[2]) == AT
    json.loads(found[5])
    assert b"\n" not in raw


def test_a_datagram_is_made_short_enough_and_stays_json() -> None:
    long = replace(finding(1), message=Text("長" * 3000, "x" * 3000))
    raw = syslog_message(exported(finding=long), "en", "h", MOST_DATAGRAM)
    assert len(raw) <= MOST_DATAGRAM
    found = MESSAGE.match(raw.decode())
    assert found is not None
    assert json.loads(found[5])["class_uid"] == 2003


@contextmanager
def rsyslog(program: str, folder: Path, way: str) -> Iterator[tuple[int, Path, str | None]]:
    """A real rsyslogd on loopback: its port, the file it writes, and the authority of its certificate."""
    folder.mkdir()
    port = _free_port(way)
    out, ca = folder / "out.log", None
    if way == "udp":
        inputs = f'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="{port}" ruleset="r")'
    else:
        inputs = f'module(load="imtcp")\ninput(type="imtcp" address="127.0.0.1" port="{port}" ruleset="r")'
    (folder / "rsyslog.conf").write_text(
        f'global(workDirectory="{folder}" maxMessageSize="64k")\n{inputs}\n'
        'template(name="t" type="string" string="%rawmsg%\\n")\n'
        f'ruleset(name="r") {{ action(type="omfile" file="{out}" template="t") }}\n'
    )
    process = subprocess.Popen(
        [program, "-n", "-f", str(folder / "rsyslog.conf"), "-i", str(folder / "pid")],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _wait_for(port, way, process)
        yield port, out, ca
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _free_port(way: str) -> int:
    kind = socket.SOCK_DGRAM if way == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int, way: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert process.poll() is None, process.stderr
        if way == "udp":
            wanted = f"0100007F:{port:04X}"
            if wanted in Path("/proc/net/udp").read_text():
                return
        else:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                pass
            else:
                return
        time.sleep(0.05)
    pytest.fail("rsyslogd did not start")


@pytest.mark.parametrize("way", ["tcp", "udp"])
def test_a_real_receiver_gets_every_finding(
    world: World, tmp_path: Path, needs_program: Callable[[str], str], way: str
) -> None:
    with rsyslog(needs_program("rsyslogd"), tmp_path / "rsyslog", way) as (port, out, _):
        target = ExportTarget(host="127.0.0.1", port=port, way=way)
        assert export_to_syslog(world.store, ExportQuery(), target, "ja") == 12
        lines: list[str] = []
        for _ in range(100):
            lines = out.read_text().splitlines() if out.exists() else []
            if len(lines) == 12:
                break
            time.sleep(0.05)
    events = [json.loads(found[5]) for line in lines if (found := MESSAGE.match(line))]
    assert len(events) == 12
    assert {e["finding_info"]["uid"].split("/")[0] for e in events} == {world.sea.site, world.hill.site}
    assert any("渋谷駅前店" in json.dumps(e, ensure_ascii=False) for e in events)


def _certificate(folder: Path) -> Path:
    """A key and a certificate for this machine, in one file; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1)).add_extension(names, False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "receiver.pem"
    path.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_tls_is_checked_and_every_message_is_counted(world: World, tmp_path: Path) -> None:
    pem = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    got = bytearray()

    class Receiver(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                contextlib.suppress(ssl.SSLError, OSError),
                context.wrap_socket(self.request, server_side=True) as line,
            ):
                while data := line.recv(65536):
                    got.extend(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        port = server.server_address[1]
        trusted = ExportTarget(host="127.0.0.1", port=port, way="tls", ca_file=str(pem))
        assert export_to_syslog(world.store, ExportQuery(), trusted, "ja") == 12
        with pytest.raises(Unreachable):
            export_to_syslog(world.store, ExportQuery(), replace(trusted, ca_file=None), "ja")
        server.shutdown()
        thread.join()
    rest, count = bytes(got), 0
    while rest:
        size, _, rest = rest.partition(b" ")
        message, rest = rest[: int(size)], rest[int(size) :]
        assert MESSAGE.match(message.decode())
        count += 1
    assert count == 12


def test_a_receiver_that_is_not_there_is_told(world: World) -> None:
    with pytest.raises(Unreachable):
        export_to_syslog(world.store, ExportQuery(), ExportTarget(host="127.0.0.1", port=_free_port("tcp")), "ja")
