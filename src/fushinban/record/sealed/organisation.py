"""The organisation whose console this is."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="organisation", model="console.OrganisationRow", columns=("id", "name"), watched="organisation.renamed"
)
