"""What a sealed kind is."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A table whose rows are sealed.

    Without `group` every row is a thing of its own: each change writes an entry of the audit log with a digest of
    `columns`. With `group` (the column that says to what the row belongs) the rows are many: each has its own seal in
    its column `seal`, and the number and sum of the seals of a group stand in the table of seals or in the digest of
    the thing that names this kind among its `parts`.

    `model`: label of Django; `columns`: names of fields as `values_list` takes them. `moving`: further columns of a
    group's rows that change alone, so that the rest need not be read to seal the row anew. `row`: columns by which a
    row of a group is named to people. `closed_by`: the column that is empty until the parts are complete. `left_out`:
    columns that are not sealed, each with the reason.
    `watched`: action to be written whenever Django saves or deletes such a row (tables that others write).
    """

    kind: str
    model: str
    columns: tuple[str, ...]
    moving: tuple[str, ...] = ()
    group: str = ""
    row: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    closed_by: str = ""
    watched: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
