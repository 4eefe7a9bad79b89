"""All pages, found by their folder."""

from functools import cache

import fushinban.web.pages
from fushinban import catalogue
from fushinban.errors import CatalogueError
from fushinban.messages import say
from fushinban.model.rights import Permission, Rights
from fushinban.web._page import Page, permitted


@cache
def pages() -> tuple[type[Page], ...]:
    """Every page. Raises CatalogueError for two of one name or path, and for a module without `PAGES`."""
    modules = catalogue.load(fushinban.web.pages, "PAGES", tuple, lambda found: found[0].name)
    found = tuple(page for module in modules.values() for page in module)
    for attribute in ("name", "path"):
        seen: dict[str, type[Page]] = {}
        for page in found:
            key = getattr(page, attribute)
            if key in seen:
                raise CatalogueError(say("catalogue.twice", id=key, first=seen[key].__module__, second=page.__module__))
            seen[key] = page
    return found


def menu(rights: Rights) -> tuple[type[Page], ...]:
    """The pages that stand in this visitor's navigation, in order."""
    shown = [page for page in pages() if page.menu is not None and _opens(page, rights)]
    return tuple(sorted(shown, key=lambda page: page.menu.order if page.menu else 0))


def _opens(page: type[Page], rights: Rights) -> bool:
    need = page.permission
    if need is None:
        return False
    return permitted(rights, need, whole=page.whole) if isinstance(need, Permission) else True
