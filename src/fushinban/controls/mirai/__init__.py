"""Area D: the measures against Mirai (guide 3.4)."""

CATALOGUE_FOLDER = True
