"""Hints for questions about dates: the guide names no interval, so each says whose measure it is."""

from fushinban.controls._thresholds import HALF_YEARLY, YEARLY
from fushinban.model.text import Text

_BASIS = {
    HALF_YEARLY: Text(
        "ガイドは間隔を定めていないため、このソフトウェアでは半年に1回を目安とします。",
        "The guide names no interval; this software takes half a year as its measure.",
    ),
    YEARLY: Text(
        "ガイドは間隔を定めていないため、このソフトウェアでは1年に1回を目安とします。",
        "The guide names no interval; this software takes a year as its measure.",
    ),
}


def half_yearly(ja: str, en: str) -> Text:
    """A hint followed by where the half year comes from."""
    return Text(ja + _BASIS[HALF_YEARLY].ja, f"{en} {_BASIS[HALF_YEARLY].en}")


def yearly(ja: str, en: str) -> Text:
    """A hint followed by where the year comes from."""
    return Text(ja + _BASIS[YEARLY].ja, f"{en} {_BASIS[YEARLY].en}")
