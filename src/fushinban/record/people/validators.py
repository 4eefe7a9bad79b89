"""Pass phrases of people are judged as the product judges those of cameras."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from fushinban.messages import Lang, Text, say

#: Fewer and more characters are refused. Own rule; the upper one keeps hashing quick.
SHORTEST, LONGEST = 12, 256

#: The strength estimator's score (0 to 4) from which on a pass phrase is taken. Own rule.
LEAST_SCORE = 3

#: Words that an attacker of this very program would try.
OWN_WORDS = ("fushinban", "不寝番", "不審番")

#: Users of the published lists.
USERS = ("admin", "root")


class Judged(Protocol):
    """What is looked at of a judgement (`model.facts.CredentialQuality`)."""

    @property
    def score(self) -> int | None:
        """0 to 4."""

    @property
    def list_row(self) -> int:
        """Row of the published list; 0: none."""

    @property
    def factory_default(self) -> bool:
        """A maker's own."""

    @property
    def contains_context(self) -> bool:
        """Made of words that belong to the person."""


Judge = Callable[..., Judged]


class PassPhraseValidator:
    """A password validator of Django. `judge`: `check.credential.assess`, or its dotted path, given by the settings."""

    def __init__(self, judge: Judge | str) -> None:
        self._judge: Judge = import_string(judge) if isinstance(judge, str) else judge

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError with one sentence per weakness, in the language of the page."""
        found = self.weaknesses(password, getattr(user, "email", "") or "", getattr(user, "name", "") or "")
        if found:
            lang = _lang()
            # The sentence in both languages goes along for those who show another one.
            raise ValidationError(
                [ValidationError(text.of(lang), code="pass-phrase", params={"text": text}) for text in found]
            )

    def get_help_text(self) -> str:
        """What is asked for, in the language of the page."""
        return say("people.pass-phrase-help", least=SHORTEST).of(_lang())

    def weaknesses(self, pass_phrase: str, email: str, name: str) -> tuple[Text, ...]:
        """What is wrong with a pass phrase, in sentences that do not give it away; nothing when it is good."""
        if len(pass_phrase) > LONGEST:
            return (say("people.pass-phrase-long", most=LONGEST),)
        if len(pass_phrase) < SHORTEST:
            return (say("people.pass-phrase-short", least=SHORTEST),)
        context = (name, email, email.partition("@")[0], *OWN_WORDS)
        # The published lists name the users of devices; their passwords are no better for a person.
        judged = [self._judge(user, pass_phrase, context=context, maker=None, model="") for user in (email, *USERS)]
        return tuple(_said(judged))


def _lang() -> Lang:
    """The language of the page."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


def _said(judged: Sequence[Judged]) -> list[Text]:
    found = []
    if any(j.list_row or j.factory_default for j in judged):
        found.append(say("people.pass-phrase-published"))
    if judged[0].contains_context:
        found.append(say("people.pass-phrase-context"))
    if (judged[0].score or 0) < LEAST_SCORE and not found:
        found.append(say("people.pass-phrase-weak"))
    return found
