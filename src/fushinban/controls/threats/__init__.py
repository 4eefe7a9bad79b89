"""Area A: the threat picture (guide chapter 2) turned into controls."""

CATALOGUE_FOLDER = True
