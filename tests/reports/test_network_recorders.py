"""The picture and the report show a recorder with its cameras, also those that only the recorder sees."""

from dataclasses import replace

from lxml import etree
from sample_inspection import sample

from fushinban.controls import controls
from fushinban.model.device import DeviceKind, Target
from fushinban.model.inspection import Inspection
from fushinban.reports._document.context import Context
from fushinban.reports._document.tables import devices_of
from fushinban.reports._network import plan_of
from fushinban.reports._text import printable
from fushinban.reports.network_svg import draw

SVG = "{http://www.w3.org/2000/svg}"


def with_one_behind() -> tuple[Inspection, str]:
    """The sample, where the last camera of the recorder stands in the recorder's own network."""
    inspection = sample()
    recorder = next(r.device for r in inspection.records if r.device.kind is DeviceKind.RECORDER)
    child = next(r for r in inspection.records if r.device.parent == recorder.id)
    device = replace(child.device, behind=True, channel="7", target=Target(address="10.1.1.65"))
    records = tuple(replace(r, device=device) if r is child else r for r in inspection.records)
    return replace(inspection, records=records), recorder.id


def test_a_camera_behind_its_recorder_stands_with_it_in_the_picture() -> None:
    inspection, recorder = with_one_behind()
    plan = plan_of(inspection, printable)
    title = next(r.device.title for r in inspection.records if r.device.id == recorder)
    (panel,) = [p for p in plan.panels if p.head and p.head.name == printable(title)]
    assert [n.address for n in panel.nodes if n.behind] == ["10.1.1.65"]
    for narrow in (False, True):
        root = etree.fromstring(draw(inspection, "ja", narrow=narrow))
        texts = [t.text or "" for t in root.iter(f"{SVG}text")]
        assert [t for t in texts if "10.1.1.65" in t] == ["10.1.1.65 録画機経由"]
        assert any(t.startswith("ch7 ") for t in texts)


def test_the_list_of_devices_says_it() -> None:
    inspection, _ = with_one_behind()
    context = Context(inspection=inspection, controls=controls(), lang="en")
    words = {row.address: row.reached_word for row in devices_of(context)}
    assert words.pop("10.1.1.65") == "through its recorder"
    assert "through its recorder" not in words.values()
