"""Makes the reference pages from the code; `--check` fails when a page has drifted."""

import argparse
import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

from fushinban.cli._main import commands
from fushinban.controls import controls
from fushinban.drivers import drivers
from fushinban.lab.faults import FAULTS
from fushinban.makers import makers
from fushinban.model.control import DecidedBy
from fushinban.model.facts import FACT_TYPES

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
MADE = "<!-- Made from the code by `make docs`; do not edit. -->\n\n"


def controls_page() -> str:
    """Every control and how it is decided."""
    catalogue = controls()
    counts = {way: sum(1 for c in catalogue.values() if c.decided_by is way) for way in DecidedBy}
    lines = [
        "# Controls",
        "",
        f"{len(catalogue)} rows of the guide: {counts[DecidedBy.AUTO]} judged automatically, "
        f"{counts[DecidedBy.ANSWER]} by a person's answer, {counts[DecidedBy.NONE]} not decidable here.",
        "",
        "| id | あるべき状態 | good state | strength | severity | decided by | question | reads |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for control in catalogue.values():
        reads = ", ".join(f.key for f in (*control.reads, *control.may_read))
        asked = "yes" if control.question else ""
        lines.append(
            f"| {control.id} | {control.title.ja} | {control.title.en} | {control.strength.value} | "
            f"{control.severity.value} | {control.decided_by.value} | {asked} | {reads} |"
        )
    return "\n".join(lines) + "\n"


def support_page() -> str:
    """Which driver fills which fact, and what proves it."""
    catalogue, proofs = drivers(), _support()
    lines = [
        "# Drivers and facts",
        "",
        "● read from recordings of that many real devices, ○ read from a pretend device of the tests, · asked, tested "
        "elsewhere. Empty: the driver does not ask. The tests read every recording and every pretend device.",
        "",
        "| fact | 内容 | " + " | ".join(catalogue) + " |",
        "|---|---|" + "---|" * len(catalogue),
    ]
    for key, fact in sorted(FACT_TYPES.items()):
        cells = [_cell(key, proofs[d.name]) if fact in d.getters else "" for d in catalogue.values()]
        lines.append(f"| {key} | {fact.title.ja} | " + " | ".join(cells) + " |")
    lines += [
        "", "## How far each is proven", "",
        "Requests: those of one whole reading of a pretend device, challenges included, and of recordings (least to "
        "most). Bronze: hand-made answers; silver: recordings of real devices; gold: real devices of several models.",
        "", "| driver | quality | facts | recordings | requests, pretend | requests, recordings |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [_proven(d.name, d.quality.value, len(d.getters), proofs[d.name]) for d in catalogue.values()]
    lines += ["", "## What is asked for each fact", "", "| driver | fact | request |", "|---|---|---|"]
    lines += [
        f"| {d.name} | {fact.key} | {getter.request} |"
        for d in catalogue.values()
        for fact, getter in sorted(d.getters.items(), key=lambda pair: pair[0].key)
    ]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """Of one driver: facts told by its pretend device and how many requests that took, and by each recording."""

    pretend: frozenset[str] = frozenset()
    requests: int = 0
    recordings: tuple[frozenset[str], ...] = ()
    recorded_requests: tuple[int, ...] = ()


def _support() -> dict[str, Proven]:
    """What the tests of the drivers prove: the pretend devices are read now, the recordings are on record."""
    sys.path[:0] = [str(FOLDER.parents[1] / "tests" / "drivers"), str(FOLDER.parents[1] / "tests")]
    support = importlib.import_module("driver_support")
    fakes, ledger = importlib.import_module("fake_device").fakes(), support.ledger()
    found = {}
    for name in drivers():
        pretend = support.pretend(name) if name in fakes else None
        found[name] = Proven(
            pretend=frozenset(pretend.facts) if pretend else frozenset(),
            requests=pretend.requests if pretend else 0,
            recordings=tuple(frozenset(p.facts) for p in ledger.get(name, ())),
            recorded_requests=tuple(p.requests for p in ledger.get(name, ()) if p.requests),
        )
    return found


def _cell(key: str, proven: Proven) -> str:
    count = sum(key in facts for facts in proven.recordings)
    return f"● {count}" if count else "○" if key in proven.pretend else "·"


def _proven(name: str, quality: str, facts: int, proven: Proven) -> str:
    least_most = sorted({min(proven.recorded_requests, default=0), max(proven.recorded_requests, default=0)} - {0})
    columns = [
        name, quality, facts, len(proven.recordings) or "", proven.requests or "", "–".join(map(str, least_most)),
    ]  # fmt: skip
    return f"| {' | '.join(map(str, columns))} |"


def commands_page() -> str:
    """Every command."""
    lines = ["# Commands", "", "| command | 日本語 | English |", "|---|---|---|"]
    lines += [f"| `fushinban {c.name}` | {c.help.ja} | {c.help.en} |" for c in commands().values()]
    lines += ["", "Exit codes: 0 nothing fails, 1 something fails, 2 bad input or refused scope, 3 nothing inspected."]
    return "\n".join(lines) + "\n"


def makers_page() -> str:
    """What is known of each maker."""
    lines = [
        "# Makers",
        "",
        "| maker | fingerprints | lock-out rule | documented factory logins |",
        "|---|---|---|---|",
    ]
    for maker in makers().values():
        rule = maker.lockout
        mark = "" if rule is None or rule.verified else " (unverified)"
        lock = f"{rule.attempts} in {rule.window:g} s, {rule.duration:g} s{mark}" if rule else ""
        lines.append(f"| {maker.name} | {len(maker.fingerprints)} | {lock} | {len(maker.factory_logins)} |")
    return "\n".join(lines) + "\n"


def faults_page() -> str:
    """Faults that a lab can plant."""
    lines = ["# Faults of the lab", "", "| fault | must fail |", "|---|---|"]
    lines += [f"| {f.name} | {', '.join(f.expects)} |" for f in FAULTS.values()]
    return "\n".join(lines) + "\n"


PAGES = {
    "controls.md": controls_page,
    "drivers.md": support_page,
    "commands.md": commands_page,
    "makers.md": makers_page,
    "lab-faults.md": faults_page,
}


def main() -> int:
    """Write the pages, or say which have drifted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on drift")
    check = parser.parse_args().check
    drifted = []
    for name, make in PAGES.items():
        path, text = FOLDER / name, MADE + make()
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                drifted.append(name)
        else:
            FOLDER.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if drifted:
        sys.stderr.write(f"docs/reference has drifted: {', '.join(drifted)}; run make docs\n")
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main())
