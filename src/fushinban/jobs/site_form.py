"""A site that is written into forms, step by step: the same checks and sentences as for a site file, field by field."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fushinban.errors import InputError
from fushinban.jobs.site_file import SiteFile, site_of
from fushinban.jobs.toml_table import Step, TomlSource, TomlTable
from fushinban.model.text import Text

#: The sections of a site file, by name, as `tomllib` would give them.
Sections = Mapping[str, Any]

#: More complaints than this about one form are not collected.
_MOST = 40

#: Takes the place of what is not written yet, so that each section can be judged alone.
_BLANK: Sections = {
    "site": {"id": "blank", "name": "blank"},
    "authorisation": {"by": "blank", "from": "2000-01-01", "until": "2000-01-01", "networks": ["192.0.2.0/24"]},
}
#: A good value for each field without which nothing else can be judged.
_GOOD: Mapping[tuple[str, str], object] = {
    (section, key): value for section, values in _BLANK.items() for key, value in values.items()
}

#: What is wrong, by where it stands: `("site", "name")`, `("device", 0, "address")`.
Problems = Mapping[tuple[Step, ...], Text]


class WrongField(InputError):
    """One field is wrong. `path`: where it stands."""

    def __init__(self, path: tuple[Step, ...], problem: Text) -> None:
        super().__init__(problem)
        self.path = path


class _Form(TomlSource):
    """Complains of fields without naming a file or a line."""

    def __init__(self) -> None:
        super().__init__("", "")

    def wrong(self, path: tuple[Step, ...], problem: Text) -> InputError:
        """The complaint about one field."""
        return WrongField(path, problem)


def site_of_form(sections: Sections) -> SiteFile:
    """The site that the sections describe. Raises WrongField for the first thing that is wrong."""
    return site_of(TomlTable(_Form(), (), sections), {})


def problems_of(sections: Sections, section: str) -> Problems:
    """All that is wrong with one section, while others may still be missing.

    A complaint about another section (a device that lies outside the networks now) is given too, where there is one.
    """
    trial: dict[str, Any] = {**deepcopy(dict(_BLANK)), **deepcopy(dict(sections))}
    found: dict[tuple[Step, ...], Text] = {}
    while len(found) < _MOST:
        try:
            site_of_form(trial)
        except WrongField as error:
            if error.path in found:
                break
            found[error.path] = error.text
            if error.path[0] != section or not _mend(trial, error.path):
                break
        else:
            break
    return found


def _mend(trial: dict[str, Any], path: tuple[Step, ...]) -> bool:
    """Put something good in the place of what is wrong, so that the rest can be judged too."""
    section, *rest = path
    if not rest:
        return False
    if isinstance(rest[0], int):  # one of several: leave it out would renumber the others
        return False
    holder: dict[str, Any] = trial[str(section)]
    key = str(rest[0])
    if len(rest) > 1 and isinstance(holder.get(key), dict):
        holder[key].pop(rest[1], None)
    elif (good := _GOOD.get((str(section), key))) is not None:
        holder[key] = good
    elif key in holder:
        del holder[key]
    else:
        return False
    if key in {"from", "until"}:  # judged against each other
        holder["from"], holder["until"] = "2000-01-01", "2000-01-01"
    return True
