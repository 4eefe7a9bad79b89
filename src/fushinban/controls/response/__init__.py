"""Area F: what to do once damage is noticed (guide 3.6)."""

CATALOGUE_FOLDER = True
