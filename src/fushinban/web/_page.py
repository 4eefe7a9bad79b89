"""The base of every page: closed unless it says who may see it.

Adding a page
=============
Write one module per noun in `web/pages/` (`web/pages/sites.py`) that exports `PAGES`, a tuple of classes:

    class SitePage(Page):
        path = "sites/<str:site_id>/"          # after the host, ends with "/"
        name = "site"                          # {% url "site" site_id %}
        permission = Permission.SITE_VIEW      # forgotten: the page is closed for everybody (403)
        template = "pages/site.html"           # in web/templates/, extends "console/base.html"
        menu = Menu(label="sites.menu", order=20)   # only pages that stand in the navigation

        def context(self, site_id: str) -> Mapping[str, object]:
            site = self.site(site_id)          # within the visitor's scope, or 404
            return {"site": site, ...}

        @action(Permission.SITE_EDIT)          # <button name="action" value="rename"> in a POST form
        def rename(self, site_id: str) -> HttpResponse:
            self.site(site_id)                 # scope of *this* permission
            ...
            self.tell(say("page_settings.saved"))        # shown on the next page
            return self.to("site", site_id=site_id)

`self.request.rights`, `.lang` ("ja"/"en"), `.person`, `.actor`; `self.store`; `self.scope` (SiteScope of the permission
that is in force now: give it to the store's queries). A permission that is held for some sites only opens the page
(`whole = True`, or one of the organisation's own permissions: only when held for everything). Raise `Http404()` for
what is not there, `InputError(say(...))` for what a person gave wrongly: it becomes a page with that sentence.
`self.confirm(...)` asks before something that cannot be undone. Answers to htmx: `self.request.htmx` is true; render a
part with `self.part("pages/_rows.html", {...})`. Texts: `{% say "area.id" key=value %}`, `{% text a_text %}`.

Blocks (all in `web/tags/blocks.py`, live on the page /dev/blocks/ of the tests): {% headline %} {% tile %} {% state %}
{% severity %} {% when %} {% hash %} {% table %}/{% cell %} {% field %} {% facts %}/{% fact %} {% timeline %} {% fold %}
{% evidence %} {% nothing %} {% picture %}; css classes: panel, stack, row, tiles, columns,
button (primary, danger, quiet, small).
Long tables do without row templates: there each column draws its cells (`listing.Column.cell`, HTML by `web/markup.py`,
addresses by `web/ways.py`); fifty lines of a template cost more than everything else on a page.
A page that streams events derives from `web/_live.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from fushinban.errors import Conflict, InputError, OutOfScope, StoreError
from fushinban.messages import Lang, Text
from fushinban.model.audit import Actor
from fushinban.model.rights import Permission, Rights, SiteScope
from fushinban.model.site import Site
from fushinban.web import refusals
from fushinban.web.installation import current

if TYPE_CHECKING:
    from fushinban.record.people.models import Person
    from fushinban.record.store import Store

_Method = TypeVar("_Method", bound=Callable[..., HttpResponseBase])

#: Permissions that concern the organisation, not one site: a grant for some sites does not give them.
ORGANISATION = frozenset(
    {
        Permission.PEOPLE_VIEW,
        Permission.PEOPLE_EDIT,
        Permission.AUDIT_VIEW,
        Permission.SETTINGS_VIEW,
        Permission.SETTINGS_EDIT,
    }
)


class Access(Enum):
    """Who may see a page that needs no permission; said in so many words, never by leaving it out."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed-in"


Need = Permission | Access | None


class Visit(HttpRequest):
    """A request as the middleware completes it."""

    rights: Rights
    person: "Person | None"
    actor: Actor
    lang: Lang
    theme: str
    density: str
    htmx: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A place in the navigation. `label`: message id; pages stand in groups by the hundreds of `order`."""

    label: str
    order: int


def action(need: Permission | Access) -> Callable[[_Method], _Method]:
    """Mark a method as the answer to a POST whose `action` is its name, with a permission of its own."""

    def mark(method: _Method) -> _Method:
        method.__dict__["need"] = need
        return method

    return mark


class Page(View):
    """One page. See the module's words for how to write one."""

    path: ClassVar[str] = ""
    name: ClassVar[str] = ""
    permission: ClassVar[Need] = None
    template: ClassVar[str] = ""
    whole: ClassVar[bool] = False
    menu: ClassVar[Menu | None] = None

    http_method_names: list[str] = ["get", "head", "post", "options"]  # noqa: RUF012 - as Django declares it
    request: Visit  # the middleware has completed it

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the permission, then answer; what a person did wrongly becomes a page with one sentence."""
        self.need: Need = self._need(request)
        refused = self._refused()
        if refused is not None:
            return refused
        try:
            return super().dispatch(request, *args, **kwargs)
        except Conflict as error:
            return refusals.told(request, error.text, HTTPStatus.CONFLICT)
        except (InputError, OutOfScope) as error:
            return refusals.told(request, error.text, HTTPStatus.BAD_REQUEST)
        except StoreError as error:
            return refusals.told(request, error.text, HTTPStatus.SERVICE_UNAVAILABLE)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the template with `context`."""
        return self.show(self.context(*args, **kwargs))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Call the action that the form names."""
        method = self._action(request)
        if method is None:
            raise Http404
        return method(*args, **kwargs)

    def context(self, *args: Any, **kwargs: Any) -> Mapping[str, object]:
        """What the template is told besides what every page knows."""
        return {}

    # --- what pages use ---

    @property
    def store(self) -> "Store":
        """The store of this console."""
        return current().store

    @property
    def rights(self) -> Rights:
        """The visitor's rights."""
        return self.request.rights

    @property
    def lang(self) -> Lang:
        """The visitor's language."""
        return self.request.lang

    @property
    def scope(self) -> SiteScope:
        """The sites for which the permission in force (the page's, or the action's) holds."""
        if not isinstance(self.need, Permission):
            return SiteScope()
        return self.rights.scope(self.need)

    def site(self, site_id: str) -> Site:
        """The site, where the permission in force holds for it. Raises Http404, the same for foreign and missing."""
        site = self.store.sites.get(site_id) if len(site_id) <= 100 and "\0" not in site_id else None
        if site is None or not self._covers(site_id):
            raise Http404
        return site

    def show(
        self, context: Mapping[str, object], *, status: int = HTTPStatus.OK, template: str | None = None
    ) -> HttpResponse:
        """The page's template (or another) as an answer."""
        return render(self.request, template or self.template, {"page": self, **context}, status=status)

    part = show

    def to(self, page: str, /, **where: object) -> HttpResponse:
        """Go to another page after an action (303: the browser asks for it anew)."""
        answer = redirect(reverse(page, kwargs=where or None))
        answer.status_code = HTTPStatus.SEE_OTHER
        return answer

    def tell(self, text: Text, *, good: bool = True) -> None:
        """A sentence that the next page shows at its top."""
        level = messages.SUCCESS if good else messages.WARNING
        messages.add_message(self.request, level, text.of(self.lang))

    def confirm(
        self, *, title: Text, sentences: tuple[Text, ...], button: Text, typed: str = "", calm: bool = False
    ) -> HttpResponse | None:
        """A page that asks first; None when the visitor has confirmed.

        `typed`: a name to type, for what is final. `calm`: nothing is taken away by it.
        """
        given = self.request.POST
        if given.get("confirmed") == "yes" and (not typed or given.get("typed", "").strip() == typed):
            return None
        passed = [(key, value) for key in given for value in given.getlist(key) if key not in _OWN_FIELDS]
        wrong = given.get("confirmed") == "yes"
        return self.show(
            {
                "title": title,
                "sentences": sentences,
                "button": button,
                "typed": typed,
                "calm": calm,
                "passed": passed,
                "wrong": wrong,
            },
            template="console/confirm.html",
        )

    # --- how it is closed ---

    @classmethod
    def actions(cls) -> dict[str, Permission | Access]:
        """The actions of the page and what each needs."""
        members = {name: getattr(cls, name) for name in dir(cls) if not name.startswith("_")}
        return {name: member.need for name, member in members.items() if callable(member) and hasattr(member, "need")}

    def _action(self, request: HttpRequest) -> Callable[..., HttpResponseBase] | None:
        known = self.actions()
        name = request.POST.get("action", "")
        if not name and len(known) == 1:
            (name,) = known
        return cast("Callable[..., HttpResponseBase]", getattr(self, name)) if name in known else None

    def _need(self, request: HttpRequest) -> Need:
        if request.method != "POST":
            return self.permission
        method = self._action(request)
        # An action is never easier to reach than its page.
        if method is None or not self._allowed(self.permission):
            return self.permission
        return cast("Need", method.__dict__["need"] if hasattr(method, "__dict__") else None)

    def _refused(self) -> HttpResponseBase | None:
        if self._allowed(self.need):
            return None
        if self.request.person is None and self.need is not None:
            return refusals.sign_in(self.request)
        return refusals.forbidden(self.request)

    def _allowed(self, need: Need) -> bool:
        if need is None:
            return False
        if need is Access.EVERYBODY:
            return True
        if self.request.person is None:
            return False
        if isinstance(need, Access):
            return True
        return permitted(self.rights, need, whole=self.whole)

    def _covers(self, site_id: str) -> bool:
        scope = self.scope
        # Whose site it is has to be asked only where rights hold for customers.
        owner = self.store.customers.of_site(site_id) if scope.customers and not scope.everything else None
        return scope.covers(site_id, owner)


_OWN_FIELDS = frozenset({"csrfmiddlewaretoken", "confirmed", "typed"})


def permitted(rights: Rights, need: Permission, *, whole: bool = False) -> bool:
    """Whether a page that needs this opens: anywhere for things of sites, everywhere for things of the organisation."""
    return rights.may(need) if whole or need in ORGANISATION else rights.anywhere(need)


def with_query(address: str, **values: str) -> str:
    """The address with a query."""
    return f"{address}?{urlencode(values)}" if values else address
