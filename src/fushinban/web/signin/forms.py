"""Forms of the one-time links. What a pass phrase must be is judged where people are kept."""

from collections.abc import Iterable
from typing import Any

from django import forms

from fushinban.messages import Lang, say

LONGEST = 256


class _Twice(forms.Form):
    """A new pass phrase, typed twice."""

    pass_phrase = forms.CharField(
        max_length=LONGEST, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        max_length=LONGEST, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, lang: Lang, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lang: Lang = lang

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        given = super().clean() or {}
        if given.get("pass_phrase") != given.get("again") and not self.errors:
            self.add_error("again", say("signin.different").of(self._lang))
        return given


class ResetForm(_Twice):
    """For a new pass phrase."""


class InviteForm(_Twice):
    """For a new person, whose address is known."""

    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order: Iterable[str] | None = ("name", "pass_phrase", "again")


class SetUpForm(InviteForm):
    """For the first administrator."""

    organisation = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    field_order: Iterable[str] | None = ("organisation", "name", "email", "pass_phrase", "again")
