"""OpenWrt: what its configuration (uci) and its call interface (ubus) say of a router."""

#: Holds no driver yet that the engine asks by itself: the parser is found by `drivers._configuration`.
CATALOGUE_FOLDER = True
