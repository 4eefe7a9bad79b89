"""Fingerprints against the examples of the recog data base: none names a wrong maker, and coverage may only grow."""

import base64
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from fushinban.drivers.services._web import parse_challenges
from fushinban.makers import find_maker, match

FILES = {
    "http_servers": "http-server",
    "html_title": "http-title",
    "http_wwwauth": "http-realm",
    "rtsp_servers": "rtsp-server",
}

#: Names of recog for makers that we know under another name; a kit maker and the brand that its files are kept under.
SAME = {"HiSilicon": {"tvt"}, "Samsung": {"hanwha"}, "Lorex": {"lorex", "dahua"}, "Xiongmai Technology": {"xiongmai"}}

#: Examples of our makers' names that are no surveillance or network device of theirs.
OTHER_THINGS = (
    "PMS/",  # PS3 media server software
    "STR_SettingServer", "AV_Receiver/", "ScanFront", "Remote UI:", "B426", "kx-ns1000",
    "AVTECH Software", "AVTECH Device ManageR",  # another company of the same name
)  # fmt: skip

#: The share of covered examples at the time of writing, per file; it may only grow.
COVERED = {"http_servers": 1.0, "html_title": 1.0, "http_wwwauth": 1.0, "rtsp_servers": 1.0}


@dataclass(frozen=True)
class Example:
    text: str
    vendors: frozenset[str]

    @property
    def makers(self) -> set[str]:
        """Ids of our makers that the vendors named by recog stand for."""
        found = {m.id for v in self.vendors if (m := find_maker(v))}
        return found.union(*(SAME.get(v, set()) for v in self.vendors))


def examples(corpora: Path, file: str) -> list[Example]:
    tree = etree.parse(corpora / "banners" / "rapid7+recog" / "xml" / f"{file}.xml")
    found = []
    for fingerprint in tree.iterfind(".//fingerprint"):
        values = {p.get("name"): p.get("value") for p in fingerprint.iterfind("param")}
        vendors = {values.get(f"{area}.vendor") for area in ("hw", "service", "os")} - {None, ""}
        for example in fingerprint.iterfind("example"):
            text = example.text or ""
            if example.get("_encoding") == "base64":
                text = base64.b64decode(text).decode("utf-8", "replace")
            found.append(Example(text, frozenset(str(v) for v in vendors)))
    return found


def named(file: str, text: str) -> set[str]:
    seen = parse_challenges(text)[1] if file == "http_wwwauth" else text
    return {hit.maker.id for hit in match(FILES[file], seen)}


@pytest.mark.parametrize("file", FILES)
def test_no_fingerprint_names_a_wrong_maker(corpora: Path, file: str) -> None:
    rows = examples(corpora, file)
    assert rows
    wrong = [(e.text, found) for e in rows if (found := named(file, e.text) - e.makers)]
    assert wrong == []


@pytest.mark.parametrize("file", FILES)
def test_coverage_of_our_makers(corpora: Path, file: str) -> None:
    mine = [
        e for e in examples(corpora, file) if e.makers and not e.text.startswith(OTHER_THINGS) and "PMS/" not in e.text
    ]
    missed = [e.text for e in mine if not named(file, e.text)]
    counts = Counter(covered=len(mine) - len(missed), missed=len(missed))
    assert counts["covered"] / len(mine) >= COVERED[file], missed
