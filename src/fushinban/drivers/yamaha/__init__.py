"""Yamaha RTX, NVR, FWX: what a saved configuration and `show environment` say."""

#: Holds no driver yet that the engine asks by itself: the parsers are found by `drivers._configuration`.
CATALOGUE_FOLDER = True
