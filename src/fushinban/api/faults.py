"""What is wrong with given values, said in two languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from fushinban.api.body import escaped
from fushinban.api.problems import Fault
from fushinban.messages import Text, ids, say

#: Limits that a message may repeat: they come from our own schema, never from what was given.
_LIMITS = ("min_length", "max_length", "ge", "le", "gt", "lt")


def faults_of(errors: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """One fault for each error of pydantic; what was given is never repeated."""
    return tuple(Fault(pointer=_pointer(tuple(e.get("loc", ()))), detail=_detail(e)) for e in errors[:50])


def _pointer(place: tuple[Any, ...]) -> str:
    """`#/name/0` for the body; `query/name` for the rest. Ninja puts the parameter's own name second for a body."""
    source, *rest = place or ("body",)
    if source in ("body", "form", "file"):
        return "#" + "".join(f"/{escaped(str(part))}" for part in rest[1:] if part != "__root__")
    return "/".join([str(source), *(escaped(str(part)) for part in rest)])


def _detail(error: Mapping[str, Any]) -> Text:
    kind = str(error.get("type", ""))
    context = error.get("ctx") or {}
    limit = next((context[name] for name in _LIMITS if name in context), "")
    name = f"api.value-{kind.replace('_', '-')}"
    if name in ids():
        return say(name, limit=limit)
    return say("api.value-wrong")
