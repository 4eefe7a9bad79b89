"""What each driver is proven to read: of a pretend device, and of recordings of real ones. Feeds the support matrix.

The recordings stand beside a development checkout only, so what they prove is kept in `recorded_support.json`
(`tools/support.py` makes it, and a test holds it against the recordings wherever they are).
"""

import asyncio
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory

from fake_device import PASSWORD, USERNAME, Fake, Mood, fakes

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers import drivers
from fushinban.model.credential import Credential, SnmpAccess
from fushinban.model.reading import Answer
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.http_recording import HttpRecording
from fushinban.transport.transcript import Transcript

LEDGER = Path(__file__).with_name("recorded_support.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One device that a driver read: which, the keys of the facts it told, and how many requests that took."""

    device: str
    facts: tuple[str, ...]
    requests: int


def pretend(name: str) -> Proof:
    """The driver's pretend device, read now."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_read(fakes()[name], Path(folder)))


async def _read(fake: Fake, folder: Path) -> Proof:
    now = clock.now()
    allowed = Authorisation(
        by="a test", start=now - timedelta(hours=1), end=now + timedelta(hours=1), networks=(ip_network("127.0.0.0/8"),)
    )
    login = Credential(username=USERNAME, secret=PASSWORD, origin="invented", administrator=PASSWORD)
    access = SnmpAccess(secret=PASSWORD) if fake.snmp else None
    async with (
        fake.serve(Mood.GOOD) as served,
        Door("s", allowed, Limits(port_gap=0.0), AttemptBudget(folder / "attempts"), Transcript()) as door,
        door.session(served.target, login, snmp=access) as session,
    ):
        readings = await ask_driver(drivers()[fake.driver], session, lambda _: None)
    facts = sorted(r.fact.key for r in readings if r.answer is Answer.OK)
    return Proof(device="pretend", facts=tuple(facts), requests=len(served.seen))


def recorded(corpora: Path) -> dict[str, list[Proof]]:
    """Every recording of a real device, read now, by driver."""
    onvif = importlib.import_module("onvif_recorded")
    found: dict[str, list[Proof]] = {"onvif": []}
    for path in (*onvif.WHOLE, onvif.MILESIGHT):
        readings = onvif.readings(corpora / path)
        facts = sorted(f.key for f, r in readings.items() if r.answer is Answer.OK)
        found["onvif"].append(Proof(device=_device(path), facts=tuple(facts), requests=0))
    found["reolink"] = [_read_reolink(corpora)]
    found["snmp"] = list(_read_walks(corpora))
    for driver, device, recording in _over_http(corpora):
        found.setdefault(driver, []).append(_read_http(driver, device, recording))
    return {driver: sorted(proofs, key=lambda p: p.device) for driver, proofs in sorted(found.items())}


def _over_http(corpora: Path) -> Iterator[tuple[str, str, HttpRecording]]:
    """Driver, device and recording."""
    axis = importlib.import_module("test_axis_recordings")
    yield "axis", "AXIS P5512 5.51.7", axis.p5512(corpora)[1]
    yield "axis", "AXIS M1065-LW 9.10.1", axis.recording((corpora / axis.M1065).read_text(encoding="utf-8"))
    hikvision = importlib.import_module("hikvision_recorded")
    for path in hikvision.devices(corpora):
        yield "hikvision", path.stem, hikvision.recording(path)


def _read_http(driver: str, device: str, recording: HttpRecording) -> Proof:
    read = importlib.import_module("recorded_web").read
    with TemporaryDirectory() as folder:
        done = read(recording, driver, Path(folder))
    return Proof(device=device, facts=tuple(sorted(f.key for f in done.told())), requests=len(done.asked))


def _read_reolink(corpora: Path) -> Proof:
    reolink = importlib.import_module("test_reolink_driver")
    with TemporaryDirectory() as folder:
        readings, seen, _ = reolink.ask(reolink.device_with(dict(reolink.recorded(corpora))), Path(folder))
    facts = sorted(f.key for f, r in readings.items() if r.answer is Answer.OK)
    return Proof(device="Reolink RLC-411WS v2.0.0.1389", facts=tuple(facts), requests=len(seen))


def _read_walks(corpora: Path) -> Iterator[Proof]:
    walks = importlib.import_module("test_snmp_walks")
    for name in walks.DEVICES:
        readings, requests = walks.replayed(corpora.joinpath(*walks.FOLDER), name)
        facts = tuple(sorted(f.key for f in readings))
        yield Proof(device=name, facts=facts, requests=requests)


def _device(path: str) -> str:
    """`AXIS P3818-PVE 11.9.60` from the name of its recording."""
    name = path.rsplit("/", 1)[-1].partition("_xmlcapture")[0].replace("_", " ")
    return "Milesight MS-C8165-PE" if name == "fixtures" else name


def ledger() -> dict[str, list[Proof]]:
    """What is on record of the recordings."""
    rows = json.loads(LEDGER.read_text(encoding="utf-8"))
    return {
        driver: [Proof(device=p["device"], facts=tuple(p["facts"]), requests=p["requests"]) for p in proofs]
        for driver, proofs in rows.items()
    }


def write_ledger(proofs: dict[str, list[Proof]]) -> None:
    """Put it on record."""
    rows = {
        driver: [{"device": p.device, "requests": p.requests, "facts": list(p.facts)} for p in several]
        for driver, several in proofs.items()
    }
    LEDGER.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
