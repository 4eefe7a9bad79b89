"""API トークン: what programs may do in one's own name, shown once when made."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse

from fushinban import clock
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.rights import Permission
from fushinban.record.people.tokens import Tokens
from fushinban.web._grants import grant_choices, last_moment, place_from
from fushinban.web._page import Access, Page, action
from fushinban.web.pages.people import number_of


class TokensPage(Page):
    """The visitor's own tokens."""

    path = "account/tokens/"
    name = "tokens"
    permission = Access.SIGNED_IN
    template = "pages/tokens.html"

    def context(self) -> Mapping[str, object]:
        """Own tokens, and the permissions that can be given on."""
        now = clock.now()
        mine = Tokens.of(self.store).of_owner(self._me())
        return {
            "living": tuple(t for t in mine if t.revoked_at is None and t.expires_at > now),
            "over": tuple(t for t in mine if t.revoked_at is not None or t.expires_at <= now),
            "permissions": tuple(p for p in Permission if self.rights.anywhere(p)),
            "choices": grant_choices(self.store) if self.rights.may(Permission.SITE_VIEW) else None,
        }

    @action(Access.SIGNED_IN)
    def make(self) -> HttpResponse:
        """A new token; its text is shown this once."""
        given = {key: str(value) for key, value in self.request.POST.items()}
        wanted = [p for p in Permission if p.value in self.request.POST.getlist("permission")]
        try:
            end = last_moment(given.get("end", ""))
            if end is None:
                raise InputError(say("page_tokens.no-end"))
            customer, site = place_from(given)
            made = Tokens.of(self.store).make(
                self._me(), given.get("name", ""), wanted, end, customer=customer, site=site
            )
        except InputError as error:
            chosen = frozenset(wanted)
            return self.show({**self.context(), "wrong": error.text, "given": given, "chosen": chosen}, status=422)
        return self.show({"token": made.entry, "text": made.text}, template="pages/token_made.html")

    @action(Access.SIGNED_IN)
    def revoke(self) -> HttpResponse:
        """It opens nothing any more."""
        number = number_of(self.request.POST.get("token", ""))
        tokens = Tokens.of(self.store)
        if number not in {t.number for t in tokens.of_owner(self._me())}:
            raise Http404
        tokens.revoke(number, owner=self._me())
        self.tell(say("page_tokens.revoked"))
        return self.to("tokens")

    def _me(self) -> int:
        person = self.request.person
        assert person is not None  # the page is for people who are signed in
        return int(person.pk)


PAGES = (TokensPage,)
