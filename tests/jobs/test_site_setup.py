"""Sites as the console keeps them: what a site file says, checked the same way, saved by one person at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban.errors import Conflict, InputError
from fushinban.jobs.site_file import CredentialRule, SiteFile, load_site, site_of
from fushinban.jobs.site_setup import export_toml, import_site_file, load_setup, load_versioned, save_setup
from fushinban.jobs.toml_table import parse_toml
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.discovery import Method
from fushinban.model.site import Authorisation, InspectionKind, Limits, Site, SiteKind, TestKind
from fushinban.record.setup import open_store
from fushinban.record.store import Store

_FILE = """
[site]
id = "shop"
name = "見本商店（架空）"
customer = "見本 太郎"
kind = "shop"
[site.details]
address = "東京都"
[authorisation]
by = "見本 太郎"
from = 2026-11-01
until = 2027-03-31
networks = ["192.0.2.0/24"]
tests = ["read", "ports", "discovery", "anonymous"]
[[credential]]
match = "192.0.2.0/24"
username = "inspect"
secret = "vault:shop"
[discovery]
methods = ["listed", "sweep"]
[[device]]
address = "192.0.2.10"
kind = "camera"
name = "入口"
[device.ports]
http = 8080
[limits]
port_gap = 0.5
[answers]
"3.2.6" = "yes"
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'data' / 'fushinban.sqlite3'}", data_dir=tmp_path / "data") as opened:
        yield opened


def _written(tmp_path: Path, text: str = _FILE) -> Path:
    path = tmp_path / "SITE.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_file_goes_in_and_comes_out_equal(store: Store, tmp_path: Path) -> None:
    text = _FILE.partition("[answers]")[0]
    path = _written(tmp_path, text)
    taken, version = import_site_file(store, path)
    assert version == 1
    assert load_versioned(store, "shop") == (taken, 1)
    assert taken == load_site(path, {})
    assert store.sites.get("shop") == taken.site
    assert store.sites.authorisation("shop") == taken.authorisation
    again = tmp_path / "again.toml"
    again.write_text(export_toml(load_setup(store, "shop")), encoding="utf-8")
    assert load_site(again, {}) == taken
    assert import_site_file(store, again)[1] == 2


def test_answers_go_among_the_answers(store: Store, tmp_path: Path) -> None:
    from fushinban.controls import controls

    asked = next(c.id for c in controls().values() if c.question is not None and c.question.kind.value == "yes-no")
    path = _written(tmp_path, _FILE.replace('"3.2.6"', f'"{asked}"'))
    import_site_file(store, path)
    assert set(store.answers.newest("shop")) == {asked}
    assert load_setup(store, "shop").answers == {}


def test_two_people_saving_do_not_overwrite_each_other(store: Store, tmp_path: Path) -> None:
    import_site_file(store, _written(tmp_path, _FILE.partition("[answers]")[0]))
    mine, seen = load_versioned(store, "shop")
    theirs = replace(mine, site=replace(mine.site, name="別の名前（架空）"))
    assert save_setup(store, theirs, seen) == 2
    with pytest.raises(Conflict) as refused:
        save_setup(store, replace(mine, kind=InspectionKind.INCIDENT), seen)
    assert "shop" in refused.value.text.ja
    assert load_setup(store, "shop") == theirs
    site = store.sites.get("shop")
    assert site is not None
    assert site.name == "別の名前（架空）"
    with pytest.raises(Conflict):
        save_setup(store, mine, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"credentials": (CredentialRule(match=ip_network("192.0.2.0/24"), username="a", secret_ref="Himitsu-99!"),)},
        {"listed": (Device(id="x", site="shop", target=Target(address="198.51.100.1"), listed=True),)},
        {"limits": Limits(device_connections=9)},
        {"authorisation": None},
    ],
)
def test_the_console_can_allow_nothing_that_a_file_could_not(
    store: Store, tmp_path: Path, change: dict[str, object]
) -> None:
    taken, version = import_site_file(store, _written(tmp_path, _FILE.partition("[answers]")[0]))
    if "authorisation" in change:
        change = {"authorisation": replace(taken.authorisation, networks=(ip_network("8.8.8.0/24"),))}
    with pytest.raises(InputError) as refused:
        save_setup(store, replace(taken, **change), version)  # type: ignore[arg-type]
    assert "Himitsu" not in refused.value.text.en + refused.value.text.ja
    assert load_versioned(store, "shop") == (taken, version)


def test_a_site_without_a_setup_is_told(store: Store) -> None:
    with pytest.raises(InputError) as refused:
        load_setup(store, "nowhere")
    assert "nowhere" in refused.value.text.en


def test_both_kinds_are_kept_in_the_store(store: Store, tmp_path: Path) -> None:
    taken, version = import_site_file(store, _written(tmp_path, _FILE.partition("[answers]")[0]))
    changed = replace(taken, kind=InspectionKind.INSTALLATION)
    save_setup(store, changed, version)
    assert load_setup(store, "shop") == changed


_TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
_DEVICES = st.lists(
    st.builds(
        lambda host, kind, name, ignored, port, maker, key: Device(
            id=f"d-{host}",
            site="shop",
            target=Target(address=f"192.0.2.{host}", ports={"http": port} if port else {}),
            kind=kind,
            name=name,
            listed=True,
            ignored=ignored,
            maker=maker,
            host_key=key,
        ),
        st.integers(1, 250),
        st.sampled_from(DeviceKind),
        st.one_of(st.just(""), _TEXTS),
        st.booleans(),
        st.one_of(st.just(0), st.integers(1, 65535)),
        st.sampled_from(["", "Yamaha", "NEC"]),
        st.sampled_from(["", "any", "ssh-rsa SHA256:" + "x" * 43]),
    ),
    unique_by=lambda d: d.id,
    max_size=5,
)
_SITES = st.builds(
    lambda name, customer, place, devices, tests, gap, day: SiteFile(
        site=Site(id="shop", name=name, customer=customer, kind=place),
        authorisation=Authorisation(
            by=name,
            start=datetime(2026, 1, 1, tzinfo=UTC),
            end=datetime(2026, 12, day, 14, 59, 59, 999999, tzinfo=UTC),
            networks=(ip_network("192.0.2.0/24"),),
            tests=frozenset(tests),
        ),
        credentials=(CredentialRule(match=ip_network("192.0.2.0/25"), username="x", secret_ref="env:NAME"),),
        methods=(Method.LISTED,) if devices else (Method.SWEEP,),
        listed=tuple(devices),
        limits=Limits(port_gap=gap),
    ),
    _TEXTS,
    _TEXTS,
    st.sampled_from(SiteKind),
    _DEVICES,
    st.sets(st.sampled_from(TestKind), min_size=1),
    st.sampled_from([0.0, 0.1, 0.25, 12.5]),
    st.integers(1, 31),
)


@settings(max_examples=60, deadline=None)
@given(_SITES)
def test_every_site_survives_the_way_through_a_file(site_file: SiteFile) -> None:
    assert site_of(parse_toml(export_toml(site_file).encode(), "SITE.toml"), {}) == site_file
