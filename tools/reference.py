"""Makes the reference pages from the code; `--check` fails when a page has drifted."""

import argparse
import sys
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
    """Which driver fills which fact."""
    catalogue = drivers()
    lines = ["# Drivers and facts", "", "| fact | 内容 | " + " | ".join(catalogue) + " |"]
    lines.append("|---|---|" + "---|" * len(catalogue))
    for key, fact in sorted(FACT_TYPES.items()):
        cells = [d.getters[fact].request if fact in d.getters else "" for d in catalogue.values()]
        lines.append(f"| {key} | {fact.title.ja} | " + " | ".join(cells) + " |")
    lines += ["", "| driver | quality |", "|---|---|"]
    lines += [f"| {d.name} | {d.quality.value} |" for d in catalogue.values()]
    return "\n".join(lines) + "\n"


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
