"""Files handed in as evidence: to which site they belong."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="evidence",
    model="record.EvidenceRow",
    columns=("id", "site", "digest", "name", "by", "at"),
    watched="evidence.kept",
)
