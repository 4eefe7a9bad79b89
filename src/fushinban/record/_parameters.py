"""The parameters of a sheet in JSON, by columns: a sheet has hundreds, and most of what each says is said by many.

Text is kept in one list per field; what a parameter has in common with its neighbours is one row of `kinds`, and
`kind` holds the number of that row. A list of objects, as older records have it, is read as well.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from fushinban.model.facts.base import Section
from fushinban.model.sheet import Parameter
from fushinban.model.text import Text

_TEXTS = ("key", "value", "ja", "en")
_NAMES = frozenset({*_TEXTS, "kinds", "kind"})
_SECTIONS = {s.value: s for s in Section}

_of_each = attrgetter("key", "value", "label.ja", "label.en")
_shared = attrgetter("section", "unit", "secret", "volatile", "source")


def write_parameters(parameters: tuple[Parameter, ...]) -> Mapping[str, Any]:
    """Columns for the JSON writer."""
    columns = tuple(zip(*map(_of_each, parameters), strict=True)) or ((),) * len(_TEXTS)
    # Numbered in the order in which they are met.
    numbers: dict[tuple[Any, ...], int] = {}
    kind = [numbers.setdefault(s, len(numbers)) for s in map(_shared, parameters)]
    return {**dict(zip(_TEXTS, columns, strict=True)), "kinds": tuple(numbers), "kind": kind}


def read_parameters(plain: Any, read_one: Callable[[Any], Parameter]) -> tuple[Parameter, ...]:
    """The parameters; `read_one` reads those that stand as objects. Raises ValueError or TypeError for wrong data."""
    if type(plain) is list:
        return tuple(map(read_one, plain))
    if type(plain) is not dict or plain.keys() != _NAMES or not all(type(c) is list for c in plain.values()):
        raise ValueError("not the columns of parameters")
    texts = [plain[name] for name in _TEXTS]
    numbers = plain["kind"]
    if not all(type(text) is str for column in texts for text in column):
        raise ValueError("a parameter is not text")
    if not all(type(n) is int and 0 <= n < len(plain["kinds"]) for n in numbers):
        raise ValueError("a parameter is of no kind")
    kinds = [_kind(k) for k in plain["kinds"]]
    return tuple(
        Parameter(key=key, value=value, label=Text(ja, en), **kinds[n])
        for key, value, ja, en, n in zip(*texts, numbers, strict=True)
    )


def _kind(plain: Any) -> dict[str, Any]:
    """Keyword arguments that parameters of one kind share."""
    if type(plain) is not list or list(map(type, plain)) != [str, str, bool, bool, str]:
        raise ValueError("not a kind of parameter")
    section, unit, secret, volatile, source = plain
    if section not in _SECTIONS:
        raise ValueError("not a section")
    return {
        "section": _SECTIONS[section], "unit": unit, "secret": secret, "volatile": volatile, "source": source,
    }  # fmt: skip
