"""Area C: the five measures and the selection table (guide 3.3, table 3.3.1)."""

CATALOGUE_FOLDER = True
