"""The visitor's own page, and the switches of language, theme and density."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from fushinban.messages import say
from fushinban.web._grants import where_of
from fushinban.web._page import Access, Page, action
from fushinban.web.audit import note

_YEAR = 365 * 86400
_KNOWN = {"lang": ("ja", "en"), "theme": ("auto", "light", "dark"), "density": ("roomy", "dense")}
#: The person's field for a switch, where it has another name.
_FIELDS = {"lang": "language"}


class AccountPage(Page):
    """Who I am here and what I may do."""

    path = "account/"
    name = "account"
    permission = Access.SIGNED_IN
    template = "pages/account.html"

    def context(self) -> Mapping[str, object]:
        """The grants in force, and where each holds."""
        return {"grants": [(grant, where_of(self.store, grant)) for grant in self.rights.grants]}


class PreferencesPage(Page):
    """Takes the switches; there is nothing to look at."""

    path = "preferences/"
    name = "preferences"
    permission = Access.EVERYBODY

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Somebody typed the address."""
        return redirect("/")

    @action(Access.EVERYBODY)
    def choose(self) -> HttpResponse:
        """Keep the choice in a cookie (for before signing in) and with the person, and go back."""
        back = self.request.POST.get("back", "")
        safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        answer = redirect(back if safe else "/")
        given = {key: self.request.POST.get(key, "") for key, known in _KNOWN.items()}
        chosen = {key: value for key, value in given.items() if value in _KNOWN[key]}
        for key, value in chosen.items():
            answer.set_cookie(
                f"fushinban_{key}",
                value,
                max_age=_YEAR,
                samesite="Lax",
                secure=self.request.is_secure(),
                httponly=True,
            )
        if chosen and self.request.person is not None:
            fields = {_FIELDS.get(key, key): value for key, value in chosen.items()}
            for field, value in fields.items():
                setattr(self.request.person, field, value)
            self.request.person.save(update_fields=list(fields))
        return answer


class SessionEndPage(Page):
    """Signs out one of the visitor's own other sessions; there is nothing to look at."""

    path = "account/sessions/end/"
    name = "session-end"
    permission = Access.SIGNED_IN

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Somebody typed the address."""
        return redirect("usersessions_list")

    @action(Access.SIGNED_IN)
    def end(self) -> HttpResponse:
        """End it, where it is the visitor's own."""
        from allauth.usersessions.models import UserSession

        given = self.request.POST.get("session", "")
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
        session = UserSession.objects.filter(user=self.request.person, pk=number).first()
        if session is None:
            raise Http404
        session.end()
        note(self.request, "session.ended", "person", str(session.user_id))
        self.tell(say("signin.session-ended"))
        return self.to("usersessions_list")


PAGES = (AccountPage, PreferencesPage, SessionEndPage)
