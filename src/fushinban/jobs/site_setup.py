"""How a site is inspected, kept in the store: the same as a site file says, without its answers and without secrets.

Whatever is saved goes through the checks of the site file, so that the console can allow nothing that a file could not.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import tomlkit
from tomlkit.items import Table

from fushinban.errors import InputError
from fushinban.jobs.answers import answers_of
from fushinban.jobs.site_file import SERVICES, CredentialKind, CredentialRule, SiteFile, load_site, site_of
from fushinban.jobs.site_reflector import ReflectorRule
from fushinban.jobs.toml_table import parse_toml
from fushinban.model.device import Device
from fushinban.model.discovery import Method
from fushinban.model.site import Authorisation, InspectionKind, Limits, Site, SiteKind
from fushinban.model.text import say
from fushinban.record.codec import decode, encode
from fushinban.record.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSetup:
    """What is kept of a site file. Answers have a store of their own."""

    site: Site
    authorisation: Authorisation
    kind: InspectionKind
    credentials: tuple[CredentialRule, ...]
    methods: tuple[Method, ...]
    listed: tuple[Device, ...]
    limits: Limits
    reflector: ReflectorRule | None = None


def load_setup(store: Store, site_id: str) -> SiteFile:
    """The site file of a site in the store, without answers. Raises InputError where there is none."""
    return load_versioned(store, site_id)[0]


def load_versioned(store: Store, site_id: str) -> tuple[SiteFile, int]:
    """The same with its version, which `save_setup` wants back. Raises InputError where there is none."""
    saved = store.setups.get(site_id)
    if saved is None:
        raise InputError(say("jobs.no-setup", site=site_id[:100]))
    setup = decode(SiteSetup, saved.payload)
    names = ("site", "authorisation", "kind", "credentials", "methods", "listed", "limits", "reflector")
    return SiteFile(**{name: getattr(setup, name) for name in names}), saved.version


def save_setup(store: Store, site_file: SiteFile, expected_version: int | None) -> int:
    """Keep it, and the site with its authorisation; the new version.

    `expected_version`: the one that was changed (0: a new site; None: whatever is there). Raises Conflict where
    somebody else saved meanwhile, InputError for what a site file must not say.
    """
    checked = checked_setup(site_file)
    setup = SiteSetup(
        site=checked.site,
        authorisation=checked.authorisation,
        kind=checked.kind,
        credentials=checked.credentials,
        methods=checked.methods,
        listed=checked.listed,
        limits=checked.limits,
        reflector=checked.reflector,
    )
    with store.together():
        version = store.setups.save(checked.site.id, encode(setup), expected_version)
        store.sites.save(checked.site, checked.authorisation)
    return version


def checked_setup(site_file: SiteFile) -> SiteFile:
    """The same after the checks of a site file. Raises InputError, one sentence that names the key."""
    text = export_toml(replace(site_file, answers={}, kind=InspectionKind.PERIODIC))
    checked = site_of(parse_toml(text.encode(), f"{site_file.site.id[:64]}.toml"), {})
    return replace(checked, kind=site_file.kind)


def import_site_file(store: Store, path: Path, expected_version: int | None = None) -> tuple[SiteFile, int]:
    """Take a site file into the store, its answers (and their evidence files) among the answers; its version there."""
    site_file = load_site(path, os.environ)
    given = answers_of(site_file, store, path.resolve().parent)
    with store.together():
        version = save_setup(store, site_file, expected_version)
        store.answers.save(site_file.site.id, *(given[control] for control in site_file.answers))
    return site_file, version


def export_toml(site_file: SiteFile) -> str:
    """The site file as TOML; reading it gives an equal one.

    A file says under `kind` either what the place is or which inspection is asked for; where both are known the place
    is written.
    """
    document = tomlkit.document()
    site = site_file.site
    document["site"] = _table({"id": site.id, "name": site.name, "customer": site.customer, "kind": _kind(site_file)})
    if site.details:
        document["site"]["details"] = _table(site.details)
    document["authorisation"] = _table(_authorisation(site_file.authorisation))
    _rows(document, "credential", [_credential(rule) for rule in site_file.credentials])
    if site_file.methods:
        document["discovery"] = _table({"methods": [m.value for m in site_file.methods]})
    _rows(document, "device", [_device(device) for device in site_file.listed])
    limits = _limits(site_file.limits)
    if limits:
        document["limits"] = _table(limits)
    if site_file.reflector is not None:
        rule = site_file.reflector
        document["reflector"] = _table({"address": rule.address, "key": rule.key, "token": rule.token_ref})
    if site_file.answers:
        document["answers"] = _table(site_file.answers)
    return tomlkit.dumps(document)


def _kind(site_file: SiteFile) -> str:
    open_place = site_file.site.kind is SiteKind.OTHER and site_file.kind is not InspectionKind.PERIODIC
    return site_file.kind.value if open_place else site_file.site.kind.value


def _authorisation(authorisation: Authorisation) -> Mapping[str, object]:
    values: dict[str, object] = {
        "by": authorisation.by,
        "from": authorisation.start,
        "until": authorisation.end,
        "networks": [str(n) for n in authorisation.networks],
        "tests": sorted(t.value for t in authorisation.tests),
    }
    return {**values, "note": authorisation.note} if authorisation.note else values


def _credential(rule: CredentialRule) -> Mapping[str, object]:
    values = {"match": str(rule.match), "username": rule.username, "secret": rule.secret_ref}
    if rule.kind is CredentialKind.LOGIN:
        above = {"administrator": rule.administrator_ref} if rule.administrator_ref else {}
        return values | above | ({"clear_text": True} if rule.clear_text else {})
    snmp = {"kind": rule.kind.value, "username": rule.username, "privacy": rule.privacy_ref}
    digest = {"digest": rule.digest.value} if rule.username else {}
    return {key: text for key, text in (values | snmp | digest).items() if text}


def _device(device: Device) -> Mapping[str, object]:
    values: dict[str, object] = {"id": device.id, "address": device.address, "kind": device.kind.value}
    texts = {"name": device.name, "maker": device.maker, "note": device.note, "ssh_host_key": device.host_key}
    values |= {key: text for key, text in texts.items() if text}
    if device.ignored:
        values["ignored"] = True
    ports = {name: port for name, port in device.target.ports.items() if name in SERVICES}
    return {**values, "ports": ports} if ports else values


def _limits(limits: Limits) -> Mapping[str, object]:
    usual = Limits()
    names = Limits.__dataclass_fields__
    return {name: getattr(limits, name) for name in names if getattr(limits, name) != getattr(usual, name)}


def _table(values: Mapping[str, object]) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        table[key] = value
    return table


def _rows(document: tomlkit.TOMLDocument, name: str, rows: list[Mapping[str, object]]) -> None:
    if not rows:
        return
    array = tomlkit.aot()
    for row in rows:
        array.append(_table(row))
    document[name] = array
