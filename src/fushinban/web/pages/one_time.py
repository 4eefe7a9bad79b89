"""Pages behind one-time links: the first administrator, an invited person, a new pass phrase."""

from collections.abc import Mapping
from typing import ClassVar

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpResponse, HttpResponseBase

from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.record.acting import acting
from fushinban.record.people.links import Links
from fushinban.record.people.models import Person
from fushinban.record.people.values import Invited, PersonEntry, Purpose
from fushinban.web import organisation, refusals
from fushinban.web._page import Access, Page, action
from fushinban.web.audit import actor_of, address_of
from fushinban.web.signin.forms import InviteForm, ResetForm, SetUpForm


class _OneTimePage(Page):
    """What the three have in common. An unknown, used or old link shows the same sentence."""

    permission = Access.EVERYBODY
    purpose: ClassVar[Purpose]
    form: ClassVar[type[ResetForm] | type[InviteForm]]

    def get(self, request: object, *args: object, **kwargs: object) -> HttpResponseBase:
        """The form, where the link still holds."""
        link = self._link(str(kwargs["secret"]))
        return self._over() if link is None else self.show(self._form(link))

    @action(Access.EVERYBODY)
    def finish(self, secret: str) -> HttpResponse:
        """Use the link."""
        link = self._link(secret)
        if link is None:
            return self._over()
        form = self.form(self.lang, self.request.POST)
        if form.is_valid():
            try:
                return self.use(secret, form.cleaned_data)
            except InputError as error:
                form.add_error("pass_phrase" if "pass_phrase" in form.fields else None, error.text.of(self.lang))
        return self.show(self._form(link, form), status=422)

    def use(self, secret: str, given: Mapping[str, str]) -> HttpResponse:
        """Do what the link is for."""
        raise NotImplementedError

    def come_in(self, entry: PersonEntry) -> HttpResponse:
        """Sign the person in, through the same stages as any sign-in."""
        person = Person.objects.get(pk=entry.number)
        record_authentication(self.request, person, method="password", email=person.email)
        answer: HttpResponse = perform_login(self.request, Login(user=person, redirect_url="/"))
        return answer

    def _link(self, secret: str) -> Invited | None:
        found = Links.of(self.store).find(secret)
        return found if found is not None and found.purpose is self.purpose else None

    def _form(self, link: Invited, form: object = None) -> Mapping[str, object]:
        return {"link": link, "form": form or self.form(self.lang, initial={"name": link.name})}

    def _over(self) -> HttpResponse:
        return refusals.told(self.request, say("signin.link-used"), 404)


class SetUpPage(_OneTimePage):
    """The first administrator."""

    path = "setup/<str:secret>/"
    name = "setup"
    template = "pages/set_up.html"
    purpose = Purpose.SETUP
    form = SetUpForm

    def use(self, secret: str, given: Mapping[str, str]) -> HttpResponse:
        """Register, and go on to the second factor."""
        entry = Links.of(self.store).use_setup(
            secret, given["email"], given["name"], given["pass_phrase"],
            language=self.lang, address=address_of(self.request),
        )  # fmt: skip
        with acting(actor_of(Person.objects.get(pk=entry.number), address_of(self.request))):
            organisation.rename(given["organisation"])
        self.tell(say("signin.set-up-done"))
        return self.come_in(entry)


class InvitePage(_OneTimePage):
    """A person who was invited."""

    path = "invite/<str:secret>/"
    name = "invite"
    template = "pages/invited.html"
    purpose = Purpose.INVITE
    form = InviteForm

    def use(self, secret: str, given: Mapping[str, str]) -> HttpResponse:
        """Come in."""
        entry = Links.of(self.store).accept(
            secret, given["pass_phrase"], name=given["name"], language=self.lang, address=address_of(self.request)
        )
        return self.come_in(entry)


class ResetPage(_OneTimePage):
    """A new pass phrase."""

    path = "reset/<str:secret>/"
    name = "reset"
    template = "pages/reset.html"
    purpose = Purpose.RESET
    form = ResetForm

    def use(self, secret: str, given: Mapping[str, str]) -> HttpResponse:
        """Keep it; signing in is the next step, second factor included."""
        Links.of(self.store).use_reset(secret, given["pass_phrase"], address=address_of(self.request))
        self.tell(say("signin.reset-done"))
        return self.to("account_login")


PAGES = (SetUpPage, InvitePage, ResetPage)
