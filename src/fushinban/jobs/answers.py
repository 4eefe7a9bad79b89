"""Brings the answers of the site file and of the questionnaire together, evidence files kept by hash."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from fushinban.check.answers import evidence_names, parse_answer
from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.jobs.questionnaire import ask, open_questions
from fushinban.jobs.site_file import SiteFile
from fushinban.model.finding import PersonAnswer
from fushinban.model.text import Lang, say
from fushinban.record.store import Store


def answers_of(site_file: SiteFile, store: Store, folder: Path) -> Mapping[str, PersonAnswer]:
    """Answers by control id: those of the site file win over those kept from the questionnaire."""
    catalogue = controls()
    answers = dict(store.answers.newest(site_file.site.id))
    for control_id, raw in site_file.answers.items():
        control = catalogue.get(control_id)
        if control is None:
            raise InputError(say("questionnaire.unknown-control", control=control_id, where=f"answers.{control_id}"))
        digests = {name: keep_evidence(folder / name, store) for name in evidence_names(raw)}
        answers[control_id] = parse_answer(control, raw, f"answers.{control_id}", digests)
    return answers


def keep_evidence(path: Path, store: Store) -> str:
    """Keep a file as evidence; its SHA-256 (hex). A file that cannot be read is an InputError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(say("inspect.no-evidence", path=str(path), error=error.strerror or "")) from error
    store.evidence.keep(content)
    return hashlib.sha256(content).hexdigest()


def answer_open_questions(
    site_file: SiteFile,
    store: Store,
    folder: Path,
    *,
    reader: Callable[[str], str],
    writer: Callable[[str], object],
    by: str,
    again: bool,
    lang: Lang,
) -> int:
    """Ask what is not answered yet (everything with `again`), keep the answers; how many there were."""
    answered = {} if again else answers_of(site_file, store, folder)
    questions = open_questions(controls().values(), answered)
    given = ask(questions, reader, writer, lang, by=by)
    for answer in given:
        for file in answer.files:
            keep_evidence(Path(file.name).expanduser(), store)
        store.answers.save(site_file.site.id, answer)
    return len(given)
