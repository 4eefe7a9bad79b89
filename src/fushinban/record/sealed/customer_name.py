"""Names that customers have or had: they decide to whom a site belongs."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(kind="customer-name", model="record.CustomerNameRow", columns=("name", "customer_id"))
