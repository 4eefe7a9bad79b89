"""Which of the two languages a request asks for (RFC 9110, section 12.5.4)."""

from fushinban.messages import Lang

_MOST = 20  # ranges looked at; a longer header is no honest wish


def wanted_language(header: str) -> Lang:
    """`ja` or `en` by the highest weight in `Accept-Language`; Japanese where neither is asked for."""
    best: dict[str, float] = {}
    for part in header[:1000].split(",")[:_MOST]:
        name, _, weight = part.partition(";")
        tag = name.strip().lower().partition("-")[0]
        quality = _quality(weight)
        if tag in ("ja", "en"):
            best[tag] = max(best.get(tag, 0.0), quality)
    return "en" if best.get("en", 0.0) > best.get("ja", 0.0) else "ja"


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
