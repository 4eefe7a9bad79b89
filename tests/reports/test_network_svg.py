"""The network picture: well formed for any name, and readable for any number of devices."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sample_inspection import HOSTILE, sample

from fushinban.model.control import Outcome
from fushinban.model.device import DeviceKind
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang
from fushinban.reports._marks import MARKS
from fushinban.reports._network import DRAWN_AT_MOST, plan_of
from fushinban.reports._text import printable
from fushinban.reports.network_svg import draw, make

SVG = "{http://www.w3.org/2000/svg}"


def _parsed(inspection: Inspection) -> etree._Element:
    return etree.fromstring(make(inspection, "ja"))


def _texts(root: etree._Element) -> list[str]:
    return [t.text or "" for t in root.iter(f"{SVG}text")]


def test_every_device_is_drawn_with_its_address() -> None:
    root = _parsed(sample())
    texts = _texts(root)
    for record in sample().records:
        assert any(record.device.address in t for t in texts)
    assert "インターネット" in texts
    assert "Telnet 23" in texts
    assert "SDK 37777" in texts


def test_names_are_text_and_nothing_runs() -> None:
    root = _parsed(sample(15))
    allowed = {"svg", "style", "title", "rect", "path", "g", "text"}
    assert {etree.QName(e).localname for e in root.iter()} <= allowed
    titles = [t.text or "" for t in root.iter(f"{SVG}title")]
    assert any(HOSTILE[1] in t for t in titles)
    assert not any("\u202e" in t for t in titles)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_everything_stays_inside_the_picture(lang: Lang, narrow: bool) -> None:
    root = etree.fromstring(draw(sample(40), lang, narrow=narrow))
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert width == (360 if narrow else 1000)
    for box in root.iter(f"{SVG}rect"):
        assert float(box.get("x", "0")) + float(box.get("width", "0")) <= width
        assert float(box.get("y", "0")) + float(box.get("height", "0")) <= height


def test_a_dark_page_gets_dark_colours_for_the_same_drawing() -> None:
    light, dark = draw(sample(), "ja"), draw(sample(), "ja", dark=True)
    styles = [etree.fromstring(drawn).findtext(f"{SVG}style") or "" for drawn in (light, dark)]
    assert light.replace(styles[0], "") == dark.replace(styles[1], "")
    # The last rule of a class wins, so the light ground must not stand behind the dark one.
    ground = [re.findall(r"\.net-bg\{fill:(#\w+)\}", style)[-1] for style in styles]
    assert ground == ["#fff", "#191d24"]
    assert MARKS[Outcome.FAIL].dark in styles[1]


def test_a_large_site_shows_what_needs_attention_and_counts_the_rest() -> None:
    inspection = sample(300)
    plan = plan_of(inspection, printable)
    drawn = sum(len(p.nodes) for p in plan.panels)
    hidden = sum(n for p in plan.panels for _, n in p.hidden)
    cameras = sum(r.device.kind is DeviceKind.CAMERA for r in inspection.records)
    assert drawn <= DRAWN_AT_MOST
    assert drawn + hidden == cameras
    assert any("図に示していない機器" in t for t in _texts(_parsed(inspection)))


def test_a_missing_router_is_said() -> None:
    inspection = sample()
    alone = replace(inspection, records=inspection.records[3:])
    assert any("ルータは今回の点検で確認していません" in t for t in _texts(_parsed(alone)))


def test_no_device_at_all() -> None:
    assert _parsed(replace(sample(), records=(), findings=())).tag == f"{SVG}svg"


@pytest.mark.parametrize("channel", ["²", "٣", "1" * 5000, "", "abc"])
def test_odd_channels_do_not_stop_it(channel: str) -> None:
    inspection = sample()
    records = tuple(replace(r, device=replace(r.device, channel=channel)) for r in inspection.records)
    assert "<svg" in draw(replace(inspection, records=records), "ja")


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_name_gives_well_formed_xml(name: str) -> None:
    inspection = sample(5)
    records = tuple(replace(r, device=replace(r.device, name=name)) for r in inspection.records)
    assert _parsed(replace(inspection, records=records)).tag == f"{SVG}svg"
