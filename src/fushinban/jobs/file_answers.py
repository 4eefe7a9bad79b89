"""Answers that stand in the site file of a new site: taken over with a file that proves where they came from.

What is kept of the file are its answers alone: the rest of it may hold what is nobody's evidence. Files that an answer
names did not come with it, and a digest that is only claimed could be another site's file, so neither is taken.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import tomlkit

from fushinban.check.answers import evidence_names, parse_answers
from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.jobs.evidence_files import clean_name
from fushinban.jobs.site_file import SiteFile
from fushinban.jobs.toml_table import parse_toml
from fushinban.messages import say
from fushinban.model.finding import EvidenceFile, PersonAnswer
from fushinban.record.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswers:
    """The answers of one file: its name, its SHA-256 (hex), `[answers]` as TOML text, how many there are.

    `missing`: evidence files that they name and that did not come along.
    """

    name: str
    sha256: str
    toml: str
    count: int
    missing: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return asdict(self)


def answers_in(site_file: SiteFile, raw: bytes, name: str) -> FileAnswers | None:
    """The answers of a site file that was sent, None where it has none. Raises InputError for a wrong one."""
    if not site_file.answers:
        return None
    parse_answers(controls(), site_file.answers, "answers")
    document = tomlkit.document()
    table = tomlkit.table()
    for control, value in site_file.answers.items():
        table[control] = value
    document["answers"] = table
    missing = dict.fromkeys(file for value in site_file.answers.values() for file in evidence_names(value))
    return FileAnswers(
        name=clean_name(name), sha256=hashlib.sha256(raw).hexdigest(), toml=tomlkit.dumps(document),
        count=len(site_file.answers), missing=tuple(missing),
    )  # fmt: skip


def kept_answers(plain: Mapping[str, Any]) -> FileAnswers:
    """What `plain` gave. Raises InputError for something else."""
    try:
        return FileAnswers(**{**plain, "missing": tuple(plain["missing"])})
    except (KeyError, TypeError) as error:
        raise InputError(say("page_wizard.answers-unreadable")) from error


def take_over(store: Store, site_id: str, found: FileAnswers, by: str) -> EvidenceFile:
    """Keep the answers of a site that is on record, each with the proof of where it came from; that file.

    `by`: who brought the file; whoever the file names as having answered stays.
    """
    table = parse_toml(found.toml.encode("utf-8", "replace"), found.name)
    answers = parse_answers(controls(), table.table("answers").values, "answers")
    proof = _proof(store, site_id, found, by)
    store.answers.save(site_id, *(_answer(one, proof, by) for one in answers.values()))
    return proof


def _answer(answer: PersonAnswer, proof: EvidenceFile, by: str) -> PersonAnswer:
    return replace(answer, by=answer.by or by, files=(proof,))


def _proof(store: Store, site_id: str, found: FileAnswers, by: str) -> EvidenceFile:
    """The answers as they stood in the file, as a text that a person can open."""
    content = f"# {found.name}\n# SHA-256 {found.sha256}\n\n{found.toml}".encode("utf-8", "replace")
    name = f"{found.name[:120]}.answers.txt"
    digest = store.evidence.keep(content)
    store.evidence_of_site.note(site_id, digest, name, by)
    return EvidenceFile(name=name, digest=digest)
