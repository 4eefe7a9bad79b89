"""Reads one device and writes an anonymised recording of it, which the replay and the lab read.

Pictures, logs, certificates and saved configurations are never asked for. Nothing is written while a known secret, or a
number that names the device, is still found in any byte.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fushinban.collect.anonymise import Anonymiser, Private
from fushinban.collect.ask import ask_driver
from fushinban.collect.device import identify
from fushinban.collect.leaks import Secret, find_leaks
from fushinban.collect.private import private_of
from fushinban.collect.recording_files import CONSOLE_FILE, Heard, files_of
from fushinban.drivers import AnyDriver, drivers
from fushinban.errors import Conflict, InputError
from fushinban.jobs.inspect import check_ready
from fushinban.jobs.logins import Login, logins_for
from fushinban.jobs.loop import run
from fushinban.jobs.means import Means
from fushinban.jobs.site_file import SiteFile
from fushinban.makers import find_maker
from fushinban.model.device import Device
from fushinban.model.facts import (
    AccessLog,
    AnonymousOperations,
    AnonymousPictures,
    ConfigurationExport,
    ServedCertificates,
    StoredCertificates,
    SystemLog,
)
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Reading
from fushinban.model.text import say
from fushinban.record.files import replace_file
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.dialogue_recording import load_dialogue
from fushinban.transport.door import Door
from fushinban.transport.http_recording import load_http_recording
from fushinban.transport.recorder import RecordingSession
from fushinban.transport.recording import load_recording
from fushinban.transport.transcript import Transcript

#: Pictures, logs and whole configurations say more of people and places than of the device; certificates hold its name.
NEVER: frozenset[type[Fact]] = frozenset(
    {
        AccessLog, AnonymousOperations, AnonymousPictures, ConfigurationExport, ServedCertificates, StoredCertificates,
        SystemLog,
    }
)  # fmt: skip

#: These speak over other protocols than those that a recording holds.
_NOT_RECORDED = frozenset({"services", "snmp"})

HTTP_FILE = "http.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRecording:
    """Where a recording was written, how many answers are in it, and how many were left out."""

    folder: Path
    http: int
    soap: int
    console: int
    left_out: int


def record_device(site_file: SiteFile, device_id: str, folder: Path, means: Means) -> SavedRecording:
    """Record one device of a site into a new folder.

    Raises InputError for a device that is not there, a folder with something in it, a device that said nothing, and
    where a known secret remains; OutOfScope before any packet; Conflict while the site is being inspected.
    """
    check_ready(site_file, means)
    device = _device(site_file, device_id, means)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(say("record_device.folder-not-empty", folder=folder))
    login = logins_for((device,), site_file.credentials, site_file.site, means.vault, means.environ).get(device.id)
    secrets = _secrets(site_file, login, means)
    turn = means.store.turns.take(site_file.site.id)
    if turn is None:
        raise Conflict(say("jobs.site-busy", site=site_file.site.id))
    with turn:
        heard, readings = run(_read(site_file, device, login, means))
    if not heard.http and not heard.soap and not heard.console:
        raise InputError(say("record_device.nothing", device=device_id))
    secrets += [Secret(text=token) for token in heard.tokens]
    known = identify(device, {r.fact: r for r in readings})
    users = [name for secret in secrets for name in secret.usernames]
    private = private_of(readings, known, site_file.site, users, (s.text for s in secrets))
    files, left_out = files_of(heard, Anonymiser(private), _origin(known), HTTP_FILE)
    check_clean(files, secrets, private)
    _write(folder, files)
    http, soap = HTTP_FILE in files, len(files) - (HTTP_FILE in files) - (CONSOLE_FILE in files)
    return SavedRecording(
        folder=folder, http=len(heard.http) - left_out if http else 0, soap=soap,
        console=len(heard.console) if CONSOLE_FILE in files else 0, left_out=left_out,
    )  # fmt: skip


def check_clean(files: Mapping[str, bytes], secrets: Iterable[Secret], private: Private) -> None:
    """Raise InputError where a known secret, or a number of the device, remains in any byte (file names included)."""
    wanted = tuple(secrets)
    everything = [*files.values(), *(name.encode() for name in files)]
    kinds = sorted({kind for data in everything for kind in find_leaks(data, wanted)})
    if kinds:
        raise InputError(say("record_device.secret-remains", kinds=", ".join(kinds)))
    names = [Secret(text=v) for v in (*private.serials, *private.macs) if len(set(v)) > 2 and len(v) > 4]
    bare = [Secret(text=mac.replace(":", "").replace("-", "").lower()) for mac in private.macs if mac]
    if any(find_leaks(data.lower(), [replace(n, text=n.text.lower()) for n in (*names, *bare)]) for data in everything):
        raise InputError(say("record_device.private-remains"))


def _device(site_file: SiteFile, device_id: str, means: Means) -> Device:
    listed = next((d for d in site_file.listed if d.id == device_id), None)
    device = means.store.devices.get(site_file.site.id, device_id) or listed
    if device is None:
        raise InputError(say("record_device.no-device", device=device_id))
    if device.behind:
        raise InputError(say("record_device.behind", device=device_id))
    return device if listed is None else replace(device, target=listed.target)


def _secrets(site_file: SiteFile, login: Login | None, means: Means) -> list[Secret]:
    """Every secret that this installation knows, with the names it may have been sent with."""
    found = [Secret(text=login.credential.secret, usernames=(login.credential.username,))] if login else []
    for name in means.vault.names():
        credential = means.vault.get(name)
        found.append(Secret(text=credential.secret, usernames=(credential.username,)))
    for rule in site_file.credentials:
        for source, _, name in (ref.partition(":") for ref in rule.refs):
            if source == "env" and means.environ.get(name):
                found.append(Secret(text=means.environ[name], usernames=(rule.username,)))
    return found


async def _read(
    site_file: SiteFile, device: Device, login: Login | None, means: Means
) -> tuple[Heard, Sequence[Reading[Any]]]:
    """Ask what an inspection would ask of it over HTTP and ONVIF, besides what is never kept."""
    means.progress.stage(say("record_device.stage"))
    budget, transcript = AttemptBudget(means.store.budget_path), Transcript()
    async with Door(site_file.site.id, site_file.authorisation, site_file.limits, budget, transcript) as door:
        maker = find_maker(device.maker)
        session = RecordingSession(
            door, device.target, login.credential if login else None, maker.lockout if maker else None,
            device.expected_key,
        )  # fmt: skip
        async with session:
            readings: list[Reading[Any]] = []
            for general in (True, False):
                seen = identify(device, {r.fact: r for r in readings if r.value is not None})
                for driver in map(_limited, drivers().values()):
                    own = driver.applies is not None and driver.applies(seen)
                    if driver.name not in _NOT_RECORDED and (driver.applies is None if general else own):
                        readings += await ask_driver(driver, session, lambda _: None)
    heard = Heard(
        http=tuple(session.http_heard), soap=tuple(session.soap_heard), tokens=tuple(session.tokens),
        console=tuple(session.console_heard), dialect=session.dialect,
    )  # fmt: skip
    return heard, readings


def _limited(driver: AnyDriver) -> AnyDriver:
    return replace(driver, getters={fact: g for fact, g in driver.getters.items() if fact not in NEVER})


def _origin(device: Device) -> str:
    """Maker, model and firmware: what a recording is of; never whose."""
    named = " ".join(filter(None, (device.maker, device.model, device.firmware)))
    return f"{named or 'unknown device'}; a real device, read by fushinban record-device and anonymised"


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files, and read them as the replay does. Raises InputError where the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            replace_file(folder / name, data)
    except OSError as error:
        raise InputError(say("cli.cannot-write", path=folder, error=error.strerror or str(error))) from error
    if HTTP_FILE in files:
        load_http_recording(folder / HTTP_FILE)
    if CONSOLE_FILE in files:
        load_dialogue(folder / CONSOLE_FILE)
    if len(files) > (HTTP_FILE in files) + (CONSOLE_FILE in files):
        load_recording(folder)
