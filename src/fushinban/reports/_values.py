"""Sheet values for readers: yes and no and the words of enumerations in their language, and back again."""

import re
import types
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Union, get_args, get_origin, get_type_hints

from fushinban.model.facts import FACT_TYPES, Item
from fushinban.model.japanese import nfkc, parse_mark
from fushinban.model.text import Lang, Named, say

BOOL = "bool"
_ENUM = "enum:"
_BOOLEANS = {"はい": "true", "yes": "true", "有効": "true", "いいえ": "false", "no": "false", "無効": "false"}


def form_of(key: str) -> str:
    """How the value of a parameter is written: `bool`, `enum:<class>`, or empty for plain text."""
    kind = _field_types().get(re.sub(r"\[.*\]", "[]", key, flags=re.DOTALL))
    if kind is bool:
        return BOOL
    return f"{_ENUM}{kind.__name__}" if kind is not None else ""


def shown_value(value: str, form: str, lang: Lang) -> str:
    """A canonical value as a person reads it; what does not fit its form is shown as it is."""
    if form == BOOL and value in ("true", "false"):
        return say(f"words.bool-{value}").of(lang)
    member = _members(form).get(value)
    return member.label.of(lang) if member is not None else value


def canonical_value(written: str, form: str) -> str:
    """The canonical value of what a person wrote; other text is returned as it was."""
    plain = nfkc(written)
    if form == BOOL:
        marks = {"yes": "true", "no": "false"}
        return _BOOLEANS.get(plain.casefold()) or marks.get(parse_mark(plain) or "") or written
    for value, member in _members(form).items():
        if plain in (value, nfkc(member.label.ja), nfkc(member.label.en)):
            return value
    return written


@cache
def _members(form: str) -> Mapping[str, Named]:
    kinds = {k.__name__: k for k in _field_types().values() if issubclass(k, Named)}
    kind = kinds.get(form.removeprefix(_ENUM)) if form.startswith(_ENUM) else None
    return {m.value: m for m in kind} if kind is not None else {}


@cache
def _field_types() -> Mapping[str, type]:
    """Fields of facts and of their rows that hold yes or no, or an enumeration: `ports[].state` → PortState."""
    found: dict[str, type] = {}
    for key, fact in FACT_TYPES.items():
        for name, hint in get_type_hints(fact).items():
            row = _row_type(hint)
            fields = get_type_hints(row) if row else {}
            found |= {f"{key}[].{n}": k for n, h in fields.items() if (k := _worded(h))}
            if kind := _worded(hint):
                found[f"{key}.{name}"] = kind
    return found


def _row_type(hint: object) -> type | None:
    members = get_args(hint) if get_origin(hint) is tuple else ()
    return members[0] if members and isinstance(members[0], type) and issubclass(members[0], Item) else None


def _worded(hint: object) -> type | None:
    """The type inside, where it is yes-no or an enumeration with labels."""
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    for option in options:
        if isinstance(option, type) and (option is bool or (issubclass(option, Named) and issubclass(option, Enum))):
            return option
    return None
