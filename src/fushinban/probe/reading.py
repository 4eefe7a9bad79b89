"""Reads a router's saved configuration, whichever maker's it is."""

from fushinban.drivers._configuration import configurations
from fushinban.drivers._router_text import MAX_BYTES as MOST_BYTES
from fushinban.drivers._saved_text import decoded
from fushinban.errors import InputError, Malformed
from fushinban.model.router import Origin, RouterState
from fushinban.model.text import Text, say

__all__ = ["MOST_BYTES", "guessed_kind", "known_kinds", "read_configuration"]


def known_kinds() -> dict[str, Text]:
    """The kinds of configuration that can be read, with the names of their makers."""
    return {kind: parser.title for kind, parser in configurations().items()}


def read_configuration(content: bytes, kind: str = "") -> RouterState:
    """The router that a saved configuration describes; without `kind`: of the maker that it looks like most.

    Raises InputError for a kind that is not known, nothing, a text of no known maker, and what its parser refuses.
    """
    if len(content) > MOST_BYTES:
        raise InputError(say("exposure.too-large", size=MOST_BYTES // 1024 // 1024))
    parsers = configurations()
    if kind and kind not in parsers:
        raise InputError(say("exposure.unknown-kind", given=kind, kinds=", ".join(parsers)))
    if not content.strip(b" \t\r\n\0"):
        raise InputError(say("router_text.empty"))
    if not kind:
        kind = guessed_kind(content)
    if not kind:
        raise InputError(say("exposure.no-kind", kinds=", ".join(parsers)))
    try:
        return parsers[kind].parse(content, Origin.FILE)
    except Malformed as error:
        raise InputError(error.text) from error


def guessed_kind(content: bytes) -> str:
    """The kind with most lines that only it writes; empty where no line does."""
    text = decoded(content)
    lines = {kind: parser.recognise(text) for kind, parser in configurations().items()}
    best = max(lines, key=lambda kind: lines[kind], default="")
    return best if lines.get(best) else ""
