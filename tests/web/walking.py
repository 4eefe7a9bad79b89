"""Where every page is: addresses of the catalogue's pages for the things of an invented installation."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from api.api_world import Place, World
from fushinban.web._page import Page
from fushinban.web.catalogue import pages

_PART = re.compile(r"<(?:\w+:)?(\w+)>")
#: Below these the number of an address is of this noun.
_NUMBERS = ("findings", "documents", "people")


def parts_of(page: type[Page]) -> tuple[str, ...]:
    """Names of the changing parts of a page's address."""
    return tuple(_PART.findall(page.path))


def known(world: World, place: Place, person: int) -> Mapping[str, str]:
    """What stands in addresses of the things of one site."""
    (document,) = world.store.documents.of(place.site)
    return {
        "site_id": place.site, "device_id": place.device, "job_id": place.job, "inspection_id": place.inspection,
        "digest": place.evidence, "webhook_id": world.webhook, "secret": "nothing-of-ours",
        "findings": str(place.finding), "documents": str(document.id), "people": str(person),
    }  # fmt: skip


def address(page: type[Page], values: Mapping[str, str]) -> str:
    """The address of a page for these values."""
    noun = next((noun for noun in _NUMBERS if page.path.startswith(noun)), "")
    return "/" + _PART.sub(lambda part: values[noun if part[1] == "number" else part[1]], page.path)


def addresses(values: Mapping[str, str]) -> dict[str, str]:
    """Every page's address by the page's name."""
    return {page.name: address(page, values) for page in pages()}


#: Attributes in which a browser follows or loads an address.
_FOLLOWED = {"href", "src", "action", "formaction", "data-live", "hx-get", "hx-post", "data-options-at", "xlink:href"}
_NEVER = {"iframe", "object", "embed", "base", "frame"}


class Read(HTMLParser):
    """Reads a page as a browser does: what in it could run, and where it leads. The names of its form fields too."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.leads: list[str] = []
        self.fields: set[str] = set()
        self._script = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        given = {name: value or "" for name, value in attrs}
        self._script = "" if tag != "script" or given.get("type") == "application/json" else "script"
        if tag in _NEVER or tag == "style" or (tag == "script" and not self._allowed_script(given)):
            self.problems.append(f"<{tag}> {given}")
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.problems.append(f"<{tag} {name}={value!r}>")
            if name in _FOLLOWED:
                self.leads.append(value)
                if re.match(r"\s*(javascript|vbscript|data):", value, re.IGNORECASE):
                    self.problems.append(f"<{tag} {name}={value!r}>")
        if tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self.fields.add(given["name"])

    def handle_data(self, data: str) -> None:
        """Text inside a script is a script of the page's own."""
        if self._script and data.strip():
            self.problems.append(f"a script in the page: {data[:80]!r}")

    def handle_endtag(self, tag: str) -> None:
        """A script ends."""
        self._script = ""

    @staticmethod
    def _allowed_script(given: Mapping[str, str]) -> bool:
        return given.get("src", "").startswith("/static/") or given.get("type") == "application/json"
