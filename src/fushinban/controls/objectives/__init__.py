"""Area B: objectives and impacts (guide 3.1 and 3.2) restated as good states."""

CATALOGUE_FOLDER = True
