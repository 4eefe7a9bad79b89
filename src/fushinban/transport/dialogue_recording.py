"""Recordings of dialogues: what a device's command line printed for each command, in one JSON file.

    {"recording": "console", "origin": "…", "hand_made": false, "dialect": "yamaha",
     "answers": [{"command": "show environment", "text": "…"}]}

Log-ins, prompts and page breaks are not in it. What `record-device` writes has no configuration either.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fushinban.errors import InputError, Unreachable
from fushinban.messages import say
from fushinban.transport.footprint import note_answer
from fushinban.transport.values import ConsoleAnswer, ConsoleTalk

MAX_FILE = 8 * 1024 * 1024
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueRecorded:
    """What one command printed."""

    command: str
    printed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueRecording:
    """What one device printed. `hand_made`: written from documents, not by a device."""

    dialect: str
    answers: tuple[DialogueRecorded, ...]
    origin: str = ""
    hand_made: bool = True

    def answer(self, asked: ConsoleTalk) -> ConsoleAnswer:
        """The recorded answers to a talk. Raises Unreachable where a command, or this dialect, was not recorded."""
        if asked.dialect != self.dialect:
            raise Unreachable(say("transport.not-recorded", what=asked.service.upper()))
        printed = tuple(self._printed(command) for command in asked.commands)
        try:
            return ConsoleAnswer(printed=printed, above=tuple(self._printed(command) for command in asked.above))
        except Unreachable as error:
            return ConsoleAnswer(printed=printed, refused=error)

    def _printed(self, command: str) -> bytes:
        for one in self.answers:
            if one.command == command:
                note_answer(one.printed)
                return one.printed
        raise Unreachable(say("transport.not-recorded", what=command))


def load_dialogue(path: Path) -> DialogueRecording:
    """Read a recording. Raises InputError naming the file where it cannot be read or holds nothing."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise ValueError(f"larger than {MAX_FILE} bytes")
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict) or found.get("recording") != "console":
            raise ValueError("no recording of a dialogue")
        rows = found["answers"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("no list of answers")
        recording = DialogueRecording(
            dialect=str(found["dialect"]),
            answers=tuple(_recorded(row) for row in rows[:_MOST]),
            origin=str(found.get("origin", "")),
            hand_made=bool(found.get("hand_made", True)),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        reason = str(error).partition("\n")[0][:120] or type(error).__name__
        raise InputError(say("transport.recording-unreadable", path=path, reason=reason)) from error
    if not recording.answers:
        raise InputError(say("transport.recording-empty", path=path))
    return recording


def _recorded(row: Mapping[str, Any]) -> DialogueRecorded:
    return DialogueRecorded(command=str(row["command"]), printed=str(row["text"]).encode())
