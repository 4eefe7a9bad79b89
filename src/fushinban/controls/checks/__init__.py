"""Area E: the five checkpoints (guide 3.5)."""

CATALOGUE_FOLDER = True
