"""Addresses of pages by name, as `reverse` gives them: a list has hundreds, and that asks for each in the whole map."""

import re
from functools import cache
from urllib.parse import quote

from fushinban.web.catalogue import pages

_PLACE = re.compile(r"<(\w+):\w+>")
#: Besides letters and digits, what stands in an address as it is (RFC 3986, 3.3).
_PLAIN = "!$&'()*+,;=~:@"


def way(page: str, *values: str | int) -> str:
    """The address of a page; its places are filled in their order. Raises KeyError for a page that is not there."""
    pattern, plain = _patterns()[page]
    return pattern.format(*(quote(str(value), safe=safe) for value, safe in zip(values, plain, strict=True)))


@cache
def _patterns() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Per page its address with places, and what is plain in each of them: a slash only where a path is asked for."""
    return {
        page.name: (
            "/" + _PLACE.sub("{}", page.path),
            tuple(_PLAIN + "/" if kind == "path" else _PLAIN for kind in _PLACE.findall(page.path)),
        )
        for page in pages()
    }
