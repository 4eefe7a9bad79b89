"""A router read by an inspection of its site: what it says reaches record, findings and the site's exposure."""

from datetime import timedelta
from pathlib import Path

import pytest
from fake_device import PASSWORD, USERNAME, fakes
from test_record_maker import running

from fushinban import clock
from fushinban.jobs.exposure import exposure_of
from fushinban.jobs.inspect import inspect
from fushinban.jobs.means import Means
from fushinban.jobs.progress import Quiet
from fushinban.jobs.site_file import load_site
from fushinban.model.control import Outcome
from fushinban.model.filtering import ForwardKind
from fushinban.model.router import Origin
from fushinban.model.site import InspectionKind
from fushinban.record.setup import open_store
from fushinban.record.vault import Vault

SITE = """
[site]
id = "shop"
name = "試験店舗"
customer = "試験商店"
kind = "shop"

[authorisation]
by = "試験 太郎"
from = "{start:%Y-%m-%dT%H:%M:%SZ}"
until = "{end:%Y-%m-%dT%H:%M:%SZ}"
networks = ["127.0.0.0/8"]

[discovery]
methods = ["listed"]

[[device]]
id = "router"
kind = "router"
maker = "{maker}"
address = "127.0.0.1"
ports = {{ https = {port} }}

[[credential]]
match = "127.0.0.1"
username = "{user}"
secret = "env:WORD"

[limits]
port_gap = 0.001
read_timeout = 2.0
"""


@pytest.mark.parametrize("name", ["openwrt", "mikrotik"])
def test_an_inspection_reads_the_router_and_its_exposure_follows(name: str, tmp_path: Path) -> None:
    fake, now, environ = fakes()[name], clock.now(), {"WORD": PASSWORD}
    with running(fake) as served, open_store(f"sqlite:///{tmp_path / 'f.sqlite3'}", data_dir=tmp_path) as store:
        said = SITE.format(
            start=now - timedelta(hours=1), end=now + timedelta(hours=1), maker=fake.maker, user=USERNAME,
            port=served.target.port("https"),
        )  # fmt: skip
        (tmp_path / "SITE.toml").write_text(said, encoding="utf-8")
        site_file = load_site(tmp_path / "SITE.toml", environ)
        means = Means(store=store, vault=Vault(tmp_path), environ=environ, progress=Quiet(), folder=tmp_path)
        inspection = inspect(site_file, InspectionKind.PERIODIC, means)
        known = exposure_of(store, "shop")
        kept = store.inspections.newest("shop")
    (record,) = inspection.records
    told = {r.fact for r in record.readings if r.value is not None}
    assert fake.told <= told
    assert known.told is not None
    assert known.told.origin is Origin.DEVICE
    assert known.prediction is not None
    assert sorted(row.kind for row in known.prediction.openings) == [ForwardKind.STATIC, ForwardKind.UPNP]
    outcomes = {f.control: f.outcome for f in inspection.findings}
    assert (outcomes["G-3.4-5a"], outcomes["G-3.4-5d"], outcomes["G-3.3-T6"]) == (
        Outcome.FAIL, Outcome.FAIL, Outcome.PASS,
    )  # fmt: skip
    let_in = next(f for f in inspection.findings if f.control == "G-3.4-5a")
    assert any("原因の行" in e.text.ja and e.source == f"exposure {name}" for e in let_in.evidence)
    for secret in (PASSWORD, *fake.secrets):
        assert secret not in repr(kept)
        assert secret.encode() not in (tmp_path / "f.sqlite3").read_bytes()
