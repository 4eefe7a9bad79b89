"""Answers of people."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(kind="answer", model="record.AnswerRow", columns=("id", "site", "control", "saved_at", "payload"))
